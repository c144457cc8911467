"""Several wordings of one text, or several titles of it, numbered, where an order names how many.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. Wordings differ by
tone and by stock openings, titles by the sentence they are made of. What fools it: a text whose
wit is what is to be varied.
"""

from __future__ import annotations

import re

from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import condense
from harness.models.skills import rewriting_tone as tone
from harness.models.skills.digest_cut import title_of
from harness.models.skills.lengths import Limits, limits_asked
from harness.models.skills.outcome import Outcome
from harness.models.skills.rewriting_forms import begun
from harness.models.skills.summarise import sentences_of
from harness.models.skills.summarising_rank import ranked_by_news

_MOST_CHARS = 3_000
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_ORDER = re.compile(
    r"\b(?P<n>two|three|four|five|[2-5]) (?:[a-z-]+,? ){0,3}?(?:(?P<title>subject lines?|titles|"
    r"headlines)|alternatives|versions|variants|wordings|phrasings|rewrites|rewordings|"
    r"(?:other |different )?ways (?:to|of) (?:say|saying|put|putting|word|wording))\b",
    re.I,
)
_QUOTED = re.compile(r"[\"“](?P<text>[^\"“”]{8,2000})[\"”]")
_SHOUT = re.compile(r"^(?:error|warning|notice|attention|note)\s?[:!-]+\s*", re.I)
_FAILS = (
    (re.compile(r"\b(?:operation |process )?(?:was )?unsuccessful\b", re.I), "did not work"),
    (re.compile(r"\b(?:has )?failed\b", re.I), "did not work"),
    (re.compile(r"\bsuccessful(?:ly)?\b", re.I), "all done"),
    (re.compile(r"\b(?:invalid|incorrect)\b", re.I), "not quite right"),
    (re.compile(r"\b(?:denied|forbidden)\b", re.I), "not allowed"),
    (re.compile(r"\bretry\b", re.I), "please try again"),
)


def varied(bank: Bank, reading: Reading) -> Outcome | None:
    """So many wordings or titles of a text; None where an order wants none."""
    messages = reading.prompt.messages
    if [role for role, _ in messages] != ["user"] or len(messages[0][1]) > _MOST_CHARS:
        return None
    said = messages[0][1].strip()
    order = _ORDER.search(said[:300])
    text = _text_of(said) if order else ""
    if order is None or len(text.split()) < 3 or order.start() > max(0, said.find(text)):
        return None
    low = order["n"].lower()
    number = int(low) if low.isdigit() else _NUMBERS[low]
    asked = said.replace(text, " ")
    made = _titles(bank, text, asked) if order["title"] else _wordings(text, asked)
    if len(made) < number:
        return None
    told = "\n".join(f"{i}. {line}" for i, line in enumerate(made[:number], 1))
    return Outcome(told, told, task="rewrite")


def _text_of(said: str) -> str:
    """What is to be varied: quoted, behind an empty line, or behind the first colon."""
    if quote := max(_QUOTED.finditer(said), key=lambda m: len(m[0]), default=None):
        return quote["text"].strip()
    head, gap, body = said.partition("\n\n")
    if not gap:
        head, gap, body = said.partition(":")
    return body.strip() if gap and len(head) < 300 else ""


def _titles(bank: Bank, text: str, asked: str) -> list[str]:
    """Titles of the sentences, the news first, then shorter ones of the first."""
    passages = [condense.without_aside(p) for p in sentences_of(text)]
    most = limits_asked(asked).words or 9
    ranked = ranked_by_news(bank, passages, asked, None)
    ways = [([i], most) for i in ranked[:4]] + [(ranked[:1], n) for n in (most - 2, most - 3, 4)]
    made = [title_of(passages, order, Limits(words=max(3, n))) for order, n in ways if passages]
    return list(dict.fromkeys(line for line in made if line))


def _wordings(text: str, asked: str) -> list[str]:
    """The text in several tones, no two alike."""
    bare = _SHOUT.sub("", text.strip())
    bare = bare.lower() if bare.isupper() else bare
    for pattern, put in _FAILS:
        bare = pattern.sub(put, bare)
    bare = tone.tidy(bare)
    small = bare[:1].lower() + bare[1:] if not re.match(r"I\b|[A-Z]\w*[A-Z]", bare) else bare
    warm = re.search(r"friendl|polite|warm|nice|soft|kind", asked, re.I) is not None
    tones = (tone.polite, tone.casual, tone.formal, tone.short, tone.plain)
    made = [begun(tone.tidy(changed(bare))) for changed in tones]
    opened = [f"Sorry, {small}", f"Oops, {small}", f"Just so you know: {small}"]
    opened = opened if warm else [f"Please note: {small}", f"In short: {small}", f"Again: {small}"]
    is_failure = any(put in bare for _, put in _FAILS)
    first = 3 if is_failure else 2
    wanted = [*opened[:first], *made, *opened[first:]] if warm else [*made, *opened]
    seen: dict[str, str] = {}
    for line in wanted:
        key = re.sub(r"\W+", " ", line.lower()).strip()
        if key and key != re.sub(r"\W+", " ", text.lower()).strip():
            seen.setdefault(key, line)
    return list(seen.values())
