"""An SVG file that stands alone: its colours, its words for who does not see it.

Runs in T; pure. Dark and light, by what the viewer asks for; colour is never the only sign.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.page.markup import words

_STYLE = (
    "svg{--ink:#1c1e21;--ink2:#54585d;--rule:#d9d5cb;--blue:#1d5b8f;--blue-bg:#dbe8f2;"
    "--brick:#a8321a;--paper:#fcfbf8;font:12px 'Liberation Sans',Arial,sans-serif}"
    "@media(prefers-color-scheme:dark){svg{--ink:#e9e7e2;--ink2:#aab0b6;--rule:#353a40;"
    "--blue:#8abdea;--blue-bg:#1d3548;--brick:#f2917a;--paper:#15171a}}"
    "text{fill:var(--ink)}.m{fill:var(--ink2);font-size:11px}.b{font-weight:bold}"
)


def whole(parts: Sequence[str], *, size: tuple[int, int], title: str, told: str) -> str:
    """Return a file of some shapes.

    Args:
        parts: markup, its words escaped.
        size: width and height in pixels.
        title: what it is.
        told: the picture in a sentence.
    """
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="t d"><title id="t">{words(title)}</title>'
        f'<desc id="d">{words(told, 3_000)}</desc><style>{_STYLE}</style>'
        f'<rect width="{width}" height="{height}" fill="var(--paper)"/>{"".join(parts)}</svg>\n'
    )


def text(x: float, y: float, value: object, kind: str = "", anchor: str = "start") -> str:
    """Return words at a place; hostile ones are escaped."""
    about = f' class="{kind}"' if kind else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}"{about}{side}>{words(value, 200)}</text>'


def rule(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a thin line."""
    return (f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
            'stroke="var(--rule)" stroke-width="1"/>')  # fmt: skip


def short(value: str, most: int) -> str:
    """Return words cut to a length, with a sign that they were."""
    return value if len(value) <= most else value[: most - 1].rstrip() + "…"
