"""Answer from a table, and fill one in from prose.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re

from harness.models.skills.field_types import typed_value
from harness.models.skills.fields import Field
from harness.models.skills.names import people
from harness.models.skills.reckoning_brief import root, sentences_of, stems
from harness.models.skills.reckoning_figures import figures, plain
from harness.models.skills.tables import Table, find_table, rows_kept

_HEADS: tuple[tuple[str, str], ...] = (
    (
        r"\bcosts?\b|\bprice\b|\bhow much\b|\bexpensive\b|\bpay\b",
        r"price|cost|fee|rent|hire|fare|€|\$|£|rate|amount",
    ),
    (
        r"\bwhen\b|\bwhat (?:time|day|date)\b",
        r"date|time|day|when|start|opens?|departs?|departure|arriv",
    ),
    (r"\bwhere\b", r"town|city|place|room|location|where|country|venue|floor"),
    (r"\bwho\b", r"name|owner|who|manager|teacher|driver|author|person|contact|lead"),
    (
        r"\bhow (?:many|old|tall|heavy|long|far|deep|big)\b",
        r"age|height|weight|length|distance|depth|size|number|count|qty",
    ),
    (r"\bhow old\b", r"age|born|year"),
)
_GAP = re.compile(
    r"\b(?:put|leave|write|use|enter|mark|with|as|fill in|insert)\W{1,3}(?:an? "
    r")?(?:it |them |gaps? |blanks? |unknowns? |missing \w+ )?(?:with |as |by "
    r")?(?:an? )?[\"'“‘`]?"
    r"(\?+|n/?a|-+|—|–|x|unknown|none|null|empty|blank|not given|not stated|tbd|"
    r"\.\.\.|\?\?\?)[\"'”’`]?(?=[\s.,;)]|$)",
    re.I,
)


def filled(whole: str, directions: str) -> str | None:
    """The table of a prompt that waits to be filled, filled from the prose beside it."""
    table = find_table(whole)
    if table is None or not table.is_blank or not table.rows:
        return None
    prose = whole[: table.start] + "\n" + whole[table.end :]
    mark = _GAP.search(prose)
    gap = mark[1] if mark else ""
    gap = "" if gap.lower() in ("empty", "blank") else gap
    labels = [row[0] for row in table.rows]
    if not all(labels):
        return None
    sentences = [s for s in sentences_of(prose) if not _GAP.search(s)]
    rows: list[list[str]] = []
    for row in table.rows:
        piece = _about(row[0], labels, sentences)
        cells = [
            cell or _cell(name, piece) or gap
            for name, cell in zip(table.header[1:], row[1:], strict=True)
        ]
        rows.append([row[0], *cells])
    if not any(cell and cell != gap for row in rows for cell in row[1:]):
        return None
    return written_table(list(table.header), rows)


def written_table(header: list[str], rows: list[list[str]]) -> str:
    """A markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _about(label: str, labels: list[str], sentences: list[str]) -> str:
    """The sentences that speak of one thing: from its name up to another's."""
    out: list[str] = []
    current = ""
    for sentence in sentences:
        parts = re.split(
            r"(?:;|, (?=(?:and |but |while )?(?:"
            + "|".join(map(re.escape, labels))
            + r")\b)|\b(?:while|whereas|and) (?=(?:the )?(?:"
            + "|".join(map(re.escape, labels))
            + r")\b))",
            sentence,
        )
        for part in parts:
            named = [name for name in labels if re.search(rf"\b{re.escape(name)}\b", part, re.I)]
            current = named[0] if named else current
            if current == label:
                out.append(part)
    return ". ".join(out)


def _cell(name: str, piece: str) -> str:
    """The value of one column out of what is said of a row's thing; empty where nothing is."""
    if not piece:
        return ""
    header = re.sub(r"\(.*\)", "", name).strip()
    is_typed, value = typed_value(Field(header.lower().replace(" ", "_")), piece)
    if is_typed:
        return "" if value is None else str(value)
    low = header.lower()
    if re.search(
        r"size|area|weight|price|cost|length|height|depth|power|speed|capacity|fee|"
        r"fare|rent|seats|number|stock|qty|quantity|score|points|crew|legs|width|"
        r"distance|noise|volume",
        low,
    ):
        return _amount(low, piece)
    if re.search(
        r"name|owner|who|mayor|manager|teacher|driver|author|person|contact|captain|"
        r"keeper|lead|guide|host|warden|chef",
        low,
    ):
        near = re.search(
            rf"\b{re.escape(low)}\b[^.\n]{{0,20}}?((?:[A-ZÀ-Ý][\w'’-]+ ?){{1,3}})", piece
        )
        named = list(people(piece))
        return near[1].strip() if near else named[0] if named else ""
    if re.search(r"colou?r", low):
        colour = re.search(
            r"\b(?:red|blue|green|yellow|orange|purple|pink|brown|black|white|gr[ae]y|"
            r"silver|gold)\b",
            piece,
            re.I,
        )
        return colour[0] if colour else ""
    return _yes_or_no(low, piece)


