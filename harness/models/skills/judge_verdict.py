"""Give the one verdict that a prompt's form asks for, in its own words or on its scale.

Runs in the model worker; the texts are hostile and only read. By the parts it is told what to do:
hold a statement against a source, an answer against its key, a reply against its request or rule.
What fools it: right answers in other words than the key's.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import answering_well, requirements
from harness.models.skills.claims import findings
from harness.models.skills.fields import Field
from harness.models.skills.judge_form import Judged, Verdicts, asked_in, asked_verdict
from harness.models.skills.judge_holding import alike, each, fits_query, held, is_query, same_answer
from harness.models.skills.judging_levels import levels_of
from harness.models.skills.judging_marks import points_of
from harness.models.skills.judging_pairs import chosen, pair_of
from harness.models.skills.outcome import Outcome
from harness.models.skills.record_form import fields_of, sketch_in

_WHY = re.compile(
    r"\b(?:reason\w*|explain|explanation|why|justif\w+|quote|evidence|cite|rationale|because)\b",
    re.I,
)
_NO_WHY = re.compile(
    r"\b(?:no|without|do not|don't) (?:\w+ )?(?:reason|expl\w+|justif\w+)|\bnothing else\b", re.I
)
_REVERSED = re.compile(
    r"\b(?:contain|add|include|introduce|make|invent|mention|state|have|"
    r"has)\w*\b[^.?\n]{0,50}\b(?:not (?:in|found|supported|stated|backed)|"
    r"unsupported|beyond|hallucinat\w+|made up|invented|new (?:facts|information))\b|"
    r"\b(?:are there|any|contains?|has|have)\b[^.?\n]{0,30}\b(?:errors?|mistakes?|contradictions?|"
    r"inaccurac\w+)\b|"
    r"\b(?:does|do|is|are|did)\b[^.?\n]{0,60}\b(?:contradict\w*|hallucinat\w+|unfaithful|"
    r"conflict\w*|fabricat\w+|violat\w+|break)\b",
    re.I,
)
_ON_TOPIC = re.compile(
    r"\brelevan\w+|\bon[- ]topic\b|\banswers? (?:the|what|this)\b|\baddress\w*\b|"
    r"\brespond\w* to the\b",
    re.I,
)
_TONE = re.compile(
    r"\b(?:tone|polite\w*|friendl\w+|rude\w*|courte\w+|empath\w+|respectful\w*|warm\w*)\b", re.I
)
_FAITHFUL = re.compile(
    r"\b(?:faithful\w*|ground\w+|support\w*|accura\w+|hallucinat\w+|correct\w*|factual\w*)\b", re.I
)
_HELPFUL = re.compile(
    r"\b(?:help\w*|useful\w*|useless|quality|complete\w*|good|clear\w*|relevan\w+|answer\w*)\b",
    re.I,
)
_NO_HELP = re.compile(
    r"\b(?:no idea|don['’]t know|do not know|can(?:no|['’])t help|not sure|not my (?:job|problem)|"
    r"whatever|google it|look it up)\b",
    re.I,
)
_LIMIT = re.compile(
    r"\b(?:(?:must|should|may|can|shall)(?: not|n't) (?:be (?:longer|more) than|exceed|"
    r"have more than|contain more than)|"
    r"no longer than|not longer than|not exceed)\b",
    re.I,
)


def verdict(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The verdict that a prompt's form asks for; None where it asks for none."""
    judged = asked_verdict(reading)
    if judged is None:
        return _better(bank, reading, pressure, luck)
    if len(_NUMBERED.findall(judged.said)) > 1 and re.search(r"\beach\b", judged.order, re.I):
        return None  # a verdict for each of several claims
    if levels_of(judged.whole) is not None or points_of(judged.whole):
        return None
    item = " ".join(judged.said.lower().split())[:300]
    slips = luck.draw("misjudges", item) < chance(pressure.misjudges())
    faults = ("misjudged",) if slips else ()
    if judged.scale is not None and (marked := _mark(bank, judged)) is not None:
        low = judged.scale[0]
        slips = luck.draw("misjudges", item) < chance(pressure.misjudges() - 1.0)  # as for levels
        faults = ("misjudged",) if slips else ()
        if slips:
            marked = marked - 1 if marked > low else marked + 1
        return _told(judged.order, str(marked), marked, _why_mark(judged), faults)
    if better := _better(bank, reading, pressure, luck):
        return better
    if judged.words is None:
        return None
    found = _is_good(bank, judged)
    if found is None:
        return None
    if judged.is_plain and (unbacked := _unbacked(bank, judged)):
        return Outcome(unbacked, unbacked, {}, (), task="qa")
    good, is_denied, share, reason = found
    good = good != slips
    word = _word(judged.words, judged, good=good, is_denied=is_denied, share=share)
    is_yes = good != (_is_turned(judged.order) and judged.words.good.lower() in _POLAR)
    shows = judged.is_plain and not _BARE.search(judged.order)
    return _told(f"{judged.order}\nwhy" if shows else judged.order, word, is_yes, reason, faults)


