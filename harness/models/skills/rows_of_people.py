"""Rows of persons and what they are: "Ada Pell will be the pilot, Bo Finch the cook".

Runs in the model worker; pure; the text is hostile and capped, every pattern is bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.fields import Field

_MOST_CHARS = 6_000
_NAME = r"[A-ZÀ-Ý][\w'’-]{1,20}(?: (?:van |von |de |da |del )?[A-ZÀ-Ý][\w'’-]{1,20}){0,2}"
_PAIR = re.compile(
    rf"(?P<name>{_NAME})(?:,| (?:is|was|are|will be|works as|serves as|acts as|as|becomes?|"
    r"stays|plays|–|-))?\s(?:the |an? |our |its |their )?"
    r"(?P<role>[a-z][a-z'’-]{2,20}(?: (?!and\b|will\b|is\b|the\b)[a-z][a-z'’-]{1,20}){0,3})"
    r"(?=\s?[,;.\n)]|\s(?:and|while)\s|\s*$)"
)
_IS_NAME = re.compile(r"^(?:full[_ ]?)?name$|^(?:person|who|employee|member|speaker|actor)$", re.I)
_IS_ROLE = re.compile(r"^(?:role|job|position|function|title|profession|occupation|duty)$", re.I)


_AMOUNT = re.compile(
    r"(?P<amount>\d[\d.,/½¼]{0,6}\s?(?:kg|g|mg|ml|cl|dl|l|tbsp|tsp|cups?|pinch(?:es)?|cloves?|"
    r"cans?|slices?)?|an?|half an?|one|two|three|four)\s(?:of )?"
    r"(?P<thing>[a-z][a-z'-]{2,20}(?: (?!(?:and|with|in|to|then)\b)[a-z][a-z'-]{1,20}){0,2})"
    r"(?=\s?[,;.\n)]|\s(?:and|with|in|to|then)\b|\s*$)"
)
_IS_THING = re.compile(r"^(?:name|item|ingredient|product|thing|material)$", re.I)
_IS_AMOUNT = re.compile(r"^(?:amount|quantity|measure)$", re.I)


def _amounts(fields: tuple[Field, ...], text: str) -> list[dict[str, object]]:
    """One row an ingredient with how much of it, where the amounts have units."""
    thing = next((f.name for f in fields if _IS_THING.match(f.name)), "")
    much = next((f for f in fields if _IS_AMOUNT.match(f.name)), None)
    if not thing or much is None or much.kind in ("number", "integer"):
        return []
    found = list(_AMOUNT.finditer(text))
    if len(found) < 2 or not any(re.search(r"\d\s?[a-z]", mark["amount"]) for mark in found):
        return []
    rows = [{thing: mark["thing"], much.name: mark["amount"].strip()} for mark in found]
    return [{field.name: row[field.name] for field in fields} for row in rows]


def people_rows(fields: tuple[Field, ...], text: str) -> list[dict[str, object]]:
    """One row a person with what the text says that they are; empty where these are not the fields.

    Args:
        fields: the inner fields of the list.
        text: what the rows are taken from.
    """
    if len(fields) != 2 or len(text) > _MOST_CHARS:
        return []
    amounts = _amounts(fields, text)
    if amounts:
        return amounts
    who = next((f.name for f in fields if _IS_NAME.match(f.name)), "")
    what = next((f.name for f in fields if _IS_ROLE.match(f.name)), "")
    if not who or not what:
        return []
    rows: list[dict[str, object]] = []
    for mark in _PAIR.finditer(text):
        row = {who: mark["name"], what: mark["role"].strip()}
        rows.append({field.name: row[field.name] for field in fields})
    return rows if len(rows) >= 2 else []
