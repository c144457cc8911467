"""What cells showed, made harmless and small: text, and pictures that are pictures.

Runs in T; pure functions of hostile values. nbgrader's pages and JupyterLab render what is left
with their own login, so nothing is left that could run, load or fill a disk.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.page.markup import visible

CELL_TEXT = 64 << 10
"""Characters that one cell's outputs keep together."""
CELL_PICTURES = 1 << 20
"""Bytes likewise for pictures, as base64."""
BOOK = 4 << 20
"""Both together, for a notebook."""
_PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_DISPLAY_OBJECT = re.compile(r"<IPython\.core\.display\.\w+ object>")
_ENDS = {
    "timed_out": "it ran longer than a cell may, and was ended",
    "dead": "the kernel ended in it",
    "not_reached": "it was not run: the kernel had ended, or the time was over",
}


@dataclass
class Room:
    """What a notebook may still keep.

    Attributes:
        left: characters and bytes.
    """

    left: int = BOOK

    def take(self, wanted: int, most: int) -> int:
        """Return how much of it may be kept, and count it."""
        got = max(0, min(wanted, most, self.left))
        self.left -= got
        return got


def harmless(
    outputs: Iterable[Mapping[str, Any]], *, end: str, cut_bytes: int, room: Room
) -> list[dict[str, Any]]:
    """Return outputs as nbformat has them, without anything that could act.

    Args:
        outputs: nbformat outputs of a run.
        end: how the cell ended, an engine's word.
        cut_bytes: what was cut already.
        room: what the notebook may still keep.
    """
    kept: list[dict[str, Any]] = []
    text_left, picture_left = CELL_TEXT, CELL_PICTURES
    for output in outputs:
        kind = str(output.get("output_type"))
        picture = _picture(output) if kind in ("display_data", "execute_result") else None
        if picture is not None:
            size = len(picture[1])
            if size <= min(picture_left, room.left):
                picture_left -= room.take(size, picture_left)
                kept.append(_shown({picture[0]: picture[1]}))
            else:
                cut_bytes += size
            continue
        made, raw = _text(kind, output)
        looked_at = raw[: 4 * min(text_left, room.left)]  # what is taken out of it is not kept
        text = visible(looked_at)
        take = room.take(len(text), text_left)
        text_left -= take
        cut_bytes += len(raw) - len(looked_at) + len(text) - take
        if take:
            kept.append(made(text[:take]))
    if cut_bytes:
        kept.append(_line(f"[{cut_bytes} bytes cut]"))
    if end in _ENDS:
        kept.append(_line(f"[{_ENDS[end]}]"))
    return kept


def as_result(text: str) -> dict[str, Any]:
    """Return an execute_result that shows a text: how nbgrader reads part of the points."""
    return {
        "output_type": "execute_result", "execution_count": None, "metadata": {},
        "data": {"text/plain": text},
    }  # fmt: skip


def as_stdout(text: str) -> dict[str, Any]:
    """Return a text on stdout."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def fenced(text: str) -> str:
    """Return words as markdown that shows them as they are and does nothing."""
    shown = visible(text)
    longest = max((len(run) for run in _runs(shown, "~")), default=0)
    fence = "~" * max(3, longest + 1)
    return f"{fence}text\n{shown}\n{fence}"


def _runs(text: str, sign: str) -> Iterable[str]:
    run = ""
    for one in text:
        if one == sign:
            run += one
        elif run:
            yield run
            run = ""
    if run:
        yield run


def _line(text: str) -> dict[str, Any]:
    return as_stdout(text + "\n")


def _shown(data: dict[str, str]) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def _picture(output: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return kind and base64 of a picture that is one; None for what is none."""
    data = output.get("data")
    for kind, magic in _PICTURES.items():
        given = data.get(kind) if isinstance(data, dict) else None
        text = "".join(given) if isinstance(given, list) else given
        if not isinstance(text, str):
            continue
        try:
            raw = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if raw.startswith(magic):
            return kind, base64.b64encode(raw).decode()
    return None


def _text(kind: str, output: Mapping[str, Any]) -> tuple[Any, str]:
    """Return what makes an output of a text, and the text."""
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return lambda text: as_stdout(text) | {"name": name}, str(output.get("text", ""))
    if kind == "error":
        ename, evalue = (visible(str(output.get(key, ""))[:2000]) for key in ("ename", "evalue"))
        rows = output.get("traceback")
        frames = [str(row) for row in rows[:100]] if isinstance(rows, list) else []
        return (
            lambda text: {
                "output_type": "error", "ename": ename, "evalue": evalue,
                "traceback": text.split("\n"),
            }
        ), "\n".join(frames or [f"{ename}: {evalue}"])  # fmt: skip
    data = output.get("data")
    plain = data.get("text/plain", "") if isinstance(data, dict) else ""
    text = "".join(map(str, plain)) if isinstance(plain, list) else str(plain)
    if isinstance(data, dict) and _DISPLAY_OBJECT.fullmatch(text) and "text/markdown" in data:
        text = str(data["text/markdown"])
    if not text and isinstance(data, dict):
        text = f"[{', '.join(sorted(str(one)[:60] for one in data)[:6])}: not shown]"
    return lambda text: _shown({"text/plain": text}), text
