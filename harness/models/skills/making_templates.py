"""A template with open places filled from data that stand beside it.

Runs in the model worker; the text is hostile: sizes are capped. A place whose value is missing
stays as it is, unless the order says what to put there.
"""

from __future__ import annotations

import re

from harness.models.skills.making_records import pairs_of, records_in

_MOST_CHARS = 6_000
_PLACE = re.compile(
    r"\{\{\s{0,3}(?P<a>[\w .-]{1,40}?)\s{0,3}\}\}|\$\{(?P<b>[\w.-]{1,40})\}|"
    r"\{(?P<c>[A-Za-z][\w .-]{0,40})\}|\[(?P<d>[A-Za-z][\w .-]{0,40})\]|"
    r"<(?P<e>[A-Za-z][\w .-]{0,40})>|%(?P<f>[A-Za-z]\w{0,30})%|"
    r"(?<!\w)__(?P<g>[A-Za-z]\w{0,30}?)__(?!\w)"
)
_ORDER = re.compile(
    r"\b(?:fill|complete|insert|put|replace|substitute|populate|plug|merge|"
    r"use)\b[^.\n]{0,60}\b(?:template|placeholders?|blanks?|gaps?|form|"
    r"variables?|fields?|values?|data|slots?|brackets)\b|\btemplate\b",
    re.I,
)
_MISSING = re.compile(
    r"\b(?:missing|not (?:given|there|known)|no value|unknown|lacks?|absent|"
    r"empty)\b[^.\n]{0,60}?\b(?:write|put|use|insert|say|with|"
    r"by)\W{1,3}(?P<put>[\"“'‘][^\"”’'\n]{0,20}[\"”’']|[A-Z/?-]{1,12}\b|-+)",
    re.I,
)
_LABEL = re.compile(
    r"(?:^|\n)\W{0,3}(?P<name>template|text|form|letter|mail|data|values?|"
    r"daten|vorlage|input|variables)\W{0,2}:[ \t]*",
    re.I,
)


def filled(said: str) -> str | None:
    """The template of a message with its places filled; None without template or data."""
    if len(said) > _MOST_CHARS or not _ORDER.search(said):
        return None
    template, data = _apart(said)
    if not template:
        return None
    values = _values(data)
    places = list(_PLACE.finditer(template))
    if not values or not places or not any(_value(_name(m), values) is not None for m in places):
        return None
    missing = _MISSING.search(said)
    keeps = re.search(
        r"\b(?:leave|keep)\b[^.\n]{0,40}\b(?:placeholder|as (?:it|they)|exactly|"
        r"untouched|unchanged)",
        said,
        re.I,
    )
    put = missing["put"].strip("\"'“”‘’") if missing and not keeps else None

    def value(mark: re.Match[str]) -> str:
        found = _value(_name(mark), values)
        return found if found is not None else mark[0] if put is None else put

    return _PLACE.sub(value, template).strip()


def _name(mark: re.Match[str]) -> str:
    return next(g for g in mark.groups() if g)


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _value(name: str, values: dict[str, str]) -> str | None:
    key = _key(name)
    if key in values:
        return values[key]
    near = [
        k for k in values if len(k) >= 3 and (k.endswith(key) or key.endswith(k)) and len(key) >= 3
    ]
    return values[near[0]] if len(near) == 1 else None


def _apart(said: str) -> tuple[str, str]:
    """The part of a message with the places, and the rest that has the data."""
    labels = list(_LABEL.finditer(said))
    ends = [*(m.start() for m in labels[1:]), len(said)]
    parts = [said[m.end() : e] for m, e in zip(labels, ends, strict=False)]
    if len(parts) < 2:
        parts = [p for p in re.split(r"\n[ \t]{0,20}\n|\n(?:-{3,}|={3,})\n", said) if p.strip()]
    if len(parts) < 2:
        parts = [p for p in said.split("\n") if p.strip()]
    held = [
        p
        for p in parts
        if _PLACE.search(p)
        and not (_ORDER.search(p) and len(p) < 120 and len(_PLACE.findall(p)) < 2)
    ]
    if not held:
        return "", ""
    template = max(held, key=lambda p: len(_PLACE.findall(p)))
    bare = template.strip().strip("`").strip()
    if len(bare) > 2 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    return bare, "\n".join(p for p in parts if p is not template)


def _values(data: str) -> dict[str, str]:
    out: dict[str, str] = {}
    block = re.search(r"\{[^{}]{2,2000}\}", data)
    found = records_in(block[0]) if block else None
    if found is not None and isinstance(found.value, dict):
        return {
            _key(str(k)): str(v) for k, v in found.value.items() if not isinstance(v, dict | list)
        }
    for line in data.split("\n"):
        pairs = pairs_of(line) or {}
        if not pairs:
            pairs = {
                m[1]: m[2]
                for m in re.finditer(
                    r"([A-Za-z][\w-]{0,30})=([^;,\n]{1,80}?)(?=\s*(?:[;,\n]|$|\s[A-Za-z][\w-]*=))",
                    line,
                )
            }
        out.update(
            {_key(str(k)): str(v).strip().strip("\"'") for k, v in pairs.items() if str(v).strip()}
        )
    return out
