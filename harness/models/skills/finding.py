"""Answer what a prompt asks of a text, question by question, by work that no sentence of it holds.

Runs in the model worker; the text is hostile and capped. Each question of a prompt is tried with
the operations in their order; where one prompt asks several things, each is answered, those that
no operation takes by reckoning or from the text.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import document, reckoning
from harness.models.skills import finding_sentences as sentences
from harness.models.skills.answering_solve import is_short
from harness.models.skills.answering_text import Asked
from harness.models.skills.chat_logs import turns_of
from harness.models.skills.finding_absent import (
    all_orders,
    allows_absence,
    lacks_figure,
    with_absence,
)
from harness.models.skills.finding_documents import newest_part, of_record
from harness.models.skills.finding_intervals import intervals
from harness.models.skills.finding_named import counted, lacks_named, of_season
from harness.models.skills.finding_parts import Case, case_of, is_own
from harness.models.skills.finding_pieces import split_sentences
from harness.models.skills.finding_records import Listed, listed_cases
from harness.models.skills.finding_rows import rows_of
from harness.models.skills.finding_sources import choose
from harness.models.skills.finding_tongues import gloss, said_back, tongue_of
from harness.models.skills.finding_ways import VERDICT, Sought, worked_out
from harness.models.skills.outcome import Outcome
from harness.models.skills.reckoning import BARE
from harness.models.skills.reckoning_brief import Brief, sentences_of
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR
from harness.models.skills.tables import find_table
from harness.models.skills.value_forms import value_form

_YES_NO = frozenset(("y", "n", "yes", "no", "ja", "nein", "oui", "non", "sí", "si"))
_SHORT_POLAR = re.compile(
    r"^(?!\W*(?:is|are|do|does|can|may|must|will|was|were|how|what|who|which|when|where|why)\b)"
    r"[^?]{1,60}\b(?:needed|required|allowed|ok|okay|possible|due|accepted|included|open|closed|"
    r"free|"
    r"valid|enough|in time|fine)\W*$",
    re.I,
)
_OWN_WORDS = re.compile(r"\b(?:I|we|my|our|am|are|want to|will)\b", re.I)
_REPEATS = re.compile(
    r"^\W*(?:please |pls |just )?(?:repeat|echo|copy|say back)\b[^.?!\n]{0,60}"
    r"\b(?:exactly|verbatim|word for word|unchanged|nothing else)\b",
    re.I,
)
_OF_FIGURE = re.compile(
    r"^\W*(?:and |so |but )?(?:how (?:many|much|old|long|far)|what time|when)\b", re.I
)
_RECORD = re.compile(r"\bjson\b|\byaml\b|\bcsv\b|\{\s*\"", re.I)
_MANY_LINES = re.compile(r"\bone line each\b|\beach on (?:its|a) (?:own )?(?:new )?line\b", re.I)


def find(
    bank: Bank, reading: Reading, pressure: Pressure, luck: Luck, *, fill: float
) -> Outcome | None:
    """The answer to the questions of a prompt; None where another skill is to answer.

    Args:
        bank: the fitted bank.
        reading: the prompt, understood.
        pressure: what the prompt does to the tier's faults.
        luck: the seeded luck of this sample.
        fill: share of the context window that the prompt uses.
    """
    if reading.prompt.examples or reading.scale:
        return None
    case = case_of(reading)
    if case is None or _REPEATS.match(case.whole):
        return None
    if _RECORD.search(case.whole):
        return _of_record(reading, case, pressure, luck)
    asks_figure = _asks_figure(reading, case)
    if not asks_figure and _sorts(reading, case):
        lacks = sentences.missing(case.asks[-1], case.text)
        sought = _sought(case.asks[-1], case)
        return None if lacks is None else _outcome(lacks, sought, pressure, luck)
    rows = rows_of(case.text)
    is_data = (rows is not None and len(rows.rows) > 4) or bool(turns_of(case.text))
    if not is_short(case.text) and not is_data:
        return None
    tongue = tongue_of(case.text)
    if tongue != "en":
        if not case.is_question or reading.task not in ("qa", "chat", "judge", "extract"):
            return None
        return _in_tongue(bank, reading, pressure, luck, case, tongue, fill)
    said = _answers(bank, reading, pressure, luck, case, fill, is_sure=False)
    return None if said is None else _together(said, case)


def _of_record(reading: Reading, case: Case, pressure: Pressure, luck: Luck) -> Outcome | None:
    """What a question asks of a record in JSON; None where it asks for another record."""
    if (
        reading.task not in ("qa", "chat", "extract")
        or len(case.asks) != 1
        or '{"' not in case.whole
    ):
        return None
    found = of_record(case.asks[0], case.whole)
    if found is None:
        return None
    said = _outcome(found, _sought(case.asks[0], case), pressure, luck)
    is_bare = BARE.search(case.orders) or re.search(r"[@/_]|\d-\d", found.bare)
    text = found.bare if is_bare and not said.faults else said.text
    return replace(said, text=text, task="chat")  # the record is no form to answer in


def _in_tongue(
    bank: Bank,
    reading: Reading,
    pressure: Pressure,
    luck: Luck,
    case: Case,
    tongue: str,
    fill: float,
) -> Outcome | None:
    """The answers from the gloss of a text in another language, in the language of the question."""
    asked = " ".join(case.asks)
    asks_in = tongue_of(asked)
    is_foreign = asks_in != "en" or not re.search(
        r"\b(?:the|is|what|who|when|where|how|which|does|do|can|are|on|of)\b", asked, re.I
    )
    text = gloss(case.text, tongue)
    glossed = replace(
        case,
        asks=tuple(gloss(ask, tongue).text for ask in case.asks) if is_foreign else case.asks,
        text=text.text,
        told=gloss(case.told, tongue).text,
        orders=gloss(case.orders, tongue).text,
    )
    said = _answers(bank, reading, pressure, luck, glossed, fill, is_sure=True)
    if said is None:
        return None
    if is_foreign:
        said = [
            replace(
                one,
                text=said_back(one.text, text, document.is_absence(one.text)),
                value=said_back(one.value, text, document.is_absence(one.value)),
            )
            for one in said
        ]
    return _together(said, case)


def _answers(
    bank: Bank,
    reading: Reading,
    pressure: Pressure,
    luck: Luck,
    case: Case,
    fill: float,
    *,
    is_sure: bool,
) -> list[Outcome] | None:
    """The answers to all questions; None where no operation takes the only one.

    Args:
        bank: the fitted bank.
        reading: the prompt, understood.
        pressure: what the prompt does to the tier's faults.
        luck: the seeded luck of this sample.
        case: the prompt, taken apart.
        fill: share of the context window that the prompt uses.
        is_sure: the text is to answer in any case.
    """
    chosen = choose(case.asks, case.text, case.orders)
    if chosen is not None:
        return [_outcome(chosen, _sought(case.asks[0], case), pressure, luck)]
    each = [replace(_sought(ask, case), before=case.asks[:n]) for n, ask in enumerate(case.asks)]
    if len(each) == 1 and allows_absence(reading, case):
        if lacks_named(each[0].ask, case.text):
            told = Asked(each[0].ask, each[0].told, case.text, all_orders(case), True)
            return [document.silent(reading, pressure, luck, told)]
    done = [_count_or(one) for one in each]
    answers = {label.name.lower() for label in reading.labels}
    is_polar = bool(answers) and answers <= _YES_NO and reading.task == "classify"
    if reading.items and not any(done):
        return None
    is_sure = is_sure or _is_told(reading, case) or (case.is_mended and reading.task == "qa")
    last = _OF_TEXT.sub(" ", case.asks[-1]) if _GRANTS.search(case.asks[-1]) else case.asks[-1]
    is_of_text = VERDICT.search(last) or _of_writer(last, case.text)
    is_sure = is_sure or (is_polar and not reading.coded and not is_of_text)
    is_free = done[0] is None or bool(re.match(r"\W*how old\b", each[0].ask, re.I))
    is_free = is_free and len(reading.prompt.messages) == 1  # a system message has its own words
    if len(each) == 1 and is_free and lacks_figure(each[0].ask, case.text):
        told = Asked(each[0].ask, each[0].told, case.text, with_absence(case), True)
        return [document.silent(reading, pressure, luck, told)]
    is_sure = is_sure or (reading.task == "classify" and _asks_figure(reading, case))
    if len(each) == 1 and done[0] is None and not is_sure:
        return None
    if reading.task not in ("qa", "chat") and not any(done) and not is_sure:
        return None
    return [
        _from_text(bank, reading, sought, pressure, luck, fill)
        if worked is None
        else _outcome(worked, sought, pressure, luck)
        for sought, worked in zip(each, done, strict=True)
    ]


_GRANTS = re.compile(
    r"\b(?:let|lets|allow\w*|may|can|could|must|need|have to|has to|permit\w*|forbid\w*)\b", re.I
)
_WRITER = re.compile(
    r"\b(?:the|this) (customer|writer|sender|author|guest|caller|user|client|person|speaker|tenant|"
    r"patient|visitor|passenger|reviewer)\b",
    re.I,
)


def _of_writer(ask: str, text: str) -> bool:
    """Whether a question is about who wrote the text, of whom the text itself does not speak."""
    mark = _WRITER.search(ask)
    return mark is not None and mark[1].lower() not in text.lower()


_OF_TEXT = re.compile(
    r"\b(?:in|from|by|per|under|according to) (?:the|this) "
    r"(?:text|document|source|message|notice|rules?)\b",
    re.I,
)


def _count_or(sought: Sought) -> Worked | None:
    """The one count that a text tells of a year, else what an operation finds."""
    season = of_season(sought.ask, sought.case.text)
    if season is not None:
        return season
    is_of_year = re.search(r"\b(?:19|20)\d\d\b", sought.ask)
    told = counted(sought.ask, sought.case.text) if is_of_year else None
    return told if told and not value_form(sought.orders).is_asked else worked_out(sought)


def _is_told(reading: Reading, case: Case) -> bool:
    """Whether a question that was taken for talk has a text of its own to be answered from."""
    if reading.task != "chat" or not case.is_question or len(case.text.split()) < 4:
        return False
    return not re.search(r"\b(?:you|your)\b", f"{case.asks[0]} {case.text}", re.I)


_SORTING = re.compile(
    r"\b(?:labels?|classif\w+|categor\w+|intents?|which of|pick|choose|sort|route|tags?|teams?|"
    r"queue|department|class(?:es)?)\b",
    re.I,
)
_HEADED = re.compile(r"^\W*[A-Z][a-z]{2,15}(?: \w{2,12})?: ")


def _asks_figure(reading: Reading, case: Case) -> bool:
    """Whether a figure is asked of a text under a head of its own, which no order sorts."""
    head = _HEADED.match(case.whole)
    if head is None or not _OF_FIGURE.match(case.asks[-1]):
        return False
    is_defined = any(label.definition for label in reading.labels)
    return not is_defined and not _SORTING.search(case.whole[head.end() :])


def _sorts(reading: Reading, case: Case) -> bool:
    """Whether a prompt names labels of its own, which are no heads of the lines of its text."""
    labels = [label.name for label in reading.labels if label.name.lower() not in _YES_NO]
    table = find_table(case.text)
    header = table.header if table is not None else ()
    labels = [name for name in labels if name not in header]
    heads = [
        name
        for name in labels
        if re.match(r"[A-ZÀ-Þ\d]", name)
        and name in case.text
        and re.search(rf"^\W*{re.escape(name)}\W[^\n]*", case.text, re.M)
        and (
            re.search(r"\d", name)
            or re.search(rf"^\W*{re.escape(name)}\W[^\n]*\d", case.text, re.M)
        )
    ]
    return reading.task == "classify" and len(labels) - len(heads) > 1


def _sought(ask: str, case: Case) -> Sought:
    told, text = _told_apart(case)
    listed = listed_cases(text)
    if len(listed.records) < 2 and len(own := listed_cases(ask).records) >= 2:
        listed = Listed(own, text)
    return Sought(ask, case, listed, told, text)


def _told_apart(case: Case) -> tuple[str, str]:
    """What the asker tells of himself, and the text without it."""
    told = [case.told] if case.told else []
    text = case.text
    for sentence in split_sentences(case.text):
        is_short = len(sentence.split()) <= 16 and not intervals(sentence)
        if is_short and re.search(r"\d|\b(?:I|Ich|Soy|Je|We|Wir)\b", sentence) and is_own(sentence):
            told.append(sentence)
            text = text.replace(sentence, " ", 1)
    return " ".join(told), text


def _outcome(worked: Worked, sought: Sought, pressure: Pressure, luck: Luck) -> Outcome:
    """A result as an answer, with a slip where one is drawn."""
    item = " ".join(f"{sought.ask} {worked.bare}".lower().split())[:300]
    slips = bool(worked.slip) and luck.draw("reckons", item) < chance(pressure.misreckons())
    bare = worked.slip if slips else worked.bare
    faults = ("misreckoned",) if slips else ()
    if BARE.search(sought.orders) or "\n" in bare:
        return Outcome(bare, bare, faults=faults, task="qa")
    said = worked.sentence if worked.sentence and not slips else f"{bare[:1].upper()}{bare[1:]}"
    if worked.working and not slips and not worked.sentence:
        said = f"{said} ({worked.working})"
    said = said if said.rstrip().endswith((".", "!", "?")) else f"{said}."
    return Outcome(said, bare, faults=faults, task="qa")


def _with_told(ask: str, told: str, text: str) -> str:
    """A question with the days and names that the asker tells of himself and the text has, too."""
    own = [
        w
        for w in re.findall(r"\b[A-ZÀ-Þ][\w-]+", told)
        if w not in ("I", "My", "We", "Our", "Mine")
    ]
    known = [w for w in own if re.search(rf"\b{re.escape(w)}", text.replace(told, " "))]
    fresh = [w for w in known if w not in ask]
    return f"{ask.rstrip(' ?')} {' '.join(fresh)}?" if fresh else ask


_SUMS_UP = re.compile(
    r"\b(?:is|are|does|would) (?:that|this|it|they)(?: make| be)?\W*$|^\W*how much (?:money)?\W*$",
    re.I,
)


def _from_text(
    bank: Bank, reading: Reading, sought: Sought, pressure: Pressure, luck: Luck, fill: float
) -> Outcome:
    """The answer to one question by reckoning, else by what the text says."""
    case = sought.case
    text = "\n".join((*split_sentences(case.text), case.told)).strip()
    if rows_of(case.text) is not None:
        text = f"{case.text}\n{case.told}".strip()
    text = _newest(sought.ask, newest_part(sought.ask, text))
    if _SUMS_UP.search(sought.ask) and re.match(r"\W*how (?:many|much)\b", sought.ask, re.I):
        sought = replace(sought, ask=f"{sought.ask.rstrip(' ?')} in total?")
    whole = f"{text}\n{sought.ask}"
    brief = Brief(whole, (sought.ask,), tuple(sentences_of(whole)), case.orders)
    reckoned = reckoning.reckon(brief, replace(reading, task="qa"), pressure, luck)
    if reckoned is not None:
        return reckoned
    if sought.told and not POLAR.match(sought.ask):
        sought = replace(sought, ask=_with_told(sought.ask, sought.told, text))
    is_polar = _SHORT_POLAR.search(sought.ask) or POLAR.match(sought.ask)
    if len(sought.ask.split()) <= 4 and sought.told and not is_polar:
        sought = replace(
            sought, ask=f"{sought.ask.rstrip(' ?')} {_OWN_WORDS.sub('', sought.told).strip(' .')}?"
        )
    ask = f"Is {sought.ask}" if _SHORT_POLAR.search(sought.ask) else sought.ask
    asked = Asked(ask, sought.told, text, with_absence(case), True)
    if POLAR.match(ask) and sentences.is_unheard_of(ask, text):
        return document.silent(reading, pressure, luck, asked)
    return document.answer_one(bank, reading, pressure, luck, asked, fill=fill)


_NOW = re.compile(r"\b(?:will be|moved to|instead|now|changed to|postponed to|has moved)\b", re.I)


def _newest(ask: str, text: str) -> str:
    """The one line that tells of a change, where a question asks how things are now."""
    if not re.search(r"\bnow\b", ask, re.I):
        return text
    told = [line for line in text.splitlines() if _NOW.search(line)]
    return told[0] if len(told) == 1 and len(text.splitlines()) > 1 else text


def _together(said: list[Outcome], case: Case) -> Outcome:
    """The answers to all questions of a prompt, in their order."""
    lines = (
        len(said) > 2 or any("\n" in one.text for one in said) or _MANY_LINES.search(case.orders)
    )
    is_bare = bool(BARE.search(case.orders))
    texts = [one.value if is_bare else one.text for one in said]
    numbered = lines and re.search(r"(?:^|\n|\s)\(?1[.)]", case.whole)
    if numbered:
        texts = [f"{n}. {text}" for n, text in enumerate(texts, 1)]
    text = ("\n" if lines else "; " if is_bare else " ").join(texts)
    value = "; ".join(one.value for one in said)
    faults = tuple(dict.fromkeys(fault for one in said for fault in one.faults))
    return Outcome(text, value, faults=faults, task="qa")
