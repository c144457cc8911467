"""A whole little exercise, written anew for each test, to be broken at one place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

CANARY = "audition-canary:small:00112233445566778899aabbccddeeff"

CARD = """
schema = 1
slug = "small"
version = "1.0.0"
title = "A small exercise"
models = ["sim-small"]
stakeholder = "Pat"

[[contract]]
name = "double"
kind = "function"
cell = "doubler"
calls = ["[2]"]
returns = "int"
"""

DATA = """
[[file]]
name = "numbers.csv"
about = "Three numbers."
origin = "Written by hand."
licence = "Apache-2.0"
"""

FACTS = """
schema = 1
stakeholder = "Pat"

[[facts]]
id = "size"
topic = "how large they get"
cues = ["large", "size"]
answer = "Nothing above nine hundred and ninety-nine ever arrives here."
matters = 1
phrasings = ["How large are they?", "What is the largest?"]
"""

SOURCE = '''# %% [markdown] id="head" audition={"kind": "given", "part": 1}
# # Numbers
#
# Somebody has numbers.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
DATA = "data"

# %% id="load" audition={"kind": "given", "part": 1}
# %pwd
text = open(f"{DATA}/numbers.csv").read()

# %% id="plan" audition={"kind": "plan", "part": 1}
# %%plan
Write here.

# %% [markdown] id="task" audition={"kind": "given", "part": 2}
# ## Twice as much
#
# Write a function that gives back twice its argument.

# %% id="doubler" audition={"kind": "artefact", "name": "doubler", "part": 2}
def double(number):
    """Give back twice the number."""
    ### BEGIN SOLUTION
    the_answer_nobody_should_see = number + number
    return the_answer_nobody_should_see
    ### END SOLUTION

# %% [markdown] id="words" audition={"kind": "text", "part": 2}
# *Write here.*

# %% id="check" audition={"kind": "check", "part": 2}
check()
'''

HIDDEN = f"""# {CANARY}
def double(number):
    return sum(number for _ in range(2)) * len("the reference answer")
"""


def make_exercise(root: Path) -> Path:
    """Write the exercise `small` below root and return its folder."""
    folder = root / "small"
    files = {
        "exercise.toml": CARD,
        "data.toml": DATA,
        "source.py": SOURCE,
        "public/numbers.csv": "number\n1\n2\n3\n",
        "proctor/facts.toml": FACTS,
        "hidden/reference.py": HIDDEN,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def swap(path: Path, old: str, new: str) -> None:
    """Replace the one occurrence of old in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def everything_below(folders: Iterable[Path]) -> dict[str, bytes]:
    """Return every file below the folders, path to bytes."""
    found: dict[str, bytes] = {}
    for folder in folders:
        found |= {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found
