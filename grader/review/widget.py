"""The desk in a notebook: an ipywidget that shows the parts and hands on what is pressed.

Runs in T, in the reviewer's kernel. Its front end, desk.js, draws markup made here and sends
back which control was used; it decides nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from grader.page.markup import style
from grader.review.case import ratings_file, read_cases
from grader.review.desk import ReviewDesk
from harness.core.settings import Settings, load_settings

_HERE = Path(__file__).parent
_PARTS = ("bar", "queue", "evidence", "rubric", "pins")


class DeskWidget(anywidget.AnyWidget):
    """A ReviewDesk on the screen.

    Args:
        desk: what it shows and works.
    """

    _esm = _HERE / "desk.js"
    style_sheet = traitlets.Unicode().tag(sync=True)
    bar = traitlets.Unicode().tag(sync=True)
    queue = traitlets.Unicode().tag(sync=True)
    evidence = traitlets.Unicode().tag(sync=True)
    rubric = traitlets.Unicode().tag(sync=True)
    pins = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: ReviewDesk) -> None:
        css = (_HERE / "desk.css").read_text(encoding="utf-8")
        super().__init__(style_sheet=style() + css, **desk.parts())
        self._desk = desk
        self.on_msg(self._take)

    def _take(self, _: Any, message: Any, buffers: Any) -> None:
        if not isinstance(message, dict):
            return
        if message.get("do") == "call":
            number = message.get("call")
            body = self._desk.call(number) if isinstance(number, int) else ""
            self.send({"call": number, "body": body})
            return
        said, is_done = self._desk.act(message)
        parts = self._desk.parts()
        with self.hold_sync():
            for name in _PARTS:
                setattr(self, name, parts[name])
        self.send({"said": said, "done": is_done})


def open_desk(rater: str | None = None, *, settings: Settings | None = None) -> DeskWidget:
    """Return the desk of a rater, with every case that is ready.

    Args:
        rater: who, by a pseudonym; None takes the setting review.rater.
        settings: say where cases and ratings lie; None reads this folder's.

    Raises:
        EnvironmentLacks: ratings cannot be kept.
    """
    settings = settings or load_settings()
    rater = rater or settings.review.rater
    cases, amiss = read_cases(settings, rater=rater)
    desk = ReviewDesk(cases, ratings=ratings_file(settings), rater=rater, amiss=amiss)
    return DeskWidget(desk)
