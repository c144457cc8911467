"""Words into markup: escaped, made visible, or shut into a frame.

Runs in T; pure. Everything a candidate wrote is hostile: outside a frame it is escaped text with
control and bidi characters shown; as content it stands in a sandboxed frame of its own, where no
script runs, nothing loads, and no link leads out.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from pathlib import Path

CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
MOST_CHARS = 200_000
"""How much of one text a page shows."""
_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_LINE_PX, _MOST_PX = 20, 460


@cache
def style() -> str:
    """Return the one stylesheet."""
    return Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def words(value: object, most: int = 600) -> str:
    """Return hostile text as escaped markup on a page.

    Args:
        value: anything; its text is shown.
        most: characters shown; what is cut is said.
    """
    text = str(value)
    cut = f" … [{len(text) - most} characters more]" if len(text) > most else ""
    return html.escape(visible(text[:most]) + cut, quote=True)


def visible(text: str) -> str:
    """Return text without terminal codes, with control and bidi characters shown as words."""
    return "".join(_shown(one) for one in _ANSI.sub("", text))


def _shown(one: str) -> str:
    if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co"):
        return one
    if one in "\u200d\ufe0f":  # what joins an emoji is no disguise
        return one
    return f"[U+{ord(one):04X}]"


def frame(body: str, *, title: str, lines: int) -> str:
    """Return content in a frame that can do nothing.

    Args:
        body: markup, escaped already.
        title: what it is, for screen readers.
        lines: about how many lines it has, for its height.
    """
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}"><style>{style()}'
        "body{padding:8px 12px;background:var(--panel)}pre{padding:0;border:0;white-space:pre-wrap}"
        f"</style></head><body>{body}</body></html>"
    )
    height = min(_MOST_PX, 28 + _LINE_PX * max(1, lines))
    return (
        f'<iframe sandbox="" referrerpolicy="no-referrer" loading="eager" '
        f'title="{words(title, 120)}" style="height:{height}px" '
        f'srcdoc="{html.escape(page, quote=True)}"></iframe>'
    )


def code_frame(source: str, *, title: str, columns: int = 124) -> str:
    """Return a candidate's code or words, as they are, in a frame.

    Args:
        source: the text.
        title: what it is, for screen readers.
        columns: characters in a line of the frame at full width, for its height.
    """
    shown = words(source, MOST_CHARS)
    lines = sum(1 + len(line) // columns for line in source[:MOST_CHARS].splitlines())
    return frame(f"<pre>{shown}</pre>", title=title, lines=lines)


def table(head: list[str], rows: list[list[str]], *, numeric: frozenset[int] = frozenset()) -> str:
    """Return a table; every cell is markup already.

    Args:
        head: column heads.
        rows: first cell of each is its head.
        numeric: columns set to the right.
    """
    cls = [' class="n"' if n in numeric else "" for n in range(len(head))]
    top = "".join(f'<th scope="col"{c}>{h}</th>' for h, c in zip(head, cls, strict=True))
    body = "".join(
        "<tr>"
        + f'<th scope="row">{row[0]}</th>'
        + "".join(f"<td{c}>{cell}</td>" for cell, c in zip(row[1:], cls[1:], strict=True))
        + "</tr>"
        for row in rows
    )
    inner = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table>{inner}</table></div>'
