"""Broken exercise folders: the tiny good one in `broken/tiny`, with one change of `broken/patches`.

A patch with `base = "cost"` changes the template of that kind instead.

`broken/expected.toml` says which rule has to name each, and where. A change has a file and either
old and new, or write, or remove, or link; `at = "checkout"` takes the file from the root.
"""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.new import TEMPLATES
from grader.authoring.release import release
from tests.grader.builders import swap

BROKEN = Path(__file__).with_name("broken")
TINY = BROKEN / "tiny"


@dataclass(frozen=True)
class Expected:
    """What the check has to say of a broken folder.

    Attributes:
        rule: which rule names it.
        place: how the finding's place begins.
        severity: error or warning.
        slow: whether the rule runs code.
        also: rules that may speak up besides.
    """

    rule: str
    place: str
    severity: str = "error"
    slow: bool = False
    also: tuple[str, ...] = ()


def expected() -> dict[str, Expected]:
    """Every broken folder's name with what has to be said of it."""
    table = tomllib.loads((BROKEN / "expected.toml").read_text(encoding="utf-8"))
    return {name: Expected(**{**row, "also": tuple(row.get("also", ()))})
            for name, row in table.items()}  # fmt: skip


def patch_named(name: str) -> dict[str, Any]:
    """A patch as it is written down."""
    return tomllib.loads((BROKEN / "patches" / f"{name}.toml").read_text(encoding="utf-8"))


def base_of(name: str) -> Path:
    """The good folder that a patch changes: the tiny one, or a kind's template."""
    kind = patch_named(name).get("base")
    return TEMPLATES / kind if kind else TINY


def make_tiny(checkout: Path, good: Path = TINY) -> Path:
    """Copy a good exercise into a checkout of its own and return its folder."""
    folder = checkout / "grader" / "exercises" / good.name
    shutil.copytree(good, folder)
    for name in ("notebooks", "datasets"):
        (checkout / name).mkdir()
    return folder


def make_broken(name: str, checkout: Path) -> Path:
    """Make a broken folder anew and return it."""
    folder, patch = make_tiny(checkout, base_of(name)), patch_named(name)
    if patch.get("released"):
        release(folder, checkout)
    for change in patch["change"]:
        root = checkout if change.get("at") == "checkout" else folder
        _change(root / change["file"], change)
    return folder


def _change(path: Path, change: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if "old" in change:
        swap(path, change["old"], change["new"])
    elif "write" in change:
        path.write_text(change["write"], encoding="utf-8")
    elif "link" in change:
        path.symlink_to(change["link"])
    else:
        path.unlink()
