"""Records worked on as an order says, and written in the form that it asks for.

Runs in the model worker; pure. Columns kept or left out, rows kept, sorted, turned; how they are
written is in making_written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from harness.models.skills.making_column_steps import column_steps
from harness.models.skills.making_columns import columns_named, with_columns
from harness.models.skills.making_form import form_wanted
from harness.models.skills.making_records import Records, records_in, typed
from harness.models.skills.making_written import plainly, written, written_cells
from harness.models.skills.reckoning_figures import number_of, whole_number

_FROM = re.compile(
    r"\b(?:from|this|that|these|the following|following|given|the|my|below) "
    r"(?:\w+ )?(?P<what>json|ya?ml|csv|tsv|markdown(?: table)?|table|list|"
    r"bullet\w*|html|xml)\b",
    re.I,
)
_COLUMNS = re.compile(
    r"\b(?:only|keep|just|select|extract|show)\b[^.\n]{0,40}?\b(?:columns?|fields?|keys?)\b", re.I
)
_DROP = re.compile(
    r"\b(?:without|drop|remove|delete|leave out|omit|"
    r"minus)\b[^.\n]{0,24}?\b(?:columns?|fields?|keys?)\b[^.\n]{0,80}",
    re.I,
)
_SORT = re.compile(
    r"\b(?:sort\w*|order(?:ed)?|rank\w*|arrange\w*)\b[^.\n]{0,24}?\bby\b "
    r"(?:the )?(?:column )?(?P<by>[^.;,\n]{1,40})",
    re.I,
)
_COLUMN_WORK = re.compile(
    r"\b(?:order|sort\w*|keep|drop|without|only|select|remove|delete|rename|swap|leave out|omit)\b",
    re.I,
)
_DOWN = re.compile(
    r"\bdescend\w*|\bdesc\b|\b(?:high|larg|big|most|great|new|lat|old|dear|"
    r"heav|long)\w*(?: \w+)? first|\b(?:from )?(?:high|larg|big)\w* to\b|"
    r"\breverse",
    re.I,
)
_WHERE = re.compile(
    r"\b(?:only|keep|where|with|whose|rows?|those|filter\w*|lines?|entries|drop|remove|delete)\b",
    re.I,
)
_LIMIT = re.compile(
    r"\b(?P<way>more than|over|above|at least|fewer than|less than|under|"
    r"below|at most|up to|exactly|greater than|higher than|lower than|"
    r"cheaper than|older than|younger than|>=|<=|>|<|=)\s*(?P<n>-?[\d.,]*\d)",
    re.I,
)
_TURN = re.compile(
    r"\btranspos\w*|\b(?:swap|switch|exchange|flip) (?:the )?(?:rows and "
    r"(?:the )?columns|columns and (?:the )?rows|axes)|\brows (?:in)?to "
    r"columns|\bcolumns (?:in)?to rows",
    re.I,
)


def retold(asked: str, text: str) -> str | None:
    """The records of a text after the steps and in the form of an order; None for neither."""
    if len(asked) > 600 or (
        re.search(
            r"\b(?:extract|summar\w+|classif\w+|translate|which|what|who|how many|"
            r"how much|why)\b|\?",
            asked,
            re.I,
        )
        and not re.search(
            r"\b(?:convert|as|to|into) (?:an? )?(?:json|yaml|csv|markdown|html)", asked, re.I
        )
    ):
        return None
    found = records_in(text)
    if found is None or (
        found.form in ("csv", "semicolons", "tsv", "columns", "pairs")
        and not _COLUMN_WORK.search(asked)
    ):
        found = with_columns(asked, text) or found
    if found is None:
        return None
    wanted = form_wanted(asked, found.form)
    if wanted == "lines" and len(found.rows) < 1:
        return None
    sign = re.search(
        r"(?:^|\s)[\"'“]?(?P<s>[;|])[\"'”]? as (?:a |the )?(?:separator|"
        r"delimiter)|\b(?:separator|delimiter|separated by|delimited by|divided "
        r"by)\W{0,3}(?:is |= ?|an? |with )?(?P<n>;|\||semicolons?|tabs?|pipes?)",
        asked,
        re.I,
    )
    if sign and wanted in ("", "csv", "semicolons"):
        wanted = (
            "tsv"
            if (sign["n"] or "").lower().startswith("tab")
            else "pipes"
            if (sign["s"] or sign["n"]).lower().startswith(("|", "pipe"))
            else "semicolons"
        )
    heads = columns_named(asked)
    if isinstance(found.value, dict) and len(heads) == 2 and found.form in ("pairs", "lines"):
        pairs: list[dict[str, object]] = [
            {heads[0]: key, heads[1]: value} for key, value in found.value.items()
        ]
        found = Records(pairs, found.form, tuple(heads))
    rows = found.rows
    is_many = isinstance(found.value, list)
    steps = False
    value: object = found.value
    if rows and (is_many or _TURN.search(asked)):
        rows, steps = _stepped(rows, found, asked)
        value = rows if is_many or len(rows) > 1 else rows[0]
    if _TURN.search(asked) and rows:
        return _turned(found, wanted or found.form)
    if (
        found.form == "json"
        and re.search(r"\bpretty|\bindent|\bformat(?:ted)?\b", asked, re.I)
        and not wanted
    ):
        return json.dumps(found.value, ensure_ascii=False, indent=2)
    if not wanted and not steps:
        return None
    if wanted == found.form and not steps:
        return None
    if re.search(
        r"\b(?:keys|headers?|columns?|names)\b[^.\n]{0,20}\b(?:in )?(?:lower|small)", asked, re.I
    ):
        value = _lowered(value)
    return written(
        typed(value, asked) if wanted in ("json", "yaml", "toml") else value,
        wanted or found.form,
        asked,
    )


def _lowered(value: object) -> object:
    """The value with its keys in small letters."""
    if isinstance(value, dict):
        return {str(k).lower(): _lowered(v) for k, v in value.items()}
    return [_lowered(v) for v in value] if isinstance(value, list) else value


def _stepped(
    rows: list[dict[str, object]], found: Records, asked: str
) -> tuple[list[dict[str, object]], bool]:
    names = list(found.header)
    steps = False
    sort = _SORT.search(asked)
    by = _named(sort["by"], names) if sort else []
    if sort and by:
        numbers = [_number(row.get(by[0])) for row in rows]
        down = bool(_DOWN.search(asked))
        if all(n is not None for n in numbers):
            paired = sorted(
                zip(numbers, range(len(rows)), strict=True),
                key=lambda p: (p[0] or 0) * (-1 if down else 1),
            )
            rows = [rows[i] for _, i in paired]
        else:
            rows = sorted(rows, key=lambda r: str(r.get(by[0], "")).casefold(), reverse=down)
        steps = True
    kept = _filtered(rows, names, asked)
    if kept is not None:
        rows, steps = kept, True
    first = re.search(
        r"\b(?:first|top) (\d{1,2}|two|three|four|five)\b(?: rows?| lines?| entries| records?)?",
        asked,
        re.I,
    )
    if first and _WHERE.search(asked):
        number = whole_number(first[1])
        rows, steps = rows[:number], True
    rows, changed = column_steps(rows, names, asked)
    if changed:
        return rows, True
    order = re.search(
        r"\bcolumns? order\b|\border of (?:the )?columns\b|\bcolumns (?:in|in "
        r"the) (?:this )?order\b|\breorder\b",
        asked,
        re.I,
    )
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
        mark = re.search(
            rf"(?<!\w){re.escape(name.lower().replace('_', ' '))}s?(?!\w)",
            asked.lower().replace("_", " "),
        )
        if mark:
            found.append((mark.start(), name))
    return [name for _, name in sorted(found)]


def _number(value: object) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    mark = re.search(r"-?\d[\d.,]*", str(value))
    number = number_of(mark[0].strip(".,-")) if mark else None
    return (
        None if number is None or mark is None else float(number) * (-1 if mark[0][0] == "-" else 1)
    )


def _filtered(
    rows: list[dict[str, object]], names: Sequence[str], asked: str
) -> list[dict[str, object]] | None:
    if not _WHERE.search(asked):
        return None
    drops = bool(
        re.search(
            r"\b(?:drop|remove|delete|leave out|exclude|"
            r"without)\b[^.\n]{0,30}\b(?:rows?|lines?|entries|those|all|every\w*)\b",
            asked,
            re.I,
        )
    )
    limit = _LIMIT.search(asked)
    if limit:
        by = (
            _named(asked[: limit.start()], names)[-1:]
            or [n for n in names if all(_number(r.get(n)) is not None for r in rows)][-1:]
        )
        value = number_of(limit["n"].strip(".,"))
        if by and value is not None:
            keep = [
                _on_side(_number(r.get(by[0])), float(value), limit["way"].lower()) for r in rows
            ]
            return [r for r, k in zip(rows, keep, strict=True) if k != drops]
    for name in names:
        cells = {str(r.get(name, "")).strip() for r in rows} - {""}
        said = [
            c
            for c in cells
            if not re.fullmatch(r"[\d.,]+", c)
            and re.search(
                r"\b(?:where|with|whose|from|in|is|are|=|"
                rf"only)\b[^.\n]{{0,40}}(?<!\w){re.escape(c)}(?!\w)",
                asked,
                re.I,
            )
        ]
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
    return (
        value < limit
        if re.match(r"fewer|less|under|below|lower|cheaper|younger|<", way)
        else value > limit
    )


def _turned(found: Records, form: str) -> str:
    header = list(found.header)
    cells = [header, *[[plainly(r.get(n, "")) for n in header] for r in found.rows]]
    turned = [list(column) for column in zip(*cells, strict=True)]
    rows = [dict(zip(turned[0], line, strict=True)) for line in turned[1:]]
    return (
        written(rows, form, "")
        if rows and len(set(turned[0])) == len(turned[0])
        else written_cells(turned, form)
    )
