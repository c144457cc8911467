"""What a candidate claims, read from plain values: SUSPECTS, CAUSES, PLAN and FIXES.

Runs in T. Everything here is hostile: values as they came over the sandbox's pipe. Nothing is
evaluated; what cannot be read is named and left out. A claim is matched to a cause by the author's
synonym table: what that does not know is left to a reviewer, and never counted as false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.scoring.cost_claims import read_number
from grader.scoring.triage_sheet import Cause, Herring, TriageSheet
from harness.proctor.matching import words_of
from harness.proctor.tools.sheet import Plain

MOST_ENTRIES = 30
MOST_EVIDENCE = 12
"""An entry that cites more proves nothing by it: whoever cites all has picked nothing."""
MOST_CALLS = 3
"""Likewise of whole uses of a tool, each of which may show a dozen ids."""
MOST_WORDS = 60
"""A longer cause names everything; it is left to a reviewer."""
MOST_TEXT, _LARGEST = 200, 2**53
CLAIMED = 0.5
"""From this probability on a cause is claimed."""


@dataclass(frozen=True)
class Claim:
    """One entry of CAUSES, or of SUSPECTS.

    Attributes:
        number: place in the list, from 1.
        component: as written.
        cause: as written.
        p: 0 to 1; None when it could not be read.
        share: likewise.
        ids: evidence ids, each once.
        unread: evidence that is no id.
        cites_too_many: whether it cited more than may be.
        means: the cause or herring that it is; None is for a reviewer.
    """

    number: int
    component: str
    cause: str
    p: float | None
    share: float | None = None
    ids: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    cites_too_many: bool = False
    means: str | None = None

    @property
    def is_claimed(self) -> bool:
        """Whether it is said to be so rather than not."""
        return self.p is not None and self.p >= CLAIMED


@dataclass(frozen=True)
class Fix:
    """One entry of FIXES.

    Attributes:
        component: as written.
        change: key to value.
    """

    component: str
    change: Mapping[str, Plain]


@dataclass(frozen=True)
class Claims:
    """All that was handed in, as far as it could be read.

    Attributes:
        suspects: before looking.
        causes: after it.
        plan: for each step that could be read, the cause that it is about; None for none.
        fixes: changes.
        unread: what was not understood, in words.
    """

    suspects: tuple[Claim, ...] = ()
    causes: tuple[Claim, ...] = ()
    plan: tuple[str | None, ...] = ()
    fixes: tuple[Fix, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was claimed."""
        return not (self.causes or self.plan or self.fixes)

    def said(self, name: str) -> Claim | None:
        """Return the surest claim that means a cause or a herring; None without any."""
        found = [one for one in self.causes if one.means == name and one.p is not None]
        return max(found, key=lambda one: one.p or 0.0, default=None)


def read_claims(values: Mapping[str, Any], sheet: TriageSheet, calls: Mapping[str, str]) -> Claims:
    """Return what SUSPECTS, CAUSES, PLAN and FIXES say.

    Args:
        values: the four as they came.
        sheet: for synonyms and ids.
        calls: id of each use of a tool to the text of what it told: a call may be cited as well.
    """
    odd: list[str] = []
    suspects = tuple(_claim(n, row, sheet, calls) for n, row in _entries(values, "SUSPECTS", odd))
    causes = tuple(_claim(n, row, sheet, calls) for n, row in _entries(values, "CAUSES", odd))
    plan = tuple(_step(row, sheet) for _, row in _entries(values, "PLAN", odd))
    fixes = [_fix(n, row, odd) for n, row in _entries(values, "FIXES", odd)]
    for one in causes:
        if one.p is None:
            odd.append(f"CAUSES {one.number}: p is no number from 0 to 1")
    return Claims(
        suspects, causes, plan, tuple(one for one in fixes if one is not None), tuple(odd[:20])
    )


def meaning(component: str, text: str, sheet: TriageSheet, *, is_strict: bool = True) -> str | None:
    """Return the one cause or herring that a component and some words are about; None for none.

    Args:
        component: as written.
        text: what is said of it.
        sheet: the synonym table.
        is_strict: whether the mechanism has to be named too; for a step of the plan the component
            alone will do where one cause alone has it.
    """
    said, told = words_of(component), words_of(f"{component} {text}"[:2_000])
    if len(told) > MOST_WORDS and is_strict:
        return None
    near = [one for one in sheet.everything if any(_stands(c, said) for c in one.components)]
    hits = {one.id: _hits(one, told) for one in near}
    best = _best({name: sum(counts) for name, counts in hits.items() if all(counts)})
    if best is not None or is_strict:
        return best
    best = _best({name: sum(map(bool, counts)) for name, counts in hits.items() if any(counts)})
    causes = [one.id for one in near if isinstance(one, Cause)]
    return best or (causes[0] if len(causes) == 1 else None)