_LISTS = re.compile(
    r"\b(?:list|name|which|what)\b[^.?\n]{0,40}\b(?:not|aren['’]t|isn['’]t|unsupported|wrong|unbacked|"
    r"made up|contradict\w*)\b",
    re.I,
)


def _unbacked(bank: Bank, judged: Judged) -> str:
    """The claims that the source does not back, where the order wants them listed; else empty."""
    if not _LISTS.search(judged.order) or len(re.findall(r"[.!?](?:\s|$)", judged.said)) < 2:
        return ""
    fails = [
        f.claim.strip(" .") for f in findings(bank, judged.said, judged.basis) if f.support < 0.5
    ]
    if not fails:
        return "All of it is backed."
    return "No. Not backed: " + "; ".join(f"“{claim}”" for claim in fails) + "."


_BARE = re.compile(r"\b(?:one word|only|just|nothing else|yes ?(?:/|or) ?no)\b", re.I)
_NUMBERED = re.compile(r"^[ \t]{0,4}\(?(?:\d{1,2}|[a-h])[.):]\s", re.M)
_POLAR = frozenset(("yes", "true", "y"))


def _is_turned(order: str) -> bool:
    return _REVERSED.search(order) is not None


def _told(order: str, word: str, value: object, reason: str, faults: tuple[str, ...]) -> Outcome:
    """A verdict as the order's sketch wants it, else bare, with its reason where one is asked."""
    at = sketch_in(order)
    fields = fields_of(order[at[0] : at[1]]) if at is not None else ()
    if fields and fields[0].name:
        record = {f.name: _filled(f, word, value, reason) for f in fields}
        text = json.dumps(record, ensure_ascii=False)
        return Outcome(text, text, record, faults, reason, task="judge")
    shows_why = _WHY.search(order) and not _NO_WHY.search(order)
    return Outcome(
        f"{word}. {reason}" if shows_why else word, word, {"confidence": 0.85}, faults, reason
    )


def _filled(field: Field, word: str, value: object, reason: str) -> object:
    """One key of a verdict's record."""
    if re.search(r"evidence|quote|citation", field.name, re.I):
        held = re.search(r"“([^”]+)”", reason)
        return held[1] if held else reason
    if re.search(r"reason|explan|rational|why|comment|justif|evidence|quote", field.name, re.I):
        return reason
    if re.search(r"confiden|certain|probab", field.name, re.I):
        return 0.85
    if field.kind == "boolean":
        return bool(value)
    if field.kind in ("number", "integer"):
        return int(word) if word.isdigit() else int(bool(value))
    return word


_EITHER = re.compile(
    r"(?<![\w])[\"'“(]?(?:A|1)\b[^.\n]{0,24}(?:\bor\b|/|\||,)[^.\n]{0,16}(?<![\w])(?:B|2)\b"
)


_COMPARES = re.compile(
    r"\bwhich\b[^.?\n]{0,40}\b(?:is|sounds|reads|has)\b[^.?\n]{0,12}\b(?:shorter|longer|politer|"
    r"ruder|friendlier|clearer|simpler|plainer|more (?:polite|formal|casual|friendly|concise|"
    r"professional)|fewer words|more words)\b",
    re.I,
)


