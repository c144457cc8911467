"""A turn that changes the label set: another name for each, one more, one less, two in one's place.

Runs in the model worker (zone G); pure; the text is hostile and capped; every repeat is bounded.
`write HIGH / LOW instead`, `drop neutral`, `there is a third label now: bird`, `anything that is
broken = scrap`, `split food into groceries and eating out`, `labels in capitals`. What fools it: a
text to be labelled that speaks of labels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from harness.models.labels import Label
from harness.models.standing import quotations, short_quotation

_MOST = 700
_CUES = (
    "label", "instead", "drop", "add", "split", "merge", "rename", "use", "write", "answer", "call",
    "case", "capital", "categor", "class", "option", "future", "from now", "now", "anything",
    "everything", "=", "allow", "remove", "without", "no more", "third", "another", "extra", "new",
    "should", "counts as", "forget", "need", "want",
)  # fmt: skip
JOINS = re.compile(r"\b(?:merge|combine|split|divide|lump)\b", re.I)
"""Words of a turn that makes one label of two, or two of one."""
_NAME = r"[\"“'`]?[^\W_][\w-]{0,24}(?: [\w-]{2,16}){0,2}?[\"”'`]?"
_SIGNED = r"[\"“'`]?(?:[+–-]?\d|[^\W\d_][\w-]{0,24})[\"”'`]?"


@dataclass(frozen=True)
class Relabelled:
    """What a turn makes of a label set.

    Attributes:
        labels: the set from now on, by the names that the work knows.
        renames: known name to the one that is to be written.
        text: the next text, empty where the turn brings none.
    """

    labels: tuple[Label, ...]
    renames: dict[str, str] = field(default_factory=dict)
    text: str = ""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compiled where the first turn speaks of labels."""
    join = r"(?: ?, ?(?:and |or )?| ?/ ?| ?\| ?| and | or )"
    verb = (
        r"(?:use|write|say|answer|reply|respond|give|put|print|return|output|call them|make "
        r"(?:it|them)|switch to|go with|rename them(?: to)?|with)"
    )
    return {
        "set": re.compile(
            rf"\b{verb}\b(?: (?:with|only|just|the|these|new|following|labels?|words?|names?|"
            rf"codes?|"
            rf"letters?|numbers?|to|as|please)){{0,4}}:? "
            rf"(?P<set>{_SIGNED}(?:{join}{_SIGNED}){{1,8}})"
            r"(?P<end>(?= instead| from | now| in future| please| for | \()|[.,;:!\n]|$)",
            re.I,
        ),
        "told": re.compile(
            rf"\b(?:labels?|options?|categories|classes|tags|codes|in \w+|set)(?: \w+){{0,4}}:\s?"
            rf"(?P<set>{_SIGNED}(?:{join}{_SIGNED}){{1,8}})(?=[.,;!\n]|$| instead| \")",
            re.I,
        ),
        "drop": re.compile(
            rf"\b(?:drop|remove|delete|skip|forget(?: about)?|scrap|lose|without|no more|get "
            rf"rid of|"
            rf"don'?t use|stop using|leave out)\b (?:the )?(?:labels? |category |class )?"
            rf"(?P<name>{_NAME})(?: label| category)?(?=[.,;:!\n]|$| and | any\s?more| from | "
            rf"please)",
            re.I,
        ),
        "add": re.compile(
            rf"\b(?:(?:add|allow|introduce|include|there(?:['’]s| is)(?: now| also)?|we(?: now| "
            rf"also)? have|"
            rf"(?:please )?also use|use also|there should (?:also )?be|i (?:also )?(?:need|"
            rf"want)|plus)(?: in)?\b(?: (?:a|an|the|one|another|new|third|fourth|"
            rf"fifth|more|extra|further|as|label|category|class|option|tag|now|called|"
            rf"named)){{0,6}}|"
            rf"(?:a |an |one )?(?:new|extra|third|fourth|fifth|additional|further|another) "
            rf"(?:label|category|class|option|tag)(?: now| please)?)\W{{1,3}}(?P<name>{_NAME})"
            rf"(?:(?: label| category| tag)?(?:,? (?:for|when|if|means|=)|:| \(|,) ?"
            r"(?P<means>[^.;\n\")]{3,90}))?(?=[.,;:!\n)]|$| \"| too\b| as well\b| please)",
            re.I,
        ),
        "split": re.compile(
            rf"\b(?:split|divide|separate)\b (?:the )?(?P<old>{_NAME})(?: label| category)? "
            rf"(?:up )?"
            rf"(?:into|in) (?P<set>{_SIGNED}(?:{join}{_SIGNED}){{1,4}})",
            re.I,
        ),
        "merge": re.compile(
            rf"\b(?:merge|combine|join|lump)\b (?:the )?(?P<a>{_NAME})(?:,| and| with) "
            rf"(?P<b>{_NAME}) (?:together )?(?:into|as|to|under) (?P<new>{_NAME})(?=[.,;:!\n]|$)",
            re.I,
        ),
        "rule": re.compile(
            r"\b(?P<means>(?:anything|everything|whatever|things|ones|stuff|all|if (?:it|they|"
            r"the \w+)|when "
            r"(?:it|they))\b[^.;:=\n]{2,80}?)(?: ?=> ?| ?-> ?| ?→ ?| ?= ?|,? (?:is|are|should be|"
            r"counts? as|goes? (?:to|in|into|under)|gets?|becomes?|then|say|write|use|label it|"
            r"mark it)"
            rf"(?: now| the label| labelled| called| as)? )(?!(?:no|not|an?|the|about|in|on|of|"
            rf"to) )"
            rf"(?P<name>{_NAME})(?=[.,;:!\n]|$)",
            re.I,
        ),
        "case": re.compile(
            r"\b(?P<low>lower[- ]?cased?|small letters?|no capitals|uncapitali[sz]ed)\b|"
            r"\b(?P<up>upper[- ]?cased?|"
            r"(?:in|all|use|with) (?:capitals|caps)|capital letters|capitali[sz]e)\b",
            re.I,
        ),
        "order": re.compile(
            r"\b(?:label|instead|from now|redo|again|in future|please|use|write|drop|add|now|"
            r"rename|split|merge|lower|upper|capital|same|list|change|sorry|oh|actually)\b",
            re.I,
        ),
    }  # fmt: skip


