"""Counting tokens with o200k_base, offline.

Runs in the model worker (zone G); trusts only files of installed packages. The vocabulary lies in
litellm's package: it is found without importing litellm, because that import costs seconds.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from binascii import a2b_base64
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from harness.models.errors import BankBroken
from harness.models.thrift import give_back

_URL = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
_FILE = hashlib.sha1(_URL.encode(), usedforsecurity=False).hexdigest()
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_PATTERN = "|".join(  # Source: tiktoken 0.12 (2025), openai_public.py, o200k_base
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
_CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"
PER_MESSAGE = 3  # Source: OpenAI cookbook, "How to count tokens with tiktoken" (2024)
PER_REPLY = 3
LONGEST_TOKEN_BYTES = 128  # the longest entry of o200k_base: a run of spaces


class _Encoding(Protocol):
    def encode_ordinary(self, text: str) -> list[int]: ...
    def decode_bytes(self, tokens: Sequence[int]) -> bytes: ...


def vocabulary_folder() -> Path:
    """Folder that holds o200k_base under the name tiktoken looks for.

    Raises:
        BankBroken: neither TIKTOKEN_CACHE_DIR nor litellm's package has the file.
    """
    given = os.environ.get(_CACHE_VARIABLE)  # noqa: TID251 - tiktoken itself reads this name
    folders = [Path(given)] if given else []
    spec = importlib.util.find_spec("litellm")
    if spec and spec.origin:
        folders.append(Path(spec.origin).parent / "litellm_core_utils" / "tokenizers")
    for folder in folders:
        if (folder / _FILE).is_file():
            return folder
    looked = ", ".join(map(str, folders)) or "no folder: litellm is not installed"
    raise BankBroken(
        f"tokenizer o200k_base: file {_FILE} not found in {looked}; "
        f"install the trusted lock or set {_CACHE_VARIABLE} to a folder that holds it"
    )


@lru_cache(maxsize=1)
def _encoding() -> _Encoding:
    """The encoding; made here, since tiktoken's own reading of the file takes 0.2 s longer."""
    import tiktoken

    data = (vocabulary_folder() / _FILE).read_bytes()
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise BankBroken(f"tokenizer o200k_base: file {_FILE} is not the one that OpenAI publishes")
    words = data.split()  # base64 of a token's bytes, its rank, and so on
    ranks = dict(zip(map(a2b_base64, words[::2]), map(int, words[1::2]), strict=True))
    del words, data
    encoding: _Encoding = tiktoken.Encoding(
        "o200k_base", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={}
    )
    _give_back_the_python_copy(encoding)
    return encoding


def _give_back_the_python_copy(encoding: _Encoding) -> None:
    """Free 30 MB: the ranks live on in tiktoken's compiled half, the dict is not read again."""
    ranks = getattr(encoding, "_mergeable_ranks", None)
    if isinstance(ranks, dict):
        ranks.clear()
    give_back()


def warm() -> None:
    """Load the vocabulary now (0.3 s) rather than at the first call."""
    _encoding()


def count(text: str) -> int:
    """Number of tokens of a text; special tokens count as ordinary text."""
    return len(_encoding().encode_ordinary(text))


def count_prompt(messages: Sequence[tuple[str, str]]) -> int:
    """Tokens of a chat prompt, with the frame around each message.

    Args:
        messages: (role, text) pairs, oldest first.

    Source: OpenAI cookbook, "How to count tokens with tiktoken" (2024).
    """
    return PER_REPLY + sum(PER_MESSAGE + count(role) + count(text) for role, text in messages)


def at_least(messages: Sequence[tuple[str, str]]) -> int:
    """A lower bound of count_prompt in microseconds, so that megabytes need no tokenizer."""
    return sum(len(text) for _, text in messages) // LONGEST_TOKEN_BYTES


def cut(text: str, limit: int) -> tuple[str, bool]:
    """The first `limit` tokens of a text, and whether anything was cut off."""
    ids = _encoding().encode_ordinary(text)
    if len(ids) <= limit:
        return text, False
    kept = _encoding().decode_bytes(ids[:limit])
    return kept.decode("utf-8", errors="ignore"), True


def last(text: str, limit: int) -> str:
    """The last `limit` tokens of a text; less half a character where they begin with one."""
    ids = _encoding().encode_ordinary(text)
    kept = _encoding().decode_bytes(ids[len(ids) - limit :] if limit else [])
    return text if len(ids) <= limit else kept.decode("utf-8", errors="ignore")