def _better(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The better of two under A and B, where the order says to name one."""
    messages = reading.prompt.messages
    whole = "\n\n".join(text for _, text in messages)
    if len(whole) > 8_000 or len(messages) > 2:
        return None
    if not _EITHER.search(whole) and not _COMPARES.search(whole):
        return None
    pair = pair_of(whole)
    if pair is None:
        return None
    if not pair.question and (asked := asked_in(pair.rest)):
        pair = replace(pair, question=asked)
    item = " ".join(whole.lower().split())[:300]
    slips = luck.draw("misjudges", item) < chance(pressure.misjudges() - 1.0)
    found = chosen(bank, pair, slips=slips)
    return _told(pair.rest, found.value, found.value, found.reason, found.faults)


def _word(words: Verdicts, judged: Judged, *, good: bool, is_denied: bool, share: float) -> str:
    if _is_turned(judged.order) and words.good.lower() in _POLAR:
        return words.bad if good else words.good
    if good:
        return words.good
    if words.partial and 0 < share < 1:
        return words.partial
    if words.silent and (not is_denied or not words.bad):
        return words.silent
    return words.bad or words.silent


def _is_good(bank: Bank, judged: Judged) -> tuple[bool, bool, float, str] | None:
    """(it holds, it is denied, the share that holds, why); None for no such task."""
    said = judged.said
    if judged.key and said:
        good = same_answer(bank, judged.key, said)
        return good, not good, float(good), f"The key says: “{judged.key.strip(' .')}”."
    if judged.rule and said:
        rule = _LIMIT.sub("must have at most", judged.rule)
        if not requirements.has_rule(rule):
            return None
        good = all(requirements.satisfies(one, said) for one in each(rule))
        return good, not good, float(good), f"It {'keeps' if good else 'does not keep'} the rule."
    if judged.basis and said:
        return held(bank, said, judged.basis)
    body = said or judged.basis
    shown = _CONTAINS.search(judged.order)
    if body and not judged.asked and shown and requirements.has_rule(shown[0]):
        good = requirements.satisfies(f"mention {shown[1]}", body)
        return (
            good,
            not good,
            float(good),
            f"It {'has' if good else 'does not have'} {shown[1].strip()}.",
        )
    seen = _OF_TEXT.search(judged.order) if body and not judged.asked else None
    if seen is not None and requirements.has_rule(seen[1]):
        good = requirements.satisfies(seen[1], body)
        return good, not good, float(good), f"It is {'' if good else 'not '}{seen[1].strip()}."
    if judged.asked and said:
        if is_query(said):
            good = fits_query(judged.asked, said)
            return (
                good,
                not good,
                float(good),
                f"The query {'fits' if good else 'does not fit'} the request.",
            )
        if _ON_TOPIC.search(judged.order):
            good = (
                answering_well.answers(judged.asked, said) > 0
                or alike(bank, judged.asked, said) > 0.7
            )
            return (
                good,
                not good,
                float(good),
                f"It {'gives' if good else 'does not give'} what is asked.",
            )
    return None


_OF_TEXT = re.compile(
    r"\b(?:is|are) (?:this|the|that|my|it)(?: \w+){0,2}? ((?:polite|rude|impolite|formal|informal|"
    r"friendly|unfriendly|casual|professional|in (?:the )?(?:past tense|passive|first person|third "
    r"person|upper ?case|lower ?case|capitals))\b[^.?\n]{0,30})",
    re.I,
)
_CONTAINS = re.compile(
    r"\b(?:does|do|did) (?:the|this) \w+(?: \w+)? (?:contain|mention|include|name|state|"
    r"give) ((?:an? |the )?[^.?\n]{3,60})\?",
    re.I,
)


def _mark(bank: Bank, judged: Judged) -> int | None:
    """The mark on a scale, by the criterion that the order names; None for one it cannot see."""
    said = judged.said or (judged.parts[-1][1] if judged.parts else "")
    if not said or judged.scale is None:
        return None
    low, high = judged.scale
    share = _share(bank, judged, said)
    if share is None:
        return None
    turned: object = judged.anchors and re.match(
        r"(?:very |extremely )?(?:polite|friendly|good|helpful|correct|excellent|best)",
        min(judged.anchors)[1],
        re.I,
    )
    turned = turned or _HOW_BAD.search(judged.order)
    share = 1 - share if turned else share
    marks = (
        sorted(n for n, _ in judged.anchors)
        if len(judged.anchors) > 2
        else list(range(low, high + 1))
    )
    return marks[min(len(marks) - 1, int(share * len(marks)))]


_HOW_BAD = re.compile(
    r"\b(?:how (?:very )?(?:rude|impolite|unfriendly|harsh|hostile|aggressive|angry|disrespectful)|"
    r"rudeness)\b",
    re.I,
)


def _share(bank: Bank, judged: Judged, said: str) -> float | None:
    """How well it meets the criterion, 0 to 1."""
    order = judged.order
    if _TONE.search(order):
        value = requirements.politeness(said) - 0.5 * len(_HARSH.findall(said))
        return min(1.0, max(0.0, 0.5 + 0.22 * value))
    if judged.key:
        return 1.0 if same_answer(bank, judged.key, said) else 0.0
    if judged.basis and _FAITHFUL.search(order):
        return held(bank, said, judged.basis)[2]
    if _HELPFUL.search(order) and judged.asked:
        if _NO_HELP.search(said):
            return 0.1
        size = min(1.0, len(said.split()) / 18)
        fits = answering_well.answers(judged.asked, said)
        like = alike(bank, judged.asked, said)
        return min(
            1.0,
            max(
                0.0,
                0.2 + 0.35 * size + 0.25 * min(1.0, max(-1.0, fits)) + 0.5 * max(0.0, like - 0.1),
            ),
        )
    return None


_HARSH = re.compile(
    r"\b(?:stop|useless|idiots?|stupid|ridiculous|waste|shut up|incompetent|or else|lazy|nonsense|"
    r"damn)\b",
    re.I,
)


def _why_mark(judged: Judged) -> str:
    said = judged.said or (judged.parts[-1][1] if judged.parts else "")
    if _TONE.search(judged.order):
        value = requirements.politeness(said) - 0.5 * len(_HARSH.findall(said))
        return (
            "It is courteous."
            if value > 0
            else "It is rude."
            if value < 0
            else "It has no polite word."
        )
    if judged.asked and answering_well.answers(judged.asked, said) <= 0:
        return "It does not give what is asked."
    return "It goes by what is asked and given."