def changed(turn: str, labels: Sequence[Label], renames: dict[str, str]) -> Relabelled | None:
    """The label set that a turn leaves; None where it says nothing of one.

    Args:
        turn: what the user says.
        labels: the set so far, by the names that the work knows.
        renames: known name to the one that is written.
    """
    written = {renames.get(one.name, one.name).lower() for one in labels}
    quoted = quotations(turn[: _MOST * 4]) or short_quotation(turn[:_MOST], written)
    told = turn[: quoted[0][0]] + turn[quoted[0][1] :] if quoted else turn
    low = told[:_MOST].lower()
    if len(labels) < 2 or len(told) > _MOST or not any(cue in low for cue in _CUES):
        return None
    known = {renames.get(one.name, one.name).lower(): one for one in labels}
    now = _Set(tuple(labels), renames, known)
    text = turn[slice(*quoted[0])] if quoted else _text_left(told)
    for change in (_split, _merged, _added_or_dropped, _renamed_set, _recased):
        found = change(told, now)
        if found is not None:
            return Relabelled(found.labels, found.renames, text)
    return None


@dataclass(frozen=True)
class _Set:
    """The labels so far: as the work knows them, as they are written, and by what is written."""

    labels: tuple[Label, ...]
    renames: dict[str, str]
    known: dict[str, Label]

    @property
    def written(self) -> list[str]:
        return [self.renames.get(one.name, one.name) for one in self.labels]


def _split(told: str, now: _Set) -> Relabelled | None:
    mark = _patterns()["split"].search(told)
    old = now.known.get(_bare(mark["old"]).lower()) if mark else None
    if mark is None or old is None:
        return None
    new = tuple(Label(name) for name in _names(mark["set"]))
    at = now.labels.index(old)
    return Relabelled((*now.labels[:at], *new, *now.labels[at + 1 :]), now.renames)


def _merged(told: str, now: _Set) -> Relabelled | None:
    mark = _patterns()["merge"].search(told)
    if mark is None:
        return None
    old = [now.known.get(_bare(mark[part]).lower()) for part in ("a", "b")]
    new = _bare(mark["new"])
    if any(one is None for one in old):
        return None
    return Relabelled(now.labels, {**now.renames, **{one.name: new for one in old if one}})


