"""Labels in a block of their own: YAML, a table, JSON, CSV, arrows, or told in a sentence each.

Runs in the model worker (zone G); pure; the text is hostile, capped, and every repeat is bounded.
Aliases of exercises do not come here. The labels take what the block says of them for their
meanings, and the text to be labelled is what stands beside the block. What fools it: a table that
is the text itself and has a column of single words in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from harness.models.labels import Label
from harness.models.reading import Reading
from harness.models.several import several

_MOST_CHARS = 6_000
_MOST_LABELS = 24
_MOST_TOLD = 1_200
"""Characters up to which labels are looked for in sentences."""
_NAME = r"[A-Za-z][\w/&-]{0,24}(?: [\w/&-]{1,20}){0,2}"
_SORTS = re.compile(
    r"\b(?:sort\w*|rout\w+|classif\w+|categor\w+|label\w*|tags?|topics?|departments?|teams?|queues?|"
    r"one of|one word|which of|choose|pick|assign\w*|intents?|options|classes|kinds?|types?|"
    r"folders?|triage|"
    r"file|where (?:does|should|do)|which|goes?|code|colou?r)\b",
    re.I,
)
_ASKS_LABEL = re.compile(
    r"\b(?:classif\w+|categori[sz]e|sort (?:it|this|these|the|them|each)|route|assign|choose|pick|"
    r"which (?:label|category|class|colou?r|team|queue|tray|code|tag|folder|desk|department|kind|"
    r"type|of (?:these|them|the))|where (?:does|should|do) (?:this|it|that|the)|one (?:word|label)|"
    r"(?:the|its|a|one) (?:label|category|intent)|(?:label|category|class|intent|tag|queue|team|"
    r"code|name) only)\b|\b(?:labels|categories|intents|classes|topics)\b[^\n:]{0,30}:",
    re.I,
)
_HEADS = (
    r"(?:(?:the |allowed |possible |available |valid )?(?:labels?|categor(?:y|ies)|class(?:es)?|"
    r"tags?|"
    r"topics?|intents?|queues?|teams?|departments?|kinds?|types?|options?|codes?|folders?|routes?|"
    r"sections?|buckets?))"
)
_MAP = re.compile(
    rf"(?:^|\n)[ \t]*{_HEADS}[^\n:]{{0,30}}:[ \t]*\n(?P<rows>(?:[ \t]{{1,"
    rf"8}}[\"']?{_NAME}[\"']?:[ \t]+"
    r"\S[^\n]{1,200}(?:\n|$)){2,24})",
    re.I,
)
_MAP_ROW = re.compile(rf"^[ \t]+[\"']?(?P<name>{_NAME})[\"']?:[ \t]+(?P<what>\S[^\n]*)$", re.M)
_RECORDS = re.compile(
    rf"(?:^|\n)[ \t]*-[ \t]+(?:name|label|id|key|code|value|title|category)[ \t]*:[ "
    rf"\t]*[\"']?(?P<name>{_NAME})"
    r"[\"']?[ \t]*\n[ \t]+\w{2,16}[ \t]*:[ \t]*[\"']?(?P<what>\S[^\n]{1,200}?)[\"']?[ \t]*(?=\n|$)",
    re.I,
)
_LIST = re.compile(
    rf"(?:^|\n)[^\n]{{0,200}}\b{_HEADS}[^\n:]{{0,30}}:[ \t]*\n(?:[ \t]*\n)?(?P<rows>(?:[ \t]{{0,"
    rf"8}}(?:[-*•][ \t]+)?[\"'`]?{_NAME}[\"'`]?"
    r"[ \t]*(?:\n|$)){2,24})",
    re.I,
)
_LIST_ROW = re.compile(rf"^[ \t]*(?:[-*•][ \t]+)?[\"'`]?(?P<name>{_NAME}?)[\"'`]?[ \t]*$", re.M)
_XML = re.compile(
    rf"<(?P<tag>label|category|class|option|intent|tag|topic|team|queue)(?: (?:name|id|code|"
    rf"value)=[\"'](?P<name>{_NAME})[\"'])?"
    rf"[^>\n]{{0,40}}>\s*(?P<what>[^<\n]{{2,200}}?)\s*</(?P=tag)>",
    re.I,
)
_ARRAY = re.compile(
    rf"\b{_HEADS}[ \t]{{0,3}}(?:=|:|are|in|from|of)?[ \t]{{0,3}}"
    rf"\[\s?(?P<list>[\"'`]{_NAME}[\"'`](?:\s?,\s?[\"'`]{_NAME}[\"'`]){{1,23}})\s?,?\]",
    re.I,
)
_JSON = re.compile(
    rf"\{{\s{{0,6}}(?:[\"']{_NAME}[\"']\s{{0,3}}:\s{{0,3}}[\"'][^\"\n]{{3,200}}[\"']\s{{0,3}},?\s{{0,6}}){{2,24}}\}}"
)
_JSON_ROW = re.compile(
    rf"[\"'](?P<name>{_NAME})[\"']\s{{0,3}}:\s{{0,3}}\"(?P<what>[^\"\n]{{3,200}})\""
)
_ROW = re.compile(r"^[ \t]*\|?(?P<cells>[^|\n]{1,80}\|[^|\n]{1,200})(?:\|[^\n]*)?$", re.M)
_RULE = re.compile(r"[-: |]{3,}")
_CSV = re.compile(
    r"(?:^|\n)[ \t]*(?:label|name|code|category|class|team|queue|tag|key|intent|topic)[ \t]?[,"
    r";\t][ \t]?\w[\w ]{2,24}"
    rf"\n(?P<rows>(?:[ \t]*{_NAME}[ \t]?[,;\t][ \t]?[^\n]{{3,200}}(?:\n|$)){{2,24}})",
    re.I,
)
_CSV_ROW = re.compile(rf"^[ \t]*(?P<name>{_NAME})[ \t]?[,;\t][ \t]?\"?(?P<what>[^\"\n]+)\"?$", re.M)
_ARROWS = re.compile(
    rf"(?P<rows>(?:(?:^|(?<=\n))[ \t]*(?:[-*•] )?[^\n>]{{3,160}}?[ \t]*(?:->|=>|→|⇒)[ "
    rf"\t]*[\"']?{_NAME}[\"']?[ \t]*"
    r"(?:\n|$)){2,24})"
)
_ARROW_ROW = re.compile(
    rf"^[ \t]*(?:[-*•] )?(?P<what>[^\n>]+?)[ \t]*(?:->|=>|→|⇒)[ \t]*[\"']?(?P<name>{_NAME})"
    rf"[\"']?[ \t]*$",
    re.M,
)
_GO = re.compile(
    r"(?:^|(?<=[.:;,\n] )|(?<=\n)|(?<=and ))(?:(?:if|when|while|and) )?(?:the |an? |all |any |"
    r"every )?"
    r"(?P<noun>\w{3,16}) (?P<what>(?:about|that|which|who|on|with|for|from|asking|reporting|"
    r"concerning|"
    r"regarding)[^.;:\n]{3,120}?),? (?:(?:should |must |will )?(?:go(?:es)?|belongs?|is sent|"
    r"are sent|is filed|"
    r"are filed)(?: (?:in|to|into|under))?(?: the)?|(?:is|are|gets?|counts? as|means?|=)(?: "
    r"labell?ed| marked| "
    r"called| tagged)?(?: as)?(?: an?| the)?) [\"“'`]?(?P<name>[A-Za-z][\w/-]{1,20})[\"”'`]?"
    r"(?= (?:queue|team|tray|folder|box)\b|[.;,\n]| and\b|$)",
    re.I,
)
_USE = re.compile(
    r"(?:\b(?:use|say|answer|write|choose|pick|put|reply|give|label)(?: it| with)? |(?<=, )|"
    r"(?<=and ))"
    r"[\"“'`]?(?P<name>[A-Za-z][\w/-]{1,20})[\"”'`]? (?:for|if(?: it is| it's)?|when(?: it is)?) "
    r"(?:anything |everything |all )?(?:about |on )?(?P<what>[^.;:\n]{3,120}?)"
    r"(?=[.;\n]|$|,? and [\"“'`]?[A-Za-z][\w/-]{1,20}[\"”'`]? (?:for|if|when)\b|, "
    r"[\"“'`]?[A-Za-z][\w/-]{1,20}"
    r"[\"”'`]? (?:for|if|when)\b)",
    re.I,
)
_REST = re.compile(
    r"\b(?:everything|anything|all|whatever is) else (?:is|goes (?:to|in|into|under)|counts as|"
    r"gets|as|=) "
    r"[\"“'`]?(?P<name>[A-Za-z][\w/-]{1,20})[\"”'`]?",
    re.I,
)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{6,5000})[\"”»“]")
_TAGGED = re.compile(r"<(?P<tag>[a-z][\w-]{1,20})>\s*(?P<text>[^<]{6,5000}?)\s*</(?P=tag)>", re.I)
_CODE = re.compile(r"[A-Z]\d?|[A-Z]{2,6}|[A-Z]{1,3}\d{1,2}")
_VERDICT = re.compile(
    r"\b(?:correct|wrong|supported|source|answer\w*|claim|context|faithful|accura\w+|better|contradict\w*)\b",
    re.I,
)
_IN_A_ROW = re.compile(
    r"(?<=[:(\[] )(?P<row>[\w-]{2,24}(?:, ?[\w-]{2,24}){2,14}(?:,? (?:or|and) [\w-]{2,24})?)"
    r"(?=[.;)\]\n]|$)"
)
_NO_NAME = re.compile(
    r"(?:one |a |single )?word|in (?:capitals|upper ?case|lower ?case)|upper ?case|lower ?case|"
    r"only|"
    r"no (?:quotes|punctuation|tags)|without (?:quotes|tags|punctuation)",
    re.I,
)
_NO_TEXT = re.compile(r"(?:labels?|task|instructions?|output|format|rules?|categor|answer)", re.I)
_HEADED = re.compile(
    r"^[ \t]*(?!label|categor|answer|output|reply|class|code|team)(?:the )?[A-Z][\w ]{1,24}:[ \t]*"
    r"(?P<text>\S[^\n]{4,3000})$",
    re.M | re.I,
)
_ORDERS = re.compile(
    r"\W*(?:(?:please|now|just|only|then)\b[ ,]*){0,2}(?:answer|reply|respond|return|output|"
    r"give|say|"
    r"write|label|classify|categori[sz]e|sort|route|assign|pick|choose|tag|which|what|where|use|only|just|"
    r"one (?:word|label|name)|no (?:other|more|words|expl\w+|reason\w*)|here|read|decide|tell|"
    r"we (?:sort|use|"
    r"label|file)|you (?:sort|label|are|route)|nothing|many thanks|thanks?|thank you|put|file)\b|"
    r"[^\n]{0,30}\bonly\W*$|[^\n]{0,80}\?\W*$|\W*[\w ]{1,24}(?:\([^()\n]{1,60}\))?:\W*$",
    re.I,
)
_MOST_ORDER = 16
"""Words; a longer line is the text, however it begins."""
_ORDER_AHEAD = re.compile(
    r"^\W*(?:(?:(?:please|and|then)[ ,]{1,2}){0,2}(?:answer|reply|respond)(?: with)?|just|only)"
    r"[ ,]{1,2}(?:just |only )?"
    r"(?:with )?(?:the |a |one |its )?(?:name|word|label|code|number|letter|category|team|queue|"
    r"topic)\b"
    r"[^.!?\n]{0,40}[.!\n]\s*(?:(?:many )?thank(?:s| you)[^.!\n]{0,20}[.!\n]\s*)?",
    re.I,
)
_LED = re.compile(r"^[^:\n]{3,60}:[ \t]+[\"“]?(?P<text>\S[^\n]{8,3000})$")


def with_blocks(reading: Reading) -> Reading:
    """The reading with labels that stand in a block, and the text beside it; else as it is.

    Args:
        reading: the prompt, understood.
    """
    messages = reading.prompt.messages
    if not messages or reading.prompt.examples or reading.scale is not None or reading.said:
        return reading
    if reading.task == "judge" and _is_coded(reading):
        return replace(reading, task="classify", coded=True, question="")
    if reading.task not in ("classify", "qa", "chat", "extract", "rewrite", "summarise"):
        return reading
    said = messages[-1][1]
    if reading.task == "classify":
        reading = _freed(_with_whole_row(_without_own_rows(reading, said), said))
    system = "\n".join(text for role, text in messages[:-1] if role in ("system", "developer"))
    if len(said) + len(system) > _MOST_CHARS or any(role == "assistant" for role, _ in messages):
        return reading
    if reading.task != "classify" and (
        reading.prompt.question or not _ASKS_LABEL.search(f"{system}\n{said}")
    ):
        return reading
    for where in (said, system):
        found = _block(where) if where else None
        if found is None:
            continue
        labels, start, end = found
        around = f"{system}\n{said}" if where is system else said[:start] + said[end:]
        if reading.task != "classify" and not _SORTS.search(around):
            continue
        mine = {one.name.lower(): one.definition for one in reading.labels}
        if all(mine.get(one.name.lower(), " ") == one.definition for one in labels) and (
            reading.task == "classify" and len(mine) == len(labels)
        ):
            return reading
        text = said.strip() if where is system else beside(f"{said[:start]}\n\n{said[end:]}")
        if len(text.split()) < 2:
            return reading
        coded = all(one.definition for one in labels)
        sorts = replace(
            reading,
            task="classify",
            labels=labels,
            data=(text,),
            coded=coded,
            question="",
            items=(),
        )
        return _without_own_rows(several(sorts), said)
    return reading


def _is_coded(reading: Reading) -> bool:
    """Whether at least three codes, each with its meaning, are offered, and none is a verdict."""
    return (
        len(reading.labels) >= 3
        and len(reading.data) == 1
        and all(one.definition and _CODE.fullmatch(one.name) for one in reading.labels)
        and not any(_VERDICT.search(one.definition) for one in reading.labels)
    )


def _with_whole_row(reading: Reading, said: str) -> Reading:
    """The reading with every name of the row in the order that holds the labels it has."""
    names = [one.name for one in reading.labels]
    if len(names) < 2 or any(one.definition or one.examples for one in reading.labels):
        return reading
    is_none = any(map(_NO_NAME.fullmatch, names))
    for mark in _IN_A_ROW.finditer(said):
        row = [part for part in re.split(r",? (?:or|and) |, ?", mark["row"]) if part]
        is_more = len(row) > len(names) and set(names) < set(row)
        if not (is_more or is_none) or len({name.lower() for name in row}) < len(row):
            continue
        if not any(mark["row"] in text for text in reading.data):
            return replace(reading, labels=tuple(map(Label, row)))
        text = beside(said[: mark.start()] + said[mark.end() :])
        if len(text.split()) >= 3 and said.index(mark["row"]) < 200:
            return replace(reading, labels=tuple(map(Label, row)), data=(text,), items=())
    return reading


def _without_own_rows(reading: Reading, said: str) -> Reading:
    """The reading without texts that are its own labels, each in a row with what it means."""
    if len(reading.items) < 2 or len(reading.items) != len(reading.labels):
        return reading
    names = "|".join(re.escape(one.name) for one in reading.labels)
    own = re.compile(rf"(?:(?:name|label|id)[ ]?: ?)?[\"'“]?(?:{names})\b", re.I)
    if not all(own.match(text) for _, text in reading.items):
        return reading
    rest = said
    for _, text in reading.items:
        rest = re.sub(rf"[^\n]*{re.escape(text)}[^\n]*\n?", "", rest, count=1)
    text = beside(rest)
    return replace(reading, items=(), data=(text,)) if len(text.split()) >= 2 else reading


def _freed(reading: Reading) -> Reading:
    """The reading whose text begins with an order for one word, without that order."""
    led = _ORDER_AHEAD.match(reading.data[0]) if len(reading.data) == 1 else None
    if led is None or len(reading.data[0][led.end() :].split()) < 2:
        return reading
    return replace(reading, data=(reading.data[0][led.end() :].strip(),))


def _block(where: str) -> tuple[tuple[Label, ...], int, int] | None:
    """The labels of a block, and where it begins and ends; None where there is none."""
    for rows in _rows(where):
        names = [name.strip() for name, _, _, _ in rows]
        if 2 <= len(names) <= _MOST_LABELS and len({name.lower() for name in names}) == len(names):
            rest = _REST.search(where) if all(row[1] for row in rows) else None
            if rest and rest["name"].lower() not in {name.lower() for name in names}:
                rows = [*rows, (rest["name"], "none of these, something else", *rest.span())]
            labels = tuple(Label(name.strip(), what.strip(" .,;\"'")) for name, what, _, _ in rows)
            return labels, min(row[2] for row in rows), max(row[3] for row in rows)
    return None


Rows = list[tuple[str, str, int, int]]


def _rows(where: str) -> Iterator[Rows]:
    """(name, meaning, start, end) of each row, form by form; each form behind a cheap test."""
    if ":\n" in where or ": \n" in where:
        yield from _held(where, _MAP, _MAP_ROW)
        yield from _held(where, _LIST, _LIST_ROW)
    if "- " in where and ":" in where:
        yield [_row(mark, mark.start()) for mark in _RECORDS.finditer(where)]
    if "[" in where and (mark := _ARRAY.search(where)):
        names = (part.strip(" \"'`") for part in mark["list"].split(","))
        yield [(name, "", mark.start(), mark.end()) for name in names if name]
    if "</" in where and (marks := list(_XML.finditer(where))):
        yield [_row(mark, mark.start()) for mark in marks]
    if "{" in where and (mark := _JSON.search(where)):
        yield [
            _row(row, row.start()) for row in _JSON_ROW.finditer(where, mark.start(), mark.end())
        ]
    if "|" in where:
        yield _table(where)
    if ',"' in where or ";" in where or "," in where:
        yield from _held(where, _CSV, _CSV_ROW)
    if "->" in where or "=>" in where or "→" in where:
        yield from (rows for rows in _held(where, _ARROWS, _ARROW_ROW) if _is_turned(rows))
    if len(where) > _MOST_TOLD:
        return
    if " for " in where or " if " in where:
        yield [_row(mark, mark.start()) for mark in _USE.finditer(where)]
    if any(f" {word} " in where for word in ("go", "goes", "are", "is", "get", "belong")):
        yield [_row(mark, mark.start()) for mark in _GO.finditer(where)]


def _held(where: str, block: re.Pattern[str], row: re.Pattern[str]) -> Iterator[Rows]:
    """The rows inside each block of one form."""
    for mark in block.finditer(where):
        rows = [_row(one, mark.start("rows") + one.start()) for one in row.finditer(mark["rows"])]
        if rows:
            first = (*rows[0][:2], mark.start(), rows[0][3])
            last = (*rows[-1][:2], rows[-1][2], mark.end("rows"))
            yield [first, *rows[1:-1], last] if len(rows) > 1 else []


def _row(mark: re.Match[str], start: int) -> tuple[str, str, int, int]:
    found = mark.groupdict()
    name, what = found.get("name") or "", found.get("what") or ""
    name, what = (name, what) if name else (what, "")
    return name, what, start, start + len(mark[0])


def _is_turned(rows: Rows) -> bool:
    """Whether the names stand behind the arrows: shorter than what stands before them."""
    return sum(len(what) for _, what, _, _ in rows) > 1.5 * sum(len(name) for name, _, _, _ in rows)


def _table(where: str) -> Rows:
    """The rows under the head of a table, names in its first column."""
    marks = list(_ROW.finditer(where))
    if len(marks) < 4 or not _RULE.fullmatch(marks[1][0].strip()):
        return []
    rows: Rows = []
    for mark in marks[2:]:
        name, _, what = (cell.strip(" *`") for cell in mark["cells"].partition("|"))
        if (
            not re.fullmatch(_NAME, name)
            or mark.start() - (rows[-1][3] if rows else mark.start()) > 2
        ):
            return []
        rows.append((name, what, mark.start() if rows else marks[0].start(), mark.end()))
    return rows


def beside(rest: str) -> str:
    """The text to be labelled, of what stands beside a block: quoted, tagged, headed or left."""
    quoted = max(_QUOTED.findall(rest), key=len, default="")
    if len(quoted.split()) >= 2:
        return str(quoted).strip()
    tagged = [mark["text"] for mark in _TAGGED.finditer(rest) if not _NO_TEXT.match(mark["tag"])]
    if tagged:
        return max(tagged, key=len).strip()
    headed = [mark for mark in _HEADED.finditer(rest) if not _ORDERS.match(mark["text"])]
    if headed:
        return headed[-1]["text"].strip(' "“”')
    lines = [line.strip() for line in re.split(r"\n+", rest) if re.search(r"\w{2}", line)]
    kept = [line for line in lines if len(line.split()) > _MOST_ORDER or not _ORDERS.match(line)]
    kept = [line for line in kept if not re.fullmatch(r"`{3}\w*", line)]
    if not kept and lines:
        led = _LED.match(lines[-1])
        kept = [led["text"]] if led else lines[-1:] if len(lines) > 1 else []
    return "\n".join(kept).strip(' "“”')
