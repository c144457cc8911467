"""Which fields a prompt wants taken out of a text: names, types, nesting, lists.

Runs in the model worker; the text is hostile: sizes and depths are bounded, scans are linear. A
template (`{"a": number, "b": [{...}]}`) says most; then worked examples, bullets, quoted names and
the words behind "extract".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.models.reading import Reading

_DEEPEST = 5
_MOST_FIELDS = 60
_MOST_CHARS = 20_000
_KEYS = re.compile(
    r"[\"`']([A-Za-z_][\w ]{1,30})[\"`']\s*(?::|,|\band\b|\bas\b|\}|\)|\]|\.|$|\n)|"
    r"^[ \t]{0,8}[-*•][ \t]{0,8}[`\"*]{0,2}([A-Za-z_][\w ]{1,24})[`\"*]{0,2}\s*(?:\(|:|$)",
    re.M,
)
_LIST = re.compile(
    r"\b(?:extract|pull(?: out)?|fields?|keys?|columns?|header|attributes?|properties|get|give me|"
    r"find|return|output|take|list|need|note(?: down)?|identify|capture|grab|collect|fill in|"
    r"what (?:is|are))\b[: ]*"
    r"(?P<lead>(?:(?:me|us|out|just|only|of|are|called|named|with|these|those|the following|"
    r"following|fields?|keys?|columns?|values?|names?(?= of)|data|details?|information|info|"
    r"the|a|an|all|every|each|any|json|yaml|csv|as|object|table|for|header|array)\b[: ]*){0,8})"
    r"(?P<tail>[^.:\n{}?!]{2,200})",
    re.I,
)
_TAIL_END = re.compile(
    r"\b(?:from|out of|in|as|into|mentioned|that|which|for|using|if|when|of (?:this|the)|on this|"
    r"below|above|only|please|described|found|given|one per|per)\b",
    re.I,
)
_ARTICLE = re.compile(
    r"^(?:the|a|an|and|all|any|every|each|its|their|his|her|of|also|customer's|sender's)\s+", re.I
)
_SKIP = frozenset(
    "json string number null valid json it this them yaml csv object array text email mail message "
    "following values value data information details fields keys list record table entities "
    "nothing_else else everything document result results key facts valid".split()
)
WORDS_FOR = {
    "nombre": "name", "nom": "name", "teléfono": "phone", "telefono": "phone", "téléphone": "phone",
    "telefon": "phone", "telefonnummer": "phone", "fecha": "date", "datum": "date",
    "ciudad": "city", "ville": "city", "stadt": "city", "ort": "city", "lugar": "place",
    "lieu": "place", "precio": "price", "preis": "price", "prix": "price", "correo": "email",
    "e-mail-adresse": "email", "edad": "age", "alter": "age", "âge": "age", "hora": "time",
    "uhrzeit": "time", "heure": "time", "dirección": "address", "adresse": "address",
    "producto": "product", "produkt": "product", "produit": "product", "artikel": "item",
    "cantidad": "quantity", "menge": "quantity", "anzahl": "quantity", "quantité": "quantity",
    "firma": "company", "empresa": "company", "entreprise": "company",
    "número de habitación": "room", "habitación": "room", "zimmer": "room", "zimmernummer": "room",
    "chambre": "room", "número de pedido": "order number", "bestellnummer": "order number",
    "numéro de commande": "order number", "betrag": "amount", "importe": "amount",
    "montant": "amount", "país": "country", "land": "country", "pays": "country",
    "apellido": "name", "nachname": "name", "absender": "sender", "remitente": "sender",
    "número de teléfono": "phone", "numéro de téléphone": "phone", "numero de telefono": "phone",
    "día": "day", "tag": "day", "jour": "day",
}  # fmt: skip
"""Names of fields in other languages, and the English name by which their type is known."""
_ORDER_WORDS = re.compile(
    r"^\W{0,4}(?:please |bitte |por favor,? )?(?:extract|pull out|pull|get|give "
    r"me|find|return|list|name|note down|take|"
    r"fill in|write down|i need|saca|extrae|dame|indica|lista|busca|nenne|gib mir|"
    r"extrahiere|finde|notiere|liste|schreibe?|"
    r"extrais|extrayez|donne(?:z)?(?:[- ]moi)?|relève|trouve|indique)\b(?: (?:me|"
    r"us|mir|uns|out|the following|following))?\W{0,3}",
    re.I,
)
_FOREIGN_ARTICLE = re.compile(
    r"^(?:el|la|los|las|un|una|su|der|die|das|den|ein|eine|le|les|l['’]|une|son|"
    r"sa|de la|del|du|des|und|y|et)\s*(?<=[\s'’])",
    re.I,
)
_MANY = re.compile(r"\b(?:all|every|each|any)\b|\blist(?:s|ed)?\b", re.I)
_ROWS_AHEAD = re.compile(r"\b(?:array|list|objects|one object per \w+)\b[^.\n{]{0,80}$", re.I)


@dataclass(frozen=True)
class Field:
    """One value to take out of a text.

    Attributes:
        name: as the prompt writes it, with underscores for blanks.
        kind: text, number, integer, boolean, list or object.
        inner: the fields of an object, or of each row of a list.
        options: the values it may take; empty for any.
    """

    name: str
    kind: str = "text"
    inner: tuple[Field, ...] = ()
    options: tuple[str, ...] = ()


def asked_fields(reading: Reading, schema: str = "") -> tuple[Field, ...]:
    """The fields a request asks for; one field named "" is a list of rows without a name.

    Args:
        reading: the prompt, understood.
        schema: the JSON schema sent with the request, as text; it decides where there is one.
    """
    if schema:
        return _of_schema(json.loads(schema), 0)
    text = reading.prompt.directions[:_MOST_CHARS]
    text = re.sub(r"</?[A-Za-z_][\w-]{0,30}>", "\n", text)
    shown = [answer for _, answer in reading.prompt.examples if "{" in answer]
    for place in (*shown[-1:], text):
        found = template_fields(place)
        if found:
            return found
    header = re.search(r"\b(?:header|columns?)\b:? {1,2}((?:\w{1,24},){1,14}\w{1,24})\b", text)
    names = header[1].split(",") if header else [a or b for a, b in _KEYS.findall(text)]
    names = names if len(_tidy(names)) >= 1 else []
    many = False
    if not names:
        names, many = _spoken(text)
    fields = tuple(
        Field(name, "list" if many or _is_plural_list(name, text) else "text")
        for name in _tidy(names)
    )
    if len(fields) > 1 and re.search(r"\bcsv\b|\btable\b|array of|list of obj|one row", text, re.I):
        rows = tuple(replace(field, kind="text") for field in fields)
        return (Field("", "list", rows),)
    return fields


def fields_in(order: str) -> tuple[Field, ...]:
    """The fields that one order names, in English or another language."""
    found = template_fields(order)
    if found:
        return found
    header = re.search(
        r"\b(?:header|columns?|keys?|fields?)\b[: ]{1,3}((?:[\w ]{1,24}[,;|] "
        r"?){1,12}[\w ]{1,24}?)(?=[;:.\n]|$)",
        order,
        re.I,
    )
    tail = header[1] if header else _ORDER_WORDS.sub("", order).split("\n")[0]
    parts = re.split(r"[,;|/]|\b(?:and|und|y|e|et|&)\b", tail.strip(" :.\n"))
    names = [_bare(_FOREIGN_ARTICLE.sub("", part.strip(" :.\"'`"))) for part in parts]
    if not names or any(len(name.split()) > 4 for name in names if name):
        return ()
    return tuple(Field(name) for name in _tidy([n for n in names if n])[:12])


def parted(text: str) -> tuple[str, str]:
    """An order of one line or clause, and the text behind or before it."""
    lines = [line for line in text.strip().split("\n") if line.strip()]
    if len(lines) >= 2:
        first, last = lines[0], lines[-1]
        if _ORDER_WORDS.match(first) or first.rstrip().endswith(":"):
            return first, "\n".join(lines[1:])
        if _ORDER_WORDS.match(last):
            return last, "\n".join(lines[:-1])
        return first, "\n".join(lines[1:])
    head = re.match(r"([^:\n]{4,160}):\s+(?=\S)", text.strip())
    if head:
        return head[1], text.strip()[head.end() :]
    mark = re.match(r"([^.?!\n]{4,160}[.?!])\s+(?=\S)", text.strip())
    return (mark[1], text.strip()[mark.end() :]) if mark else (text, "")


def field_names(reading: Reading) -> tuple[str, ...]:
    """Names of the fields a prompt asks for, outermost only."""
    found = asked_fields(reading)
    if len(found) == 1 and not found[0].name:
        found = found[0].inner
    return tuple(field.name for field in found)[:30]


def _spoken(text: str) -> tuple[list[str], bool]:
    """Names listed in a sentence, and whether each stands for many values."""
    for mark in _LIST.finditer(text):
        tail = _TAIL_END.split(mark["tail"], maxsplit=1)[0]
        parts = [p.strip(" \"'`*()") for p in re.split(r",|;|\+|/|&|\band\b|\bor\b|\bplus\b", tail)]
        parts = [_bare(part) for part in parts]
        good = [p for p in parts if p and len(p.split()) <= 4 and p.lower() not in _SKIP]
        if good and len(good) * 2 >= len([p for p in parts if p]):
            return good, bool(_MANY.search(f"{mark[0][:14]} {mark['lead']}")) and len(good) <= 3
        colon = text[mark.end() : mark.end() + 240]
        if not good and colon.startswith(":"):
            listed = [_bare(p) for p in re.split(r",|;|\band\b", re.split(r"[.\n]", colon[1:])[0])]
            good = [p for p in listed if p and len(p.split()) <= 4 and p.lower() not in _SKIP]
            if good:
                return good, False
    return [], False


def _bare(part: str) -> str:
    part = re.sub(r"\s*\([^)]*\)?", "", part).strip(" \"'`*)")
    while True:
        shorter = _ARTICLE.sub("", part, count=1)
        if shorter == part:
            return part
        part = shorter


def _is_plural_list(name: str, text: str) -> bool:
    """`people (list)`, `lists of people`, `people as a list`."""
    low = re.escape(name)
    return bool(
        re.search(rf"\b{low}\b[\"'`]?\s*(?:\((?:a )?(?:list|array)|as (?:a )?(?:list|array))", text)
        or (
            re.search(r"\b(?:lists|arrays)\b", text)
            and name.endswith(("s", "people"))
        )
    )  # fmt: skip


def _tidy(names: list[str]) -> list[str]:
    tidy = [re.sub(r"\s+", "_", name.strip().strip("_").lower()) for name in names]
    return list(
        dict.fromkeys(
            n
            for n in tidy
            if n and n not in _SKIP and n.replace("_", " ") not in _SKIP and len(n) > 1
        )
    )[:_MOST_FIELDS]


def template_fields(text: str) -> tuple[Field, ...]:
    """The fields of the first object template of a text, `{"a": number, "b": [string]}`."""
    for mark in re.finditer(r"[\[{]", text):
        if mark[0] == "[" and not re.match(r"\[\s*\{", text[mark.start() :]):
            continue
        reader = _Template(text[mark.start() : mark.start() + 4_000])
        found = reader.read("", 0)
        if found is not None and found.inner and reader.is_closed:
            if {"properties"} <= {field.name for field in found.inner}:
                return _of_template_schema(found)
            if found.kind == "object" and _ROWS_AHEAD.search(text[: mark.start()]):
                return (Field("", "list", found.inner),)
            return (found,) if found.kind == "list" else found.inner
    return ()


class _Template:
    """Reads a sketch of JSON that need not be JSON: bare words, types, alternatives."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._read = 0
        self.is_closed = False

    def read(self, name: str, depth: int) -> Field | None:
        """One value, or None where no sketch can be read."""
        self._blank()
        start = self._text[self._at : self._at + 1]
        if depth > _DEEPEST or self._read > _MOST_FIELDS:
            return None
        if start == "{":
            return self._object(name, depth)
        if start == "[":
            return self._list(name, depth)
        return _scalar(name, self._upto(",}]\n"))

    def _object(self, name: str, depth: int) -> Field | None:
        self._at += 1
        inner: list[Field] = []
        while self._at < len(self._text):
            self._blank()
            if self._text[self._at : self._at + 1] == "}":
                self._at += 1
                self.is_closed = self.is_closed or depth == 0
                return Field(name, "object", tuple(inner))
            key = re.match(
                r"[\"'`]?([A-Za-z_][\w -]{0,40}?)[\"'`]?\s*(\??\s*:|(?=[,}]))",
                self._text[self._at :],
            )
            if key is None:
                return None
            self._at += key.end()
            self._read += 1
            plain = re.sub(r"\s+", "_", key[1].strip())
            value = self.read(plain, depth + 1) if key[2].endswith(":") else Field(plain)
            if value is None:
                return None
            inner.append(value)
            self._blank(",;")
        return None

    def _list(self, name: str, depth: int) -> Field | None:
        self._at += 1
        self._blank()
        if self._text[self._at : self._at + 1] == "]":
            self._at += 1
            return Field(name, "list")
        item = self.read("", depth + 1)
        rest = self._upto("]")
        self._at += 1
        if item is None:
            return None
        self.is_closed = self.is_closed or depth == 0
        is_menu = depth > 0 and not item.inner and rest.count(",") >= 1 and "..." not in rest
        options = tuple(p.strip(" \"'") for p in rest.split(",")[1:]) if is_menu else item.options
        return Field(name, "list", item.inner, options if not is_menu else ())

    def _upto(self, ends: str) -> str:
        quoted = re.match(r"\s*\"[^\"\n]{0,300}\"", self._text[self._at :])
        start = self._at
        self._at += quoted.end() if quoted else 0
        while self._at < len(self._text) and self._text[self._at] not in ends:
            self._at += 1
        return self._text[start : self._at].strip()

    def _blank(self, also: str = "") -> None:
        while self._at < len(self._text) and (
            self._text[self._at].isspace() or self._text[self._at] in also + "."
        ):
            self._at += 1


