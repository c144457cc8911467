"""Print environment.yml: the candidate's lock as a conda or Binder environment.

Run by `make lock`; a test holds the file equal to the lock.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Made by `make lock` from requirements/candidate.lock. Do not edit; a test compares the two.
name: audition-candidate
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def environment_yml(lock: str) -> str:
    """Return environment.yml for the text of a lock.

    Args:
        lock: a pip lock with one `name==version` at the start of each entry.
    """
    pins = re.findall(r"^([A-Za-z0-9_.\-\[\]]+==[^\s;\\]+)", lock, re.MULTILINE)
    return HEAD + "".join(f"      - {pin}\n" for pin in sorted(pins))


if __name__ == "__main__":
    text = (ROOT / "requirements/candidate.lock").read_text(encoding="utf-8")
    print(environment_yml(text), end="")
