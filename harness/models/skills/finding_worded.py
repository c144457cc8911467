"""Rules in words, held against listed cases or named people: who may, what is paid, what is not.

Runs in the model worker; the text is hostile and capped. A rule speaks of a sort of case; "except",
"only with" and a later rule that takes back an earlier one are followed. What fools it: conditions
that have to be inferred.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.finding_cases import joined, words_of
from harness.models.skills.finding_records import Listed, Record
from harness.models.skills.finding_sorts import is_of_sort
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.wording import are_opposite, nearness

_ASKS = re.compile(
    r"\bor not\b|\bfor each\b|\beach of them\b|\bone line each\b|\byes or no\b|\bwhich\b|"
    r"\bwho\b|\bwhom\b",
    re.I,
)
_OUTCOME = re.compile(
    r"\b(?P<no>not |never |n['’]t )?(?:be )?(?P<what>permitted|allowed|paid|covered|accepted|"
    r"refunded|admitted|"
    r"free|insured|reimbursed|granted|eligible|valid|tax-free|exempt|required|forbidden|"
    r"returned|exchanged)\b",
    re.I,
)
_EXCEPT = re.compile(
    r"\b(?:except|unless|but not|apart from)\b(?: if| when| for| where)?(?P<c>[^.;]{3,80})", re.I
)
_ONLY = re.compile(r"\bonly (?:with|if|for|when|on)\b(?P<c>[^.;]{3,80})", re.I)
_NUMBERED = re.compile(
    r"^[ \t]*(?:R|§|clause |rule |no\.? )?(?P<n>\d{1,2}(?:\.\d{1,2})?)[.):]?\s+(?P<rest>\S[^\n]*)$",
    re.M | re.I,
)
_TAKES_BACK = re.compile(
    r"\b(?:clause|rule|no\.?|point|§|R)? ?(?P<n>\d{1,2}(?:\.\d{1,2})?) (?:does not apply|is not "
    r"valid|does not hold)\b(?: to| for| on| in| if)?(?P<c>[^.;]{3,80})",
    re.I,
)
_BOTH = re.compile(
    r"\b(?:both|all(?: of them| three| four)?|each(?: of them)?)\b(?P<c>[^.;\n]{3,80})", re.I
)
_PERSON = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Dr)\.? )?(?P<n>[A-ZÀ-Þ][a-zà-ÿ]+)\b(?= (?:lives?|has|is|wants?|owns?|on|"
    r"in|with|brings?|bought|would)\b)"
)
_LACK = re.compile(r"\b(?:no|without|not|missing|lost)\b", re.I)


@dataclass(frozen=True)
class Rule:
    """One rule in words.

    Attributes:
        number: its number in the text; empty for none.
        about: the words for the sort of case.
        holds: whether it grants the outcome.
        unless: a condition that turns it round.
        needs: a condition that has to be met.
    """

    number: str
    about: tuple[str, ...]
    holds: bool
    unless: tuple[str, ...]
    needs: tuple[str, ...]


def decided(ask: str, listed: Listed, whole: str) -> Worked | None:
    """What the rules of a text say of each of several cases; None where it has no such rules.

    Args:
        ask: the question.
        listed: the cases and the rules beside them; people who are told of count as cases, too.
        whole: the prompt.
    """
    asked = _OUTCOME.search(ask)
    if (
        not asked
        or not _ASKS.search(f"{ask}\n{whole[-160:]}")
        or asked["what"].lower() in ("free",)
    ):
        return None
    rules, back = _rules(listed.rest, asked["what"].lower())
    records = listed.records if len(listed.records) >= 2 else _people(listed.rest)
    if len(records) < 2 or not rules:
        return None
    verdicts = [_verdict(record, rules, back) for record in records]
    if any(verdict is None for verdict in verdicts):
        return None
    what = asked["what"].lower()
    names = [record.mark or record.name for record in records]
    if re.search(r"\b(?:which|who|whom)\b", ask, re.I) and not re.search(
        r"\beach\b|\bor not\b", f"{ask}", re.I
    ):
        is_no = bool(asked["no"])
        chosen = [n for n, v in zip(names, verdicts, strict=True) if bool(v) != is_no]
        return Worked(joined(chosen) if chosen else "None", "", names[0])
    lines = [f"{n}: {what if v else f'not {what}'}" for n, v in zip(names, verdicts, strict=True)]
    slip = [f"{n}: {what}" for n in names]
    return Worked("\n".join(lines), "", "\n".join(slip))


def _rules(text: str, what: str) -> tuple[list[Rule], list[tuple[str, tuple[str, ...]]]]:
    rules: list[Rule] = []
    back: list[tuple[str, tuple[str, ...]]] = []
    numbered = [(m["n"], m["rest"]) for m in _NUMBERED.finditer(text)]
    parts = numbered or [("", s) for s in re.split(r"(?<=[a-z])[.;]\s+|\n+", text)]
    for number, said in parts:
        taken = _TAKES_BACK.search(said)
        if taken:
            back.append((taken["n"], tuple(words_of(taken["c"]))))
            continue
        mark = next((m for m in _OUTCOME.finditer(said) if m["what"].lower() == what), None)
        forbids = re.search(r"\b(?:forbidden|prohibited|banned|refused|excluded)\b", said, re.I)
        if mark is None and not forbids:
            continue
        unless, needs = _EXCEPT.search(said), _ONLY.search(said)
        cut = min([m.start() for m in (unless, needs, mark, forbids) if m], default=len(said))
        about = tuple(
            w
            for w in words_of(re.sub(r"^[^:]{2,30}:\s", "", said[:cut]))
            if w not in ("always", "way", "exception", "rule", "damage")
        )
        holds = not (forbids or (mark is not None and mark["no"]))
        rules.append(
            Rule(
                number,
                about,
                holds,
                tuple(words_of(unless["c"])) if unless else (),
                tuple(words_of(needs["c"])) if needs else (),
            )
        )
    return rules, back


def _people(text: str) -> tuple[Record, ...]:
    """The people of a text with what is told of each, and of both."""
    marks = list(_PERSON.finditer(text))
    both = " ".join(m["c"] for m in _BOTH.finditer(text))
    out: list[Record] = []
    for n, mark in enumerate(marks):
        end = marks[n + 1].start() if n + 1 < len(marks) else len(text)
        body = re.split(r"(?<=[a-z])[.]\s|\n", text[mark.end() : end])[0]
        out.append(Record("", mark["n"], f"{mark['n']} {body} {both}"))
    return tuple({record.name: record for record in out}.values())


def _verdict(
    record: Record, rules: list[Rule], back: list[tuple[str, tuple[str, ...]]]
) -> bool | None:
    """What the last rule for a case says, unless another takes that rule back for it."""
    verdict: bool | None = None
    for rule in rules:
        if not _is_about(rule.about, record.text):
            continue
        if any(
            number == rule.number and number and _meets(words, record.text)
            for number, words in back
        ):
            continue
        holds = rule.holds
        if rule.unless and _meets(rule.unless, record.text):
            holds = not holds
        if rule.needs and not _meets(rule.needs, record.text):
            holds = False
        verdict = holds
    return verdict


def _is_about(words: tuple[str, ...], text: str) -> bool:
    held = words_of(text)
    return (
        any(nearness(w, h) >= 0.8 or is_of_sort(h, w) for w in words for h in held)
        if words
        else True
    )


def _meets(words: tuple[str, ...], text: str) -> bool:
    """Whether what is told meets a condition: its words are there, not denied, not the opposite."""
    held = words_of(text)
    if are_opposite(words, held) and not set(map(root, words[-1:])) & set(map(root, held)):
        return False
    met = [w for w in words if any(root(w) == root(h) or nearness(w, h) >= 0.8 for h in held)]
    if not words or len(met) * 2 < len(words):
        return False
    last = met[-1]
    at = text.lower().find(last[:4])
    return not _LACK.search(text[max(0, at - 16) : at])
