"""What a candidate claims, read from plain values: ESTIMATE and PLAN.

Runs in T. Everything here is hostile: values are numbers, texts and lists as they came over the
sandbox's pipe. Nothing is evaluated; what cannot be read is named and left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.scoring.cost_truth import ATOMS, STAGES, CostSheet

_NUMBER = re.compile(r"[$€]?\s*(-?\d[\d,_]*(?:\.\d+)?(?:e[+-]?\d{1,2})?)\s*(%|usd)?", re.IGNORECASE)
_LARGEST = 1e18
_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0", "", "none"}
_SWITCHES = ("cache", "drop_auto", "strip_quotes", "merge_s1_s2")
_KEYS = (*_SWITCHES, "template_top_k", "max_email_tokens", "models", "batch")
NO_LIMIT = 1e6
"""Tokens; a limit above it is none."""


@dataclass(frozen=True)
class Estimate:
    """ESTIMATE as far as it could be read; None where a number is missing.

    Attributes:
        daily: USD a day.
        low: lower end of its range.
        high: upper end.
        monthly: USD a month.
        tokens_in: a day.
        tokens_out: a day.
        drivers: atoms that were named, in order, each once.
        unread_drivers: what was named and is none.
        saving: share that the plan is said to save.
        is_from_stages: whether tokens were added up from per_stage.
    """

    daily: float | None = None
    low: float | None = None
    high: float | None = None
    monthly: float | None = None
    tokens_in: float | None = None
    tokens_out: float | None = None
    drivers: tuple[str, ...] = ()
    unread_drivers: tuple[str, ...] = ()
    saving: float | None = None
    is_from_stages: bool = False

    @property
    def has_derivation(self) -> bool:
        """Whether tokens stand behind the money."""
        return bool(self.tokens_in) and bool(self.tokens_out)


@dataclass(frozen=True)
class Plan:
    """PLAN as far as it could be read.

    Attributes:
        cache: fixed parts at the cached price.
        drop_auto: automatic mails are left out.
        strip_quotes: history is cut off.
        merge: S1 and S2 are one call.
        top_k: templates in S3's prompt.
        limit: tokens after which a mail is cut.
        batch: stages that are batched, in order.
        models: (stage, model, share) for each that takes some; a stage without any is as sketched.
        unread: keys and values that were not understood.
    """

    cache: bool = False
    drop_auto: bool = False
    strip_quotes: bool = False
    merge: bool = False
    top_k: int | None = None
    limit: float = NO_LIMIT
    batch: tuple[str, ...] = ()
    models: tuple[tuple[str, str, float], ...] = ()
    unread: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return self == Plan()


def read_number(value: Any) -> float | None:
    """Return a finite number: one, or a text that is one ("2,574", "$2574", "48%"); else None."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value.strip()[:60])
        if match is None:
            return None
        digits = match[1].replace(",", "").replace("_", "")
        found = float(digits) / (100 if match[2] == "%" else 1)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return None
    else:
        found = float(value) if abs(value) < _LARGEST else math.inf
    return found if math.isfinite(found) and abs(found) < _LARGEST else None


def read_estimate(value: Any, sheet: CostSheet) -> Estimate:
    """Return the estimate in ESTIMATE, whatever it is.

    Args:
        value: as it came.
        sheet: for the number of mails, where tokens are added up from stages.
    """
    given = value if isinstance(value, Mapping) else {}
    pair = given.get("daily_range")
    ends = [read_number(one) for one in pair] if isinstance(pair, list) and len(pair) == 2 else []
    low, high = (ends[0], ends[1]) if ends and None not in ends else (None, None)
    if low is not None and high is not None and low > high:
        low, high = high, low
    tokens_in, tokens_out = (_positive(given.get(f"tokens_{way}_per_day")) for way in ("in", "out"))
    is_from_stages = not tokens_in or not tokens_out
    if is_from_stages:
        summed = _from_stages(given.get("per_stage"), sheet.mails_per_day)
        tokens_in, tokens_out = tokens_in or summed[0], tokens_out or summed[1]
        is_from_stages = summed != (None, None)
    drivers, unread = _drivers(given.get("drivers"))
    return Estimate(
        daily=_positive(given.get("daily_usd")), low=low, high=high,
        monthly=_positive(given.get("monthly_usd")), tokens_in=tokens_in, tokens_out=tokens_out,
        drivers=drivers, unread_drivers=unread, saving=read_number(given.get("saving_claimed")),
        is_from_stages=is_from_stages,
    )  # fmt: skip


