"""Print docs/broken-folders.md: every broken folder and the rule that names it; a test compares."""

from __future__ import annotations

from grader.authoring.checks.listing import RULES
from grader.authoring.checks.room import READINGS
from tests.grader.authoring.folders import Expected, expected, patch_named

HEAD = """\
# Broken folders, and the rule that names each

Made by `python -m scripts.broken_folders > docs/broken-folders.md`; a test compares the two.

Each folder is the tiny good exercise in `tests/grader/authoring/broken/tiny` with one change from
`broken/patches/<name>.toml`, or a kind's template where the patch has a `base`.
`audition exercise check` has to name it by this rule, at this place,
and by no other error. The first fifty-six patches and their places were written down before the
rules (one line that was counted wrongly has been mended since); the others came with the rules.

"""


def broken_folders() -> str:
    """Return the page."""
    return HEAD + _found() + _rules()


def _found() -> str:
    rows = [_row(name, wanted) for name, wanted in expected().items()]
    return (
        f"## {len(rows)} folders\n\n| folder | what is wrong | rule | place |\n|---|---|---|---|\n"
        + "".join(rows)
    )


def _row(name: str, wanted: Expected) -> str:
    notes = [wanted.severity] * (wanted.severity != "error") + ["runs code"] * wanted.slow
    rule = f"`{wanted.rule}`" + (f" ({', '.join(notes)})" if notes else "")
    return f"| {name} | {patch_named(name)['about']} | {rule} | {wanted.place} |\n"


def _rules() -> str:
    reading = ", ".join(f"`{code}`" for code, *_ in READINGS)
    lines = [
        f"| `{rule.code}` | {_what(rule.find.__module__)} | {'yes' if rule.is_slow else ''} |\n"
        for rule in RULES
    ]
    return (
        f"\n## {len(RULES)} rules, in the order they look\n\nWhat cannot be read at all is told "
        f"first, under `layout`, {reading}.\n\n| rule | what has to hold | runs code |\n"
        "|---|---|---|\n" + "".join(lines)
    )


def _what(module: str) -> str:
    """Return a rule's What, in one line."""
    said = __import__(module, fromlist=["x"]).__doc__ or ""
    what = " ".join(said.split("\n\n")[0].split()).removeprefix("What: ")
    return what.removesuffix(" Runs code.").replace("|", "\\|")


if __name__ == "__main__":
    print(broken_folders(), end="")