def _scalar(name: str, said: str) -> Field:
    bare = said.strip(" \"'<>")
    words = set(re.findall(r"[a-z]+", bare.lower()))
    parts = [p.strip(" \"'") for p in re.split(r"\s*(?:\||/)\s*|\s+or\s+", bare)]
    values = [p for p in parts if p.lower() not in ("null", "none", "string", "number", "")]
    if len(values) >= 2 and all(len(p.split()) <= 3 for p in values) and not _is_date_form(bare):
        if {p.lower() for p in values} <= {"true", "false"}:
            return Field(name, "boolean")
        return Field(name, "text", (), tuple(values))
    if words & {"bool", "boolean"} or bare.lower() in ("true", "false"):
        return Field(name, "boolean")
    if words & {"int", "integer"} or re.fullmatch(r"\d+", bare):
        return Field(name, "integer")
    if words & {"number", "float", "decimal", "numeric"} or re.fullmatch(r"\d+[.,]\d+", bare):
        return Field(name, "number")
    if words & {"list", "array"}:
        return Field(name, "list")
    return Field(name)


def _is_date_form(text: str) -> bool:
    return bool(re.search(r"\b[yY]{2,4}\b|\bd{1,2}\b.?\bm{1,2}\b", text))


def _of_template_schema(found: Field) -> tuple[Field, ...]:
    """A JSON schema that stands in the prompt: what its properties hold."""
    properties = next(field for field in found.inner if field.name == "properties")
    return tuple(Field(field.name) for field in properties.inner)


def _of_schema(schema: Any, depth: int) -> tuple[Field, ...]:
    """The fields of a JSON schema for an object."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping) or depth > _DEEPEST:
        return ()
    return tuple(
        _schema_field(str(name), inner, depth + 1)
        for name, inner in list(properties.items())[:_MOST_FIELDS]
    )


def _schema_field(name: str, schema: Any, depth: int) -> Field:
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return Field(name)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(choices, list) and choices:
        real = [c for c in choices if not (isinstance(c, Mapping) and c.get("type") == "null")]
        return _schema_field(name, (real or choices)[0], depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "string")
    options = schema.get("enum")
    if isinstance(options, list):
        return Field(name, "text", (), tuple(str(o) for o in options if o is not None))
    if kind == "object" or "properties" in schema:
        return Field(name, "object", _of_schema(schema, depth))
    if kind == "array":
        item = _schema_field(name, schema.get("items"), depth + 1)
        return Field(name, "list", item.inner, item.options)
    return Field(name, kind if kind in ("number", "integer", "boolean") else "text")
