"""Records that stand in a text as JSON, YAML, a table, CSV or lines of keys and values.

Runs in the model worker; the text is hostile: sizes are capped, every pattern is bounded.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.models.skills.making_yaml import NoYaml, read_yaml
from harness.models.skills.reckoning_figures import number_of, plain

_MOST_CHARS = 12_000
_MOST_ROWS = 300
_PAIR = re.compile(
    r"(?P<key>[^\W\d_][\w .()/€$%-]{0,30}?)\s*(?::|=)\s*(?P<value>[^,;|"
    r"\n]{0,80}?)\s*(?=[,;|]\s*[^\W\d_][\w ()-]{0,30}?\s*[:=]|[,;|]?\s*$)"
)
_RULE = re.compile(r"^[\s|:+=-]+$")
_TRUTH = {"true": True, "false": False, "null": None, "none": None}


@dataclass(frozen=True)
class Records:
    """What a text holds as records.

    Attributes:
        value: dicts, lists and scalars as JSON knows them.
        form: json, yaml, csv, tsv, semicolons, markdown, lines or pairs.
        header: the columns, where it is a table.
    """

    value: object
    form: str
    header: tuple[str, ...] = ()

    @property
    def rows(self) -> list[dict[str, object]]:
        """The records, where it is a list of them; one record counts as a list of one."""
        if (
            isinstance(self.value, list)
            and self.value
            and all(isinstance(r, dict) for r in self.value)
        ):
            return self.value
        return [self.value] if isinstance(self.value, dict) else []


def records_in(text: str) -> Records | None:
    """The records that a text is; None where it is none."""
    text = text.strip("\n")[:_MOST_CHARS]
    bare = text.strip()
    if not bare:
        return None
    for read in (
        _as_json,
        _as_bars,
        _as_delimited,
        _as_pairs,
        _as_yaml,
        _as_equals,
        _as_statements,
    ):
        found = read(bare)
        if found is not None:
            return found
    return None


def _as_json(text: str) -> Records | None:
    if text[0] not in "[{":
        return None
    for said in (
        text,
        re.sub(r",\s*([}\]])", r"\1", text),
        text.replace("'", '"'),
        f"[{text}]",
        "[" + ",".join(text.split("\n")) + "]",
    ):
        try:
            value = json.loads(said)
        except (ValueError, RecursionError):
            continue
        return Records(value, "json", tuple(_header(value)))
    return None


def _header(value: object) -> list[str]:
    if isinstance(value, list):
        names = dict.fromkeys(k for row in value if isinstance(row, dict) for k in row)
        return list(names)
    return list(value) if isinstance(value, dict) else []


def _as_bars(text: str) -> Records | None:
    lines = [line.strip() for line in text.split("\n") if line.strip() and not _RULE.match(line)]
    if len(lines) < 2 or not all("|" in line for line in lines):
        return None
    cells = [
        [c.strip(" *`") for c in line.removeprefix("|").removesuffix("|").split("|")]
        for line in lines
    ]
    return _table(cells, "markdown")


def _as_delimited(text: str) -> Records | None:
    lines = [line for line in text.split("\n") if line.strip()][: _MOST_ROWS + 1]
    if len(lines) < 2:
        return None
    for mark, form in (("\t", "tsv"), (";", "semicolons"), (",", "csv")):
        if not all(mark in line for line in lines):
            continue
        try:
            cells = [
                [c.strip() for c in row]
                for row in csv.reader(
                    io.StringIO("\n".join(lines)), delimiter=mark, skipinitialspace=True
                )
            ]
        except csv.Error:
            continue
        if (
            len({len(row) for row in cells}) == 1
            and len(cells[0]) >= 2
            and _is_header(cells[0], cells[1:])
        ):
            return _table(cells, form)
    cells = [[c.strip() for c in re.split(r"\t+| {2,}", line.strip())] for line in lines]
    if (
        len({len(row) for row in cells}) == 1
        and len(cells[0]) >= 2
        and not all(re.search(r"[:=]", line) for line in lines)
    ):
        return _table(cells, "columns")
    return None


def _is_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    if any(not name or len(name) > 40 or re.search(r"[:=.!?]", name) for name in first):
        return False
    if any(len(cell.split()) > 12 for row in rows for cell in row):
        return False
    return not any(re.fullmatch(r"-?[\d.,]+", name) for name in first)


def _table(cells: Sequence[Sequence[str]], form: str) -> Records:
    header = [name or f"column {i}" for i, name in enumerate(cells[0], 1)]
    rows = [
        dict(zip(header, [*row, *[""] * len(header)], strict=False))
        for row in cells[1 : _MOST_ROWS + 1]
    ]
    return Records(rows, form, tuple(header))


def pairs_of(line: str) -> dict[str, object] | None:
    """The keys and values of a line such as "Name: Ilse, Age: 34"; None where it has none."""
    bare = re.sub(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+", "", line.strip()).strip("{}() ")
    out = {m["key"].strip(): m["value"].strip().strip("\"'") for m in _PAIR.finditer(bare)}
    covered = sum(len(m[0]) for m in _PAIR.finditer(bare))
    if len(out) < len(_PAIR.findall(bare)):
        return None  # a key that comes twice is no record
    return dict(out) if out and covered * 10 >= 8 * len(re.sub(r"[,;|]\s*", "", bare)) else None


def _as_pairs(text: str) -> Records | None:
    """Lines with several pairs each; blocks of pairs; one line of pairs."""
    blocks = [b for b in re.split(r"\n[ \t]{0,20}\n", text) if b.strip()]
    lines = [line for line in text.split("\n") if line.strip()]
    if any(re.match(r"\s+\S", line) for line in lines[1:]) or any(
        line.rstrip().endswith(":") for line in lines
    ):
        return None
    found = [pairs_of(line) for line in lines]
    whole = [
        re.fullmatch(r"\s*(?:[-*•]\s+)?([^\W\d_][\w /-]{0,30}?)\s*[:=]\s*([^:=\n]{1,200})", line)
        for line in lines
    ]
    if len(lines) >= 2 and all(whole) and len({m[1].lower() for m in whole if m}) == len(lines):
        record = {m[1].strip(): _listed(m[2].strip()) for m in whole if m}
        return Records(record, "lines", tuple(record))
    if not all(found):
        return None
    pairs = [p for p in found if p]
    if len(lines) >= 2 and all(len(p) >= 2 for p in pairs):
        return Records(list(pairs), "pairs", tuple(dict.fromkeys(k for p in pairs for k in p)))
    if len(blocks) >= 2:
        rows = [
            {
                k: v
                for line in block.split("\n")
                if line.strip()
                for k, v in (pairs_of(line) or {}).items()
            }
            for block in blocks
        ]
        return Records(rows, "lines", tuple(dict.fromkeys(k for r in rows for k in r)))
    keys = [k for p in pairs for k in p]
    if len(set(keys)) < len(keys):  # the first key comes again where the next record begins
        rows = []
        for pair in pairs:
            if not rows or keys[0] in pair:
                rows.append({})
            rows[-1].update(pair)
        return Records(rows, "lines", tuple(dict.fromkeys(keys)))
    merged = {k: v for p in pairs for k, v in p.items()}
    return (
        Records(merged, "lines" if len(lines) > 1 else "pairs", tuple(merged))
        if len(merged) >= 2
        else None
    )


def _listed(said: str) -> object:
    """A value, or the list that semicolons make of it."""
    return [p.strip() for p in said.split(";") if p.strip()] if ";" in said else said.strip("\"'")


def _as_yaml(text: str) -> Records | None:
    if "\n" not in text:
        return None
    try:
        value = read_yaml(text)
    except NoYaml:
        return None
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return None
    return Records(value, "yaml", tuple(_header(value)))


def _as_equals(text: str) -> Records | None:
    """Pairs parted by blanks, "policy=PX9 holder=Nord", some with amounts behind a colon."""
    if text.count("\n") > 3:
        return None
    marks = list(re.finditer(r"(?:^|\s)(?P<key>[A-Za-z][\w-]{0,30})(?P<sign>=|:)\s*", text))
    keys = [mark["key"].lower() for mark in marks]
    if len(marks) < 2 or len(set(keys)) < len(keys) or text[: marks[0].start()].strip():
        return None
    out: dict[str, object] = {}
    for mark, end in zip(marks, [*(m.start() for m in marks[1:]), len(text)], strict=True):
        said = text[mark.end() : end].strip(" ,;")
        inner = [
            re.fullmatch(r"([A-Za-z][\w -]{0,30}?)\s+(-?\d[\d.,]*)", p.strip())
            for p in said.split(",")
        ]
        out[mark["key"]] = (
            {m[1]: m[2] for m in inner if m}
            if mark["sign"] == ":" and all(inner)
            else said.strip("\"'")
        )
    return Records(out, "pairs", tuple(out))


def _as_statements(text: str) -> Records | None:
    """A record said in clauses: "name is Ada, age is 36"."""
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", text.strip().rstrip("."))
    marks = [
        re.fullmatch(
            r"(?:the |my |her |his )?([A-Za-z_]\w*(?: \w+)?) (?:is|are|=) (\S.{0,60})", p.strip()
        )
        for p in parts
    ]
    if len(parts) < 2 or "\n" in text.strip() or not all(marks):
        return None
    out: dict[str, object] = {m[1]: m[2] for m in marks if m}
    return Records(out, "pairs", tuple(out)) if len(out) == len(parts) else None


def typed(value: object, asked: str) -> object:
    """A value with the types that the looks of its scalars give it."""
    if isinstance(value, dict):
        return {key: typed(inner, asked) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner, asked) for inner in value]
    if not isinstance(value, str):
        return value
    said = value.strip()
    if re.search(
        r"\b(?:as|keep\w*) (?:everything|all|numbers|values|all values) (?:as "
        r")?(?:text|strings?)\b|\ball (?:values )?(?:as )?strings\b|\bvalues as "
        r"strings\b",
        asked,
        re.I,
    ):
        return said
    if not said:
        return "" if re.search(r"\bempty string", asked, re.I) else None
    if said.lower() in _TRUTH:
        return _TRUTH[said.lower()]
    if said.lower() in ("yes", "no", "ja", "nein") and re.search(
        r"\bbool\w*|\btrue\b", asked, re.I
    ):
        return said.lower() in ("yes", "ja")
    if (
        re.fullmatch(r"-?\d[\d.,]*", said)
        and not re.match(r"-?0\d", said)
        and not said.endswith((".", ","))
    ):
        number = number_of(said.lstrip("-"))
        if number is not None:
            number = -number if said.startswith("-") else number
            return (
                int(number) if number.denominator == 1 and "." not in said else float(plain(number))
            )
    return said