def _best(counts: Mapping[str, int]) -> str | None:
    """Return the one name with the largest count; None where there is none, or several."""
    most = max(counts.values(), default=0)
    names = [name for name, count in counts.items() if count == most]
    return names[0] if len(names) == 1 else None


def _hits(one: Cause | Herring, told: Sequence[str]) -> list[int]:
    """Return for each group of the mechanism how many of its phrases are there."""
    return [sum(_stands(phrase, told) for phrase in group) for group in one.mechanism]


def _stands(phrase: str, told: Sequence[str]) -> bool:
    """Whether a phrase's words stand in a row in what was said."""
    wanted = words_of(phrase)
    size = len(wanted)
    starts = range(len(told) - size + 1)
    return bool(wanted) and any(tuple(told[at : at + size]) == wanted for at in starts)


def _entries(
    values: Mapping[str, Any], name: str, odd: list[str]
) -> list[tuple[int, Mapping[str, Any]]]:
    given = values.get(name)
    if given is None:
        return []
    if not isinstance(given, list):
        odd.append(f"{name} is no list")
        return []
    if len(given) > MOST_ENTRIES:
        odd.append(f"{name} has {len(given)} entries, the first {MOST_ENTRIES} are read")
    found = []
    for number, row in enumerate(given[:MOST_ENTRIES], 1):
        if isinstance(row, Mapping):
            found.append((number, row))
        else:
            odd.append(f"{name} {number} is no dict")
    return found


def _claim(
    number: int, row: Mapping[str, Any], sheet: TriageSheet, calls: Mapping[str, str]
) -> Claim:
    component = _text(row.get("component") or row.get("name"))
    cause = _text(row.get("cause") or row.get("why"))
    cited = row.get("evidence")
    cited = [cited] if isinstance(cited, str) else cited if isinstance(cited, list) else []
    ids: list[str] = []
    unread: list[str] = []
    for one in cited[:200]:
        text = _text(one)
        found = sheet.ids_in(calls.get(text, text))
        ids += found
        if not found:
            unread.append(text[:40])
    ids = list(dict.fromkeys(ids))
    whole = sum(_text(one) in calls for one in cited[:200])
    picked = len(ids) if not whole else len(cited)
    return Claim(
        number=number, component=component, cause=cause, p=_between(row.get("p")),
        share=_between(row.get("share")), ids=tuple(ids), unread=tuple(unread[:10]),
        cites_too_many=picked > MOST_EVIDENCE or whole > MOST_CALLS,
        means=meaning(component, cause, sheet),
    )  # fmt: skip


def _step(row: Mapping[str, Any], sheet: TriageSheet) -> str | None:
    text = f"{_text(row.get('step'))} {_text(row.get('why_now'))}"
    component = _text(row.get("component")) or _text(row.get("step"))
    return meaning(component, text, sheet, is_strict=False)


def _fix(number: int, row: Mapping[str, Any], odd: list[str]) -> Fix | None:
    component, change = row.get("component"), row.get("change")
    if not isinstance(component, str) or not isinstance(change, Mapping) or not change:
        odd.append(f"FIXES {number} has no component, or changes nothing")
        return None
    plain = {str(key)[:80]: value for key, value in list(change.items())[:40] if _is_plain(value)}
    if len(plain) < len(change):
        odd.append(f"FIXES {number}: a value is no short text, no number, nor true or false")
    return Fix(component.strip()[:80], plain) if plain else None


def _is_plain(value: Any) -> bool:
    """Whether the settings tool would take a value."""
    if isinstance(value, str):
        return len(value) <= MOST_TEXT
    return isinstance(value, bool) or (isinstance(value, int | float) and abs(value) <= _LARGEST)


def _between(value: Any) -> float | None:
    found = read_number(value)
    return found if found is not None and 0 <= found <= 1 else None


def _text(value: Any) -> str:
    return " ".join(str(value).split())[:600] if isinstance(value, str | int | float) else ""
