"""The worker does without OpenSSL where Python has hashes of its own, and not where it has none."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

NAMES = ("sha1", "sha256", "blake2b")


@pytest.mark.parametrize("lacking", ["", "_sha1 _sha256 _sha2"], ids=["own hashes", "none"])
def test_hashes_are_the_same_without_openssl(lacking: str) -> None:
    code = (
        "import sys\n"
        f"for name in {lacking.split()!r}: sys.modules[name] = None\n"
        "from harness.models import thrift\n"
        "thrift.without_openssl()\n"
        "import hashlib\n"
        f"print([hashlib.new(name, b'pier').hexdigest() for name in {NAMES!r}])\n"
        "print(sys.modules.get('_hashlib') is None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    told, is_without = done.stdout.splitlines()

    assert told == str([hashlib.new(name, b"pier").hexdigest() for name in NAMES])
    assert is_without == str(not lacking)
