"""Find the value of a named field in a text: dates, sums, names, places, sentences.

Runs in the model worker; the text is hostile, patterns are linear. Every value stands in the text;
what is not there is None. What fools it: two values of one shape told apart by meaning alone.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from harness.models.features import Bank
from harness.models.skills.fields import WORDS_FOR, Field
from harness.models.skills.names import firm, firms, people, person, places
from harness.models.skills.retrieval import content_words, split_passages, stem
from harness.models.skills.shapes import (
    BROKEN,
    CALM,
    CODES,
    COURTESY,
    DATE,
    FIRMS,
    ID,
    KIN,
    MONEY,
    NUMBER,
    PEOPLE,
    PHONE,
    PLACES,
    SHAPES,
    THING,
    THINGS,
    URGENT,
    WANTS,
    WORDS,
)

_MOST_SENTENCES = 40
_LEAST_LIKE = 0.2


def find_value(bank: Bank, field: Field, text: str) -> object:
    """The value of one field, or None when the text does not hold it."""
    english = WORDS_FOR.get(field.name.replace("_", " ").lower())
    if english is not None:
        field = replace(field, name=english.replace(" ", "_"))
    if field.options:
        return _option(bank, field, text)
    if field.kind == "list":
        return find_all(bank, field, text)
    said = _found(bank, field.name.replace("_", " ").lower(), text)
    if field.kind == "boolean":
        return said is not None and not re.search(
            r"\b(?:not?|never|without)\b|n't", str(said), re.I
        )
    if field.kind in ("number", "integer"):
        number = _as_number(said) if said else None
        if number is None:
            near = _near_number(field.name, text)
            number = _as_number(near) if near else None
        return int(number) if number is not None and field.kind == "integer" else number
    return said


def find_all(bank: Bank, field: Field, text: str) -> list[object]:
    """All values of a field, in the order of the text, each once."""
    plain = field.name.replace("_", " ").lower()
    for pattern, shape in SHAPES:
        if re.search(pattern, plain):
            hits = [_mark(m).strip(" .,") for m in re.finditer(shape, text, re.I)]
            if pattern.startswith("order"):
                hits = [hit for hit in hits if not re.fullmatch(r"(?:19|20)\d\d", hit)]
            return list(dict.fromkeys(hits))
    if PEOPLE.search(plain):
        return list(people(text))
    if PLACES.search(plain):
        return list(places(text))
    if FIRMS.search(plain):
        return list(firms(text))
    if re.search(r"numbers?|figures?|values?", plain):
        return list(dict.fromkeys(re.findall(NUMBER, text)))
    if re.search(r"questions?", plain):
        return [p for p in _sentences(text) if p.endswith("?")]
    if THINGS.search(plain) or re.search(r"ingredients?|products?", plain):
        listed = _enumerated(text)
        return listed or list(dict.fromkeys(_mark(m) for m in THING.finditer(text)))
    if re.search(r"action|task|to.?do|step|request|demand|next", plain):
        return [s for s in _sentences(text) if WANTS.search(s)]
    if re.search(r"problem|issue|complaint|defect|error|bug|symptom", plain):
        return [s for s in _sentences(text) if BROKEN.search(s)]
    sentences = _sentences(text)
    if not sentences:
        return []
    similar = _likeness(bank, sentences, plain)
    order = [s for s, like in zip(sentences, similar, strict=True) if like >= _LEAST_LIKE + 0.1]
    return [str(one).strip(" .") for one in order]


def named_line(name: str, text: str) -> str | None:
    """What stands behind `Name:` or `Name -` at a line's or sentence's beginning."""
    words = r"[ _-]?".join(re.escape(w) for w in name.split())
    mark = re.search(
        rf"(?:^|[\n;,.|]\s{{0,4}})\W{{0,4}}{words}s?\b[^:\n]{{0,12}}[:=]"
        rf"[ \t*]{{0,4}}([^\n;|]{{1,160}})",
        text,
        re.I,
    )
    if not mark:
        return None
    value = re.split(
        r"(?<=[A-Za-z0-9%€$£])[.,] (?=[A-Z][\w ]{0,20}:)|(?<=[a-z]{3})\. (?=[A-Z])", mark[1]
    )[0]
    return value.strip(' .,*"') or None


def _found(bank: Bank, plain: str, text: str) -> str | None:
    line = named_line(plain, text)
    if re.search(r"priorit|urgen|severity", plain):
        return line or ("low" if CALM.search(text) else "high" if URGENT.search(text) else "medium")
    for pattern, shape in SHAPES:
        if re.search(pattern, plain):
            return _shaped(plain, shape, text, line)
    if line:
        return line
    if re.search(r"language", plain):
        return "English" if re.search(r"\b(?:the|and|is)\b", text) else None
    if FIRMS.search(plain):
        return firm(text)
    if PLACES.search(plain):
        return next(iter(places(text)), None)
    if re.search(r"address", plain):
        mark = re.search(
            r"\b\d{1,4} [A-Z][\w ]{2,30}|\b[A-Z][a-zß]+(?:straße|strasse|weg) \d+", text
        )
        return mark[0] if mark else None
    if re.search(r"problem|issue|complaint|defect|error|cause|reason|symptom", plain):
        return _sentence(bank, plain, text, BROKEN)
    if re.search(r"request|wish|wants?\b|action|ask\b|task|next|template|demand|todo", plain):
        return _sentence(bank, plain, text, WANTS)
    if THINGS.search(plain) and not re.search(r"subject", plain):
        mark = THING.search(text)
        if mark:
            return _mark(mark)
    if PEOPLE.search(plain):
        return person(text)
    return _sentence(bank, plain, text, None)


def _shaped(plain: str, shape: str, text: str, line: str | None) -> str | None:
    """The best match of a shape: in the named line, else near the field's own words."""
    if line and re.search(shape, line, re.I):
        hit = re.search(shape, line, re.I)
        return _money(plain, _mark(hit)) if hit else None
    if line and plain not in ("date", "order", "number"):
        return line
    marks = list(re.finditer(shape, text, re.I))
    if shape is ID:
        marks = [m for m in marks if not re.fullmatch(r"(?:19|20)\d\d", m[0])]
        marks = [m for m in marks if not _inside_phone(m.start(), text)]
        if re.search(r"iban", plain):
            marks = [m for m in marks if re.match(r"[A-Z]{2}\d\d", m[0])]
    if shape is PHONE:
        marks = [m for m in marks if not re.fullmatch(DATE, m[0], re.I)]
    if shape is MONEY and not marks and not re.search(r"currency", plain):
        near = _near_number(plain, text)
        return near
    if not marks:
        return None
    cues = {stem(word) for word in content_words(plain)}
    kin = KIN[next(k for k in KIN if re.search(k, plain))]

    def nearness(mark: re.Match[str]) -> tuple[int, int]:
        before = re.findall(r"[a-z]+", text[max(0, mark.start() - 30) : mark.start()].lower())
        return sum(w in kin or stem(w) in cues for w in before), -mark.start()

    best = max(marks, key=nearness)
    return _money(plain, _mark(best))


