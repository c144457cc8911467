"""Where things lie on this machine: the checkout and the candidate's interpreter.

Runs on the operator's machine. Nothing here is secret.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from harness.core.errors import EnvironmentLacks
from harness.core.settings import Settings

_PHOTOGRAPHS = Path("harness", "proctor", "photographs")
"""Where a release puts the proctor's sides, below the folder it was released into."""


def checkout() -> Path:
    """Return the folder that holds notebooks/ and datasets/: here or above, or this package's.

    Raises:
        EnvironmentLacks: neither is there.
    """
    own = Path(__file__).resolve()
    for folder in (Path.cwd(), *Path.cwd().parents, *own.parents):
        if (folder / "notebooks").is_dir() and (folder / "datasets").is_dir():
            return folder
    raise EnvironmentLacks(
        "no folder with notebooks/ and datasets/ was found; run this inside the checkout"
    )


def release_root(settings: Settings) -> Path:
    """Return the folder whose notebooks/ and datasets/ candidates are given.

    What `exercise release --out DIR` wrote lies together: where the photographs are taken from
    DIR, notebooks and data come from there too. Else it is the checkout.

    Raises:
        EnvironmentLacks: there is neither.
    """
    if settings.proctor.photographs is None:
        return checkout()
    photographs = settings.proctor.photographs.absolute()
    for folder in photographs.parents:
        if folder / _PHOTOGRAPHS == photographs and (folder / "notebooks").is_dir():
            return folder
    return checkout()


def candidate_python(settings: Settings) -> Path:
    """Return the interpreter of the candidate's environment.

    Raises:
        EnvironmentLacks: it was not made yet.
    """
    path = settings.candidate_python or checkout() / ".venv-candidate" / "bin" / "python"
    if not path.exists():
        raise EnvironmentLacks(f"the candidate's environment is missing ({path}); run: make env")
    return path.absolute()  # not resolved: a venv's python is a link that must keep its name


def trusted_python() -> Path:
    """Return the interpreter this runs on, which the proctor is started with."""
    return Path(sys.executable)


def postgres_programs() -> Path | None:
    """Return the folder with initdb and postgres, Debian's newest if none is on the path."""
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0
