"""tiktoken without a network: the encodings that lie in this environment already.

Runs in K at start and imports nothing of it.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_INSIDE = Path("litellm_core_utils", "tokenizers")


def register(shell: Any) -> None:
    """Let tiktoken find its files, unless the candidate has said where they are.

    Args:
        shell: IPython's shell; not used.
    """
    litellm = find_spec("litellm")
    if litellm is None or litellm.origin is None:
        return
    folder = Path(litellm.origin).parent / _INSIDE
    if folder.is_dir():
        environ = os.environ  # noqa: TID251  tiktoken can be told in no other way
        environ.setdefault("TIKTOKEN_CACHE_DIR", str(folder))
