"""`%pip install` and `!pip install`: there is no network, and what is there instead.

Runs in K. Nothing is forbidden here: pip itself would only try, wait and give up.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from typing import Any

from harness.kernel import words

_INSTALLS = re.compile(
    r"\s*(?:\S*python[0-9.]*\s+-m\s+)?(?:\S*/)?(?:pip[0-9.]*|uv|uv\s+pip|conda|mamba|micromamba)"
    r"\s+(?:-\S+\s+)*(?:install|download|add|sync|update|upgrade)\b(.*)",
    re.DOTALL,
)
_MAGICS = ("pip", "uv", "conda", "mamba", "micromamba")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MOST_NAMED = 5
_MOST_KNOWN = 12
_WIDTH = 88


def register(shell: Any) -> None:
    """Let an IPython shell answer an installation at once, in one paragraph.

    Args:
        shell: IPython's shell.
    """
    system = shell.system

    def run(command: str) -> None:
        asked = _INSTALLS.match(command)
        if asked is None:
            system(command)
            return
        shell.user_ns["_exit_code"] = 1
        print(wrap(tell_install(asked[1])))  # noqa: T201  printing is what it is for

    shell.system = run
    for name in _MAGICS:
        given = shell.find_line_magic(name)
        if given is not None:
            shell.register_magic_function(_answering(name, given), magic_name=name)


def _answering(name: str, given: Any) -> Any:
    def magic(line: str) -> None:
        asked = _INSTALLS.match(f"{name} {line}")
        if asked is None:
            given(line)
        else:
            print(wrap(tell_install(asked[1])))  # noqa: T201

    return magic


def tell_install(arguments: str) -> str:
    """Return the paragraph for an installation.

    Args:
        arguments: what stood behind `install`.
    """
    from harness.core.packages import installed_packages, normal_name

    here = {one.name: one.version for one in installed_packages()}
    asked = [normal_name(found[0]) for word in _words(arguments) if (found := _NAME.match(word))]
    have = [f"{name} {here[name]}" for name in asked if name in here][:_MOST_NAMED]
    if have and len(have) == len(asked):
        return words.INSTALLED.format(names=", ".join(have))
    return words.NO_INSTALL.format(names=names_worth_knowing())


def wrap(said: str) -> str:
    """Return a paragraph in lines that fit: a notebook breaks long ones within words."""
    return textwrap.fill(said, _WIDTH, break_long_words=False, break_on_hyphens=False)


def names_worth_knowing() -> str:
    """Return the names at the top of the list, as part of a sentence."""
    from harness.core.packages import installed_packages

    return ", ".join([one.name for one in installed_packages() if one.what][:_MOST_KNOWN])


def _words(arguments: str) -> list[str]:
    try:
        found = shlex.split(arguments)
    except ValueError:  # a quote that is not closed
        found = arguments.split()
    return [word for word in found if not word.startswith("-")]
