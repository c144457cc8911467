"""Tell a prompt that wants a record from all others, and part its order from its text.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. An order shows a
sketch of a record or lists its keys; what is no order is the text. What fools it: a text that
itself speaks of JSON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harness.models.reading import Reading
from harness.models.skills.fields import Field, template_fields
from harness.models.skills.finding_documents import record_in
from harness.models.skills.record_keys import field_of, listed_keys

_MOST_CHARS = 8_000
_MOST_SKETCH = 3_000
_MOST_FIELDS = 40
_EMPTY = re.compile(
    r":\s{0,4}(?:[,}]|\"\"|\[?\s{0,4}\"?(?:\.\.\.|…|<|string|str\b|text|number|int(?:eger)?\b|"
    r"float|decimal|"
    r"bool(?:ean)?\b|date|null|true or|true/|true ?\||list|array|YYYY|HH:|ISO)|\[\s{0,4}\{|\[\s?\]|"
    r"\"[^\"\n]{0,60}\"\s{0,2}(?:\||or\b))",
    re.I,
)
_BARE_KEYS = re.compile(
    r"\{\s{0,4}[\"'`]?\w{2,30}[\"'`]?(?:\s{0,4},\s{0,4}[\"'`]?\w{2,30}[\"'`]?){1,20}\s{0,4}\}"
)
_ITEM = r"[\"'`]?[A-Za-z]\w{1,30}(?:[ -][a-z]\w{0,20}){0,2}[\"'`]?(?:\s{0,2}\([^()\n]{1,60}\))?"
_KEYS = re.compile(
    rf"\b(?:keys?|fields?|attributes|columns|properties|json)\b[\"'`]?(?: (?:object|array|list|"
    rf"of objects|"
    rf"of|with|these|the|keys?|fields?|following|are|called|named|exactly|"
    rf"only)){{0,5}}(?: (?:from|of|in|for) (?:the|this|each) [\w -]{{2,40}}:)?"
    rf"\s{{0,2}}[:(]?\s{{0,2}}"
    rf"(?P<list>{_ITEM}(?:\s{{0,2}}(?:,\s{{0,2}}(?:and |or )?|;\s{{0,2}}| and ){_ITEM}){{1,30}})",
    re.I,
)
_AFTER_VERB = re.compile(
    r"\b(?:extract|fill in|pull(?: out)?|take|find|get|give me|collect|capture|note)\b[^:.\n]{0,"
    r"60}:"
    rf"\s{{1,3}}(?P<list>{_ITEM}(?:\s{{0,2}}(?:,\s{{0,2}}(?:and )?| and ){_ITEM}){{1,30}})"
    rf"(?=[.\n]|$)",
    re.I,
)
_PART = re.compile(
    r"[\"'`]?(?P<name>[A-Za-z][\w -]{1,50}?)[\"'`]?\s*(?:\((?P<hint>[^()]*)\))?\s*(?:,|;|\band\b|$)"
)
_NO_KEY = re.compile(
    r"^(?:add|use|return|no|nothing|do|only|if|please|write|give|output|answer|reply|all|keep)\b",
    re.I,
)
_MISREAD = re.compile(r"(?:array|list|object)s?$|(?:keys?|fields?|columns?) \w", re.I)
_BULLET = re.compile(
    r"^[ \t]{0,6}[-*•][ \t]{1,3}[`\"*]{0,2}(?P<name>[A-Za-z_]\w{1,30})[`\"*]{0,2}"
    r"[ \t]{0,2}(?:[(:–-][ \t]{0,2}(?P<hint>[^\n]{0,80}?)\)?)?[ \t]*$",
    re.M,
)
_ROWS = re.compile(
    r"\b(?:array|list) of (?:json )?(?:objects|records)|\bjson (?:list|array)\b|"
    r"\bone object (?:per|for each)\b|"
    r"\blist of json\b",
    re.I,
)
_TAKES = re.compile(
    r"\b(?:extract|fill|return|output|convert|parse|schema|json with|as json)\b", re.I
)
_BARE_LIST = re.compile(r"\bjson (?:array|list)\b|\b(?:array|list) of strings\b", re.I)
_REPLY = re.compile(
    r"^(?:label|labels|categor\w+|class|intent|sentiment|tone|mood|answer|verdict|judge?ment|"
    r"winner|"
    r"score|rating|grade|match\w*|correct|supported|grounded|faithful|pass\w*|valid|relevant|same|"
    r"equal|better|preferred|choice|reason\w*|explanation|rationale|confidence|summary|headline|"
    r"tl_?dr|"
    r"translation|rewrit\w+|reply|response|result|output|spam|decision|hallucinat\w+|reasoning|"
    r"is_\w+|evidence|quote|why|because)$",
    re.I,
)
_ORDERS = re.compile(
    r"^\W{0,3}(?:please )?(?:extract|return|output|reply|respond|answer|give|fill|use|pull|turn|"
    r"convert|"
    r"parse|get|list|find|identify|read|numbers?\b|dates? (?:as|in)|if (?:something|a|any|it|"
    r"the)\b|do not|"
    r"don't|nothing|only|keys?\b|fields?\b|you are|you\b|missing|schema|format|json|no |"
    r"from (?:the|this|<))",
    re.I,
)
_ASKS = re.compile(r"^\W{0,3}(?:what|which|who|when|where|how)\b", re.I)
_DIRECTS = re.compile(
    r"\bjson\b|\bkeys?\b|\buse null\b|\bnull (?:if|when|where|for)\b|\bnothing else\b|"
    r"\bno (?:prose|comment)",
    re.I,
)
_NAMED = (
    r"(?:text|notes?|listing|ad|advert|messages?|e?-?mail|review|transcript|logs?|recipe|minutes|"
    r"source|document|"
    r"doc|input|excerpt|report|letter|description|snippet|paragraph|article|passage|content|data|"
    r"entry|post)"
)
_ALL_DATA = re.compile(r"\s*(?:\w{1,20}\s?[:=]\s?)?[\[{]")
_HEAD = re.compile(rf"^\W{{0,4}}(?:the |job |weather )?{_NAMED}(?: \w{{1,12}})?\s{{0,2}}:\s*", re.I)
_TAGGED = re.compile(r"<([a-z_]{2,20})>\s*([\s\S]{12,6000}?)\s*</\1>", re.I)
_QUOTE = re.compile(r"[\"“«]([^\"“”«»]{20,6000})[\"”»]")


@dataclass(frozen=True)
class Asked:
    """A record that is asked for.

    Attributes:
        fields: a lone field named "" is a list of rows; none for a bare list of one shape.
        order: what says so, all of it.
    """

    fields: tuple[Field, ...]
    text: str
    order: str

    @property
    def takes_null(self) -> bool:
        """Whether the order says what to do where the text is silent."""
        return re.search(r"\bnull\b|\bmissing\b", self.order, re.I) is not None


def asked_record(reading: Reading) -> Asked | None:
    """The record that a prompt's form asks for; None where the form leaves that open."""
    said = [(role, text) for role, text in reading.prompt.messages]
    size = sum(len(text) for _, text in said)
    if size > _MOST_CHARS or any(role == "assistant" for role, _ in said):
        return None
    whole = "\n\n".join(text for _, text in said)
    if "{" not in whole and not re.search(r"\bjson\b", whole, re.I):
        return None
    is_asked = "?" in whole or reading.task == "qa"
    if is_asked and not _TAKES.search(whole) and record_in(whole) is not None:
        return None  # a record with values is asked, and not to be filled
    found = _sketched(said, reading)
    if "{" not in whole and (found is None or not found.fields):
        return listed_record(reading) or found
    return found


