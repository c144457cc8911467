"""Pictures go as data URLs to models that read them; nothing is fetched and none is guessed at."""

import base64
from decimal import Decimal
from pathlib import Path
from typing import Any

import openai
import pytest

from harness.proctor.errors import Refusal
from harness.proctor.pictures import MOST_BYTES
from harness.proctor.responses import read_response_request
from harness.proctor.wire import read_chat
from tests.proctor.builders import proctor
from tests.proctor.test_providers import with_model
from tests.proctor.upstream import upstream

pytestmark = pytest.mark.anyio
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
URL = f"data:image/png;base64,{PNG}"
PICTURE = {"type": "image_url", "image_url": {"url": URL}}
EYES = ("tools", "images")


def showing(*parts: Any, role: str = "user", model: str = "house") -> dict[str, Any]:
    text = {"type": "text", "text": "What does it say?"}
    return {"model": model, "messages": [{"role": role, "content": [text, *parts]}]}


async def test_a_picture_reaches_a_model_that_reads_them_and_is_set_aside_for(
    tmp_path: Path,
) -> None:
    async with upstream() as there:
        settings = with_model(tmp_path, there.url, offers=EYES, image_tokens=1_000)
        async with proctor(settings) as up, up.openai() as client:
            await client.chat.completions.create(**showing(PICTURE), max_tokens=10)
            await client.chat.completions.create(**showing(), max_tokens=10)
            with_one, without = sorted(await up.calls(), key=lambda call: -call.reserved_usd)
    sent = there.asked[0][2]["messages"][0]["content"]

    assert sent == [{"type": "text", "text": "What does it say?"}, PICTURE]
    assert with_one.request["messages"][0]["content"][1] == PICTURE
    assert with_one.reserved_usd - without.reserved_usd == Decimal(1_000 * 2) / 1_000_000


async def test_a_model_without_eyes_says_which_ones_have_them(tmp_path: Path) -> None:
    async with upstream() as there:
        async with proctor(with_model(tmp_path, there.url, offers=EYES)) as up:
            async with up.openai() as client:
                with pytest.raises(openai.BadRequestError, match="These read pictures: house"):
                    await client.chat.completions.create(**showing(PICTURE, model="sim-medium"))
        (tmp_path / "b").mkdir()
        async with proctor(with_model(tmp_path / "b", there.url)) as up, up.openai() as client:
            with pytest.raises(openai.BadRequestError, match="house reads text only") as caught:
                await client.chat.completions.create(**showing(PICTURE))
            calls = await up.calls()

    assert caught.value.code == "unsupported_content"
    assert calls == [] and there.asked == []


def test_both_spellings_are_one_request() -> None:
    other = {"type": "input_image", "image_url": URL, "detail": "low"}
    text = {"type": "input_text", "text": "What does it say?"}
    asked = {"model": "house", "input": [{"role": "user", "content": [text, other]}]}
    chat = showing({"type": "image_url", "image_url": {"url": URL, "detail": "low"}})

    assert read_response_request(asked).key == read_chat(chat).key
    assert read_chat(showing(PICTURE)).key != read_chat(showing()).key


@pytest.mark.parametrize(
    ("part", "code"),
    [({"type": "image_url", "image_url": {"url": "http://127.0.0.1/x.png"}}, "unsupported_content"),
     ({"type": "image_url", "image_url": "file:///etc/passwd"}, "unsupported_content"),
     ({"type": "image_url", "image_url": None}, "unsupported_content"),
     ({"type": "image_url"}, "unsupported_content"),
     ({"type": "image_url", "image_url": {"url": URL, "file_id": "f"}}, "unsupported_parameter"),
     (PICTURE | {"cache": 1}, "unsupported_parameter"),
     ({"type": "image_url", "image_url": {"url": URL, "detail": "huge"}}, "bad_request"),
     ({"type": "image_url", "image_url": {"url": URL, "detail": ["low"]}}, "bad_request"),
     ({"type": "image_url", "image_url": {"url": URL + "\n"}}, "bad_request"),
     ({"type": "image_url", "image_url": {"url": URL[:-1] + "!"}}, "bad_request"),
     ({"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{PNG}"}}, "bad_request"),
     ({"type": "image_url", "image_url": {"url": "data:image/svg+xml;base64,PHN2Zz4="}},
      "bad_request"),
     ({"type": "image_url", "image_url": {"url": "data:image/png,x"}}, "bad_request"),
     ({"type": "image_url", "image_url": {"url": URL + "A" * (MOST_BYTES * 2)}},
      "bad_request"),
     ({"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}},
      "unsupported_content")],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_picture_of_its_own_bytes_is_refused_by_name(
    part: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        read_chat(showing(part))

    assert (caught.value.status, caught.value.code) == (400, code)


@pytest.mark.parametrize("role", ["system", "assistant", "tool"])
def test_only_a_user_shows_pictures(role: str) -> None:
    body = showing(PICTURE, role=role)
    body["messages"][0] |= {"tool_call_id": "c-1"} if role == "tool" else {}
    with pytest.raises(Refusal):
        read_chat(body)
