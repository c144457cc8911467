"""Pictures in a message: the bytes themselves as a data URL, for a model that has eyes.

Runs in zone G; pure functions of hostile text. A picture is never fetched, opened or changed: it
is held against its own first bytes and its size, and goes on as it came.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from harness.proctor import words

MOST_BYTES = 2 << 20
"""Of one picture."""
_URL = re.compile(r"data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})")
_BEGINNINGS = {
    "png": (b"\x89PNG\r\n\x1a\n",), "jpeg": (b"\xff\xd8\xff",), "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",),
}  # fmt: skip
_DETAILS = ("auto", "low", "high")


def read_picture(at: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a picture's part of a message, cleaned.

    Args:
        at: where it stands in the request.
        part: of type image_url; image_url may be the address itself.

    Raises:
        Refusal: 400 for a link, for what is no picture, for one that is too large.
    """
    if extra := sorted(set(part) - {"type", "image_url"}):
        raise words.parameter_not_offered(f"{at}.{extra[0]}")
    image = part.get("image_url")
    about = image if isinstance(image, dict) else {"url": image}
    if extra := sorted(set(about) - {"url", "detail"}):
        raise words.parameter_not_offered(f"{at}.image_url.{extra[0]}")
    url, detail = about.get("url"), about.get("detail")
    if not isinstance(url, str) or not url.startswith("data:"):
        raise words.no_links_or_files(at)
    if detail is not None and detail not in _DETAILS:
        where = f"{at}.image_url.detail"
        raise words.bad_value(f'"{where}" should be one of {", ".join(_DETAILS)}.', param=where)
    _check(at, url)
    return {
        "type": "image_url",
        "image_url": {"url": url, **({"detail": detail} if detail else {})},
    }


def _check(at: str, url: str) -> None:
    """Refuse what is not base64 of the kind it says, or too large."""
    if len(url) > MOST_BYTES * 4 // 3 + 64:
        raise words.bad_value(
            f'"{at}" is a picture of more than {MOST_BYTES >> 20} MiB; send a smaller one.',
            param=at,
        )
    found = _URL.fullmatch(url)
    try:
        data = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        data = b""
    if found is None or not data.startswith(_BEGINNINGS[found[1]]):
        raise words.bad_value(
            f'"{at}" should be a PNG, JPEG, GIF or WebP picture as data:image/png;base64,… with '
            "its own bytes.",
            param=at,
        )
