"""Keys are made once, kept private, and refuse what is not theirs."""

from __future__ import annotations

import pickle

import pytest

from harness.core.canonical import canonical_json, parse_json
from harness.core.errors import BadJournal, EnvironmentLacks, SettingsError
from harness.core.locate import locate_byte
from harness.core.seal import ContentKey, decode64
from harness.core.signing import PublicKey, SigningKey


@pytest.mark.parametrize(
    "text", ["", "audition-ed25519:", "ssh-ed25519 AAAA", "audition-ed25519:A"]
)
def test_a_line_that_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="public key"):
        PublicKey.from_text(text)


def test_secrets_do_not_show_when_printed() -> None:
    key, signer = ContentKey(b"s" * 32), SigningKey(b"s" * 32)

    assert "ssss" not in repr(key) + repr(signer)


def test_a_blob_id_cannot_be_guessed_without_the_key() -> None:
    assert ContentKey.new().blob_id(b"x") != ContentKey.new().blob_id(b"x")


@pytest.mark.parametrize("text", ["QQ", "QR==", "Q Q=", "é", "QQ==\n"])
def test_only_one_spelling_of_base64_is_read(text: str) -> None:
    with pytest.raises(BadJournal):
        decode64(text, what="it")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {1, 2}, {"a": b"x"}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BadJournal):
        canonical_json(value)


@pytest.mark.parametrize(
    "data", [b'"\\ud800"', b'{"a":1,"a":1}', b"[NaN]", b"[" * 100, b"1" * 9999]
)
def test_what_two_readers_could_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(BadJournal):
        parse_json(data, what="it")


def test_brackets_in_text_do_not_count_as_depth() -> None:
    assert parse_json(b'["' + b"[" * 500 + b'\\""]', what="it") == ["[" * 500 + '"']


def test_errors_survive_being_sent_to_another_process() -> None:
    error = EnvironmentLacks("bubblewrap is missing")
    error.remedy = "make system"  # type: ignore[attr-defined]
    again = pickle.loads(pickle.dumps(error))

    assert type(again) is EnvironmentLacks
    assert str(again) == "bubblewrap is missing"
    assert again.remedy == "make system"


def test_two_altered_bytes_are_not_pinned_on_one() -> None:
    import zlib

    data = bytes(range(200))
    altered = bytearray(data)
    altered[3] ^= 1
    altered[150] ^= 8

    assert locate_byte(bytes(altered), zlib.crc32(data), proves=lambda b: b == data) is None
