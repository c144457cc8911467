"""Markdown of a notebook as HTML that a page can show: rendered, then cleaned by allow-list.

Runs in zone S. The Markdown is whatever a notebook holds, so also what a hostile one holds. What
comes out has no script, style, form, frame, id, class or event in it, and links go to the web or
stay here. Headings begin two levels down: they stand beneath a cell's own.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import bleach
import mistune
from pydantic import BaseModel, ConfigDict, Field
from tornado.web import authenticated

from harness.lab.api import ApiHandler

MAX_SOURCES, MAX_BYTES = 300, 512 * 1024
TAGS = frozenset(
    "a abbr b blockquote br code dd del dl dt em h3 h4 h5 h6 hr i img kbd li ol p pre s strong sub "
    "sup table tbody td th thead tr u ul".split()
)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_PROTOCOLS = frozenset({"http", "https", "mailto", "data"})
_LEVELS_DOWN, _LOWEST = 2, 6


class Sources(BaseModel):
    """What is to be rendered."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sources: list[str] = Field(max_length=MAX_SOURCES)
    """Markdown of each cell."""


class Beneath(mistune.HTMLRenderer):
    """Renders headings beneath those of the page."""

    def heading(self, text: str, level: int, **attrs: object) -> str:
        """Return a heading two levels down."""
        lower = min(level + _LEVELS_DOWN, _LOWEST)
        return f"<h{lower}>{text}</h{lower}>\n"


_render = mistune.create_markdown(
    renderer=Beneath(escape=False), plugins=["table", "strikethrough", "url"]
)


def to_html(source: str) -> str:
    """Return harmless HTML of a piece of Markdown.

    Args:
        source: Markdown; HTML within it is kept as far as the allow-list goes.
    """
    made = _render(source)
    assert isinstance(made, str)  # an HTML renderer makes text
    clean: str = bleach.clean(
        made, tags=TAGS, attributes=_keeps, protocols=_PROTOCOLS, strip=True, strip_comments=True
    )
    return clean


def _keeps(tag: str, name: str, value: str) -> bool:
    """Tell whether an attribute stays; protocols other than the few are dropped after this."""
    if (tag, name) == ("img", "src"):
        return not value.startswith("data:") or _PICTURE.fullmatch(value) is not None
    if (tag, name) == ("a", "href"):
        return not value.strip().lower().startswith("data:")
    return (tag, name) in {("img", "alt"), ("a", "title"), ("abbr", "title"), ("ol", "start")}


class MarkdownHandler(ApiHandler):
    """POST /audition/api/markdown."""

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answer with the HTML of each source, in order."""
        await self.answer(self._render())

    async def _render(self) -> Any:
        sources = self.read(Sources, limit_bytes=MAX_BYTES).sources
        return {"html": await asyncio.to_thread(lambda: [to_html(one) for one in sources])}
