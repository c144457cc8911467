"""Every label that fits a text: each clause speaks for the label that it is nearest to.

Runs in the model worker; the text is hostile and only read. Where an order asks what is complained
of, or praised, only clauses of that feeling count. What fools it: two subjects in one clause.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np

from harness.models.features import Bank
from harness.models.labels import Label, humanise
from harness.models.reading import Reading
from harness.models.routing import rest_of
from harness.models.several_asked import wants_several
from harness.models.skills.acts import does, feeling
from harness.models.skills.classify import likeness
from harness.models.skills.label_senses import senses
from harness.models.skills.outcome import Outcome

_MOST_CLAUSES = 14
_SPEAKS = ((0.32, 0.0), (0.24, 0.03), (0.18, 0.07))
"""Cosine from which a clause speaks of a label, and how far the next one has to lie behind."""
_CLAUSE = re.compile(
    r"(?<=[.!?;])\s+|\n+|,\s+|\s+(?:and|but|while|though|although|yet|plus|also)\s+|\s+[–—-]\s+"
)
_LINK = re.compile(r"(?:which|who|that) \w+ \w+\W*$", re.I)
_COMPLAINS = re.compile(
    r"\b(?:complain\w*|unhappy|dissatisf\w*|criti\w+|negative\w*|problems?|dislike\w*|wrong)\b",
    re.I,
)
_PRAISES = re.compile(r"\b(?:prais\w*|happy with|satisf\w*|likes?|positive\w*|good things)\b", re.I)
_SEPARATED = re.compile(
    r"\b(?:separated|joined|parted|divided|split) (?:by|with) (?:an? )?"
    r"(?:[\"“'](?P<sign>[^\w\"”']{1,3})[\"”']|(?P<name>semicolons?|pipes?|slashes|spaces?))",
    re.I,
)
_SIGNS = {"semic": "; ", "pipe": "|", "pipes": "|", "slash": "/", "space": " "}
_ARRAY = re.compile(r"\b(?:json|python) (?:array|list)\b|\b(?:array|list) of strings\b", re.I)
_LINES = re.compile(r"\bone (?:\w+ )?per line\b|\beach on (?:its|a) (?:own |new )?line\b", re.I)


def several_labels(bank: Bank, reading: Reading, told: str) -> Outcome | None:
    """Every label that fits, where the order beside the text wants all; else None.

    Args:
        bank: the fitted bank.
        reading: the prompt, understood.
        told: the prompt less the text.
    """
    if len(reading.labels) < 3 or not wants_several(told):
        return None
    chosen = _chosen(bank, reading, told)
    names = [reading.labels[i].name for i in chosen]
    rest = rest_of(reading.labels)
    if rest is not None and len(names) > 1:
        names = [name for name in names if name != rest.name]
    if re.search(r"\balphabetical", told, re.I):
        names.sort(key=str.casefold)
    if _ARRAY.search(told):
        said = json.dumps(names, ensure_ascii=False)
        return Outcome(said, said, {"labels": names}, task="classify")
    shown = re.search(r"\b\w+1(?P<sign>[;|/,] ?)\w+2\b", told)
    sign = shown or _SEPARATED.search(told)
    mark = (
        sign["sign"]
        or _SIGNS[
            sign["name"].lower().rstrip("s") + ("s" if "slash" in sign["name"].lower() else "")
        ]
        if sign
        else ", "
    )
    said = ("\n" if _LINES.search(told) else mark).join(names)
    return Outcome(said, said, {"labels": names})


def _chosen(bank: Bank, reading: Reading, told: str) -> list[int]:
    """The labels that clauses of the text speak for, in the order of the prompt."""
    text = "\n".join(reading.data).strip()[:3_000]
    clauses = [c.strip() for c in _CLAUSE.split(text) if len(c.split()) >= 2 and not _LINK.match(c)]
    clauses = clauses[:_MOST_CLAUSES]
    clauses = _of_feeling(clauses or [text], told, text)
    words = [f"{humanise(one.name)} {one.definition}".strip() for one in reading.labels]
    found = {i for i, word in enumerate(words) if any((does(word, c) or 0) > 0.3 for c in clauses)}
    similar = likeness(bank, reading.labels, clauses)
    if any(not one.definition and humanise(one.name) in senses() for one in reading.labels):
        similar = np.maximum(similar, likeness(bank, _with_senses(reading.labels), clauses))
    for row in similar:
        order = np.argsort(row)
        best, gap = int(order[-1]), float(row[order[-1]] - row[order[-2]])
        if any(row[best] >= least and gap >= ahead for least, ahead in _SPEAKS):
            found.add(best)
    if not found:
        found = {int(likeness(bank, reading.labels, [text[:1_200]])[0].argmax())}
    return sorted(found)


def _with_senses(labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """Labels without a definition with what their names usually stand for."""
    return tuple(
        one if one.definition else replace(one, definition=senses().get(humanise(one.name), ""))
        for one in labels
    )


def _of_feeling(clauses: list[str], told: str, text: str) -> list[str]:
    """The clauses that complain, or praise, where the order asks for what is complained of."""
    blames, praises = _COMPLAINS.search(told), _PRAISES.search(told)
    if bool(blames) == bool(praises):
        return clauses
    sentences = re.split(r"(?<=[.!?;])\s+|\n+", text)
    kept: list[str] = []
    for clause in clauses:
        felt = feeling(clause) or next((feeling(s) for s in sentences if clause in s), 0.0)
        if felt <= 0 if blames else felt > 0:
            kept.append(clause)
    return kept or clauses
