"""Records worked on as an order says, and written in the form that it asks for.

Runs in the model worker; pure. Columns kept or left out, rows kept, sorted, turned; then JSON, YAML,
CSV, a markdown table, lines, bullets or sentences.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence

from harness.models.skills.making_items import in_words
from harness.models.skills.making_records import Records, records_in, typed
from harness.models.skills.making_yaml import write_yaml
from harness.models.skills.reckoning_figures import number_of

_FORMS: tuple[tuple[str, str], ...] = (
    ("html", r"\bhtml\b"),
    ("xml", r"\bxml\b"),
    ("toml", r"\btoml\b|\bini\b|\.env\b|\bkey ?= ?value\b"),
    ("json", r"\bjson\w*\b"),
    ("yaml", r"\bya?ml\b"),
    ("tsv", r"\btsv\b|\btab[- ]separated\b"),
    ("semicolons", r"\bsemicolons?\b"),
    ("csv", r"\bcsv\b|\bcomma[- ]separated\b"),
    ("markdown", r"\bmarkdown\b(?! list)|\bmd table\b|\btable\b|\btabular\b"),
    ("numbered", r"\bnumbered list\b"),
    ("bullets", r"\bbullet\w*|\bmarkdown list\b|\b(?:a|the|as|into) list\b|\bitem list\b|\blist of lines\b"),
    ("sentences", r"\bsatz\b|\bsätze\b|\bsentences?\b|\bprose\b|\brunning text\b|\bplain english\b|\bparagraph\b|\bin words\b"),
    ("lines", r"\bkey[ :-]{1,3}value\b|\blines?\b"),
)  # fmt: skip
_TO = r"\b(?:mach\w*|als|wandle|as|in|into|to|make|turn|give|write|output|return|convert|format|render|want|need|build|put|get|produce|present|show|form)\b"
_FROM = re.compile(r"\b(?:from|this|that|these|the following|following|given|the|my|below) (?:\w+ )?(?P<what>json|ya?ml|csv|tsv|markdown(?: table)?|table|list|bullet\w*|html|xml)\b", re.I)
_COLUMNS = re.compile(r"\b(?:only|keep|just|select|extract|show)\b[^.\n]{0,40}?\b(?:columns?|fields?|keys?)\b", re.I)
_DROP = re.compile(r"\b(?:without|drop|remove|delete|leave out|omit|minus)\b[^.\n]{0,24}?\b(?:columns?|fields?|keys?)\b[^.\n]{0,80}", re.I)  # fmt: skip
_SORT = re.compile(r"\b(?:sort\w*|order(?:ed)?|rank\w*|arrange\w*)\b[^.\n]{0,24}?\bby\b (?:the )?(?:column )?(?P<by>[^.;,\n]{1,40})", re.I)  # fmt: skip
_COLUMN_WORK = re.compile(r"\b(?:order|sort\w*|keep|drop|without|only|select|remove|delete|rename|swap|leave out|omit)\b", re.I)
_DOWN = re.compile(r"\bdescend\w*|\bdesc\b|\b(?:high|larg|big|most|great|new|lat|old|dear|heav|long)\w*(?: \w+)? first|\b(?:from )?(?:high|larg|big)\w* to\b|\breverse", re.I)  # fmt: skip
_WHERE = re.compile(r"\b(?:only|keep|where|with|whose|rows?|those|filter\w*|lines?|entries|drop|remove|delete)\b", re.I)
_LIMIT = re.compile(r"\b(?P<way>more than|over|above|at least|fewer than|less than|under|below|at most|up to|exactly|greater than|higher than|lower than|cheaper than|older than|younger than|>=|<=|>|<|=)\s*(?P<n>-?[\d.,]*\d)", re.I)  # fmt: skip
_TURN = re.compile(r"\btranspos\w*|\b(?:swap|switch|exchange|flip) (?:the )?(?:rows and (?:the )?columns|columns and (?:the )?rows|axes)|\brows (?:in)?to columns|\bcolumns (?:in)?to rows", re.I)  # fmt: skip


def form_wanted(asked: str, source: str = "") -> str:
    """The form that an order asks for; empty where it asks for none.

    Args:
        asked: the order.
        source: the form that the text has; a mention of it is taken for the text's.
    """
    arrow = re.search(r"\w{3,12}(?: \w+)? ?(?:->|=>|→|>) ?(?P<to>\w[\w ]{2,20})", asked)
    if arrow:
        for name, pattern in _FORMS:
            if re.match(pattern, arrow["to"], re.I):
                return name
    found: list[tuple[int, int, str]] = []
    for name, pattern in _FORMS:
        for mark in re.finditer(pattern, asked, re.I):
            before = asked[max(0, mark.start() - 46) : mark.start()]
            is_led = bool(re.search(r"\b(?:as|into|to|in|make|build|want|need|give)(?: me)?(?: an?| the| one| valid| plain| proper| clean| simple)* (?:\w+ )?$", before, re.I))
            is_source = not is_led and bool(re.search(r"\b(?:this|that|these|following|given|from(?: the| this)?|my|below|out of(?: the| this)?|the)\s+(?:\w+ )?$", before, re.I))
            if is_source or re.match(r"\s+(?:below|above)\b|\s+(?:in)?to\b", asked[mark.end() :]) or (source and name == source and not is_led):
                continue
            asks = is_led or re.search(rf"{_TO}[^.\n]{{0,40}}$", before, re.I) or re.match(r"\W*(?:please|pls|only|$)|\s+(?:please|pls|only|array|object|list|table|with|no|and|output|format)\b", asked[mark.end() :], re.I) or not before.strip(" …\n")
            if asks:
                found.append((0 if is_led else 1, mark.start(), name))
    return min(found)[2] if found else ""


def retold(asked: str, text: str) -> str | None:
    """The records of a text after the steps and in the form of an order; None where it has neither."""
    if len(asked) > 600 or re.search(r"\b(?:extract|summar\w+|classif\w+|translate|which|what|who|how many|how much|why)\b|\?", asked, re.I) and not re.search(r"\b(?:convert|as|to|into) (?:an? )?(?:json|yaml|csv|markdown|html)", asked, re.I):
        return None
    found = records_in(text)
    if found is None or (found.form in ("csv", "semicolons", "tsv", "columns", "pairs") and not _COLUMN_WORK.search(asked)):
        found = _with_columns(asked, text) or found
    if found is None:
        return None
    wanted = form_wanted(asked, found.form)
    if wanted == "lines" and len(found.rows) < 1:
        return None
    sign = re.search(r"(?:^|\s)[\"'“]?(?P<s>[;|])[\"'”]? as (?:a |the )?(?:separator|delimiter)|\b(?:separator|delimiter|separated by|delimited by|divided by)\W{0,3}(?:is |= ?|an? |with )?(?P<n>;|\||semicolons?|tabs?|pipes?)", asked, re.I)
    if sign and wanted in ("", "csv", "semicolons"):
        wanted = "tsv" if (sign["n"] or "").lower().startswith("tab") else "pipes" if (sign["s"] or sign["n"]).lower().startswith(("|", "pipe")) else "semicolons"
    rows = found.rows
    is_many = isinstance(found.value, list)
    steps = False
    value: object = found.value
    if rows and (is_many or _TURN.search(asked)):
        rows, steps = _stepped(rows, found, asked)
        value = rows if is_many or len(rows) > 1 else rows[0]
    if _TURN.search(asked) and rows:
        return _turned(found, wanted or found.form)
    if not wanted and not steps:
        return None
    if wanted == found.form and not steps:
        return None
    if re.search(r"\b(?:keys|headers?|columns?|names)\b[^.\n]{0,20}\b(?:in )?(?:lower|small)", asked, re.I):
        value = _lowered(value)
    return written(typed(value, asked) if wanted in ("json", "yaml", "toml") else value, wanted or found.form, asked)


def _lowered(value: object) -> object:
    """The value with its keys in small letters."""
    if isinstance(value, dict):
        return {str(k).lower(): _lowered(v) for k, v in value.items()}
    return [_lowered(v) for v in value] if isinstance(value, list) else value


def _with_columns(asked: str, text: str) -> Records | None:
    """Lines without a header, where the order names the columns."""
    named = re.search(r"\b(?:cols?|columns?|headers?|header line|header row|headings?|with)\b(?!\W{0,3}order)(?: (?:line|row|names?|are|is|with|of|and))*\W{1,3}(?P<names>[^\n.]{3,120}?)(?=\s*(?:…|\n|[.](?:\s|$)|$))", asked, re.I)
    if named is None:
        return None
    names = [n.strip(" \"'“”`") for n in re.split(r"\s*[|,;/]\s*|\s+and\s+", named["names"]) if n.strip(" \"'“”`")]
    lines = [re.sub(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+", "", line).strip() for line in text.split("\n") if line.strip()]
    if not 2 <= len(names) <= 12 or len(lines) < 2 or any(len(n.split()) > 3 for n in names):
        return None
    rows: list[dict[str, object]] = []
    for line in lines[:200]:
        cells = next((c for c in (re.split(p, line) for p in (r"\s*\|\s*", r"\s*;\s*", r"\t+", r"\s*,\s*|\s+[-–—]\s+", r"\s*[,:]\s*|\s+[-–—]\s+|\s+\(|\)", r"\s+")) if len([x for x in c if x]) == len(names)), None)
        cells = cells or _by_nouns(line, names)
        if cells is None:
            return None
        cells = [x for x in cells if x]
        if [c.lower() for c in cells] == [n.lower() for n in names]:
            continue
        rows.append({n: _without_noun(c.strip(), n) for n, c in zip(names, cells, strict=True)})
    return Records(rows, "plain", tuple(names)) if rows else None


def _by_nouns(line: str, names: Sequence[str]) -> list[str] | None:
    """The cells of "Sunniva van 3, 14 stops" under Driver, Van, Stops."""
    out = []
    for name in names[1:]:
        bare = re.escape(name.lower().rstrip("s"))
        mark = re.search(rf"\b{bare}s?\W{{0,2}}(\d[\d.,]*)|(\d[\d.,]*) ?{bare}s?\b", line, re.I)
        if mark is None:
            return None
        out.append((mark[1] or mark[2]).rstrip(".,"))
        line = line[: mark.start()] + line[mark.end() :]
    return [line.strip(" ,;:-–—"), *out] if line.strip(" ,;:-–—") else None


def _without_noun(cell: str, name: str) -> str:
    """"van 3" under Van as "3", "14 stops" under Stops as "14"."""
    bare = re.escape(name.lower().rstrip("s"))
    said = re.sub(rf"^{bare}s?\s+(?=\d)|(?<=\d)\s+{bare}s?$", "", cell, flags=re.I)
    return said or cell


def _stepped(rows: list[dict[str, object]], found: Records, asked: str) -> tuple[list[dict[str, object]], bool]:
    names = list(found.header)
    steps = False
    sort = _SORT.search(asked)
    by = _named(sort["by"], names) if sort else []
    if sort and by:
        numbers = [_number(row.get(by[0])) for row in rows]
        down = bool(_DOWN.search(asked))
        if all(n is not None for n in numbers):
            paired = sorted(zip(numbers, range(len(rows)), strict=True), key=lambda p: (p[0] or 0) * (-1 if down else 1))
            rows = [rows[i] for _, i in paired]
        else:
            rows = sorted(rows, key=lambda r: str(r.get(by[0], "")).casefold(), reverse=down)
        steps = True
    kept = _filtered(rows, names, asked)
    if kept is not None:
        rows, steps = kept, True
    first = re.search(r"\b(?:first|top) (\d{1,2}|two|three|four|five)\b(?: rows?| lines?| entries| records?)?", asked, re.I)
    if first and _WHERE.search(asked):
        number = int(first[1]) if first[1].isdigit() else {"two": 2, "three": 3, "four": 4, "five": 5}[first[1].lower()]
        rows, steps = rows[:number], True
    order = re.search(r"\bcolumns? order\b|\border of (?:the )?columns\b|\bcolumns (?:in|in the) (?:this )?order\b|\breorder\b", asked, re.I)
    if order and (held := _named(asked[order.end() :], names)):
        rest = [n for n in names if n not in held]
        rows, steps = [{n: r.get(n, "") for n in [*held, *rest]} for r in rows], True
        return rows, steps
    drop = _DROP.search(asked)
    keep = _COLUMNS.search(asked)
    if drop and (gone := _named(drop[0], names)):
        names = [n for n in names if n not in gone]
        rows, steps = [{k: v for k, v in r.items() if k in names} for r in rows], True
    elif keep and (held := _named(asked[keep.start() :], names)) and len(held) < len(names):
        rows, steps = [{n: r.get(n, "") for n in held} for r in rows], True
    return rows, steps


def _named(asked: str, names: Sequence[str]) -> list[str]:
    """The columns that an order names, in its order."""
    found = []
    for name in names:
        mark = re.search(rf"(?<!\w){re.escape(name.lower().replace('_', ' '))}s?(?!\w)", asked.lower().replace("_", " "))
        if mark:
            found.append((mark.start(), name))
    return [name for _, name in sorted(found)]


def _number(value: object) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    mark = re.search(r"-?\d[\d.,]*", str(value))
    number = number_of(mark[0].strip(".,-")) if mark else None
    return None if number is None or mark is None else float(number) * (-1 if mark[0][0] == "-" else 1)


def _filtered(rows: list[dict[str, object]], names: Sequence[str], asked: str) -> list[dict[str, object]] | None:
    if not _WHERE.search(asked):
        return None
    drops = bool(re.search(r"\b(?:drop|remove|delete|leave out|exclude|without)\b[^.\n]{0,30}\b(?:rows?|lines?|entries|those|all|every\w*)\b", asked, re.I))
    limit = _LIMIT.search(asked)
    if limit:
        by = _named(asked[: limit.start()], names)[-1:] or [n for n in names if all(_number(r.get(n)) is not None for r in rows)][-1:]
        value = number_of(limit["n"].strip(".,"))
        if by and value is not None:
            keep = [_on_side(_number(r.get(by[0])), float(value), limit["way"].lower()) for r in rows]
            return [r for r, k in zip(rows, keep, strict=True) if k != drops]
    for name in names:
        cells = {str(r.get(name, "")).strip() for r in rows} - {""}
        said = [c for c in cells if not re.fullmatch(r"[\d.,]+", c) and re.search(rf"\b(?:where|with|whose|from|in|is|are|=|only)\b[^.\n]{{0,40}}(?<!\w){re.escape(c)}(?!\w)", asked, re.I)]
        if said and len(said) < len(cells):
            return [r for r in rows if (str(r.get(name, "")).strip() in said) != drops]
    return None


def _on_side(value: float | None, limit: float, way: str) -> bool:
    if value is None:
        return False
    if way in ("at least", ">="):
        return value >= limit
    if way in ("at most", "up to", "<="):
        return value <= limit
    if way in ("exactly", "="):
        return value == limit
    return value < limit if re.match(r"fewer|less|under|below|lower|cheaper|younger|<", way) else value > limit


def _turned(found: Records, form: str) -> str:
    header = list(found.header)
    cells = [header, *[[_plain(r.get(n, "")) for n in header] for r in found.rows]]
    turned = [list(column) for column in zip(*cells, strict=True)]
    rows = [dict(zip(turned[0], line, strict=True)) for line in turned[1:]]
    return written(rows, form, "") if rows and len(set(turned[0])) == len(turned[0]) else written_cells(turned, form)


def written_cells(cells: Sequence[Sequence[str]], form: str) -> str:
    """Rows of cells, the first of them the header, as a table of the form."""
    if form in ("csv", "tsv", "semicolons", "pipes", "columns"):
        out = io.StringIO()
        mark = {"csv": ",", "tsv": "\t", "semicolons": ";", "pipes": "|", "columns": "\t"}[form]
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows(cells)
        return out.getvalue().rstrip("\n")
    lines = [cells[0], ["---"] * len(cells[0]), *cells[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_plain(v)}" for k, v in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def written(value: object, form: str, asked: str) -> str:
    """Dicts and lists in a form: json, yaml, csv, tsv, markdown, html, bullets, lines, sentences."""
    if form == "json":
        pretty = re.search(r"\bpretty|\bindent", asked, re.I)
        one = isinstance(value, dict) and re.search(r"\bjson (?:array|list)\b|\barray of\b", asked, re.I)
        return json.dumps([value] if one else value, ensure_ascii=False, indent=2 if pretty else None)
    if form == "yaml":
        return write_yaml(value)
    rows = value if isinstance(value, list) and all(isinstance(r, dict) for r in value) else None
    if rows is None and isinstance(value, dict) and all(isinstance(v, dict) for v in value.values()) and value:
        rows = [{"name": k, **v} for k, v in value.items() if isinstance(v, dict)]
    if form in ("csv", "tsv", "semicolons", "pipes", "columns", "markdown", "html"):
        if rows is None:
            pairs = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else [value], 1)
            rows = [dict(value)] if isinstance(value, dict) and form != "markdown" else [{"key": k, "value": v} for k, v in pairs]
        names = list(dict.fromkeys(k for r in rows for k in r))
        cells = [list(map(str, names)), *[[_plain(r.get(n, "")) for n in names] for r in rows]]
        return _html(cells) if form == "html" else written_cells(cells, form)
    return _in_lines(value, rows, form, asked)


def _html(cells: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{c}</th>" for c in cells[0])
    body = "\n".join("<tr>" + "".join(f"<td>{c}</td>" for c in line) + "</tr>" for line in cells[1:])
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"


def _in_lines(value: object, rows: Sequence[dict[str, object]] | None, form: str, asked: str) -> str:
    if form in ("toml", "xml"):
        pairs = value if isinstance(value, dict) else (rows[0] if rows and len(rows) == 1 else {})
        if form == "toml":
            return "\n".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in pairs.items()) or write_yaml(value)
        held = [pairs] if pairs else list(rows or [])
        each = ["".join(f"<{k}>{_plain(v)}</{k}>" for k, v in row.items()) for row in held]
        return each[0] if pairs else "<items>\n" + "\n".join(f"<item>{e}</item>" for e in each) + "\n</items>"
    if form == "sentences":
        return _sentences(value, rows, asked)
    if rows is not None:
        said = [_row(row, form) for row in rows]
    elif isinstance(value, dict):
        said = [f"{k}: {_plain(v)}" for k, v in value.items()]
    else:
        said = [_plain(v) for v in value] if isinstance(value, list) else [_plain(value)]
    if form == "bullets":
        return "\n".join(f"- {line}" for line in said)
    if form == "numbered":
        return "\n".join(f"{i}. {line}" for i, line in enumerate(said, 1))
    return "\n".join(said)


def _row(row: dict[str, object], form: str) -> str:
    first, *rest = row.items()
    if form in ("bullets", "numbered") and rest:
        told = ", ".join(f"{k} {_plain(v)}" for k, v in rest) if len(rest) > 1 else _plain(rest[0][1])
        return f"{_plain(first[1])}: {told}"
    return ", ".join(f"{k}: {_plain(v)}" for k, v in row.items())


def _uncoded(row: dict[str, object], asked: str) -> dict[str, object]:
    """Without codes and numbers of order, where the order wants none."""
    if not re.search(r"\bno codes\b|\bwithout (?:the |any )?(?:codes|ids)\b|\bno ids\b", asked, re.I):
        return row
    return {k: v for k, v in row.items() if not re.fullmatch(r"(?=[\dA-Z_-]*[A-Z])[A-Z0-9]+(?:[_-][A-Z0-9]+)+", str(v))}


def _in_german(row: dict[str, object]) -> str:
    told = [str(k) if v is True else f"nicht {k}" if v is False else f"{str(k)[:1].upper() + str(k)[1:]}: {_plain(v).replace('.', ',') if isinstance(v, float) else _plain(v)}" for k, v in row.items()]
    return ", ".join(told) + "."


def _sentences(value: object, rows: Sequence[dict[str, object]] | None, asked: str) -> str:
    if isinstance(value, dict):
        value = _uncoded(value, asked)
        if re.search(r"\bdeutsch\w*|\bsatz\b|\bsätze\b", asked, re.I):
            return _in_german(value)
    if rows:
        lines = []
        for full in rows:
            row = _uncoded(full, asked)
            (_, name), *rest = row.items()
            facts = [f"the {str(k).replace('_', ' ').lower() if not str(k).isupper() else k} is {_plain(v)}" for k, v in rest if v not in ("", None)]
            lines.append(f"For {_plain(name)} {in_words(facts)}" if facts else _plain(name))
        if re.search(r"\b(?:one|a single|a) (?:\w+ )?sentence\b", asked, re.I):
            return lines[0] + "".join("; " + line[:1].lower() + line[1:] for line in lines[1:]) + "."
        per = "\n" if re.search(r"\b(?:per|each|every|own) (?:row|line|entry|item)?", asked, re.I) else " "
        return per.join(f"{line}." for line in lines)
    if isinstance(value, dict):
        facts = [f"{_named_key(str(k))} {_is(v)} {in_words(list(map(_plain, v))) if isinstance(v, list) else _plain(v)}" for k, v in value.items()]
        said = in_words(facts)
        return said[:1].upper() + said[1:] + "."
    return in_words([_plain(v) for v in value] if isinstance(value, list) else [_plain(value)]) + "."


def _named_key(key: str) -> str:
    bare = key.replace("_", " ").strip()
    return bare if bare[:1].isupper() else f"the {bare}"


def _is(value: object) -> str:
    return "is" if not isinstance(value, list) or len(value) == 1 else "are"