def _inside_phone(at: int, text: str) -> bool:
    return any(m.start() <= at < m.end() for m in re.finditer(PHONE, text) if " " in m[0])


def _money(plain: str, value: str) -> str:
    if not re.search(r"currency", plain):
        return value.strip().rstrip(".,")
    code = re.search(r"EUR|USD|GBP|CHF", value, re.I)
    if code:
        return code[0].upper()
    return next((c for sign, c in CODES.items() if sign in value.lower()), value)


def _near_number(name: str, text: str) -> str | None:
    """The number nearest to one of the field's words."""
    cues = {stem(w) for w in content_words(name.replace("_", " "))} or {name}
    best: tuple[int, str] | None = None
    for mark in re.finditer(rf"{NUMBER}|\b(?:{'|'.join(WORDS)})\b", text):
        around = text[max(0, mark.start() - 30) : mark.end() + 30]
        near = [abs(around.find(w) - 30) for w in content_words(around) if stem(w) in cues]
        if near and (best is None or min(near) < best[0]):
            best = (min(near), mark[0])
    return best[1].rstrip(".,") if best else None


def _as_number(said: object) -> float | int | None:
    low = str(said).lower()
    mark = re.search(NUMBER, low)
    if not mark:
        return next((n for w, n in WORDS.items() if re.search(rf"\b{w}\b", low)), None)
    digits = mark[0].rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d{1,2}", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        value = float(digits)
    except ValueError:
        return None
    value *= 1_000_000 if "million" in low else 1
    return int(value) if value.is_integer() and "." not in digits else value


