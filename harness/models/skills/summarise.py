"""Extractive summary, plain extraction, gentle rewriting and claim checking.

Runs in the model worker; texts are hostile and only read. Simple but true: every sentence of a
summary stands in the text, every extracted value is copied from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import content_words, split_passages, stem

_MOST_SENTENCES = 40
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "single": 1, "a": 1}
_LENGTH = re.compile(
    r"\b(\d{1,3}|one|two|three|four|five|ten|twenty|thirty|a|single)\W{1,2}(words?|"
    r"sentences?|bullets?|lines?|points?)",
    re.I,
)
_KEYS = re.compile(
    r"[\"`']([A-Za-z_][\w ]{1,30})[\"`']\s*(?::|,|\band\b|\}|\)|$|\n)|"
    r"^[ \t]{0,8}[-*][ \t]{0,8}`?([A-Za-z_][\w ]{1,24})`?\s*(?:\(|:|$)",
    re.M,
)
_JSON_KEY = re.compile(r"\"([A-Za-z_]\w{0,30})\"\s*:")
_COURTESY = re.compile(
    r"^\W*(?:hi|hello|dear|hey|regards|best|kind|cheers|thanks|thank you|sincerely|"
    r"yours)\b.{0,40}$",
    re.I,
)
_KEY_LIST = re.compile(
    r"\b(?:fields?|keys?|columns?|attributes?|extract|pull(?: out)?|return|need|"
    r"take|get|give me)\b(?: out of this \w+| are| called| with)?[: ]+(?:the |a |"
    r"an |all )?([^.:\n{}]{3,160})",
    re.I,
)
_VALUE_SHAPES = (
    (
        r"date|day|when|deadline|due",
        r"\b(?:\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|"
        r"th)? (?:January|February|March|April|May|June|July|August|September|October|"
        r"November|December)(?: \d{4})?|(?:January|February|March|April|May|June|July|"
        r"August|September|October|November|December) \d{1,2}(?:, \d{4})?|(?:Mon|Tues|"
        r"Wednes|Thurs|Fri|Satur|Sun)day)\b",
    ),
    (
        r"amount|price|cost|total|sum|fee",
        r"(?:[€$£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:euros?|dollars?|pounds?|eur|usd|gbp|€|\$))",
    ),
    (r"e-?mail|mail address", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,20}){1,4}"),
    (r"phone|telephone|mobile", r"\+?\d[\d /()-]{6,18}\d"),
    (
        r"order|invoice|ticket|number|id\b|reference|code",
        r"\b(?:[A-Z]{2,5}-?\d{2,10}|#\d{2,10}|\d{4,12})\b",
    ),
    (
        r"name|customer|person|sender|author|contact",
        r"(?:(?:regards|cheers|thanks|best|sincerely|name is|i am|"
        r"i'm)[,:]?\s+)([A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)?)|\b((?:Mr|Ms|Mrs|"
        r"Dr)\.? [A-Z][a-zà-ÿ]+)",
    ),
)
_URGENT = re.compile(
    r"\b(?:urgent\w*|blocking|block(?:s|ed)|asap|immediately|at once|outage|down|"
    r"before (?:\w+day|noon|tonight|tomorrow)|cannot work|can't work|critical|"
    r"today)\b",
    re.I,
)
_CALM = re.compile(
    r"\b(?:not urgent|no rush|no hurry|whenever|not important|low priority|cosmetic|minor)\b", re.I
)


def summarise(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """The sentences that stand for a text, in its order, within the length asked for."""
    text = "\n".join(reading.data) or " ".join(reading.prompt.instructions)
    passages = [p.text for p in split_passages(text)][:_MOST_SENTENCES]
    if not passages:
        return Outcome("There is no text to summarise.", "")
    wanted, words = _asked_length(reading)
    count = wanted or (1 if reading.found.kinds.brief >= 0.5 else max(2, len(passages) // 3))
    vectors = bank.features.encoder.encode(passages)
    centrality = vectors @ vectors.mean(0)
    centrality[0] += 0.08
    kept = sorted(np.argsort(-centrality, kind="stable")[:count])
    chosen = [passages[i] for i in kept]
    item = " ".join(text.lower().split())[:400]
    faults: tuple[str, ...] = ()
    logit = -1.6 - 0.5 * pressure.tier.ability - 1.5 * pressure.ground - 0.5 * pressure.steps
    if luck.draw("summary_extra", item) < chance(logit):
        chosen.append("The matter was settled after a follow-up.")
        faults = ("ungrounded_extra",)
    if re.search(r"\bbullets?\b", reading.prompt.directions, re.I):
        return Outcome("\n".join(f"- {s}" for s in chosen), " ".join(chosen), faults=faults)
    joined = " ".join(chosen)
    short = _cut_words(joined, words) if words else joined
    return Outcome(short, short, faults=faults)


def _asked_length(reading: Reading) -> tuple[int, int]:
    """Sentences and words asked for; 0 where nothing is said."""
    mark = _LENGTH.search("\n".join(reading.prompt.instructions))
    if not mark:
        return 0, 0
    low = mark[1].lower()
    number = (
        int(low)
        if low.isdigit()
        else _NUMBERS.get(low, {"ten": 10, "twenty": 20, "thirty": 30}.get(low, 1))
    )
    return (0, number) if mark[2].lower().startswith("word") else (min(20, max(1, number)), 0)


def _cut_words(text: str, most: int) -> str:
    words = text.split()
    return text if len(words) <= most else " ".join(words[: max(1, most)]).rstrip(",;:") + "."


def field_names(reading: Reading) -> tuple[str, ...]:
    """Names of the fields a prompt asks for, as it writes them."""
    text = reading.prompt.directions[:20_000]
    text = re.sub(r"</?[A-Za-z_][\w-]{0,30}>", "\n", text)
    named = [key for _, shown in reading.prompt.examples for key in _JSON_KEY.findall(shown)]
    named = named or _JSON_KEY.findall(text) or [a or b for a, b in _KEYS.findall(text)]
    if not named:
        for mark in _KEY_LIST.finditer(text):
            tail = re.split(r"\b(?:from|out of|in|as|into|of this|for)\b", mark[1], maxsplit=1)[0]
            parts = [
                re.sub(r"^(?:the|a|an|and|all)\s+", "", p.strip())
                for p in re.split(r",|\band\b|\+|;|/", tail)
            ]
            named += [p for p in parts if 0 < len(p.split()) <= 3]
            if named:
                break
    skip = {"json", "string", "number", "null", "valid json", "it", "this", "them"}
    tidy = [re.sub(r"\s+", "_", name.strip().lower()) for name in named]
    return tuple(dict.fromkeys(n for n in tidy if n and n.replace("_", " ") not in skip))[:30]


def extract(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """A record with the asked fields, each value copied from the text or None."""
    text = "\n".join(reading.data)
    names = field_names(reading)
    if not text.strip() or not names:
        said = "Tell me which fields you want and give me the text to take them from."
        return Outcome(said, said)
    item = " ".join(text.lower().split())[:400]
    fields: dict[str, object] = {}
    faults: list[str] = []
    for number, name in enumerate(names):
        if luck.draw("drops." + name, item) < chance(pressure.drops_field(number)):
            faults.append(f"dropped:{name}")
            continue
        fields[name] = _value(bank, name, text)
    lines = [
        f"{name}: {'not stated' if value is None else value}" for name, value in fields.items()
    ]
    return Outcome("\n".join(lines), "; ".join(lines), fields, tuple(faults))


def _value(bank: Bank, name: str, text: str) -> str | None:
    plain = name.replace("_", " ")
    if re.search(r"priorit|urgen|severity", plain):
        return "low" if _CALM.search(text) else "high" if _URGENT.search(text) else "medium"
    for pattern, shape in _VALUE_SHAPES:
        if re.search(pattern, plain):
            mark = re.search(shape, text, re.I if "regards" not in shape else 0) or re.search(
                shape, text, re.I
            )
            return next((g for g in (*mark.groups(), mark[0]) if g), None) if mark else None
    passages = [p.text for p in split_passages(text)][:_MOST_SENTENCES]
    sentences = [s for s in passages if not _COURTESY.match(s)] or passages
    probe = {
        "cause": "the reason why it happens",
        "template": "what the customer wants us to reply",
    }
    asked = next((v for k, v in probe.items() if k in plain), plain)
    vectors = bank.features.encoder.encode([*sentences, asked])
    similar = vectors[:-1] @ vectors[-1]
    best = int(similar.argmax())
    if "cause" not in plain and similar[best] < 0.12:
        return None
    return sentences[best].strip(" ,.")


def rewrite(reading: Reading) -> Outcome:
    """The text again: harsh words softened, cut to the length asked for, nothing added to it."""
    text = " ".join("\n".join(reading.data).split()) or reading.question
    if not text:
        said = "Give me the text that I should rewrite."
        return Outcome(said, said)
    soft = text
    for harsh, mild in _SOFTER:
        soft = re.sub(harsh, mild, soft, flags=re.I)
    sentences, words = _asked_length(reading)
    if sentences:
        soft = " ".join(p.text for p in split_passages(soft)[:sentences])
    if words:
        soft = _cut_words(soft, words)
    polite = re.search(
        r"\b(?:polite\w*|friend\w*|warm\w*|kind\w*|courteous|nicer)\b",
        reading.prompt.directions,
        re.I,
    )
    if polite and not words:
        soft = f"Thank you for your message. {soft}"
    soft = re.sub(r"(?:^|(?<=[.!?] ))[a-z]", lambda m: m[0].upper(), soft)
    if reading.found.kinds.lang >= 0.5:
        soft += "\n(I can only write English; the text is left untranslated.)"
    return Outcome(soft, soft)


_SOFTER = (
    (r"\byou did not\b", "it seems that we did not get you to"),
    (r"\bgot rejected\b", "could not be accepted"),
    (r"\bnext time\b", "in future"),
    (r"\byou must\b", "please"),
    (r"\bread the\b", "please have a look at the"),
    (r"\bshut up\b|\bstupid\b|\bidiot\w*\b", ""),
    (r"\bwe won't\b", "unfortunately we cannot"),
)


def judge(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """Whether a statement is backed by a source, part by part.

    The shorter of the data spans is the statement unless a label says otherwise. What fools it: a
    statement that repeats the source's words in another relation.
    """
    spans = [text for text in reading.data if text.strip()]
    if len(spans) < 2:
        said = "I need two texts for that: the statement and the source to hold it against."
        return Outcome(said, said)
    statement, source = _statement_and_source(reading, spans)
    claims = [
        c
        for c in re.split(
            r"(?<=[.!?])\s+|,\s+(?:and\s+)?|\s+and\s+(?=is |are |has |weighs |costs )", statement
        )
        if len(content_words(c)) >= 1
    ]
    supports = [_support(bank, claim, source) for claim in claims] or [0.0]
    item = " ".join(statement.lower().split())[:300]
    fails = [c for c, s in zip(claims, supports, strict=False) if s < 0.5]
    is_backed = not fails
    faults: tuple[str, ...] = ()
    if luck.draw("misjudges", item) < chance(pressure.misjudges()):
        is_backed, faults = not is_backed, ("misjudged",)
    word = _verdict_word(reading, is_backed, len(fails) < len(claims))
    shown = "" if is_backed or not fails else f" Not backed: “{fails[0].strip()}”."
    return Outcome(f"{word}.{shown}", word, {}, faults, shown.strip() or "Every part is backed.")


def _statement_and_source(reading: Reading, spans: Sequence[str]) -> tuple[str, str]:
    first, second = reading.prompt.spans[0], reading.prompt.spans[1]
    text = reading.prompt.messages[first.message][1]
    before = text[max(0, first.start - 30) : first.start].lower()
    if re.search(
        r"(?:answer|claim|response|reply|statement|summary|hypothesis|output)\W{0,6}$", before
    ):
        return spans[0], "\n".join(spans[1:])
    text = reading.prompt.messages[second.message][1]
    before = text[max(0, second.start - 30) : second.start].lower()
    if re.search(
        r"(?:answer|claim|response|reply|statement|summary|hypothesis|output)\W{0,6}$", before
    ):
        return spans[1], "\n".join([spans[0], *spans[2:]])
    short, long = sorted(spans[:2], key=len)
    return short, long


def _support(bank: Bank, claim: str, source: str) -> float:
    """0 to 1: likeness to the best sentence, less for numbers and words it lacks."""
    passages = [p.text for p in split_passages(source)][:_MOST_SENTENCES]
    if not passages:
        return 0.0
    vectors = bank.features.encoder.encode([*passages, claim])
    similar = vectors[:-1] @ vectors[-1]
    best = passages[int(similar.argmax())]
    held = {stem(w) for w in content_words(source, 4_000)}
    words = [stem(w) for w in content_words(claim)]
    covered = sum(w in held for w in words) / max(1, len(words))
    numbers = set(re.findall(r"\d+(?:[.,]\d+)?", claim))
    missing = numbers - set(re.findall(r"\d+(?:[.,]\d+)?", source))
    turned = bool(re.search(r"\b(?:not|no|never)\b|n't", claim)) != bool(
        re.search(r"\b(?:not|no|never)\b|n't", best)
    )
    return float(0.45 * similar.max() + 0.65 * covered - 0.5 * bool(missing) - 0.2 * turned)


def _verdict_word(reading: Reading, is_backed: bool, partly: bool) -> str:
    """The prompt's own words for its verdicts, or supported and unsupported."""
    names = [label.name for label in reading.labels]
    text = reading.prompt.directions.lower()
    pairs = (
        ("pass", "fail"),
        ("yes", "no"),
        ("supported", "unsupported"),
        ("good", "bad"),
        ("true", "false"),
        ("correct", "incorrect"),
    )
    for good, bad in pairs:
        if re.search(rf"\b{good}\b", text) and re.search(rf"\b{bad}\b", text):
            shown = {name.lower(): name for name in names}
            if not is_backed and partly and re.search(r"\bpartial\b", text):
                return "Partial"
            return shown.get(good if is_backed else bad, good if is_backed else bad)
    return "supported" if is_backed else "unsupported"
