"""What a candidate says about the five answers and the change, held against handbook and ledger.

Runs in T; pure. V, EP, HY and S of the exercises' paper, sections 2c and amendment 7. What fools
it: a quote from the right section that proves nothing, and a reason that names a line without
saying why; people read both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.scoring.promptfix_gold import folded

Label = Literal["supported", "partly_unsupported", "unsupported"]
SHORTEST_QUOTE = 15
FIELDS = ("hypothesis", "test", "prediction", "result", "change")
IDEAS = 3
"""So many ideas with a test fill HY."""
SHINGLE = 7
_WORD = re.compile(r"[^\W_]+")
_TITLE = re.compile(r"(?m)^## (\d+)\. ")


class Verdict(BaseModel):
    """What one recorded answer is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    output_id: str
    """Which."""
    label: Label
    """The right verdict."""
    sections: tuple[int, ...] = Field(min_length=1)
    """Where its proof may stand."""


class Verdicts(BaseModel):
    """hidden/verdicts.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    verdict: tuple[Verdict, ...] = Field(min_length=1)
    """One for each recorded answer."""


def sections_of(handbook: str) -> dict[int, str]:
    """Return the sections of a handbook by number."""
    parts = _TITLE.split(handbook)
    return {int(n): text for n, text in zip(parts[1::2], parts[2::2], strict=True)}


def rows_of(value: object) -> list[dict[str, Any]]:
    """Return the rows of a list that are objects."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def verdict_score(said: object, gold: Verdicts) -> float:
    """Return V: mean over the answers; 1 right, .5 where unsupported and partly are swapped."""
    told = {str(row.get("output_id")): str(row.get("label")) for row in rows_of(said)}
    total = 0.0
    for one in gold.verdict:
        label = told.get(one.output_id, "")
        swapped = {label, one.label} == {"unsupported", "partly_unsupported"}
        total += 1.0 if label == one.label else 0.5 if swapped else 0.0
    return total / len(gold.verdict)


def quotes(said: object, gold: Verdicts, handbook: str) -> tuple[int, int]:
    """Return how many answers have a proving quote, and how many quotes stand nowhere.

    A quote proves with 15 characters and more, word for word, in a section where proof may stand.
    """
    sections, whole = sections_of(handbook), folded(handbook)
    told = {str(row.get("output_id")): row.get("evidence_quote") for row in rows_of(said)}
    found = nowhere = 0
    for one in gold.verdict:
        quote = folded(str(told.get(one.output_id) or ""))
        if len(quote) >= SHORTEST_QUOTE:
            found += any(quote in folded(sections.get(n, "")) for n in one.sections)
            nowhere += quote not in whole
    return found, nowhere


def ideas(said: object, calls: Mapping[str, bool]) -> tuple[float, int]:
    """Return HY and how many cited calls were never made.

    Args:
        said: HYPOTHESES.
        calls: ids of the ledger's calls, and whether each came before the last change.

    A filled idea counts 1 with calls that were made, one of them before the change; .5 with a
    cell or section in a call's place; 0 where a cited call was never made.
    """
    total, missing = 0.0, 0
    for row in rows_of(said):
        cited = [_call_id(one) for one in _listed(row.get("call_ids"))]
        absent = [one for one in cited if one not in calls]
        missing += len(absent)
        if absent or not all(str(row.get(name) or "").strip() for name in FIELDS):
            continue
        if cited:
            total += 1.0 if any(calls[one] for one in cited) else 0.5
        elif _listed(row.get("cell_ids")):
            total += 0.5
    return min(1.0, total / IDEAS), missing


def unstated_lines(given: str, fixed: str, said: object) -> tuple[int, int]:
    """Return how many changed lines have no stated reason, and how many lines were given."""
    before, after = ([x for x in text.splitlines() if _words(x)] for text in (given, fixed))
    reasons = [_words(str(row.get("change") or "")) for row in rows_of(said)]
    changed: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if tag != "equal":
            changed += [*before[a:b], *after[c:d]]
    unstated = [line for line in changed if not _is_stated(_words(line), reasons)]
    return len(unstated), len(before)


def frugality(unstated: int, given: int) -> float:
    """Return S = clip((1.1 - D) / .8, 0, 1), D the unstated lines for each line given."""
    return min(1.0, max(0.0, (1.1 - unstated / max(1, given)) / 0.8))


def pasted(given: str, fixed: str, sources: Sequence[str]) -> bool:
    """Whether seven words in a row of handbook or answers stand in the prompt, new to it."""
    new = _shingles(fixed) - _shingles(given)
    return any(new & _shingles(source) for source in sources)


def _is_stated(line: frozenset[str], reasons: Collection[frozenset[str]]) -> bool:
    wanted = min(3, max(1, len(line) - 1))
    return len(line) < 2 or any(len(line & reason) >= wanted for reason in reasons)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text.lower()) if len(word) > 3)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[n : n + SHINGLE]) for n in range(len(words) - SHINGLE + 1)}


def _call_id(value: object) -> str:
    return str(value).strip().removeprefix("chatcmpl-")


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