def _mark(mark: re.Match[str]) -> str:
    return next((g for g in mark.groups() if g), mark[0]).strip()


def _enumerated(text: str) -> list[object]:
    """The things of a list: its bullets, or what stands between commas."""
    bullets = re.findall(r"^[ \t]*(?:[-*•]|\d{1,2}[.)x])[ \t]*(\S[^\n]{0,80})$", text, re.M)
    if bullets:
        return [b.strip(" .") for b in bullets]
    mark = re.search(r"((?:[\w' -]{2,40}, ){1,15}[\w' -]{2,40},? and [\w' -]{2,40})", text)
    if not mark:
        return []
    parts = re.split(r", (?:and )?| and ", mark[1])
    parts[0] = re.sub(
        r"^.*\b(?:need|needs|buy|bought|ordered|order|want|with|of|are|have|had|"
        r"packed|from|put in)\b ",
        "",
        parts[0],
    )  # fmt: skip
    return [re.sub(r"^(?:some|an?|the) ", "", p.strip()) for p in parts if p.strip()]


def _sentences(text: str) -> list[str]:
    passages = [p.text for p in split_passages(text)][:_MOST_SENTENCES]
    return [s for s in passages if not COURTESY.match(s)] or passages


def _likeness(
    bank: Bank, sentences: list[str], plain: str
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    probe = {
        "cause": "the reason why it happens",
        "template": "what the customer wants us to reply",
        "problem": "something is broken or went wrong",
        "issue": "something is broken or went wrong",
    }
    asked = next((v for k, v in probe.items() if k in plain), plain)
    vectors = bank.features.encoder.encode([*sentences, asked])
    return np.asarray(vectors[:-1] @ vectors[-1])


def _sentence(bank: Bank, plain: str, text: str, cue: re.Pattern[str] | None) -> str | None:
    """The sentence that speaks of the field; None when no sentence does."""
    sentences = _sentences(text)
    if not sentences:
        return None
    similar = _likeness(bank, sentences, plain)
    if cue is not None:
        similar = similar + 0.4 * np.array([bool(cue.search(s)) for s in sentences], np.float32)
    best = int(similar.argmax())
    if "cause" not in plain and similar[best] < _LEAST_LIKE:
        return None
    return sentences[best].strip(" ,.")


def _option(bank: Bank, field: Field, text: str) -> str:
    """The value of a closed list that the text is nearest to."""
    if re.search(r"priorit|urgen|severity", field.name, re.I):
        wanted = _found(bank, "priority", text)
        same = [o for o in field.options if o.lower() == wanted]
        if same:
            return same[0]
    said = [o for o in field.options if re.search(rf"\b{re.escape(o)}\b", text, re.I)]
    if len(said) == 1:
        return said[0]
    names = [f"{field.name.replace('_', ' ')}: {o.replace('_', ' ')}" for o in field.options]
    vectors = bank.features.encoder.encode([text[:1_200], *names])
    prior = _usual(bank, field.options, text)
    return field.options[int((vectors[1:] @ vectors[0] + prior).argmax())]


def _usual(
    bank: Bank, options: tuple[str, ...], text: str
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """What words such as 'negative' usually mean, for the options that the bank knows."""
    names = bank.heads.after("concept.")
    odds = bank.heads.log_odds(bank.features.rows([text[:1_200]]), "concept.")[0]
    known = [names.index(o.lower()) if o.lower() in names else None for o in options]
    return np.array(
        [0.0 if k is None else 0.15 * np.clip(odds[k], -4, 4) for k in known], np.float32
    )
