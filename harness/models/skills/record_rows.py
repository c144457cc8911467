"""A row for each thing of a text: lines with cells, people with their roles, tasks, amounts.

Runs in the model worker; the text is hostile and capped. What fools it: rows told in several
sentences each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills.fields import Field
from harness.models.skills.names import NOT_NAMES
from harness.models.skills.reckoning_figures import SMALL
from harness.models.skills.record_names import NAME
from harness.models.skills.record_source import SILENT, Source, source_of
from harness.models.skills.record_told import told_rows
from harness.models.skills.record_values import value_for
from harness.models.skills.record_wants import Want, want_of

_MOST_ROWS = 40
_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_CELLS = re.compile(r"\s+[-–—|]\s+|\s*[|;\t]\s*|:\s+|,\s+|\s*\((?=[^()]{1,60}\))|\)\s*")
_FIGURED = frozenset(
    ("time", "date", "money", "number", "email", "phone", "url", "stamp", "currency")
)
_TWO = r"[A-ZÀ-Ý][\w'’-]+(?: (?:van |von |de |da |der |la )?[A-ZÀ-Ý][\w'’-]+){1,3}"
_PEOPLE = re.compile(rf"\b({_TWO})\b")
_LEAD = re.compile(
    r"^[\s,:(–-]*(?:(?:will be|is|are|was|were|becomes?|joins? us|starts?|works?|as|our|the|new|"
    r"an?|and|in the role of|plays?|"
    r"who is|acts?)\s+)*",
    re.I,
)
_TASKS = frozenset("task action todo what item step description activity".split())
_OWNERS = frozenset("owner assignee who person name responsible assigned".split())
_DUES = frozenset("due deadline date when by".split())
_WILL = re.compile(
    rf"^\W*(?:[\w ,'’-]{{1,80}}: )?(?P<who>{NAME})\s+(?:will|is to|are to|has to|have to|needs? to|"
    rf"must|should|agreed to|promised to|"
    rf"volunteered to|offered to|to|is going to|takes? care of|takes? over|"
    rf"(?=[a-z]+s\b))\s*(?P<what>.{{3,160}}?)"
    r"(?P<due>\s+(?:by|until|before|on|due|no later than|till|next|this|tomorrow|"
    r"today)\b.{2,40}?)?[.!;]?\s*$"
)
_AMOUNT = re.compile(
    r"(?P<amount>(?:\d+(?:[.,/]\d+)?|an?|half an?|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve|a few|some|½|¼)"
    r"(?:\s?(?:g|kg|mg|ml|cl|dl|l|oz|lb|lbs|cups?|tbsp|tsp|tablespoons?|teaspoons?|pinch(?:es)?|"
    r"cloves?|slices?|cans?|tins?|bunch(?:es)?|"
    r"packets?|pieces?|litres?|liters?|grams?|handfuls?|dash(?:es)?|sprigs?|"
    r"sticks?)\b(?: of)?)?)\s+(?P<name>[a-zA-Z][\w' -]{1,40}?)"
    r"(?=\s*(?:,|;|\.|\n|\band\b|\bor\b|\bplease\b|\(|$))"
)


def rows(field: Field, source: Source) -> list[object] | None:
    """The rows of a list field; None where the text shows none that can be told.

    Args:
        field: a list with inner fields.
        source: the text, read.
    """
    wants = [want_of(inner) for inner in field.inner]
    for way in (_tasks, _amounts, _lines, _roles, _in_clauses):
        found = way(wants, source)
        if found:
            told = told_rows(wants, source.text) if way is _lines else []
            return list((told if len(told) > len(found) else found)[:_MOST_ROWS])
    return None


def _tasks(wants: Sequence[Want], source: Source) -> list[dict[str, object]]:
    """`Nils will mow the field by June.` for who, what and until when."""
    heads = [
        "who"
        if w.head in _OWNERS or w.kind == "person"
        else "what"
        if w.head in _TASKS
        else "due"
        if set(w.words) & _DUES or w.kind == "date"
        else ""
        for w in wants
    ]
    if not all(heads) or not {"who", "what"} <= set(heads) or len(set(heads)) != len(heads):
        return []
    out: list[dict[str, object]] = []
    for piece in re.split(r"(?<=[.!;])\s+|\n", source.text):
        mark = _WILL.match(_MARK.sub("", piece))
        if mark is None or mark["who"].split()[0] in NOT_NAMES:
            continue
        due = re.sub(
            r"^\s*(?:by|until|before|on|due|no later than|till)\s+", "", mark["due"] or ""
        ).strip(" .")
        held = {"who": mark["who"], "what": mark["what"].strip(" .,"), "due": due or None}
        out.append({w.field.name: held[head] for w, head in zip(wants, heads, strict=True)})
    return out


def _amounts(wants: Sequence[Want], source: Source) -> list[dict[str, object]]:
    """`3 kg lime, 4 bricks and a bag of sand` for names with amounts."""
    names = [
        w
        for w in wants
        if w.head in ("name", "ingredient", "item", "product", "food", "article", "material")
    ]
    counts = [
        w for w in wants if w.head in ("amount", "quantity", "qty", "count", "unit", "number")
    ]
    if len(names) != 1 or not counts or len(wants) != len(names) + len(counts):
        return []
    out: list[dict[str, object]] = []
    for mark in _AMOUNT.finditer(source.text):
        if mark.start() and source.text[mark.start() - 1].isalnum():
            continue
        said = re.sub(r" of$", "", mark["amount"])
        parts = re.match(r"(\d+(?:[.,/]\d+)?|\w+)\s?(.*)", said)
        row: dict[str, object] = {names[0].field.name: mark["name"].strip()}
        has_unit = any(w.head == "unit" for w in counts)
        for want in counts:
            value: object = said
            is_bare_count = parts and not parts[2] and want.head in ("quantity", "qty", "count")
            if want.head == "unit":
                value = (parts[2] or None) if parts else None
            elif parts and (has_unit or is_bare_count or want.field.kind in ("number", "integer")):
                value = _number(parts[1])
            row[want.field.name] = value
        out.append({w.field.name: row[w.field.name] for w in wants})
    return out if len(out) >= 2 else []


_SMALL = {"a": 1, "an": 1, **{w: n for w, n in SMALL.items() if 0 < n <= 12}}


def _number(said: str) -> object:
    if said.isdigit():
        return int(said)
    return _SMALL.get(said.lower(), said.replace(",", ".") and _float(said))


def _float(said: str) -> object:
    try:
        return float(said.replace(",", "."))
    except ValueError:
        return said


def _lines(wants: Sequence[Want], source: Source) -> list[dict[str, object]]:
    """Lines, or what stands between semicolons, with a cell for most fields."""
    lines = [line for line in source.text.split("\n") if re.search(r"\w", line)]
    if len(lines) < 2 and source.text.count(";") >= 1:
        lines = [line for line in source.text.split(";") if re.search(r"\w", line)]
    if len(lines) < 2:
        return []
    made = [_line(wants, _MARK.sub("", line)) for line in lines[: 2 * _MOST_ROWS]]
    good = [row for row in made if row is not None]
    return good if len(good) >= 2 and len(good) * 2 >= len(lines) - 1 else []


def _line(wants: Sequence[Want], line: str) -> dict[str, object] | None:
    """One line's cells, each given to the field it fits; None where fewer than two are filled."""
    source = source_of(line)
    row: dict[str, object] = {w.field.name: None for w in wants}
    rest = line
    for want in wants:
        if want.kind not in _FIGURED:
            continue
        value = value_for(source, want)
        if (value is SILENT or value is None) and want.kind == "money" and source.numbers:
            taken = [v for v in row.values() if v is not None]
            left = [n.value for n in source.numbers if n.value not in taken]
            value = left[-1] if len(left) == 1 or (left and isinstance(left[-1], float)) else None
        elif value is SILENT or value is None:
            same = [n for n in source.numbers if want.kind in ("number", "money")]
            value = same[0].value if len(same) == 1 else None
        row[want.field.name] = value
        if isinstance(value, str) and want.kind == "number":
            line_value = value
            rest = rest.replace(line_value, " ", 1)
        said = (
            str(value)
            if isinstance(value, str)
            else next((line[n.span[0] : n.span[1]] for n in source.numbers if n.value == value), "")
        )
        rest = rest.replace(said, " ", 1) if said else rest
    cells = [c.strip(' .,:–-"“”') for c in _CELLS.split(rest) if c and re.search(r"[A-Za-zÀ-ÿ]", c)]
    for moment in source.moments:
        cells = [c.replace(moment.text, "").strip(" -–:,") for c in cells]
    cells = [
        re.sub(
            r"^(?:at|from|on|am|pm|x)\s+|\s+(?:at|for|à|@|each|x)$", "", re.sub(r"\s{2,}.*$", "", c)
        )
        for c in cells
        if re.search(r"[A-Za-z]{2}", c)
    ]
    others = [w for w in wants if w.kind not in _FIGURED]
    if len(cells) < len(others) and not any(row[w.field.name] is not None for w in wants):
        return None
    for want, cell in zip(others, cells, strict=False):
        row[want.field.name] = cell
    filled = sum(value is not None for value in row.values())
    return row if filled * 2 > len(wants) or filled >= 2 else None