def _sketched(said: list[tuple[str, str]], reading: Reading) -> Asked | None:
    """The record whose keys a prompt sketches, or lists beside the word JSON."""
    if _ALL_DATA.match(said[-1][1]) and said[-1][1].rstrip().endswith(("}", "]")):
        return None  # the order is a value of the record, and no sketch
    sides = parted(said, reading)
    if sides is None:
        return None
    order, text = sides
    fields = fields_of(order)
    if len(text.split()) < 3 or (fields and _is_reply(fields)):
        return None
    if not fields and not _BARE_LIST.search(order):
        return None
    is_lone = len(fields) == 1 and fields[0].kind not in ("list", "object")
    if is_lone and reading.task not in ("extract", "qa"):
        return None
    return Asked(fields, text, order)


_FREE_TASKS = ("extract", "qa", "rewrite", "chat")


def listed_record(reading: Reading) -> Asked | None:
    """The record whose keys a prompt of any form lists in so many words; None for none."""
    if reading.task not in _FREE_TASKS:
        return None
    listed = listed_keys(reading)
    if listed is None or _is_reply(listed.fields):
        return None
    return Asked(listed.fields, listed.text, listed.order)


def _is_reply(fields: tuple[Field, ...]) -> bool:
    """Whether a sketch is the form of a label, a verdict or a text, and no record."""
    flat = fields[0].inner if len(fields) == 1 and not fields[0].name else fields
    if not flat:
        return True
    replies = [bool(_REPLY.match(f.name)) for f in flat]
    if replies[0] or sum(replies) * 2 >= len(flat):
        return True
    return len(flat) == 1 and (bool(flat[0].options) or flat[0].kind == "boolean")


