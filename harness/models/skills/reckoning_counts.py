"""Count what stands in a text: lines, words, sentences, people, things of a list, mentions.

Runs in the model worker; the text is hostile and capped. None where a question does not ask for a
count, or asks for a number that the text states.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.names import people
from harness.models.skills.reckoning_brief import root, sentences_of, stems
from harness.models.skills.reckoning_figures import Figure, figures, number_of
from harness.models.skills.reckoning_items import items_of
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.tables import OVER, Table, column_for, find_table, keeps

_COUNT = re.compile(
    r"\bhow (?:many|often)\b|\bcount\b|\bnumber of\b|\bwie viele\b|"
    r"\bcu[aá]nt[oa]s\b|\bcombien de\b",
    re.I,
)
_QUOTED = re.compile(r"[\"“'‘`«]([^\"”'’`»\n]{1,40})[\"”'’`»]")
_PEOPLE = re.compile(
    r"\b(?:people|persons?|names?|guests?|members|players|attendees|speakers|"
    r"participants|who|friends|children|"
    r"candidates|employees|colleagues|personas|personen|leute|swimmers|runners|"
    r"students)\b",
    re.I,
)
_NAME = r"[A-ZÀ-Ý][a-zà-ÿ'-]+(?: [A-ZÀ-Ý][a-zà-ÿ'-]+){0,2}"


def count_marks(ask: str, text: str) -> Worked | None:
    """How many lines, words, sentences, rows or mentions a text has."""
    mark = _COUNT.search(ask)
    return _counted(_structural(ask, _noun(ask, mark), text)) if mark else None


def _noun(ask: str, mark: re.Match[str]) -> str:
    wanted = re.match(r"\W*((?:[\w'’\"-]+\W{1,3}){0,4}[\w'’-]+)", ask[mark.end() :])
    return wanted[1].lower() if wanted else ""


def count(ask: str, text: str) -> Worked | None:
    """How many things of a list, people or matching items there are."""
    mark = _COUNT.search(ask)
    if not mark:
        return None
    noun = _noun(ask, mark)
    number = _matching(ask, text)
    if number is None and not _has_number_for(noun, text):
        number = _of_list(ask, noun, text)
    return _counted(number)


def _counted(number: int | None) -> Worked | None:
    if number is None:
        return None
    slip = max(0, number - 1) if number > 3 else number + 1
    return Worked(str(number), "", str(slip))


def _structural(ask: str, noun: str, text: str) -> int | None:
    """Words, sentences, lines, letters, mentions of a word."""
    quoted = _QUOTED.search(ask)
    body = _body(ask, text)
    low = ask.lower()
    times = re.search(
        r"\bhow (?:many times|often)\b|\b(?:occurrences|mentions|instances) of\b|"
        r"\bnumber of times\b",
        low,
    )
    if times and quoted:
        return len(re.findall(rf"(?<!\w){re.escape(quoted[1])}(?!\w)", body, re.I))
    letter = re.search(
        r"\bhow many (?:times does )?(?:the )?(?:letters? "
        r")?[\"'“‘]?([a-z])[\"'”’]?(?:s|'s|’s)?\s.{0,30}\bin (?:the word "
        r")?[\"'“]?(\w{2,30})",
        ask,
        re.I,
    )
    if letter and re.search(r"\bletter|'s|\bin the word\b|[\"“']", ask):
        return letter[2].lower().count(letter[1].lower())
    if re.search(r"\bhow many (?:letters|characters)\b", low):
        word = quoted[1] if quoted else (re.findall(r"\w+", ask) or [""])[-1]
        return len(re.sub(r"\s", "", word)) if word else None
    if re.match(r"words?\b", noun):
        said = quoted[1] if quoted else re.search(r"[:]\s*[\"“]?([^\"”]+)", ask)
        held = said if isinstance(said, str) else said[1] if said else body
        return len(re.findall(r"[^\W_][\w'’-]*", held))
    if re.match(r"sentences?\b", noun):
        return len(
            [s for s in re.split(r"(?<=[.!?])[\"”']?\s+", body.strip()) if re.search(r"\w", s)]
        )
    if re.match(r"paragraphs?\b", noun):
        return len([p for p in re.split(r"\n\s*\n", body) if p.strip()])
    lines = [line for line in body.splitlines() if re.search(r"\w", line)]
    table = find_table(text)
    if table is not None and not table.is_blank:
        rows = _rows(ask, table)
        if rows is not None:
            return rows
    if re.search(r"\bhow (?:often|many times)\b|\bnumber of times\b", low):
        wanted = stems(re.sub(r"\b(?:times?|often|total|all)\b", " ", low)) - {"time"}
        hits = [s for s in (lines if len(lines) >= 2 else sentences_of(body)) if wanted <= stems(s)]
        return len(hits) if wanted and len(hits) >= 2 else None
    if re.match(
        r"(?:lines?|rows?|entries|records|messages|bullets?|bullet points?|events)\b", noun
    ):
        tokens = [*re.findall(r"\b[A-Z]{3,}\b", ask), *(q for q in _QUOTED.findall(ask))]
        if tokens and any(t in body for t in tokens):
            return sum(any(t in line for t in tokens) for line in lines)
        says = re.search(
            r"\b(?:contain|mention|have|with|say|start with|begin with|are)\s+(?:the "
            r"(?:word|name) )?([\w-]+)\W*$",
            ask,
            re.I,
        )
        if says and any(says[1].lower() in line.lower() for line in lines):
            return sum(says[1].lower() in line.lower() for line in lines)
        if table is not None:
            return None if OVER.search(ask) else len(table.rows)
        return len(lines) if len(lines) >= 2 else None
    tokens = re.findall(r"\b[A-Z]{3,}\b", ask)
    if tokens and len(lines) >= 2 and any(tokens[0] in line for line in lines):
        return sum(tokens[0] in line for line in lines)
    return None


def _rows(ask: str, table: Table) -> int | None:
    """The rows of a table that have the words and keep the limits a question names."""
    words = {w.lower() for w in re.findall(r"[\w-]+", ask)}
    is_listed = [
        i
        for i in range(len(table.header))
        if any(row[i].lower() in words for row in table.rows if not re.search(r"\d", row[i]))
    ]
    limit = OVER.search(ask)
    if not is_listed and not limit:
        return None
    kept = [r for r in table.rows if all(r[i].lower() in words for i in is_listed)]
    if limit:
        value = number_of(limit[2].strip("€$£?.,"))
        at = column_for(ask, table)
        if value is None or at is None:
            return None
        held = [f[0].value if (f := figures(r[at], ())) else None for r in kept]
        return sum(a is not None and keeps(a, value, limit[1].lower()) for a in held)
    return len(kept)


def _body(ask: str, text: str) -> str:
    """The text without a label of its own."""
    return re.sub(r"^\s*(?:text|log|list|sentence|notes?|here)\s*:\s*", "", text, flags=re.I)


def _matching(ask: str, text: str) -> int | None:
    """How many things are above or below a limit."""
    limit = OVER.search(ask)
    if not limit:
        return None
    value = number_of(limit[2].strip("€$£?.,"))
    if value is None:
        return None
    amounts = _amounts(ask, text)
    if len(amounts) < 2:
        return None
    return sum(keeps(a, value, limit[1].lower()) for a in amounts)


def _amounts(ask: str, text: str) -> list[Fraction]:
    table = find_table(text)
    if table is not None:
        at = column_for(ask, table)
        cells = [figures(row[at]) for row in table.rows] if at is not None else []
        return [c[0].value for c in cells if c]
    out: list[Fraction] = []
    for item in items_of(text):
        held = [a for a in item.amounts if isinstance(a, Figure)]
        if held:
            out.append(held[0].value)
    return out


def _has_number_for(noun: str, text: str) -> bool:
    """Whether the text states a number of the very thing that is asked for."""
    words = {root(w) for w in noun.split()[:2]}
    return any(
        f.unit is None and {root(w) for w in f.noun.split()[:2]} & words for f in figures(text)
    )


def _of_list(ask: str, noun: str, text: str) -> int | None:
    """The things of a list, or the people named."""
    lines = [line for line in text.splitlines() if re.search(r"\w", line)]
    bullets = [line for line in lines if re.match(r"\s*(?:[-*•]|\d{1,2}[.)])\s", line)]
    listed = bullets if len(bullets) >= 2 else []
    is_about_list = re.search(
        r"\b(?:list\w*|items?|things?|entries|here|this|that|below|above|are there|"
        r"mentioned|named|in total|they)\b",
        ask,
        re.I,
    )
    if listed and (is_about_list or len(listed) == len(lines)):
        return len(listed)
    if _PEOPLE.search(noun) or re.search(r"\bwho\b", ask, re.I):
        named = people(text)
        if len(named) >= 2 and re.search(
            r"\b(?:named|mentioned|there|here|listed|are|does the text|text|message|"
            r"involved|come|coming|go|going)\b",
            ask,
            re.I,
        ):
            series = _series(text)
            return max(len(named), len(series))
    series = _series(text)
    if any(f.unit is None and f.noun for f in figures(text)) and len(series) < 4:
        return None
    if len(series) >= 3 and (is_about_list or re.match(r"\W*count\b", ask, re.I)):
        return len(series)
    return None


def _series(text: str) -> list[str]:
    """What a sentence enumerates, the longest of them."""
    best: list[str] = []
    for sentence in sentences_of(text)[:60]:
        mark = re.search(
            r"(?:^|[\s:])((?:[^,:;.!?\n]{1,50}, ){1,30}[^,:;.!?\n]{1,50}?(?:,? (?:and|or|"
            r"und|y|et) [^,:;.!?\n]{1,50})?)[.!?]?$",
            sentence,
        )
        if not mark:
            continue
        parts = [
            p
            for p in re.split(r", (?:and |or )?| (?:and|und|y|et) ", mark[1])
            if re.search(r"\w", p)
        ]
        parts = [p for p in parts if len(p.split()) <= 7]
        if len(parts) > len(best):
            best = parts
    return best