def _in_clauses(wants: Sequence[Want], source: Source) -> list[dict[str, object]]:
    return told_rows(wants, source.text)


def _roles(wants: Sequence[Want], source: Source) -> list[dict[str, object]]:
    """`Nils Aal as cook at Rim and Siv Dahl as …` for people with what they are."""
    named = [w for w in wants if w.kind == "person" or w.head == "name"]
    if len(named) != 1 or len(wants) not in (2, 3, 4):
        return []
    marks = [m for m in _PEOPLE.finditer(source.text) if m[1].split()[0] not in NOT_NAMES]
    if len(marks) < 2:
        return []
    others = [w for w in wants if w is not named[0]]
    out: list[dict[str, object]] = []
    for i, mark in enumerate(marks[:_MOST_ROWS]):
        stop = marks[i + 1].start() if i + 1 < len(marks) else len(source.text)
        behind = re.split(r"[.!?;\n](?:\s|$)", source.text[mark.end() : stop])[0]
        row: dict[str, object] = {named[0].field.name: mark[1]}
        for want in others:
            row[want.field.name] = _told(want, behind)
        out.append({w.field.name: row[w.field.name] for w in wants})
    filled = [row for row in out if any(row[w.field.name] is not None for w in others)]
    return filled if len(filled) * 2 >= len(marks) else []


def _told(want: Want, behind: str) -> object:
    """What is told of a person behind the name."""
    if want.kind in _FIGURED or want.kind in ("code", "truth", "options"):
        value = value_for(source_of(behind), want)
        return None if value is SILENT else value
    said = re.sub(r",?\s*(?:and|with|then)?\s*$", "", _LEAD.sub("", behind)).strip(" ,.()")
    if want.kind in ("firm", "place") or want.head in (
        "department",
        "team",
        "unit",
        "division",
        "company",
    ):
        mark = re.search(rf"\b(?:in|at|of|from|for) (?:the )?({NAME})", behind)
        return mark[1] if mark else None
    said = re.split(r"\s+(?:in|at|from|for|of) (?:the )?(?=[A-ZÀ-Ý])|,\s", said)[0].strip(" ,.")
    return said if 0 < len(said.split()) <= 7 else None