def fields_of(order: str) -> tuple[Field, ...]:
    """The fields of an order's sketch, its list of keys or its bullets."""
    at = sketch_in(order)
    if at is not None:
        found = template_fields(order[at[0] : at[1]])
        is_many = len(found) > 1 and order[at[0]] == "{" and _ROWS.search(order[: at[0]])
        return (Field("", "list", found),) if is_many else found
    bullets = [(m["name"], m["hint"] or "") for m in _BULLET.finditer(order)]
    rows = bullets if len(bullets) >= 2 else []
    for mark in () if rows else _KEYS.finditer(order):
        listed = [(p["name"].strip(), p["hint"] or "") for p in _PART.finditer(mark["list"])]
        if any(_MISREAD.match(name) for name, _ in listed):
            continue
        is_named = sum(" " not in name for name, _ in listed) * 2 >= len(listed)
        if len(listed) >= 2 and is_named and len(listed) > len(rows):
            rows = listed
    if not rows and "json" in order.lower() and (spoken := _AFTER_VERB.search(order)):
        rows = [(p["name"].strip(), p["hint"] or "") for p in _PART.finditer(spoken["list"])]
    rows = [(name, hint) for name, hint in rows if not _NO_KEY.match(name)]
    found = tuple(field_of(name, hint) for name, hint in rows[:_MOST_FIELDS])
    if len(found) > 1 and _ROWS.search(order):
        return (Field("", "list", found),)
    return found


def sketch_in(text: str) -> tuple[int, int] | None:
    """Where the first sketch of a record stands: brackets that hold keys and no values."""
    for mark in re.finditer(r"\[\s{0,4}\{|\{", text):
        end = _closing(text, mark.start())
        body = text[mark.start() : end]
        if end and (_EMPTY.search(body) or _BARE_KEYS.search(body)) and template_fields(body):
            return mark.start(), end
    return None


def _closing(text: str, start: int) -> int:
    """The offset behind the bracket that closes the one at an offset; 0 for none."""
    depth = 0
    for at in range(start, min(len(text), start + _MOST_SKETCH)):
        if text[at] in "[{":
            depth += 1
        elif text[at] in "]}":
            depth -= 1
            if depth == 0:
                return at + 1
    return 0


