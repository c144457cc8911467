"""The packages of this environment: what a candidate can import, and what it is good for.

Runs in K and S, both of which live in the candidate's environment; reads its metadata and one
file of ours. What is installed is asked anew each time: nothing here is a list kept by hand but
the phrases.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_PHRASES = Path(__file__).with_name("packages.toml")
_BUILD = frozenset({"pip", "setuptools", "uv", "wheel"})
"""What installs the others, and is of no use where nothing can be installed."""
_OURS = "audition-"


@dataclass(frozen=True)
class Package:
    """One installed package.

    Attributes:
        name: as its publisher spells it in lower case, "beautifulsoup4".
        version: "4.15.0".
        what: one phrase on what it is good for; None for those under "also here".
    """

    name: str
    version: str
    what: str | None


def installed_packages(path: Sequence[str] | None = None) -> tuple[Package, ...]:
    """Return what can be imported here, those worth knowing first, the rest by name.

    Args:
        path: folders to look into, as sys.path has them; this process's own by default.
    """
    found: dict[str, str] = {}
    for one in metadata.distributions(path=list(sys.path if path is None else path)):
        name = normal_name(one.name or "")
        if name and name not in _BUILD and not name.startswith(_OURS):
            found.setdefault(name, one.version)
    phrases = read_phrases()
    known = [Package(name, found[name], what) for name, what in phrases.items() if name in found]
    rest = [Package(name, found[name], None) for name in sorted(found.keys() - phrases.keys())]
    return (*known, *rest)


def read_phrases() -> dict[str, str]:
    """Return name to phrase, in the order they are shown."""
    return tomllib.loads(_PHRASES.read_text(encoding="utf-8"))


def normal_name(name: str) -> str:
    """Return a package's name as locks spell it: "Jupyter_Client" is "jupyter-client"."""
    return re.sub(r"[-_.]+", "-", name).lower()