def _amount(low: str, piece: str) -> str:
    found = figures(piece)
    kinds = {
        "weight": "mass",
        "price": "money",
        "cost": "money",
        "fee": "money",
        "fare": "money",
        "rent": "money",
        "length": "length",
        "height": "length",
        "depth": "length",
        "width": "length",
        "distance": "length",
        "size": "area",
        "area": "area",
        "speed": "speed",
        "power": "power",
        "noise": "sound",
        "volume": "volume",
        "capacity": "volume",
    }
    kind = next((k for word, k in kinds.items() if word in low), None)
    same = [f for f in found if kind and f.measures == kind]
    words = {root(w) for w in low.split()}
    same = same or [f for f in found if {root(w) for w in f.noun.split()} & words]
    if not same:
        mark = re.search(rf"\b{re.escape(low.split()[0])}\b", piece, re.I)
        same = sorted(found, key=lambda f: abs(f.start - mark.start())) if mark else []
    if (
        not same
        and kind in ("money", "area")
        and len(found) == 1
        and found[0].unit is None
        and not found[0].noun
    ):
        same = found
    return piece[same[0].start : same[0].end].strip() if same else ""


def _yes_or_no(low: str, piece: str) -> str:
    """Whether the thing has what a column names."""
    word = low.split()[0].rstrip("s")
    mark = re.search(rf"\b{re.escape(word)}\w{{0,3}}\b", piece, re.I)
    if mark:
        before = piece[max(0, mark.start() - 18) : mark.start()]
        return (
            "no"
            if re.search(r"\b(?:no|without|lacks?|not|neither|nor)\b|n't", before, re.I)
            else "yes"
        )
    return (
        "no"
        if re.search(
            r"\bhas none\b|\bnone\b|\bwithout (?:one|any)\b|\bhas not\b|\bhasn't\b", piece, re.I
        )
        else ""
    )


def looked_up(ask: str, whole: str) -> str | None:
    """The cell that a question asks for: its row by name or content, its column by header."""
    table = find_table(whole)
    if table is None or table.is_blank or not ask.strip():
        return None
    if re.search(
        r"\b(?:how many (?:rows|lines)|total|average|sum|all|list|sort|which of)\b", ask, re.I
    ):
        return None
    kept = rows_kept(ask, table)
    if kept is not None:
        return _named(ask, table, kept)
    row = _row(ask, table)
    column = _column(ask, table)
    if row is not None:
        column = 1 if column is None and len(table.header) == 2 else column
        return table.rows[row][column] or None if column else None
    by_content = _by_content(ask, table)
    if len(by_content) == 1:
        wanted = re.search(r"\b(?:which|what|whose|who)(?: (?:is|are|was) the)? (\w+)", ask, re.I)
        is_thing = wanted is not None and bool(stems(wanted[1]) & stems(table.header[0]))
        is_told = column is None or table.rows[by_content[0]][column].lower() in ask.lower()
        return table.rows[by_content[0]][0 if is_thing or is_told or column is None else column]
    if by_content and len(by_content) <= 6:
        return ", ".join(table.rows[i][0] for i in by_content)
    return None


def _named(ask: str, table: Table, kept: list[int]) -> str | None:
    """The things of the rows kept, with what they cost where that is asked besides."""
    if not kept or len(kept) > 8 or re.search(r"\bhow many\b", ask, re.I):
        return None
    names = ", ".join(table.rows[i][0] for i in kept)
    costs = next(
        (i for i, head in enumerate(table.header) if i and re.search(_HEADS[0][1], head, re.I)),
        None,
    )
    if costs and len(kept) == 1 and re.search(r"\band\b.*(?:cost|price)", ask, re.I):
        return f"{names}, {table.rows[kept[0]][costs]}"
    return names


def _row(ask: str, table: Table) -> int | None:
    low = ask.lower()
    whole = [
        i
        for i, row in enumerate(table.rows)
        if row[0] and re.search(rf"(?<!\w){re.escape(row[0].lower())}(?!\w)", low)
    ]
    if len(whole) >= 1:
        return max(whole, key=lambda i: len(table.rows[i][0]))
    asked = stems(ask) - {s for name in table.header for s in stems(name)}
    shared = [(len(stems(row[0]) & asked), i) for i, row in enumerate(table.rows)]
    best = max(shared, default=(0, 0))
    return best[1] if best[0] and sum(n == best[0] for n, _ in shared) == 1 else None


def _column(ask: str, table: Table) -> int | None:
    asked = stems(ask)
    named = [(len(stems(name) & asked), -i) for i, name in enumerate(table.header) if i]
    best = max(named, default=(0, 0))
    if best[0]:
        return -best[1]
    for question, head in _HEADS:
        if re.search(question, ask, re.I):
            for i, name in enumerate(table.header):
                if i and re.search(rf"\b(?:{head})\b", name, re.I):
                    return i
    return None


def _by_content(ask: str, table: Table) -> list[int]:
    """The rows that hold a value the question names."""
    if re.search(r"\bout of stock\b|\bsold out\b|\bnone left\b", ask, re.I):
        return [i for i, row in enumerate(table.rows) if "0" in row[1:]]
    words = re.findall(r"[^\W_][\w:.,-]*\w|\d", ask)
    low = {
        w.lower()
        for w in words
        if not re.fullmatch(
            r"(?:which|what|who|is|are|the|has|have|in|of|a|an|no|yes|does|do)", w, re.I
        )
    }
    out: list[int] = []
    for i, row in enumerate(table.rows):
        cells = [c.lower() for c in row[1:] if c]
        if any(c in low or (len(c) > 3 and " " in c and c in ask.lower()) for c in cells):
            out.append(i)
    if not out:
        numbers = {plain(f.value) for f in figures(ask)}
        out = [i for i, row in enumerate(table.rows) if numbers & set(row[1:])]
    return out
