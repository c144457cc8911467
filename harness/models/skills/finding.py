"""Answer what a prompt asks of a text, question by question, by work that no sentence of it holds.

Runs in the model worker; the text is hostile and capped. Each question of a prompt is tried with
the operations in their order; where one prompt asks several things, each is answered, those that
no operation takes by reckoning or from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import document, finding_cases, finding_worded, reckoning, reckoning_sums
from harness.models.skills import finding_deadlines as deadlines
from harness.models.skills import finding_goods as goods
from harness.models.skills import finding_hours as hours
from harness.models.skills import finding_joins as joins
from harness.models.skills import finding_polar as polar
from harness.models.skills import finding_rates as rates
from harness.models.skills import finding_sentences as sentences
from harness.models.skills import finding_shares as shares
from harness.models.skills.answering_solve import is_short
from harness.models.skills.answering_text import Asked
from harness.models.skills.chat_logs import turns_of
from harness.models.skills.finding_chats import of_chat
from harness.models.skills.finding_intervals import intervals
from harness.models.skills.finding_order import in_order
from harness.models.skills.finding_parts import Case, case_of, is_own
from harness.models.skills.finding_pieces import split_sentences
from harness.models.skills.finding_query import query
from harness.models.skills.finding_records import Listed, listed_cases
from harness.models.skills.finding_rows import rows_of
from harness.models.skills.finding_sources import agreement, choose
from harness.models.skills.finding_tariffs import tariff
from harness.models.skills.finding_tongues import gloss, said_back, tongue_of
from harness.models.skills.outcome import Outcome
from harness.models.skills.reckoning import BARE
from harness.models.skills.reckoning_brief import Brief, sentences_of
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR
from harness.models.skills.tables import find_table

_YES_NO = frozenset(("y", "n", "yes", "no", "ja", "nein", "oui", "non", "sí", "si"))
_SHORT_POLAR = re.compile(
    r"^(?!\W*(?:is|are|do|does|can|may|must|will|was|were|how|what|who|which|when|where|why)\b)"
    r"[^?]{1,60}\b(?:needed|required|allowed|ok|okay|possible|due|accepted|included|open|closed|"
    r"free|"
    r"valid|enough|in time|fine)\W*$",
    re.I,
)
_OWN_WORDS = re.compile(r"\b(?:I|we|my|our|am|are|want to|will)\b", re.I)
_VERDICT = re.compile(
    r"\b(?:faithful|support\w*|backed|correct|true|claims?|answer|statement|spam|message|mail|text|"
    r"review|about|summary|source|match\w*|mention\w*|complain\w*|ask(?:s|ing)?)\b",
    re.I,
)
_RECORD = re.compile(r"\bjson\b|\byaml\b|\bcsv\b|\{\s*\"", re.I)
_MANY_LINES = re.compile(r"\bone line each\b|\beach on (?:its|a) (?:own )?(?:new )?line\b", re.I)


@dataclass(frozen=True)
class Sought:
    """One question with all that it is asked of.

    Attributes:
        ask: the question.
        case: the whole prompt, taken apart.
        listed: the cases that its text lists.
        told: what the asker says of his own case, in the question or beside it.
        text: the text without that.
        before: the questions before it.
    """

    ask: str
    case: Case
    listed: Listed
    told: str
    text: str
    before: tuple[str, ...] = ()

    @property
    def orders(self) -> str:
        """What the prompt says of the form."""
        return self.case.orders


Way = Callable[[Sought], Worked | None]


def _of_text(way: Callable[[str, str], Worked | None]) -> Way:
    """An operation on the question and the whole text beside it."""

    def on(sought: Sought) -> Worked | None:
        text = f"{sought.case.text}\n{sought.case.told}".strip()
        return way(sought.ask, text or sought.ask)

    return on


def _ruled(sought: Sought) -> Worked | None:
    return finding_cases.ruled(sought.ask, sought.listed, sought.orders)


def _for_one(sought: Sought) -> Worked | None:
    if len(sought.listed.records) >= 2 and not sought.told:
        return None
    return finding_cases.for_one(sought.ask, f"{sought.told} {_own_part(sought.ask)}", sought.text)


def _own_part(ask: str) -> str:
    return ask if re.search(r"\d", ask) else ""


def _queried(sought: Sought) -> Worked | None:
    if turns_of(sought.case.text):
        return None
    rows = rows_of(
        sought.case.text or sought.ask.partition(":")[2], plain=bool(intervals(sought.ask))
    )
    if rows is not None and not rows.header and _VERDICT.search(sought.ask):
        return None
    return query(sought.ask, rows, sought.case.text, sought.before) if rows is not None else None


def _ordered(sought: Sought) -> Worked | None:
    text = f"{sought.case.text}\n{sought.case.told}".strip()
    return in_order(sought.ask, text or sought.ask)


def _chatted(sought: Sought) -> Worked | None:
    return of_chat(sought.ask, sought.case.text, sought.case.whole)


def _worded(sought: Sought) -> Worked | None:
    return finding_worded.decided(sought.ask, sought.listed, sought.case.whole)


def _quoted(sought: Sought) -> Worked | None:
    return sentences.quoted(sought.ask, sought.case.text, sought.case.whole)


_WAYS: tuple[Way, ...] = (
    _chatted,
    _quoted,
    _ordered,
    _of_text(sentences.missing),
    _of_text(agreement),
    _of_text(goods.letters),
    _of_text(goods.counted_in_all),
    _of_text(goods.winner),
    _of_text(goods.words_with),
    _of_text(goods.all_but),
    _of_text(goods.replies),
    _of_text(goods.which_more),
    _of_text(hours.opening),
    _of_text(hours.days_told),
    _of_text(hours.months_told),
    _ruled,
    _worded,
    _queried,
    _of_text(deadlines.before_event),
    _of_text(polar.within_named),
    _of_text(deadlines.term),
    _of_text(deadlines.in_force),
    _for_one,
    _of_text(rates.by_equation),
    _of_text(goods.cheapest),
    _of_text(goods.aged_at),
    _of_text(goods.younger),
    _of_text(rates.journey),
    _of_text(rates.for_more),
    _of_text(shares.percent_of),
    _of_text(goods.lacking),
    _of_text(rates.proportion),
    _of_text(rates.by_the_year),
    _of_text(rates.reduced),
    _of_text(shares.chain),
    _of_text(rates.inverse),
    _of_text(rates.at_a_rate),
    _of_text(shares.as_many),
    _of_text(shares.fraction_of),
    _of_text(shares.unnamed_rest),
    _of_text(rates.boxes),
    _of_text(tariff),
    _of_text(deadlines.loans),
    _of_text(deadlines.backwards),
    _of_text(deadlines.in_time),
    _of_text(deadlines.nth),
    _of_text(sentences.denied),
    _of_text(joins.joined_facts),
    _of_text(lambda ask, text: reckoning_sums.average(ask, text) if text == ask else None),
)


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
    if case is None or _RECORD.search(case.whole):
        return None
    if _sorts(reading, case):
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
    done = [_worked(one) for one in each]
    answers = {label.name.lower() for label in reading.labels}
    is_polar = bool(answers) and answers <= _YES_NO and reading.task == "classify"
    if reading.items and not any(done):
        return None
    is_sure = is_sure or _is_told(reading, case) or (case.is_mended and reading.task == "qa")
    is_sure = is_sure or (is_polar and not reading.coded and not _VERDICT.search(case.asks[-1]))
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


def _is_told(reading: Reading, case: Case) -> bool:
    """Whether a question that was taken for talk has a text of its own to be answered from."""
    if reading.task != "chat" or not case.is_question or len(case.text.split()) < 4:
        return False
    return not re.search(r"\b(?:you|your)\b", f"{case.asks[0]} {case.text}", re.I)


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


def _worked(sought: Sought) -> Worked | None:
    return next((worked for way in _WAYS if (worked := way(sought)) is not None), None)


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
    text = _newest(sought.ask, text)
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
    asked = Asked(ask, sought.told, text, case.orders, True)
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