def read_plan(value: Any, sheet: CostSheet) -> Plan:
    """Return the plan in PLAN, whatever it is; keys that are not on the menu are named."""
    given = value if isinstance(value, Mapping) else {}
    unread = [str(key)[:40] for key in given if key not in _KEYS]
    if value is not None and not isinstance(value, Mapping):
        unread.append("PLAN is no dict")
    switches = {}
    for key in _SWITCHES:
        read = _read_switch(given.get(key))
        switches[key] = bool(read)
        if read is None:
            unread.append(key)
    numbers = {}
    for key in ("template_top_k", "max_email_tokens"):
        numbers[key] = read_number(given.get(key))
        if numbers[key] is None and given.get(key) is not None:
            unread.append(key)
    top_k, limit = numbers["template_top_k"], numbers["max_email_tokens"]
    top = None if top_k is None else int(min(max(1.0, top_k), sheet.templates))
    models, odd = _models(given.get("models"), sheet)
    batch, strange = _batch(given.get("batch"))
    return Plan(
        cache=switches["cache"], drop_auto=switches["drop_auto"],
        strip_quotes=switches["strip_quotes"], merge=switches["merge_s1_s2"],
        top_k=None if top == sheet.templates else top,
        limit=NO_LIMIT if limit is None else min(NO_LIMIT, max(0.0, limit)),
        batch=batch, models=models, unread=tuple([*unread, *odd, *strange][:20]),
    )  # fmt: skip


def _positive(value: Any) -> float | None:
    found = read_number(value)
    return found if found is not None and found > 0 else None


def _from_stages(value: Any, mails: int) -> tuple[float | None, float | None]:
    rows = [row for row in value.values() if isinstance(row, Mapping)] if _is_map(value) else []
    sums = []
    for way in ("in", "out"):
        found = [
            (read_number(row.get(way)), read_number(row.get("calls_per_mail"))) for row in rows
        ]
        parts = [each * (1.0 if calls is None else calls) for each, calls in found if each]
        sums.append(mails * sum(parts) if parts and sum(parts) > 0 else None)
    return sums[0], sums[1]


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)


def _drivers(value: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = {atom.casefold(): atom for atom in ATOMS}
    found: list[str] = []
    unread: list[str] = []
    for one in (value if isinstance(value, list) else [])[:9]:
        atom = known.get(re.sub(r"[\s:_/]+", ".", str(one).strip().casefold()))
        if atom is None:
            unread.append(str(one)[:40])
        elif atom not in found:
            found.append(atom)
    return tuple(found[:3]), tuple(unread)


def _read_switch(value: Any) -> bool | None:
    """Return a flag; None when it is neither yes nor no."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().casefold()
        return True if word in _YES else False if word in _NO else None
    number = read_number(value)
    return None if number is None else number != 0


def _models(value: Any, sheet: CostSheet) -> tuple[tuple[tuple[str, str, float], ...], list[str]]:
    """Return shares that add up to 1 in each stage, and what was not understood."""
    found: list[tuple[str, str, float]] = []
    odd: list[str] = [] if value is None or _is_map(value) else ["models"]
    for stage, shares in value.items() if _is_map(value) else ():
        if isinstance(shares, str):
            shares = {shares: 1.0}
        if stage not in STAGES or not isinstance(shares, Mapping):
            odd.append(f"models.{str(stage)[:20]}")
            continue
        read = {}
        for model, share in shares.items():
            number = read_number(share)
            if model not in sheet.prices or number is None or number < 0:
                odd.append(f"models.{stage}.{str(model)[:20]}")
            elif number > 0:
                read[model] = number
        whole = sum(read.values())
        if whole and set(read) != {sheet.base}:
            found += [(stage, model, share / whole) for model, share in sorted(read.items())]
    return tuple(sorted(found)), odd


def _batch(value: Any) -> tuple[tuple[str, ...], list[str]]:
    if isinstance(value, list):
        named = {str(one).strip().upper() for one in value}
        return tuple(sorted(named & set(STAGES))), [
            f"batch {one[:20]}" for one in named - set(STAGES)
        ]
    if isinstance(value, str) and value.strip().upper() in STAGES:
        return (value.strip().upper(),), []
    read = _read_switch(value)
    return (STAGES if read else ()), (["batch"] if read is None else [])
