"""Find the delimiters of a prompt: tags, headings, fences, labels, quotes, worked examples.

Runs in the model worker (zone G); the text is hostile. Scans are linear; nothing is trusted but the
shape of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from harness.models.handover import handovers
from harness.models.menus import Menu, find_menu, menu_blocks
from harness.models.needles import matches_at
from harness.models.shots import QUESTION_WORDS, Block, find_shots

DATA_WORDS = frozenset(
    """doc docs document documents context text email mail e-mail feedback input message msg
    source answer draft reference article passage ticket content data x in conversation
    transcript chat review handbook policy sheet paper page letter payload retrieved
    advisory evidence file premise hypothesis claim runbook instance utterance quotation
    notes snippet excerpt extract manual report post tweet comment thread log logs memo
    story paragraph statement response reply complaint customer_message body contract
    terms background knowledge leaflet guide minutes item entry sample record facts
    material abstract summary_to_check item_text faq kb query_text sentence headline title
    lead caption instruction_text dialogue call textbook regulation regulations by-law bylaw
    copy original candidate premises leaflet card poster wiki readme changelog recipe brochure
    flyer pamphlet fable stanza verse receipt invoice listing advert bio profile voicemail
    tooltip spec specification string minute statute clause notice announcement
    primary secondary snippet specimen instrument timetable attachment interview""".split()
)
INSTRUCTION_WORDS = frozenset(
    """instruction instructions rule rules task tasks format role label labels output
    output_format how ask ambiguity constraint constraints guideline guidelines step steps
    category categories class classes edge case cases style goal length example examples
    system q question query definition definitions options intents schema persona tone
    requirements important fields response_format notes_for_you language job objective tag
    tags topics types choices do want wanted ask prompt order command turn""".split()
)
_AFTER_NOUN = frozenset("is below asks file reads says say said goes wrote states here".split())
_ROLES = frozenset("system user assistant developer instruction instructions task prompt".split())
_MOST_BLOCKS = 600
_TAG = re.compile(r"<(/?)([A-Za-z_][\w-]{0,30})(?:\s[^<>\n]{0,80})?>")
_HEADING = re.compile(
    r"^[ \t]{0,3}(?:#{1,6}[ \t]+(?P<hash>[^\n]{1,60}?)[ \t:]*#*|"
    r"(?:={2,4}|-{2,4})[ \t](?P<ruled>[^\n=]{1,40}?)[ \t](?:={2,4}|-{2,4})|"
    r"\*\*(?P<bold>[^*\n]{1,50}?):?\*\*:?(?P<tail>[ \t]*)|"
    r"(?P<plain>[A-Z][A-Za-z' ]{1,40}):[ \t]*)(?=$|\n|(?<=\*)[ \t]|(?<=:)[ \t])",
    re.M,
)
_ASKED = re.compile(
    r"^(?:#{1,6}[ \t]*|\*\*|<)?(?:(?:the |user |customer |visitor |"
    r"staff )?(?:question|query|q)|(?:user|customer|visitor|"
    r"staff) asks)\b[ \t]*(?::|>|\*\*|$)",
    re.M | re.I,
)
_SECTION_LABEL = re.compile(
    r"^(?:#{1,6}[ \t]*|\*\*)?[A-Z][^\n:.?!]{1,50}(?::\**|(?<=\*\*))[ \t]*$", re.M
)
_GUIDANCE = re.compile(
    r"\b(?:examples?|instructions?|labels?|intents?|categor\w+|classes|options|definitions?|topics|meaning|steps|"
    r"fields|format|constraints|guidelines)\b",
    re.I,
)
_FENCE = re.compile(
    r"^[ \t]*(```[\w-]{0,12}|~~~|\"\"\"|'''|#{3,}|-{3,}|={3,}|\*{3,}|<<<|>>>)[ \t]*$", re.M
)
_INLINE_FENCE = re.compile(r'"""([^"]{1,200000})"""|<<<([^<>]{1,200000})>>>|«([^«»]{25,100000})»')
_QUOTE_LINE = re.compile(r"^[ \t]*>[ \t]?(.*)$", re.M)
_LABEL = re.compile(
    r"(?:(?<=^)|(?<=\n)|(?<=[.!?\"”)\]}] )|(?<=[.!?]\n)|(?<=\*\*)|(?<=- ))"
    r"(?P<label>(?:(?:here is|here's|this is|below is|and|now)[ ])?"
    r"(?:(?:the|your|this|a|my|following|new|next|full|customer|user|visitor|client|help)[ ]){0,3}"
    r"(?P<name>[A-Za-z][A-Za-z_-]{0,24}(?:[ ](?:from the customer|(?!(?:the"
    r"|this|that|an?|each|every|"
    r"of|to|for|as|my|your|or|and|in|following)\b)[A-Za-z_-]{1,20})){0,2}))"
    r"[ ]?:(?:\*\*)?[ \t]*(?=\S)",
    re.I,
)
_TURN = re.compile(
    r"(?:^|(?<=[.!?\n\"”] )|(?<=\n))(customer|agent|user|support|client|rep|caller|operator|"
    r"patient|doctor|seller|buyer|employee|manager|visitor|staff)\s?:\s(?=\S)",
    re.I,
)


@dataclass(frozen=True)
class Markup:
    """What the delimiters of one message say."""

    blocks: tuple[Block, ...]
    examples: tuple[tuple[str, str], ...]
    question: str
    menu: Menu | None = None


@lru_cache(maxsize=2)  # whether form decides is asked before a prompt is taken apart
def blocks(text: str) -> Markup:
    """Blocks, worked examples and an explicit question of one message."""
    head = text[:120_000]  # labels and examples further down are data anyway
    shots = find_shots(head)
    menu = None if shots.examples else find_menu(head)
    found = [
        *_headings(head),
        *_tags(text),
        *_fences(text),
        *_inline_fences(text),
        *_quote_lines(head),
        *_labels(head),
        *_turns(head),
        *_last_quote(head),
        *handovers(head, has_menu=menu is not None),
        *_announced_lists(head),
        *_identifier_lists(head),
        *shots.blocks,
        *_text_before_question(text),
        *menu_blocks(text, menu),
    ]
    if len(found) > _MOST_BLOCKS:  # a text of delimiters: its ends decide
        found = [*found[: _MOST_BLOCKS // 2], *found[-_MOST_BLOCKS // 2 :]]
    outside = head if menu is None else head[: menu.start] + head[menu.end :]
    return Markup(tuple(found), shots.examples, _question(outside), menu)


def kind_of_name(name: str) -> int:
    """1 for a name that announces data, -1 for instructions, 0 for neither."""
    low = name.strip().lower().replace("-", "_")
    words = [w for w in re.split(r"[\s_]+", low) if w]
    if len(words) > 1 and (len(words[-1]) == 1 or words[-1].isdigit()):
        words = words[:-1]  # "snippet a", "document 2"
        low = "_".join(words)
    if not words or len(words) > 6:
        return 0
    if words[-1] in _AFTER_NOUN and len(words) > 1:
        if words[-1] == "asks":
            return -1
        words = words[:-1]
    last = words[-1].rstrip("s") if words[-1] not in DATA_WORDS | INSTRUCTION_WORDS else words[-1]
    if low in INSTRUCTION_WORDS or last in INSTRUCTION_WORDS:
        return -1
    if low in DATA_WORDS or last in DATA_WORDS or words[0] in ("document", "context", "handbook"):
        return 1
    return 0


def _tags(text: str) -> Iterator[Block]:
    """Matched tags; an unknown name is weak evidence of data."""
    stack: list[tuple[str, int, int]] = []
    depth_example = 0
    for mark in _TAG.finditer(text):
        name = mark[2].lower()
        if not mark[1]:
            if len(stack) < 40:
                stack.append((name, mark.start(), mark.end()))
            depth_example += name in ("example", "examples", "shot", "demo")
            continue
        at = next((i for i in range(len(stack) - 1, -1, -1) if stack[i][0] == name), None)
        if at is None:
            continue
        _, _, start = stack[at]
        del stack[at:]
        if name in ("example", "examples", "shot", "demo"):
            depth_example = max(0, depth_example - 1)
            yield Block(start, mark.start(), -8.0, True)
        elif depth_example == 0:
            sign = kind_of_name(name)
            if sign:
                yield Block(start, mark.start(), 8.0 * sign)
            elif mark.start() - start > 20:
                yield Block(start, mark.start(), 2.5)


def _headings(text: str) -> Iterator[Block]:
    """Markdown and bold headings, and lines that hold only a label."""
    marks = list(_HEADING.finditer(text))
    for mark, after in zip(marks, [*marks[1:], None], strict=False):
        name = mark["hash"] or mark["ruled"] or mark["bold"] or mark["plain"] or ""
        end = after.start() if after else len(text)
        sign = kind_of_name(name)
        only_label = mark["plain"] is not None
        if only_label and not re.match(r"[ \t]*\n", text[mark.end() : mark.end() + 40] + "\n"):
            continue
        if name.strip().lower() in ("example", "examples"):
            yield Block(mark.end(), end, -4.0, True)
        elif sign or mark["ruled"]:
            yield Block(mark.end(), end, (6.0 if only_label else 8.0) * (sign or 0.6))
        yield Block(mark.start(), mark.end(), -8.0)


def _fences(text: str) -> Iterator[Block]:
    """What stands between two lines of the same marker, or after a last lone rule."""
    opened: tuple[str, int] | None = None
    for mark in _FENCE.finditer(text):
        kind = mark[1][:3]
        if opened and (kind == opened[0] or (opened[0] == "<<<" and kind == ">>>")):
            inside = text[opened[1] : mark.start()]
            template = re.search(r"<[a-z_ ]+>|\.\.\.|\"\s*:\s*\"?(?:string|number|\.\.\.)", inside)
            yield Block(opened[1], mark.start(), -8.0 if template and "{" in inside else 8.0)
            opened = None
        else:
            opened = (kind, mark.end())
    if opened and opened[0] in ("---", "===", "***") and len(text) - opened[1] > 20:
        yield Block(opened[1], len(text), 3.5)


def _inline_fences(text: str) -> Iterator[Block]:
    for mark in _INLINE_FENCE.finditer(text):
        group = next(g for g in (1, 2, 3) if mark[g] is not None)
        yield Block(mark.start(group), mark.end(group), 8.0)


def _text_before_question(text: str) -> Iterator[Block]:
    """A long section under its own label, right before `Question:`, is what to answer from."""
    asked = list(_ASKED.finditer(text))
    if not asked:
        return
    end = asked[-1].start()
    labels = [m for m in _SECTION_LABEL.finditer(text[: min(end, 120_000)])]
    if not labels:
        return
    for mark, after in zip(labels[::-1], [None, *labels[::-1]], strict=False):
        stop = after.start() if after else end
        is_guidance = _GUIDANCE.search(mark[0])
        if stop - mark.end() > 300 and not is_guidance:
            yield Block(mark.end(), end, 8.0)
            yield Block(mark.start(), mark.end(), -8.0)
            return


def _quote_lines(text: str) -> Iterator[Block]:
    """Lines behind `>`; a quotation headed by a role (System, User) is no data."""
    end, weight = -2, 8.0
    for mark in _QUOTE_LINE.finditer(text):
        if mark.start() > end + 1:  # a new quotation
            is_role = mark[1].strip(" *_#:").lower() in _ROLES
            weight = -8.0 if is_role else 8.0
        end = mark.end()
        if mark[1].strip():
            yield Block(mark.start(1), mark.end(1), weight)


def _labels(text: str) -> Iterator[Block]:
    """`Text: ...`, `The message is: ...`; a stretch ends at a line's end or the next label."""
    marks = [m for m in _LABEL.finditer(text) if len(m["label"]) <= 60]
    for mark, after in zip(marks, [*marks[1:], None], strict=False):
        sign = kind_of_name(mark["name"])
        line_end = text.find("\n", mark.end())
        end = len(text) if line_end < 0 else line_end
        if after:
            end = min(end, after.start())
        if end <= mark.end() or not sign:
            continue
        if sign > 0:
            yield Block(mark.start(), mark.end(), -8.0)
            stop = re.search(r"[.!?][\"”']?\s", text[mark.end() : end])
            first = mark.end() + stop.end() if stop else end
            at_line_start = mark.start() == 0 or text[mark.start() - 1] == "\n"
            yield Block(mark.end(), first, 9.0 if at_line_start else 6.0)
            yield Block(first, end, 3.0)
        else:
            yield Block(mark.start(), end, -8.0 if _is_question_label(mark["name"]) else -3.0)


def _is_question_label(name: str) -> bool:
    low = name.lower()
    return low.split()[0] in QUESTION_WORDS or low.split()[-1] in ("asks", *QUESTION_WORDS)


def _turns(text: str) -> Iterator[Block]:
    """A conversation: at least two turns by at least two speakers, labels included."""
    marks = list(_TURN.finditer(text))
    if len(marks) < 2 or len({m[1].lower() for m in marks}) < 2:
        return
    end = text.find("\n\n", marks[-1].end())
    yield Block(marks[0].start(), len(text) if end < 0 else end, 8.0)


def _last_quote(text: str) -> Iterator[Block]:
    """A quotation after a colon, before a closing arrow, or at the very end."""
    for mark in re.finditer(r":\s*([\"“])([^\"“”\n]{12,4000})[\"”]\s*$", text):
        yield Block(mark.start(2) - 1, mark.end(2) + 1, 8.0)


_IDENTIFIERS = re.compile(
    r"(?:^[ \t]*(?:[-*•][ \t]+)?[A-Za-z0-9]{1,30}(?:_[A-Za-z0-9]{1,30}){1,6}[ \t]*(?:\n|$)){2,200}",
    re.M,
)


def _identifier_lists(text: str) -> Iterator[Block]:
    """Lines of snake_case names are labels or keys, never a message."""
    for mark in _IDENTIFIERS.finditer(text):
        yield Block(mark.start(), mark.end(), -8.0)


_COLON_AT_END = re.compile(r":\**[ \t]*\n")
_LIST_LEAD = re.compile(
    r"^[^\n]{0,160}\b(?:labels?|categor(?:y|ies)|classes|options|intents?|topics?|"
    r"tags?|teams?|rules?|steps?|"
    r"definitions?|fields?|keys?|columns?|constraints?|guidelines?|notes|"
    r"requirements?|instructions?|remember)\b[^\n]{0,60}:\**[ \t]*\n+"
    r"(?P<list>(?:[ \t]*(?:[-*•]|\d{1,2}[.)]|[\w \"'`/-]{1,40}(?::|=| - ))[^\n]*(?:\n|$)){2,200})",
    re.M | re.I,
)


def _announced_lists(text: str) -> Iterator[Block]:
    """A list under `Categories:` or `Rules:` is instruction, whatever its lines look like."""
    ends = (mark.start() for mark in _COLON_AT_END.finditer(text))
    for mark in matches_at(_LIST_LEAD, text, (text.rfind("\n", 0, end) + 1 for end in ends)):
        lines = mark["list"].splitlines(keepends=True)
        end = mark.start("list")
        for line in lines:
            label = re.match(r"[ \t]*([A-Za-z][\w ]{0,30}):", line)
            if label and kind_of_name(label[1]) > 0:
                break
            end += len(line)
        yield Block(mark.start(), end, -8.0)


def _question(text: str) -> str:
    """The text after the last `Question:` label or inside a question tag, if any."""
    found = ""
    for mark in re.finditer(
        r"<(question|query|q|user_question|customer_question)>([^<]{1,600})</\1>"
        r"|(?:^|(?<=[\n.!?\"”>] )|(?<=\n))(?:\*\*)?(?:the |user |customer |visitor )?"
        r"(?:question|query|q|customer asks|visitor asks|"
        r"user asks)\s?:(?:\*\*)?[ \t]*\n?([^\n<]{3,600})"
        r"|^#{1,6}[ \t]*(?:the |user )?(?:question|query|q)\b[^\n]{0,10}\n+([^\n]{3,600})",
        text,
        re.I | re.M,
    ):
        found = (mark[2] or mark[3] or mark[4] or "").strip()
    return found
