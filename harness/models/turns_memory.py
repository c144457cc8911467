"""What the user told of themselves over the turns of a conversation, and how it is given back.

Runs in the model worker (zone G); the text is hostile and capped. What was told later changes what
was told before (a moved date, two more people, a dog given away); a question about it is answered
with the sentences that it is about, said to "you". What fools it: a change in other words than the
fact it changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills.honest import infinitive
from harness.models.turns_facts import updated
from harness.models.turns_values import COMMON, stems, values

_MOST_CHARS = 4_000
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|im|i've|i'd|my|mine|me|we|we're|we've|our|us|ours)\b", re.I)
_KEEP = re.compile(
    r"^\W*(?:(?:please|ok(?:ay)?|hi|hey|hello|so|and|also|now|just)\b[ ,]{0,2}){0,3}"
    r"(?:remember|note|keep in mind|memori[sz]e|save|store|write down|don'?t forget|update|fyi|"
    r"for (?:later|your information)|for the record|two facts|some facts|to begin|correction|"
    r"change)"
    r"(?: (?:this|that|it|the following|these|for (?:me|later)|please|down)){0,"
    r"3}\s*[:,-]?\s*(?:that )?",
    re.I,
)
_ASKS = re.compile(
    r"^\W*(?:(?:so|and|ok(?:ay)?|thanks?|great|now|right|then|well|hey|please|wait|but|one "
    r"more thing|"
    r"remind me|quick(?:ly)?|just|also)\b[\s,.!:]{0,3}){0,4}(?:who|whose|whom|which|what|"
    r"whats|what's|"
    r"when|where|why|how|is|am|are|do|does|did|was|were|can you (?:tell|remind|repeat|recap)|"
    r"tell me|"
    r"remind|recap|repeat|sum (?:it|that|this|everything|all)|list|give me|say|summari[sz]e|name|"
    r"on which|at what|in which|for how|to whom|with whom)\b",
    re.I,
)
_ALL = re.compile(
    r"\b(?:recap|everything|all (?:of )?(?:that|it|this|i|we|my)|summari[sz]e|sum (?:it|that|this)|"
    r"so far|what (?:do you know|did i (?:tell|say)|have i (?:told|said))|remind me|plan)\b",
    re.I,
)
_NAME = re.compile(
    r"\bwho am i\b|\bmy (?:first |last |own )?name\b|\bwhat am i called\b|\bcalled me\b", re.I
)
_I_AM = re.compile(
    r"\b(?:i(?:'m| am)|my name is|my name's|call me|this is|name:|"
    r"it's)\s+(?P<name>[A-ZÀ-Þ][\w'’-]{1,24}"
    r"(?: [A-ZÀ-Þ][\w'’-]{1,24})?)"
)
_MORE = re.compile(
    r"\b(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|another|a couple) "
    r"(?:\w+ )?(?P<way>more|extra|additional|fewer|less)\b",
    re.I,
)
_FEWER = re.compile(
    r"\b(?P<n>\d{1,3}|one|two|three|four|five|six) (?:of (?:them|us|the \w+) )?(?:\w+ "
    r")?(?:can'?t come|"
    r"cannot come|cancel\w*|dropped out|is out|are out|won'?t come|backed out|left)\b",
    re.I,
)
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_GONE = re.compile(
    r"\b(?:gave|given|sold|lost|returned|cancelled|canceled|dropped|no longer (?:have|need|own)|"
    r"got rid of|threw (?:away|out)|don'?t have)\b (?:away )?(?:my |the |our "
    r")?(?P<what>[\w'’-]{2,24}"
    r"(?: [\w'’-]{2,24})?)",
    re.I,
)
_TURNED = (
    (r"\bI am\b|\bI'm\b|\bIm\b", "you are"), (r"\bI was\b", "you were"), (r"\bI've\b", "you have"),
    (r"\bI'd\b", "you would"), (r"\bI'll\b", "you will"), (r"\bwe(?:'re| are)\b", "you are"),
    (r"\bwe've\b", "you have"), (r"\bwe'll\b", "you will"),
    (r"\b(?:I|we)\b", "you"), (r"\b(?:my|our)\b", "your"), (r"\b(?:mine|ours)\b", "yours"),
    (r"\b(?:me|us)\b", "you"), (r"\bmyself\b", "yourself"),
)  # fmt: skip
_GREETS = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|ok(?:ay)?|well|so|oh|ah|"
    r"thanks|yes|"
    r"actually|sorry|by the way|btw|and|also|just so you know|no)\b(?: (?:there|again|"
    r"you))?[\s,.!:-]+",
    re.I,
)


def is_told(turn: str) -> bool:
    """Whether a turn tells something and asks for nothing."""
    bare = _KEEP.sub("", turn.strip())
    if not bare or "?" in bare or len(bare) > 800 or len(bare.split()) < 2:
        return False
    keeps = bare != turn.strip()
    sentences = re.split(r"(?<=[.!])\s+|\n+", bare)
    if any(infinitive(_GREETS.sub("", one)) for one in sentences):
        return False
    return keeps or bool(_FIRST_PERSON.search(bare))


def asks_back(turn: str) -> bool:
    """Whether a turn asks about what was told."""
    return bool(
        len(turn.split()) <= 40
        and len(turn) < 300
        and (_ASKS.match(turn) or turn.rstrip().endswith("?"))
        and not re.search(r"[\"“][^\"”]{20,}[\"”]", turn)
        and not any(len(led.split()) >= 8 and not _ASKS.match(led) for led in turn.split(": ")[1:])
    )


def recalled(turns: Sequence[str], question: str) -> str:
    """What the user told that a question is about, said to "you"; empty where nothing fits.

    Args:
        turns: the user's turns before the question, oldest first.
        question: the last turn.
    """
    told = [turn for turn in turns if is_told(turn) or _is_change(turn)]
    if not told or not is_told(told[0]) or sum(map(len, told)) > _MOST_CHARS:
        return ""
    material = merged(told)
    sentences = [s.strip() for s in re.split(r"(?<=[.!])\s+|\n+", material) if s.strip()]
    wanted = _senses(question)
    chosen = [s for s in sentences if _senses(s) & wanted]
    named = [s for s in sentences if _I_AM.search(s)] if _NAME.search(question) else []
    parts = [p for p in re.split(r",\s+|\band\b|;|\?", question) if len(p.split()) >= 2]
    if _ALL.search(question) or (len(parts) >= 3 and chosen):
        chosen = sentences
    mine = _FIRST_PERSON.search(question)
    if not chosen and not named and mine and len(sentences) <= 3 and not (wanted - _ASKED):
        chosen = sentences
    kept = [s for s in sentences if s in chosen or s in named]
    if not kept and mine and len(sentences) <= 3 and not _OWN_THING.search(question):
        return f"What you told me: {' '.join(to_you(s) for s in sentences)}"
    if not kept:
        return ""
    alone = _alone(kept, question) if _ONLY.search(question) else ""
    return alone or " ".join(to_you(s) for s in kept[:8])


_OWN_THING = re.compile(r"\b(?:my|our) (?!name)\w+", re.I)
_ONLY = re.compile(r"\b(?:only|just|nothing but)\b", re.I)


def _alone(sentences: Sequence[str], question: str) -> str:
    """The bare value of what is asked: of "my ref is T-20" the "T-20"."""
    text = " ".join(sentences)
    for word in re.findall(r"[a-z]{3,20}", question.lower()):
        found = re.search(rf"\b{word}(?: (?:number|code))? (?:is|are|=|:) ?(\S+)", text, re.I)
        if found and word not in ("what", "who", "which"):
            return found[1].strip(" .,;")
    return ""


_ASKED = stems("name who where what when which old live work told say said know tell remember am")


def _senses(text: str) -> set[str]:
    kin = {"livi": "live", "call": "name", "named": "name", "called": "name"}
    return {kin.get(one, one) for one in stems(text)} - COMMON - _PLAIN


_PLAIN = stems(
    "what who which when where how many much do does did my your mine me am is are the on in at of "
    "two both now again please tell say recap line one so far remind said told know and us we our"
)


def merged(told: Sequence[str]) -> str:
    """All that was told as one text, with later changes put in."""
    out = ""
    for turn in told:
        bare = _KEEP.sub("", turn.strip())
        for sentence in re.split(r"(?<=[.!])\s+|\n+", bare):
            line = _GREETS.sub("", sentence.strip())
            line = re.sub(r"^\W+", "", line)
            if not re.search(r"\w", line) or re.fullmatch(
                r"(?:hi|hello|thanks?|ok(?:ay)?|update)\W*", line, re.I
            ):
                continue
            line = f"{line[:1].upper()}{line[1:]}"
            line = line if line.endswith((".", "!")) else f"{line}."
            out = _with(out, line, is_first=turn is told[0])
    return out.strip()


def _with(material: str, line: str, *, is_first: bool) -> str:
    """A text with one more sentence, or with what the sentence changes."""
    if not material or is_first:
        return f"{material} {line}".strip()
    more = _MORE.search(line) or _FEWER.search(line)
    if more:
        return _counted(material, line, more)
    gone = _GONE.search(line)
    lost = next(
        (w for w in gone["what"].split() if stems(w) and stems(w) <= stems(material)), ""
    ) if gone else ""  # fmt: skip
    if lost:
        material = _without(material, lost)
        left = re.sub(rf"^.*?{re.escape(lost)}[^,;]{{0,30}}(?:[,;]|\band\b)\s*", "", line).strip()
        if len(left.split()) >= 3 and left != line:
            left = re.sub(r",? instead(?=\.)", "", left)
            left = left if re.match(r"(?:i|we|my)\b", left, re.I) else f"I {left}"
            return f"{material} {left[:1].upper()}{left[1:]}".strip()
        return material
    noun = _numbered(material, line)
    if noun:
        return noun
    later = re.match(r"(?:make|let) (?:it|that) (?:be )?(?P<new>\d{1,2}[:.]\d\d)", line, re.I)
    hour = re.search(r"\bat (?P<old>\d{1,2})(?![\d:.]\d)\b", material) if later else None
    if later and hour:
        return material[: hour.start("old")] + later["new"] + material[hour.end("old") :]
    return updated(material, line)


def _numbered(material: str, line: str) -> str:
    """A text with another number before the same noun: "three chairs" for "two chairs"."""
    count = r"\d{1,4}|" + "|".join(_WORDS[1:])
    for new in re.finditer(rf"\b(?P<n>{count}) (?P<noun>[a-z]{{3,20}})\b", line, re.I):
        root = re.escape(new["noun"].rstrip("s")[:6])
        old = re.search(rf"\b(?P<n>{count}) (?={root})", material, re.I)
        if old and old["n"].lower() != new["n"].lower():
            return material[: old.start("n")] + new["n"] + material[old.end("n") :]
    return ""


def raised(material: str, line: str) -> str:
    """A text with a number changed by what a sentence adds; empty where it adds nothing."""
    more = _MORE.search(line) or _FEWER.search(line)
    changed = _counted(material, line, more) if more else ""
    return changed if changed and line not in changed else ""


def _counted(material: str, line: str, more: re.Match[str]) -> str:
    """A text with a number in it raised or lowered: "two more are coming"."""
    word = more["n"].lower()
    step = (
        int(word)
        if word.isdigit()
        else {"another": 1, "a couple": 2}.get(word, _WORDS.index(word) if word in _WORDS else 0)
    )
    way = more.groupdict().get("way")
    step = -step if way is None or way.lower() in ("fewer", "less") else step
    counts = [
        m
        for m in re.finditer(
            r"(?<![\w:.,-])(?P<n>\d{1,4}|"
            + "|".join(_WORDS[1:])
            + r")(?= [a-z])(?! ?(?:am|pm|o'clock|euros?|minutes|hours|years?)\b)",
            material,
        )
    ]
    wanted = stems(line)
    ranked = sorted(counts, key=lambda m: -len(wanted & stems(material[m.end() : m.end() + 24])))
    if not ranked or not step:
        return f"{material} {line}"
    best = ranked[0]
    old = best["n"]
    number = int(old) if old.isdigit() else _WORDS.index(old)
    new = str(number + step)
    return material[: best.start()] + new + material[best.end() :]


def _without(material: str, name: str) -> str:
    """A text without the clause that speaks of a thing."""
    kept = []
    for sentence in re.split(r"(?<=[.!])\s+", material):
        clauses = re.split(
            r"\s*(?:,? and |, )(?=(?:my|our|i|a|an|the|we)\b)", sentence.rstrip("."), flags=re.I
        )
        left = [c for c in clauses if not re.search(rf"\b{re.escape(name)}\b", c, re.I)]
        if left:
            kept.append(f"{' and '.join(left)}.")
    return " ".join(kept)


def _is_change(turn: str) -> bool:
    """A turn that changes a fact without the first person: "it moves to Sunday"."""
    return "?" not in turn and len(turn.split()) <= 30 and bool(values(turn) or _MORE.search(turn))


def to_you(sentence: str) -> str:
    """A sentence of the user's about themselves, said to them."""
    for pattern, put in _TURNED:
        sentence = re.sub(pattern, put, sentence, flags=re.I)
    sentence = re.sub(r"\byou am\b", "you are", sentence)
    return f"{sentence[:1].upper()}{sentence[1:]}"