def parted(said: list[tuple[str, str]], reading: Reading) -> tuple[str, str] | None:
    """(order, text) of a prompt; None where no text stands apart."""
    system = "\n\n".join(text for role, text in said if role != "user")
    user = "\n\n".join(text for role, text in said if role == "user").strip()
    tagged = [m for m in _TAGGED.finditer(user) if len(m[2].split()) >= 3]
    if tagged:
        text = "\n\n".join(m[2] for m in tagged)
        return f"{system}\n\n{_TAGGED.sub(' ', user)}", text
    is_told = bool(fields_of(system)) if system else False
    pieces = _pieces(user)
    orders = [_is_order(piece, first=not i and not is_told) for i, piece in enumerate(pieces)]
    texts = [p for p, is_order in zip(pieces, orders, strict=True) if not is_order]
    told = "\n\n".join([system, *(p for p, o in zip(pieces, orders, strict=True) if o)])
    if texts and (is_told or any(orders)):
        return told, freed("\n\n".join(texts))
    if is_told:
        return system, freed(user)
    at = sketch_in(user)
    beside = user if at is None else f"{user[: at[0]]}{' ' * (at[1] - at[0])}{user[at[1] :]}"
    quotes = list(_QUOTE.finditer(beside))
    if quotes:
        best = max(quotes, key=lambda m: len(m[1]))
        if len(best[1].split()) >= 4:
            return f"{system}\n{user.replace(best[0], ' ')}", best[1]
    lines = [line for line in user.split("\n") if line.strip()]
    marks = [_is_order(line, first=not i) for i, line in enumerate(lines)]
    texts = [line for line, is_order in zip(lines, marks, strict=True) if not is_order]
    if len(lines) > 1 and texts and any(marks):
        told = "\n".join([system, *(x for x, o in zip(lines, marks, strict=True) if o)])
        return told, freed("\n".join(texts))
    held = "\n".join(reading.data)
    return (reading.prompt.directions, freed(held)) if held.strip() and not is_told else None


def _pieces(text: str) -> list[str]:
    """Paragraphs; a sketch that runs over empty lines stays whole."""
    at = sketch_in(text)
    if at is None:
        return [p for p in re.split(r"\n[ \t]*\n", text) if p.strip()]
    inside = re.sub(r"\n[ \t]*\n", "\n", text[at[0] : at[1]])
    joined = text[: at[0]] + inside + text[at[1] :]
    return [p for p in re.split(r"\n[ \t]*\n", joined) if p.strip()]


def _is_order(piece: str, *, first: bool) -> bool:
    if sketch_in(piece) is not None:
        return True
    if _HEAD.match(piece) and not first:
        return False
    if _DIRECTS.search(piece) and len(piece.split()) <= 80:
        return not _HEAD.match(piece)
    if len(_BULLET.findall(piece)) >= 2 and not first and not re.search(r"\w [-–] \w|: \w", piece):
        return True
    if _ORDERS.match(piece) and len(piece.split()) <= 60:
        return True
    if first and _ASKS.match(piece) and len(piece.split()) <= 40:
        return True
    return first and piece.rstrip().endswith(("?", ":")) and len(piece.split()) <= 40


def freed(text: str) -> str:
    """A text without the word that heads it, its quotes and orders on lines of their own."""
    text = re.sub(r"^[ \t]*>[ \t]?", "", text, flags=re.M) if "> " in text else text
    text = _HEAD.sub("", text.strip(), count=1).strip()
    if len(text) > 2 and text[0] in '"“«' and text[-1] in '"”»' and text.count(text[0]) <= 2:
        text = text[1:-1].strip()
    return text


def with_kinds(fields: tuple[Field, ...], order: str) -> tuple[Field, ...]:
    """Fields whose kind the order tells beside the sketch: "numbers as numbers"."""
    fields = tuple(_as_truth(field, order) for field in fields)
    if not re.search(
        r"\bnumbers? (?:as|without)\b|\bas numbers?\b|\bas an? (?:number|integer)", order, re.I
    ):
        return fields
    low = order.lower()
    out = []
    for field in fields:
        named = re.search(r"\bas an? (?:number|integer)", low) and not re.search(
            r"\bnumbers (?:as|without)", low
        )
        is_meant = not named or f"{field.name.lower().replace('_', ' ')} as a" in low
        money = re.search(
            r"price|cost|fee|rent|rate|amount|total|sum|salary|deposit|tax|tip|paid|quantity|qty|"
            r"count|budget|discount",
            field.name,
            re.I,
        )
        out.append(
            replace(field, kind="number") if money and is_meant and field.kind == "text" else field
        )
    return tuple(out)


def _as_truth(field: Field, order: str) -> Field:
    """A field that the order calls true or false."""
    if field.kind != "text" or field.options:
        return field
    at = order.find(f"{field.name} true")
    at = order.find(f"{field.name} as bool") if at < 0 else at
    return replace(field, kind="boolean") if at >= 0 else field
