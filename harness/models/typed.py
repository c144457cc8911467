"""Chat spellings and common slips of a short turn, written out.

Runs in the model worker (zone G); the text is hostile; each pattern is one word.
"""

from __future__ import annotations

import re

_SLIPS: tuple[tuple[str, str], ...] = (
    ("r", "are"), ("u", "you"), ("ur", "your"), ("whats", "what is"), ("wheres", "where is"),
    ("whens", "when is"), ("hows", "how is"), ("whos", "who is"), ("till", "until"),
    ("wich", "which"), ("teh", "the"), ("wen", "when"), ("wat", "what"), ("wot", "what"),
    ("abt", "about"), ("sry", "sorry"), ("sori", "sorry"), ("pls", "please"), ("plz", "please"),
    ("shoud", "should"), ("shuld", "should"), ("doesnt", "doesn't"), ("dont", "don't"),
    ("isnt", "isn't"), ("wasnt", "wasn't"), ("cant", "can't"), ("wont", "won't"),
    ("didnt", "didn't"), ("thats", "that's"), ("im", "I'm"), ("ive", "I've"), ("youre", "you're"),
    ("hav", "have"), ("opn", "open"), ("coud", "could"), ("shure", "sure"), ("wrogn", "wrong"),
    ("agian", "again"), ("becuase", "because"), ("tmrw", "tomorrow"), ("thx", "thanks"),
    ("summerise", "summarise"), ("sumarise", "summarise"), ("summerize", "summarize"),
    ("recieve", "receive"), ("adress", "address"), ("calcualte", "calculate"), ("nr", "number"),
)  # fmt: skip
_PATTERN = re.compile(r"(?<![\w'’-])(?:" + "|".join(slip for slip, _ in _SLIPS) + r")(?![\w'’-])", re.I)
_PUT = dict(_SLIPS)


def written_out(text: str) -> str:
    """A turn with its chat spellings written out."""
    return _PATTERN.sub(lambda m: _PUT[m[0].lower()], text)
