"""Small works that a message settles by itself: a bill, a prime, a first error, names swapped.

Runs in the model worker; pure; the text is hostile and capped. Each work is done only where the
message says all of it; what is left over in figures or words leaves it to the other skills.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.models import everyday, fitting
from harness.models.faults import Luck, Pressure, chance
from harness.models.reading import Reading
from harness.models.skills import log_odd, reckoning_check
from harness.models.skills.finding_order import in_order, ranked
from harness.models.skills.german_polite import made_polite
from harness.models.skills.offhand_figures import bill, compared, money, number_fact
from harness.models.skills.outcome import Outcome
from harness.models.skills.sums_said import shown
from harness.models.talk_tongues import talked
from harness.models.turns_rules import scaled

_MOST = 2_000
_SAYS = re.compile(
    r"^\W*(?:(?:please|now|just|can you|could you)\b[ ,]*){0,2}(?:repeat|say|print|echo|copy|"
    r"output|type|reproduce|write|return|give|send|quote|show)\b[^\n]{0,120}?\b(?:between|inside|"
    r"within|in) (?:the |these |those )?(?:two )?(?P<mark>(?:square |round |curly |angle |"
    r"pointed )?(?:brackets?|braces|parenthes[ei]s|quotes|quotation marks|pipes|bars|stars|"
    r"asterisks|hash(?:es)?|backticks|slashes))\b[^\n\[({<|\"]{0,80}",
    re.I,
)
_KEEPS = re.compile(
    r"\b(?:exactly|verbatim|word for word|as it (?:is|stands)|nothing else|unchanged|only|just|"
    r"literally|letter for letter)\b",
    re.I,
)
_MARKS = (
    ("square", "[", "]"), ("round", "(", ")"), ("parenthes", "(", ")"), ("curly", "{", "}"),
    ("brace", "{", "}"), ("angle", "<", ">"), ("pointed", "<", ">"), ("quot", '"', '"'),
    ("pipe", "|", "|"), ("bar", "|", "|"), ("star", "*", "*"), ("asterisk", "*", "*"),
    ("hash", "#", "#"), ("backtick", "`", "`"), ("slash", "/", "/"),
)  # fmt: skip
_LINE = re.compile(
    r"^\W{0,2}(?P<time>(?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,6})?)?Z?)"
    r"[\])]?[\s,;|-]{1,3}"
    r"(?P<rest>\S.{2,300})$",
    re.M,
)
_LEVEL = re.compile(r"\b(?:ERROR|ERR|FATAL|CRITICAL|CRIT|SEVERE|WARN(?:ING)?|INFO|DEBUG)\b:?")
_ASKS_LOG = re.compile(
    r"\b(?P<which>first|earliest|last|latest)\b[^.?\n]{0,30}\b(?P<what>error|warning|failure|"
    r"fail\w*|problem)|\b(?P<what2>failed|broke|went wrong|crashed) (?P<which2>first|last)\b",
    re.I,
)
_SWAPS = re.compile(
    r"^\W*(?:please |now |can you |could you )?(?:swap|exchange|switch|interchange|"
    r"(?:ver)?tausch\w*|inviert\w*|intercambi\w*|échang\w*)\b[^:.\n]{0,60}?\b(?:names?|people|persons|towns?|"
    r"cities|words?|animals?|places|them|players?|friends?|namen|personen|städte|orte|nombres|"
    r"noms)\b[^:.\n]{0,30}[:.\n]\s*(?P<text>\S[^\0]{8,1500})$",
    re.I,
)
_NAME = re.compile(r"(?<![\w'’])[A-ZÀ-Þ][a-zà-ÿ][\w-]*")
_RANKS = re.compile(
    r"\b(?P<one>\w{3,12}(?:est|st))\s(?:to|first|bis|zuerst|until|through|->|→)\b|"
    r"\b(?:ascending|descending)\b",
    re.I,
)


def work(reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """What a single message settles by itself; None where it does not.

    Args:
        reading: the prompt, understood.
        pressure: what the prompt does to the tier's faults.
        luck: the seeded luck of this sample.
    """
    messages = reading.prompt.messages
    if sum(role in ("user", "assistant") for role, _ in messages) != 1:
        return None
    if messages[-1][0] != "user" or reading.talk or reading.prompt.examples:
        return None
    said = messages[-1][1].strip()
    if word := everyday.known(said):
        count = fitting.words_asked("\n".join(text for _, text in messages)[:_MOST])
        return Outcome(everyday.worded(word, count or 1), word, task="chat")
    if len(messages) != 1:
        return None
    if odd := log_odd.odd_line(said):
        return Outcome(odd, odd, task="chat")
    if not said or len(said) > _MOST:
        return None
    held = (
        talked(said)
        or compared(said)
        or between_marks(said)
        or scaled(said)
        or swapped(said)
        or put_in_order(said)
    )
    held = (
        held
        or reckoning_check.checked(said)
        or first_error(said)
        or number_fact(said)
        or made_polite(said)
    )
    if held:
        return Outcome(held, held, task="chat")
    billed = bill(said)
    if billed is None:
        return None
    total, working, slip = billed
    item = said.lower()[:400]
    if luck.draw("misreckons", item) < chance(pressure.misreckons()):
        return Outcome(shown(slip), shown(slip), task="chat", faults=("misreckoned",))
    return Outcome(f"{money(total)} ({working}).", money(total), task="chat")


def between_marks(said: str) -> str:
    """The string between marks that an order wants back to the letter."""
    found = _SAYS.match(said)
    if found is None or not _KEEPS.search(found[0]) or len(said) > 800:
        return ""
    name = found["mark"].lower()
    pairs = [(a, b) for key, a, b in _MARKS if key in name] or [("[", "]"), ("(", ")"), ("{", "}")]
    for start, end in pairs:
        at = said.find(start, found.end("mark"))
        to = said.rfind(end)
        if 0 <= at < to and not said[to + 1 :].strip(" .!"):
            return said[at + 1 : to]
    return ""


def first_error(said: str) -> str:
    """The first or last error of a log: what, when and who logged it."""
    asked = _ASKS_LOG.search(said)
    lines = list(_LINE.finditer(said))
    if asked is None or len(lines) < 3 or lines[0].start() < asked.start() < lines[-1].end():
        return ""
    ask = said[asked.start() - 20 if asked.start() > 20 else 0 :]
    if re.search(r"\bhow (?:many|often|long)\b", said, re.I) or re.match(
        r"\s(?:for|from|of|in|on|by|with)\b", said[asked.end() :]
    ):
        return ""
    if not re.search(r"\b(?:when|time|which|who|what)\b", ask, re.I):
        return ""
    what = (asked["what"] or asked["what2"]).lower()
    wanted = r"\bWARN" if what == "warning" else r"\b(?:ERR|FATAL|CRIT|SEVERE)"
    hits = [line for line in lines if re.search(wanted, line["rest"])]
    if not hits:
        return ""
    which = (asked["which"] or asked["which2"]).lower()
    hit = hits[0] if which in ("first", "earliest") else hits[-1]
    rest = re.sub(r"\s+", " ", _LEVEL.sub(" ", hit["rest"], count=1)).strip()
    source = re.match(r"\[(?P<a>[\w./-]{1,40})\]:?\s*|(?P<b>[\w./-]{1,40})(?:\[\d+\])?:\s+", rest)
    message = rest[source.end() :] if source else rest
    who = f", logged by {source['a'] or source['b']}" if source else ""
    name = what if what in ("error", "warning") else "error"
    return f"The {which} {name} is at {hit['time']}{who}: {message}."


def swapped(said: str) -> str:
    """Two names of a text put for each other, where an order swaps "the names" without them."""
    found = _SWAPS.match(said)
    if found is None:
        return ""
    text = found["text"].strip()
    if len(text) > 2 and text[0] in "\"“'«" and text[-1] in "\"”'»":
        text = text[1:-1]
    seen: dict[str, int] = {}
    inner: set[str] = set()
    for mark in _NAME.finditer(text):
        name = re.sub(r"['’]s$", "", mark[0])
        seen[name] = seen.get(name, 0) + 1
        if not re.search(r"(?:^|[.!?:\n]\s*|[\"“])$", text[: mark.start()]):
            inner.add(name)
    low = set(re.findall(r"(?<!\w)[a-zà-ÿ][\w-]*", text))
    names = [name for name in seen if name.lower() not in low and (name in inner or seen[name] > 1)]
    names = [name for name in names if name.lower() not in _NO_NAMES]
    if len(names) > 2:
        names = [name for name in names if seen[name] > 1]
    if len(names) != 2:
        return ""
    other = {names[0]: names[1], names[1]: names[0]}
    return re.sub(
        rf"(?<!\w)(?:{re.escape(names[0])}|{re.escape(names[1])})(?!\w)",
        lambda m: other[m[0]],
        text,
    )


_NO_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december he she they it the in on at then but "
    "and so when after before his her their i we you der die das".split()
)


def put_in_order(said: str) -> str:
    """The order that follows from comparisons, where it is asked for by its ends alone."""
    if len(said) > 900:
        return ""
    parts = re.split(r"(?<=[.!?;:])\s+|\n+", said)
    asks = [p for p in parts if _RANKS.search(p) and " than " not in p and len(p.split()) <= 14]
    if len(asks) != 1 or len(parts) < 2:
        return ""
    text = "\n".join(p for p in parts if p is not asks[0])
    if ranked(text) is None:
        return ""
    done = in_order(f"list in order, {asks[0].strip(' .:')}", text)
    return f"{done.bare}." if done and "," in done.bare else ""


_WORKS: tuple[Callable[[str], str], ...] = (
    talked,
    compared,
    between_marks,
    scaled,
    swapped,
    put_in_order,
    first_error,
    number_fact,
    made_polite,
)