def _added_or_dropped(told: str, now: _Set) -> Relabelled | None:
    out = now.labels
    asked = _patterns()
    for mark in asked["drop"].finditer(told):
        gone = now.known.get(_bare(mark["name"]).lower())
        out = tuple(one for one in out if one is not gone)
    for kind in ("rule", "add"):
        for mark in asked[kind].finditer(told):
            name, means = _bare(mark["name"]), (mark["means"] or "").strip(" ,")
            if _is_word(name) or len(name.split()) > 3:
                continue
            same = now.known.get(name.lower())
            if same is not None and means:
                out = tuple(_told_more(one, means) if one is same else one for one in out)
            elif same is None and name.lower() not in {one.name.lower() for one in out}:
                out = (*out, Label(name, _meaning(means)))
        if out != now.labels and kind == "rule":
            break
    return Relabelled(out, now.renames) if out != now.labels and len(out) >= 2 else None


def _renamed_set(told: str, now: _Set) -> Relabelled | None:
    asked = _patterns()
    mark = asked["set"].search(told) or asked["told"].search(told)
    names = _names(mark["set"]) if mark else []
    if len(names) < 2 or any(map(_is_word, names)) or {n.lower() for n in names} <= set(now.known):
        return None
    if len(names) == len(now.labels):
        pairs = _paired(now.written, names)
        put = dict(zip((one.name for one in now.labels), pairs, strict=True))
        return Relabelled(now.labels, {**now.renames, **put})
    kept = tuple(now.known.get(name.lower(), Label(name)) for name in names)
    return Relabelled(kept, now.renames)


def _recased(told: str, now: _Set) -> Relabelled | None:
    mark = _patterns()["case"].search(told)
    if mark is None:
        return None
    names = now.written
    put = [name.lower() if mark["low"] else name.upper() for name in names]
    if put == names:
        return None
    return Relabelled(now.labels, dict(zip((one.name for one in now.labels), put, strict=True)))


_POLES = (
    (
        -1.0,
        r"-1|low\w*|no|not \w+|non\w*|neg\w*|bad|nein|false|non|n|minor|calm|green|junk|spam|"
        r"-|red card|disagree",
    ),
    (0.0, r"0|medium|mid\w*|neutral|mixed|amber|yellow|maybe|unclear"),
    (1.0, r"\+?1|high\w*|yes|pos\w*|good|ja|true|oui|y|urgent|major|red|ok|ham|\+|agree|critical"),
)


def _pole(name: str) -> float | None:
    return next((pole for pole, words in _POLES if re.fullmatch(words, name.strip().lower())), None)


def _paired(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The new names in the order of the old: by what they mean where that is plain."""
    mine, theirs = [_pole(name) for name in old], [_pole(name) for name in new]
    if None not in mine and len(set(mine)) == len(mine) and set(mine) == set(theirs):
        return [new[theirs.index(pole)] for pole in mine]
    return list(new)


def _meaning(means: str) -> str:
    """What a rule says of a label; what is only not something is the rest."""
    is_rest = re.match(r"(?:anything|everything|whatever|all)\W+(?:else|other)\b", means, re.I)
    if is_rest or re.search(r" not\b|n['’]t\b", means):
        return "none of these, something else"
    return re.sub(
        r"^(?:anything|everything|whatever|things|ones|stuff|all|if (?:it|they)|when (?:it|"
        r"they))\W+"
        r"(?:(?:that|which|about|is|are|it's)\W+){0,2}",
        "",
        means,
        flags=re.I,
    )


def _told_more(label: Label, means: str) -> Label:
    said = _meaning(means)
    return Label(label.name, f"{label.definition}, {said}".strip(" ,"), label.examples)


def _names(listed: str) -> list[str]:
    parts = re.split(r" ?, ?(?:and |or )?| ?/ ?| ?\| ?| and | or ", listed)
    return [_bare(part) for part in parts if part.strip()]


def _bare(name: str) -> str:
    return name.strip(" \"“”'`.,:;").replace("–", "-")


_WORDS = frozenset(
    "the a an it this that these those them one label labels word words please instead now only "
    "just "
    "same again list text message in of for to with json lowercase uppercase capitals short full "
    "sentences english german french bullet bullets numbers letters number letter caps".split()
)


def _is_word(name: str) -> bool:
    return not name or (name.lower() in _WORDS and not (len(name) == 1 and name.isupper()))


def _text_left(told: str) -> str:
    """The next text, where it stands without quotation marks behind a line break or a colon."""
    head, _, rest = told.strip().partition("\n")
    if rest.strip() and len(rest.split()) >= 3:
        return rest.strip()
    parts = re.split(r"(?<=[.!?:])\s+", head)
    last = parts[-1].strip()
    is_text = len(parts) >= 2 and len(last.split()) >= 3 and not _patterns()["order"].search(last)
    return last if is_text else ""
