"""A count, score or balance that is kept over turns.

Runs in the model worker (zone G); pure; the text is hostile and capped; every repeat is bounded.
The turns are only taken for a tally where the answers so far hold what they come to, so that no
other talk with figures is read as one. What fools it: a change said in words that are not listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

_MOST_TURN = 300
_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_N = r"(?P<n>\d{1,7}(?:[.,]\d{1,2})?|" + "|".join(_WORDS) + r")\b"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compiled where the first conversation counts something."""
    up = (
        r"(?:add|adds|added|plus|gain\w*|wins?|won|earn\w*|deposit\w*|puts? in|receive\w*|gets?|"
        r"got|"
        r"finds?|found|scor(?:e|es|ed)|up by|increase\w*|more|collect\w*|buys?|bought|refund\w*)"
    )
    down = (
        r"(?:subtract\w*|minus|takes? away|took away|takes? off|loses?|lost|spend\w*|spent|"
        r"pays?|paid|"
        r"remov\w+|withdr\w+|deduct\w*|gives? away|gave|eats?|ate|sells?|sold|uses?|used|less|"
        r"down by|"
        r"drops?|breaks?|broke|drinks?|drank|lends?|lent|off)"
    )
    return {
        "start": re.compile(
            r"\b(?:start\w*|begin\w*|tally|count(?:er)?|total|balance|score|budget|opening|have|"
            r"with|"
            rf"from|at)\b[^\d.\n]{{0,24}}?\b{_N}",
            re.I,
        ),
        "named": re.compile(r"\b(?P<who>[A-Z][a-zà-ÿ]{1,14}):? (?P<n>\d{1,6})\b"),
        "up": re.compile(rf"\b{up}\b[^\d.;\n]{{0,20}}?\b{_N}|^\W*\+\s?(?P<m>\d[\d.]*)", re.I),
        "down": re.compile(
            rf"\b{down}\b[^\d.;\n]{{0,20}}?\b{_N}|^\W*[-–−]\s?(?P<m>\d[\d.]*)", re.I
        ),
        "for": re.compile(rf"^\W*(?:and |then |now )?{_N} (?:for|on) ", re.I),
        "spends": re.compile(r"\b(?:spen[dt]\w*|left|budget|pay|paid|cost\w*)\b", re.I),
        "double": re.compile(r"\bdoubl\w*\b", re.I),
        "halve": re.compile(r"\bhal(?:ve|ved|f of (?:it|them))\b", re.I),
        "times": re.compile(
            rf"\b(?:times|multiply|multiplied (?:it |them )?(?:by|with))\s+{_N}", re.I
        ),
        "undo": re.compile(
            r"\b(?:undo|revert|scratch|forget|cancel|take back|strike)\b[^.\n]{0,16}\b(?:last|that|"
            r"previous|it|one|step)\b",
            re.I,
        ),
        "each": re.compile(
            r"\b(?:every|each) time (?:that )?i (?:say|write|type|send) "
            r"[\"“']?(?P<word>\w{1,16})[\"”']?,? "
            rf"(?:then )?(?:you )?(?:add|count|plus) {_N}",
            re.I,
        ),
        "asks": re.compile(
            r"\b(?:tally|total|count|balance|score|sum|left|now|have i|do i have|where are we|how "
            r"(?:many|much)|what(?:['’]s| is)|who)\b",
            re.I,
        ),
        "steps": re.compile(
            r"\bhow many (?:steps?|changes?|operations?|turns?|moves?|updates?|entries)\b", re.I
        ),
        "most": re.compile(r"\b(?:at most|highest|maximum|peak|most so far|largest)\b", re.I),
        "leads": re.compile(
            r"\bwho(?:['’]s| is)? (?:leads?|leading|winning|ahead|wins|won|first)\b", re.I
        ),
        "before": re.compile(r"\b(?:before (?:that|this)|previous(?:ly)?|the step before)\b", re.I),
    }


@dataclass
class _Tally:
    """What is counted so far, for each name; the name is empty where there is one count.

    Attributes:
        steps: how many changes there were.
        past: the counts before each change.
    """

    counts: dict[str, Decimal]
    steps: int = 0
    past: list[dict[str, Decimal]] = field(default_factory=list)
    word: str = ""
    each: Decimal = Decimal(0)
    spends: bool = False

    def changed(self, who: str, value: Decimal) -> None:
        self.past.append(dict(self.counts))
        self.counts[who] = value
        self.steps += 1


def tallied(pairs: Sequence[tuple[str, str]], turn: str) -> str:
    """The answer to a last turn where a tally is kept; empty where none is.

    Args:
        pairs: (user turn, answer), oldest first.
        turn: the last turn.
    """
    turns = [given for given, _ in pairs]
    if not pairs or any(len(one) > _MOST_TURN for one in (*turns, turn)):
        return ""
    if not re.search(r"\d", pairs[-1][1]) or len(pairs[-1][1]) > _MOST_TURN:
        return ""
    tally = _begun(turns[0])
    if tally is None:
        return ""
    for given, answer in pairs:
        is_told = _step(tally, given) or given is turns[0]
        if not is_told and not _patterns()["asks"].search(given):
            return ""
        if not _holds(answer, tally):
            return ""
    if not _step(tally, turn):
        if tally.past and "" in tally.counts and _patterns()["before"].search(turn):
            return f"{shown(tally.past[-1][''])}."
        if not _ASKS_COUNT.search(turn):
            return ""
    return _told(tally, pairs[-1][1], turn)


