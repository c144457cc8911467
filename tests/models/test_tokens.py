"""The tokenizer that is made here is tiktoken's own."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiktoken

from harness.models import tokens
from harness.models.errors import BankBroken

TEXTS = [
    "", " ", "Hello, world!", "It's 12,400 letters; I'd pay 3.50€.", "naïve Ærøskøbing ﬁ",
    "日本語のテキスト 🚤🚤", "\r\n\r\n  \t x", "<|endoftext|><|endofprompt|>",
    "    def f(x):\n        pass",
    "a" * 300, "CamelCaseWORDS and_snake 1234567", "\u0301\u200b\ufeff", "don't DON'T we'LL",
]  # fmt: skip


def test_it_cuts_every_text_where_tiktoken_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tokens.vocabulary_folder()))
    theirs = tiktoken.get_encoding("o200k_base")
    prose = Path(__file__).read_text(encoding="utf-8") + str(tokens.__doc__)

    for text in [*TEXTS, prose]:
        assert tokens._encoding().encode_ordinary(text) == theirs.encode_ordinary(text)
    assert theirs._pat_str == tokens._PATTERN


def test_a_vocabulary_that_was_altered_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / tokens._FILE).write_bytes(b"IQ== 0\n")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))

    with pytest.raises(BankBroken, match="not the one"):
        tokens._encoding.__wrapped__()
