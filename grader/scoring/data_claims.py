"""What is claimed about a table, read from plain values: FINDINGS, CORRECTED, RELABEL_FIRST.

Runs in T. Everything here is hostile: values are numbers, texts and lists as they came over the
sandbox's pipe. Nothing is evaluated; what cannot be read is named and left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.scoring.cost_claims import read_number

MOST_FINDINGS, MOST_RELABELLED = 20, 25
EFFECTS = ("up", "down", "unknown")
_MOST_IDS = 200
"""So many entries of a list come over the pipe."""


@dataclass(frozen=True)
class Finding:
    """One entry of FINDINGS as far as it could be read.

    Attributes:
        number: its place, from 1.
        claim: what is said to be wrong; for people, no measure reads it.
        rows: ids that are in the table.
        strange: how many ids are not.
        effect: up, down or unknown; None where it is none of them.
        action: what is to be done; for people.
    """

    number: int
    claim: str
    rows: frozenset[str]
    strange: int = 0
    effect: str | None = None
    action: str = ""


@dataclass(frozen=True)
class Corrected:
    """CORRECTED as far as it could be read.

    Attributes:
        accuracy: a share; None where no number between 0 and 1 was given.
        low: lower end of the range; None without one.
        high: upper end.
        on: which rows; for people.
    """

    accuracy: float | None = None
    low: float | None = None
    high: float | None = None
    on: str = ""


@dataclass(frozen=True)
class Claims:
    """All three.

    Attributes:
        findings: in order; at most MOST_FINDINGS.
        corrected: the number.
        relabel: ids in the table, in order, no id twice; at most MOST_RELABELLED.
        broken: name of the contract to why it cannot be read at all.
        unread: what was left out, in words.
        strange: ids that are not in the table, FINDINGS and RELABEL_FIRST together.
    """

    findings: tuple[Finding, ...]
    corrected: Corrected
    relabel: tuple[str, ...]
    broken: Mapping[str, str]
    unread: tuple[str, ...]
    strange: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is claimed."""
        return not self.findings and not self.relabel and self.corrected.accuracy is None


def read_claims(values: Mapping[str, Any], known: frozenset[str]) -> Claims:
    """Return what is claimed.

    Args:
        values: name to what came over the pipe; None where missing.
        known: ids of the table.
    """
    ids = {one.casefold(): one for one in known}
    broken = {}
    unread: list[str] = []
    for name, kind in (("FINDINGS", list), ("CORRECTED", Mapping), ("RELABEL_FIRST", list)):
        if values.get(name) is not None and not isinstance(values[name], kind):
            broken[name] = f"{name} is no {'list' if kind is list else 'dict'}"
    listed = [] if "FINDINGS" in broken else values.get("FINDINGS") or []
    findings = []
    for number, one in enumerate(listed[:MOST_FINDINGS], 1):
        finding = _finding(number, one, ids, unread)
        if finding is not None:
            findings.append(finding)
    if len(listed) > MOST_FINDINGS:
        unread.append(f"findings after the first {MOST_FINDINGS}")
    named = [] if "RELABEL_FIRST" in broken else values.get("RELABEL_FIRST") or []
    again, strange = _ids(named, ids)
    if len(named) > MOST_RELABELLED:
        unread.append(f"RELABEL_FIRST after the first {MOST_RELABELLED}")
    corrected = _corrected({} if "CORRECTED" in broken else values.get("CORRECTED") or {}, unread)
    return Claims(
        findings=tuple(findings), corrected=corrected, relabel=tuple(again[:MOST_RELABELLED]),
        broken=broken, unread=tuple(unread[:20]),
        strange=strange + sum(one.strange for one in findings),
    )  # fmt: skip


def _finding(
    number: int, value: Any, ids: Mapping[str, str], unread: list[str]
) -> Finding | None:  # fmt: skip
    if not isinstance(value, Mapping):
        unread.append(f"finding {number} is no dict")
        return None
    rows = value.get("row_ids")
    if not isinstance(rows, list):
        unread.append(f"row_ids of finding {number} is no list")
        rows = []
    elif len(rows) >= _MOST_IDS:
        unread.append(f"ids of finding {number} after the first {_MOST_IDS}")
    found, strange = _ids(rows, ids)
    effect = _text(value.get("effect")).strip().casefold()
    if effect not in EFFECTS:
        unread.append(f"effect of finding {number}")
    return Finding(
        number=number, claim=_text(value.get("claim"))[:300], rows=frozenset(found),
        strange=strange, effect=effect if effect in EFFECTS else None,
        action=_text(value.get("action"))[:300],
    )  # fmt: skip


def _ids(listed: list[Any], ids: Mapping[str, str]) -> tuple[list[str], int]:
    """Return the ids that there are, in order and once each, and how many entries are none."""
    found: dict[str, None] = {}
    strange = 0
    for one in listed:
        name = ids.get(str(one).strip().casefold()) if isinstance(one, str | int) else None
        if name is None:
            strange += 1
        else:
            found[name] = None
    return list(found), strange


def _corrected(value: Mapping[str, Any], unread: list[str]) -> Corrected:
    accuracy = _share(value.get("accuracy"))
    if accuracy is None and value.get("accuracy") is not None:
        unread.append("accuracy")
    pair = value.get("range")
    ends = [_share(one) for one in pair] if isinstance(pair, list) and len(pair) == 2 else []
    low, high = (ends[0], ends[1]) if ends and None not in ends else (None, None)
    if low is None and pair is not None:
        unread.append("range")
    if low is not None and high is not None and low > high:
        low, high = high, low
    if accuracy == 0 and not high:  # as it was given: nothing was written
        accuracy = low = high = None
    return Corrected(accuracy, low, high, _text(value.get("on"))[:300])


def _share(value: Any) -> float | None:
    """Return a share from 0 to 1: a number, "72%", or 72, which can mean nothing else."""
    found = read_number(value)
    if found is not None and 1 < found <= 100:
        found /= 100
    return found if found is not None and 0 <= found <= 1 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
