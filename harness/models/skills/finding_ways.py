"""The operations on one question, in their order, and what each is given.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.models.skills import finding_cases, finding_worded, reckoning_sums
from harness.models.skills import finding_deadlines as deadlines
from harness.models.skills import finding_goods as goods
from harness.models.skills import finding_hours as hours
from harness.models.skills import finding_joins as joins
from harness.models.skills import finding_polar as polar
from harness.models.skills import finding_proportions as proportions
from harness.models.skills import finding_rates as rates
from harness.models.skills import finding_schedules as schedules
from harness.models.skills import finding_sentences as sentences
from harness.models.skills import finding_shares as shares
from harness.models.skills.chat_logs import turns_of
from harness.models.skills.finding_barred import within_bound
from harness.models.skills.finding_beside import value_beside
from harness.models.skills.finding_bounds import within_range
from harness.models.skills.finding_cells import cell_asked
from harness.models.skills.finding_chain import held_in_all
from harness.models.skills.finding_chats import of_chat
from harness.models.skills.finding_columns import by_two_columns
from harness.models.skills.finding_documents import of_record
from harness.models.skills.finding_granted import met_by
from harness.models.skills.finding_intervals import intervals
from harness.models.skills.finding_listed import past_limit
from harness.models.skills.finding_logged import lines_with, tries_before
from harness.models.skills.finding_order import in_order
from harness.models.skills.finding_overdue import overdue
from harness.models.skills.finding_parts import Case
from harness.models.skills.finding_party import for_party
from harness.models.skills.finding_plain_price import free_of_charge, plain_price
from harness.models.skills.finding_potluck import brought
from harness.models.skills.finding_query import query
from harness.models.skills.finding_records import Listed
from harness.models.skills.finding_remains import filled, remains
from harness.models.skills.finding_rows import rows_of
from harness.models.skills.finding_sources import agreement
from harness.models.skills.finding_tariffs import tariff
from harness.models.skills.finding_terms import met_by_one, next_feast
from harness.models.skills.finding_tongues import tongue_of
from harness.models.skills.reckoning_outcome import Worked

VERDICT = re.compile(
    r"\b(?:faithful|support\w*|backed|correct|true|claims?|answer|statement|spam|message|mail|text|"
    r"review|about|summary|source|match\w*|mention\w*|complain\w*|ask(?:s|ing)?)\b",
    re.I,
)


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
    if rows is not None and not rows.header and VERDICT.search(sought.ask):
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


def _barred(sought: Sought) -> Worked | None:
    if len(sought.case.asks) != 1:
        return None
    return within_bound(sought.case.whole, tongue_of(sought.case.whole))


def _of_columns(sought: Sought) -> Worked | None:
    return by_two_columns(sought.ask, sought.case.text, sought.before)


_WAYS: tuple[Way, ...] = (
    _of_text(brought),
    _chatted,
    _barred,
    _of_text(overdue),
    _of_columns,
    lambda sought: of_record(sought.ask, sought.case.whole),
    lambda sought: cell_asked(sought.ask, sought.case.whole),
    lambda sought: past_limit(sought.ask, sought.case.text),
    _of_text(for_party),
    _of_text(within_range),
    lambda sought: met_by_one(sought.ask, sought.case.whole),
    _of_text(held_in_all),
    _of_text(met_by),
    _of_text(plain_price),
    _of_text(free_of_charge),
    _of_text(value_beside),
    _of_text(tries_before),
    _of_text(lines_with),
    _of_text(next_feast),
    _of_text(remains),
    _of_text(filled),
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
    _of_text(deadlines.working_term),
    _of_text(deadlines.term),
    _of_text(schedules.in_force),
    _for_one,
    _of_text(rates.by_equation),
    _of_text(goods.cheapest),
    _of_text(goods.aged_at),
    _of_text(goods.younger),
    _of_text(proportions.journey),
    _of_text(proportions.for_more),
    _of_text(shares.percent_of),
    _of_text(goods.lacking),
    _of_text(proportions.proportion),
    _of_text(proportions.by_the_year),
    _of_text(proportions.reduced),
    _of_text(shares.chain),
    _of_text(rates.inverse),
    _of_text(rates.at_a_rate),
    _of_text(shares.as_many),
    _of_text(shares.fraction_of),
    _of_text(shares.unnamed_rest),
    _of_text(rates.boxes),
    _of_text(tariff),
    _of_text(deadlines.loans),
    _of_text(schedules.backwards),
    _of_text(schedules.in_time),
    _of_text(schedules.nth),
    _of_text(sentences.denied),
    _of_text(joins.joined_facts),
    _of_text(lambda ask, text: reckoning_sums.average(ask, text) if text == ask else None),
)


def worked_out(sought: Sought) -> Worked | None:
    """What the first operation gives that fits a question; None where none does."""
    return next((worked for way in _WAYS if (worked := way(sought)) is not None), None)