_ASKS_COUNT = re.compile(
    r"\b(?:tally|total|count|balance|score|how many (?:steps|now|changes))\b", re.I
)


def _begun(first: str) -> _Tally | None:
    """The tally that a first turn begins; None where it begins none."""
    asked = _patterns()
    each = asked["each"].search(first)
    named = {m["who"]: _number(m["n"]) for m in asked["named"].finditer(first)}
    if len(named) >= 2:
        return _Tally(named)
    start = asked["start"].search(first)
    if start is None:
        return None
    tally = _Tally({"": _number(start["n"])}, spends=bool(asked["spends"].search(first)))
    if each:
        tally.word, tally.each = each["word"].lower(), _number(each["n"])
    return tally


def _step(tally: _Tally, turn: str) -> bool:
    """Change the counts by what a turn says; False where it says nothing of the kind."""
    asked = _patterns()
    start = asked["start"].search(turn) if not tally.past else None
    each = asked["each"].search(turn)
    rest = turn[each.end() :] if each else turn
    if start is not None and not each:
        rest = turn[start.end() :]
    if tally.word:
        hits = len(re.findall(rf"\b{re.escape(tally.word)}\b", rest, re.I))
        for _ in range(hits):
            tally.changed("", tally.counts[""] + tally.each)
        return hits > 0
    before = tally.steps
    for clause in re.split(r"(?<!\d)[.;\n]|[.;](?!\d)|,\s|\s(?:and|then)\s", rest):
        _change(tally, clause)
    return tally.steps > before


def _change(tally: _Tally, clause: str) -> None:
    """One change: so many more, so many less, doubled, undone."""
    asked = _patterns()
    who = ""
    if "" not in tally.counts:
        who = next((name for name in tally.counts if re.search(rf"\b{name}\b", clause, re.I)), "")
        if not who:
            return
    now = tally.counts[who]
    if asked["undo"].search(clause) and tally.past:
        tally.counts = tally.past.pop()
        tally.steps += 1
    elif found := asked["down"].search(clause):
        tally.changed(who, now - _number(found["n"] or found["m"]))
    elif found := asked["up"].search(clause):
        tally.changed(who, now + _number(found["n"] or found["m"]))
    elif asked["double"].search(clause):
        tally.changed(who, now * 2)
    elif asked["halve"].search(clause):
        tally.changed(who, now / 2)
    elif found := asked["times"].search(clause):
        tally.changed(who, now * _number(found["n"]))
    elif (found := asked["for"].search(clause)) and tally.spends:
        tally.changed(who, now - _number(found["n"]))


def _number(text: str) -> Decimal:
    low = text.lower()
    return Decimal(_WORDS.index(low)) if low in _WORDS else Decimal(low.replace(",", "."))


def figures_of(text: str) -> list[Decimal]:
    """The numbers of a text, in order."""
    return [
        Decimal(n.rstrip(".").replace(",", ".")) for n in re.findall(r"-?\d+(?:[.,]\d{1,2})?", text)
    ]


def _holds(answer: str, tally: _Tally) -> bool:
    """Whether an answer names every count as it stands."""
    figures = figures_of(answer)
    return not figures or all(value in figures for value in tally.counts.values())


def shown(value: Decimal, like: str = "") -> str:
    """A number as text, with decimals where it or the text that it is to be like has some."""
    if value == value.to_integral() and not re.search(r"\d[.,]\d\d", like):
        return str(int(value))
    text = f"{value:.2f}"
    return text.replace(".", ",") if re.search(r"\d,\d\d", like) else text


def _told(tally: _Tally, answer: str, turn: str) -> str:
    """The counts in the words of the answer before, and what else the turn asks."""
    asked = _patterns()
    said = answer.strip()
    before = tally.past[-1] if tally.past else tally.counts
    figures = figures_of(said)
    parts: list[str] = []
    if "" in tally.counts:
        now = tally.counts[""]
        is_same = len(figures) == 1
        parts.append(
            re.sub(r"-?\d+(?:[.,]\d{1,2})?", shown(now, said), said, count=1)
            if is_same
            else f"{shown(now)}."
        )
    else:
        parts.append(", ".join(f"{who} {shown(value)}" for who, value in tally.counts.items()))
        best = sorted(tally.counts.items(), key=lambda one: -one[1])
        if asked["leads"].search(turn) and len(best) > 1:
            gap = best[0][1] - best[1][1]
            parts.append(
                f"{best[0][0]} leads by {shown(gap)}"
                if gap
                else f"{best[0][0]} and {best[1][0]} are level"
            )
    if asked["steps"].search(turn):
        parts.append(f"{tally.steps} steps so far")
    if asked["most"].search(turn) and "" in tally.counts:
        most = max([*(one[""] for one in tally.past), tally.counts[""], before[""]])
        parts.append(f"the most so far was {shown(most)}")
    if len(parts) == 1:
        return parts[0]
    return "; ".join(part.rstrip(" .") for part in parts) + "."
