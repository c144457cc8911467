"""Small works that a message settles by itself: a bill, a prime, a first error, names swapped.

Runs in the model worker; pure; the text is hostile and capped. Each work is done only where the
message says all of it; what is left over in figures or words leaves it to the other skills.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from harness.models import everyday, fitting
from harness.models.faults import Luck, Pressure, chance
from harness.models.reading import Reading
from harness.models.skills.finding_order import in_order, ranked
from harness.models.skills.german_polite import made_polite
from harness.models.skills.outcome import Outcome
from harness.models.skills.sums_said import result_of, shown
from harness.models.talk_tongues import talked
from harness.models.turns_rules import scaled

_MOST = 2_000
_ITEM = re.compile(
    r"(?<![\w.])(?P<n>\d{1,4}|an?|one|two|three|four|five|six) (?P<what>(?:[^\W\d_]{2,20} ){1,3}?)"
    r"(?:a|à|at|@|for|cost\w*|je|zu)\s?(?:only )?[€$£]?(?P<price>\d{1,5}(?:[.,]\d{1,2})?)"
    r"(?P<each> ?(?:€|euros?|eur|pounds?|dollars?|\$|£)?(?: (?:each|apiece|per piece|a piece))?)",
    re.I,
)
_OFF = re.compile(
    r"(?:(?:minus|less|with(?: an?)?|discount of|gi?vi?e?s?|get|take|there is|there'?s)\s)?"
    r"(?P<n>\d{1,2}(?:\.\d)?) ?(?:%|per ?cent)\s?(?:of+(?: on)?(?: (?:every ?thing|all|it all|"
    r"[a-z]{6,12}thing))?|discount|rebate|rabatt|less|reduction)",
    re.I,
)
_BILL = re.compile(
    r"\b(?:total|to?tal+|altogether|in all|sum|how much|what (?:do|would|will) (?:i|we) (?:pay|"
    r"owe)|pay|cost|price|bill|come to|owe)\b",
    re.I,
)
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_PROPERTY = re.compile(
    r"\b(?:is|are)\s(?:the )?(?:number )?(?P<n>\d{1,9})\s(?:really |actually )?(?:an? )?"
    r"(?P<what>prime|even|odd|perfect square|square(?: number)?|divisible by (?P<by>\d{1,6})|"
    r"multiple of (?P<of>\d{1,6}))\b(?: number)?\s*(?:\?|$|[,.;]|or\b|yes\b)",
    re.I,
)
_POWER = re.compile(
    r"^\W*(?:what(?:['’]?s| is)|how much is|calculate|compute)?\s?(?:(?P<n>\d{1,5}) "
    r"(?P<p>squared|cubed)|"
    r"(?:the )?(?P<q>square|cube) of (?P<m>\d{1,5}))\W*$",
    re.I,
)
_BARE = re.compile(
    r"\b(?:(?:only|just|answer|reply|respond)\b[^.?\n]{0,24}\byes or no|yes/no|yes or no only|"
    r"one word|y/n)\b",
    re.I,
)
_WHY = re.compile(r"\b(?:why|explain|reason|because|justif\w+|sentences?)\b", re.I)
_MORE = frozenset("bigger larger greater more higher".split())
_WAYS = r"(?P<way>bigger|larger|greater|more|higher|smaller|less|lower|fewer)"
_SUM = r"\d[\d.,]*(?:\s?(?:[-+*/x×÷]|times|plus|minus|% of)\s?\d[\d.,]*){0,3}"
_THAN = re.compile(
    rf"^\W*(?:(?:hi|hey|so|ok|please)\W+)?is (?P<a>{_SUM}) {_WAYS} than (?P<b>{_SUM})\W*"
    r"(?:$|\b(?:yes or no|just|only|answer|one word)\b)",
    re.I,
)
_WHICH = re.compile(
    rf"^\W*(?:which|what)(?: number| one)? is (?:the )?{_WAYS}(?: number| one)?\W+"
    rf"(?P<a>{_SUM}) or (?P<b>{_SUM})\W*$",
    re.I,
)
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
    held = held or first_error(said) or number_fact(said) or made_polite(said)
    if held:
        return Outcome(held, held, task="chat")
    billed = bill(said)
    if billed is None:
        return None
    total, working, slip = billed
    item = said.lower()[:400]
    if luck.draw("misreckons", item) < chance(pressure.misreckons()):
        return Outcome(shown(slip), shown(slip), task="chat", faults=("misreckoned",))
    return Outcome(f"{_money(total)} ({working}).", _money(total), task="chat")


def bill(said: str) -> tuple[Fraction, str, Fraction] | None:
    """What things cost together less a discount, the working, and the sum of a careless one."""
    if "\n" in said or len(said) > 300 or not _BILL.search(said):
        return None
    items = list(_ITEM.finditer(said))
    off = _OFF.search(said)
    if not items or (len(items) == 1 and off is None):
        return None
    if any(" for" in m[0].lower() and "each" not in m["each"] and m["n"] != "1" for m in items):
        return None
    rest = _ITEM.sub(" ", said)
    rest = _OFF.sub(" ", rest, count=1) if off else rest
    if re.search(r"\d|\b(?:change|split|each of us|per person|vat|tax|delivery)\b", rest, re.I):
        return None
    counted = [
        (
            int(m["n"]) if m["n"].isdigit() else _WORDS[m["n"].lower()],
            Fraction(m["price"].replace(",", ".")),
        )
        for m in items
    ]
    whole = Fraction(sum(n * price for n, price in counted))
    working = " + ".join(f"{n} × {_money(price)}" for n, price in counted)
    if off is None:
        return whole, working, whole + 1
    share = Fraction(off["n"])
    return whole * (1 - share / 100), f"{working} = {_money(whole)}, less {off['n']} %", whole


def _money(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"


def number_fact(said: str) -> str:
    """Whether a number is prime, even, a square or divisible, with the reason where it is free."""
    power = _POWER.match(said)
    if power:
        base = int(power["n"] or power["m"])
        return f"{base ** (2 if 'square' in (power['p'] or power['q']).lower() else 3)}."
    either = re.match(r"^\W*is (\d{1,9}) (?:odd or even|even or odd)\W*$", said, re.I)
    if either:
        return "Odd." if int(either[1]) % 2 else "Even."
    found = _PROPERTY.search(said) if len(said) <= 300 else None
    if found is None:
        return ""
    number, what = int(found["n"]), found["what"].lower()
    if what == "prime":
        holds, reason = _prime(number)
    elif what in ("even", "odd"):
        holds = (number % 2 == 0) == (what == "even")
        reason = f"{number} divided by 2 leaves {number % 2}"
    elif "square" in what:
        root = round(number**0.5)
        holds = root * root == number
        low = int(number**0.5)
        reason = (
            f"{number} is {root} × {root}"
            if holds
            else f"{low} × {low} is {low * low} and {low + 1} × {low + 1} is {(low + 1) ** 2}"
        )
    else:
        by = int(found["by"] or found["of"])
        if not by:
            return ""
        holds = number % by == 0
        reason = (
            f"{number} is {by} × {number // by}"
            if holds
            else f"{number} divided by {by} leaves {number % by}"
        )
    verdict = "Yes" if holds else "No"
    return (
        f"{verdict}." if _BARE.search(said) and not _WHY.search(said) else f"{verdict}: {reason}."
    )


def compared(said: str) -> str:
    """Which of two figures, or small sums, is the larger; empty where that is not asked."""
    if len(said) > 160:
        return ""
    two = _WHICH.search(said)
    if two:
        one, other = result_of(two["a"]), result_of(two["b"])
        if one is None or other is None or one == other:
            return ""
        wants_more = two["way"].lower() in _MORE
        return f"{(two['a'] if (one > other) == wants_more else two['b']).strip()}."
    asked = _THAN.match(said)
    if asked is None:
        return ""
    one, other = result_of(asked["a"]), result_of(asked["b"])
    if one is None or other is None:
        return ""
    holds = one > other if asked["way"].lower() in _MORE else one < other
    verdict = "Yes" if holds else "No"
    if not re.search(r"[+*/x×÷-]|\b(?:times|plus|minus|of)\b", asked["a"]):
        return f"{verdict}."
    return (
        f"{verdict}." if _BARE.search(said) else f"{verdict}: {asked['a'].strip()} is {shown(one)}."
    )


def _prime(number: int) -> tuple[bool, str]:
    if number < 2:
        return False, f"{number} is below 2, and a prime is at least 2"
    factor = next((n for n in range(2, int(number**0.5) + 1) if number % n == 0), 0)
    if factor:
        return False, f"{number} is {factor} × {number // factor}"
    return True, f"no number from 2 up to {max(2, int(number**0.5))} divides {number}"


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
