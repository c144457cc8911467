"""JupyterLab as the candidate finds it: defaults, what is switched off, where it keeps things.

Runs in zone S at start. Everything is written into the server's own folder; nothing of the
user's, the machine's or the work folder's configuration is read.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

AUTOSAVE_S = 10

SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {
        "autosave": True,
        "autosaveInterval": AUTOSAVE_S,
    },
    "@jupyterlab/notebook-extension:tracker": {
        "autoStartDefaultKernel": True,
        "recordTiming": True,
        "kernelShutdown": False,
        "scrollPastEnd": False,
        "codeCellConfig": {"lineNumbers": False, "lineWrap": True},
    },
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False, "disclaimed": False},
}
"""Defaults that differ from JupyterLab's own; a candidate may change them back."""

STYLE = """\
/* A printed answer wraps between words, not within them. */
.jp-OutputArea .jp-OutputArea-output pre { word-break: normal; overflow-wrap: anywhere; }

/* The browser's own border of a dialog would go round the whole window. */
dialog.jp-Dialog { border: 0; }

/* Tracebacks are colored for a dark terminal: on their pale ground each gets a contrast of 4.5. */
[data-jp-theme-light='true'] .jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']
  { background: #fdf1f0; }
[data-jp-theme-light='true'] .jp-OutputArea-output .ansi-red-fg { color: #b3261e; }
[data-jp-theme-light='true'] .jp-OutputArea-output .ansi-green-fg { color: #1c6b2a; }
[data-jp-theme-light='true'] .jp-OutputArea-output .ansi-yellow-fg { color: #7a5200; }
[data-jp-theme-light='true'] .jp-OutputArea-output .ansi-cyan-fg { color: #0a6370; }
"""
"""What of JupyterLab's own looks we change; it lies where JupyterLab looks for such a file."""

DISABLED = (
    "@jupyterlab/apputils-extension:announcements",
    "@jupyterlab/console-extension",
    "@jupyterlab/debugger-extension",
    "@jupyterlab/extensionmanager-extension",
    "@jupyterlab/fileeditor-extension:language-server",
    "@jupyterlab/hub-extension",
    "@jupyterlab/inspector-extension:consoles",
    "@jupyterlab/javascript-extension",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/notebook-extension:cell-executor",
    "@jupyterlab/notebook-extension:export",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/pluginmanager-extension",
    "@jupyterlab/services-extension:config-section-manager",
    "@jupyterlab/terminal-extension",
    "@jupyterlab/tooltip-extension:consoles",
    "@jupyterlab/workspaces-extension",
)
"""Parts of JupyterLab whose routes are closed, so that no button leads nowhere; and the one that
runs JavaScript outputs by eval, which the page's policy could not stop (policy.py); and the one
that runs cells, in whose place stands ours (labextension/src/executor.ts)."""


def settle_paths(home: Path) -> None:
    """Turn Jupyter's paths into our own folder. Call before any Jupyter module is imported.

    Args:
        home: the server's own folder, made if missing.
    """
    environ = os.environ  # noqa: TID251  Jupyter can be told in no other way
    for name in [name for name in environ if name.startswith(("JUPYTER", "JPY", "IPYTHON"))]:
        del environ[name]
    for name in ("config", "data", "runtime", "ipython"):
        (home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    environ["HOME"] = str(home)
    environ["JUPYTER_CONFIG_DIR"] = str(home / "config")
    environ["JUPYTER_DATA_DIR"] = str(home / "data")
    environ["JUPYTER_RUNTIME_DIR"] = str(home / "runtime")
    environ["IPYTHONDIR"] = str(home / "ipython")
    os.umask(0o077)
    from jupyter_core import paths

    # In place: others hold these very lists.
    paths.ENV_CONFIG_PATH[:] = [str(home / "config")]
    paths.SYSTEM_CONFIG_PATH[:] = [str(home / "config")]


def lay_settings(home: Path) -> Path:
    """Write our defaults and return the folder JupyterLab is to read them from."""
    folder = home / "lab" / "settings"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / "overrides.json", SETTINGS)
    page = {"disabledExtensions": list(DISABLED), "buildAvailable": False, "buildCheck": False}
    _write(folder / "page_config.json", page)
    return folder


def lay_style(home: Path) -> Path:
    """Write what we change of JupyterLab's looks and return the folder it lies in."""
    folder = home / "lab" / "custom"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "custom.css").write_text(STYLE, encoding="utf-8")
    return folder


def extension_folders() -> list[str]:
    """Return the folders JupyterLab's prebuilt extensions are in: ours and the environment's."""
    ours = Path(__file__).parent / "labextension" / "dist"
    return [str(ours), str(Path(sys.prefix) / "share" / "jupyter" / "labextensions")]


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
