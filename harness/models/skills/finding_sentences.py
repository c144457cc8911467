"""Answers that are a relation of sentences: one to be quoted, one that denies, what one list lacks.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re

from harness.models.skills.finding_cases import joined
from harness.models.skills.finding_sorts import is_of_sort
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.retrieval import STOP
from harness.models.skills.wording import ASKING, WORD, key_words, nearness

_QUOTE = re.compile(
    r"\b(?:quote|copy|cite|word for word|verbatim|exact (?:sentence|words)|give the sentence|which "
    r"(?:sentence|line)|the (?:single |one )?(?:sentence|line) (?:that|which|in which|where))\b",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:that|which|where|in which|about|on|regarding|tells?(?: me| us)?|says?|states?|"
    r"mentions?|names?|shows?)\b",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”»]?\s+|\n+")
_DENIAL = re.compile(
    r"\b(?:not|never|no|nobody|none|no one|nothing|neither|nor|without|cannot)\b|n['’]t\b", re.I
)
_PRESUMES = re.compile(
    r"^\W*(?:and |so |but )?(?P<wh>why|how (?:long|much|many|often|far|old)|by how (?:much|"
    r"many)|when|since "
    r"when|what|who|which|where|in which|at what|for how long)\b(?P<rest>.*)$",
    re.I | re.S,
)
_ONLY_ONE = re.compile(r"\b(?:only|just|a single|but) (?:one |a single )?(\w+)", re.I)
_OTHER = re.compile(r"\b(?:second|third|other|another|both)\b", re.I)
_LESS = re.compile(
    r"\b(?:missing|lack\w*|not (?:yet )?(?:packed|done|there|bought|on|in|delivered|here|sent|"
    r"paid|listed)|"
    r"but not|still (?:need|miss|to|have to|lack)|left to|forgot\w*|absent|not yet|unpacked|"
    r"haven['’]t|"
    r"hasn['’]t)\b",
    re.I,
)
_LIST = re.compile(r"^[ \t]*([A-Za-zÀ-ÿ][\w' -]{1,30}):[ \t]*([^\n:,]+(?:,[^\n:,]+)+)$", re.M)
_SAME = 0.8
_STAYED = re.compile(r"\b(?:stayed|stays|remained|remains|still|kept|keeps|continues?d?)\b", re.I)


def quoted(ask: str, text: str, whole: str) -> Worked | None:
    """The one sentence of a text that tells of something, word for word.

    Args:
        ask: the question or order.
        text: what it is asked of.
        whole: the prompt; it may be the order beside the question that asks to quote.
    """
    if not _QUOTE.search(ask) or not re.search(
        r"\b(?:sentence|line|word for word|quote|verbatim|passage)\b", f"{ask} {whole}", re.I
    ):
        return None
    behind = [m.end() for m in _ABOUT.finditer(ask)]
    about = ask[behind[-1] :] if behind else ask
    keys = [
        w for w in key_words(about) if w not in ("sentence", "line", "quote", "copy", "happens")
    ]
    lines = [s.strip().strip('"“”«» ') for s in _SENTENCE.split(text) if len(s.split()) >= 3]
    if not keys or len(lines) < 2:
        return None
    scores = [_score(keys, line, ask) for line in lines[:60]]
    best = max(range(len(scores)), key=lambda n: scores[n])
    if scores[best] <= 0:
        return None
    said = lines[best]
    said = (
        f'"{said}"'
        if re.search(r"\bquotation marks\b|\bin quotes\b", f"{ask} {whole}", re.I)
        else said
    )
    others = [line for line in lines if line != lines[best]]
    return Worked(said, "", others[0], said)


_WEATHER = (frozenset("rain rains pour pours wet storm shower downpour drizzle".split()),
            frozenset("snow ice frost".split()))  # fmt: skip


def _score(keys: list[str], line: str, ask: str) -> float:
    """How many of the words a sentence takes up; a condition asked for wants "if" or "in case"."""
    held = [m[0].lower() for m in WORD.finditer(line) if m[0].lower() not in STOP]
    score = 0.0
    for key in keys:
        near = max((nearness(key, word) for word in held), default=0.0)
        kin = any(
            {root(key), key} & {root(w) for w in group}
            and any(root(h) in {root(w) for w in group} for h in held)
            for group in _WEATHER
        )
        score += max(near, 0.8 if kin else 0.0)
    if re.search(r"\b(?:if|when|in case|what happens)\b", ask, re.I) and score:
        score += 0.7 * bool(
            re.search(r"\b(?:if|when|in case|should|during|whenever)\b", line, re.I)
        )
    return score


def denied(ask: str, text: str) -> Worked | None:
    """What a text says against the very thing that a question takes for granted."""
    mark = _PRESUMES.match(ask)
    if mark is None or len(text) > 3_000:
        return None
    rest = mark["rest"]
    if _DENIAL.search(rest):
        return None
    keys = [k for k in key_words(rest) if k not in STOP and k not in ASKING and len(k) > 2]
    if len(keys) < 2:
        return None
    for sentence in _SENTENCE.split(text)[:60]:
        body = sentence.strip(' "“”«»\n')
        held = [m[0].lower() for m in WORD.finditer(body)]
        met = [max((nearness(key, word) for word in held), default=0.0) >= _SAME for key in keys]
        if (
            _OTHER.search(rest)
            and re.search(r"\bonly one\b|\ba single\b", body, re.I)
            and sum(met) * 2 >= len(met)
        ):
            return _against("There is only one", body, mark["wh"])
        if any(met) and _opposed(keys, held, met, text, is_why=mark["wh"].lower() == "why"):
            return _against("", _UNLED.sub("", body), mark["wh"])
        if sum(met) * 5 < len(met) * 3:
            continue
        if _verb_denied(body, keys):
            return _against("", body, mark["wh"])
    return _stayed(keys, text, mark["wh"])


_FORBIDS = re.compile(r"(?:^|[\].:]\s)\W{0,2}(?:never|do not|don['’]t)$", re.I)
"""An order that forbids denies nothing of the thing that it speaks of."""


def _verb_denied(body: str, keys: list[str]) -> bool:
    """Whether the denial of a sentence stands right before a word of the question."""
    for mark in _DENIAL.finditer(body):
        if _FORBIDS.search(body[: mark.end()]):
            continue
        clause = re.split(r"[,;:]|\bbut\b|\bonly\b", body[mark.end() : mark.end() + 70])[0]
        words = [m[0].lower() for m in WORD.finditer(clause)][:6]
        near = [word for word in words if any(nearness(key, word) >= _SAME for key in keys)]
        if not near:
            continue
        if mark[0].lower() in ("no", "none", "without") and re.search(
            r"\b(?:than|other|later|more)\b", clause[:20]
        ):
            continue
        return True
    return False


_OPPOSITES = (
    (
        "approv accept grant adopt allow",
        "reject refus decline declining deny denied banned forbid forbade",
    ),
    ("open", "clos shut"),
    ("win won", "lose lost"),
    ("rise rose increase grow grew", "fall fell drop sank decrease shrank"),
    ("arriv start begin began", "cancel"),
    ("buy bought", "sell sold"),
)


_UNLED = re.compile(r"^(?:[\w ]{1,30}:\s*)?[\"“'‘«„]?")


def _opposed(keys: list[str], held: list[str], met: list[bool], text: str, *, is_why: bool) -> bool:
    """Whether a sentence has the opposite of one word of the question and takes up the others.

    "Why did they approve it?" over "they rejected it". But for refusals, only a question for a
    reason takes the thing for granted: when a shop opens is no question to when it closes.
    """
    said = [m[0].lower() for m in WORD.finditer(text)]
    for pair in _OPPOSITES if is_why else _OPPOSITES[:1]:
        for one, other in (pair, pair[::-1]):
            own, against = tuple(one.split()), tuple(other.split())
            taken = [number for number, key in enumerate(keys) if key.startswith(own)]
            rest = [is_met for number, is_met in enumerate(met) if number not in taken]
            if len(taken) != 1 or sum(rest) * 3 < len(rest) * 2:
                continue
            if any(word.startswith(against) for word in held):
                return not any(word.startswith(own) for word in said)
    return False


def _stayed(keys: list[str], text: str, wh: str) -> Worked | None:
    """A text that says someone stayed, to a question why or when they left."""
    leaving = {"leave", "left", "quit", "resign", "move", "close", "shut", "stop", "end"}
    if not any(k in leaving or root(k) in leaving for k in keys):
        return None
    others = [k for k in keys if k not in leaving and root(k) not in leaving]
    body = " ".join(text.split())
    held = [m[0].lower() for m in WORD.finditer(body)]
    met = [max((nearness(key, word) for word in held), default=0.0) >= _SAME for key in others]
    stays = [s for s in _SENTENCE.split(body) if _STAYED.search(s)]
    if not stays or not met or sum(met) < len(met):
        return None
    return _against("", stays[0].strip(' "“”«»'), wh)


def _against(lead: str, body: str, wh: str) -> Worked:
    head = lead or {"who": "Nobody", "how many": "None"}.get(wh.lower(), "That is not so")
    body = body.rstrip(' ."”»')
    said = f"{head}: {body[:1].upper() if body[:1].isupper() else body[:1]}{body[1:]}."
    return Worked(said.rstrip("."), "", "", said)


def missing(ask: str, text: str) -> Worked | None:
    """What stands on one list of a text and not on another."""
    if not _LESS.search(ask):
        return None
    text = re.sub(r"(?<=[a-z\d])\.\s+(?=[A-Z])", "\n", text).replace(".", "")
    lists = [
        (m[1].lower(), [x.strip(" .") for x in re.split(r",|\band\b", m[2]) if x.strip(" .")])
        for m in _LIST.finditer(text)
    ]
    if len(lists) != 2:
        return None
    (name_a, one), (name_b, two) = lists
    first = _named_first(ask, name_a, name_b, len(one) < len(two))
    more, less = (one, two) if first == name_a else (two, one)
    low = {root(x.lower()) for x in less}
    left = [x for x in more if root(x.lower()) not in low]
    if not left:
        return Worked("Nothing", "", "")
    return Worked(joined(left), "", joined(left[:1]))


def _named_first(ask: str, a: str, b: str, b_is_longer: bool) -> str:
    """The list from which the other is taken away: named before the denial, else the longer."""
    done = [
        n
        for n in (a, b)
        if re.search(r"\b(?:already|packed|in the|done|bought|replied|paid|present|got|sent)\b", n)
    ]
    if len(done) == 1:
        return b if done[0] == a else a
    at = _LESS.search(ask)
    before = {root(w) for w in re.findall(r"[a-z]{3,}", ask[: at.start()].lower())} if at else set()
    after = {root(w) for w in re.findall(r"[a-z]{3,}", ask[at.start() :].lower())} if at else set()
    names = {a: {root(w) for w in a.split()}, b: {root(w) for w in b.split()}}
    if names[a] & before or names[b] & after:
        return a
    if names[b] & before or names[a] & after:
        return b
    return b if b_is_longer else a


def is_unheard_of(ask: str, text: str) -> bool:
    """Whether the thing that a yes-or-no question is about occurs nowhere in a text."""
    keys = [k for k in key_words(ask) if len(k) > 2 and k not in ASKING]
    if not keys or re.search(
        r"\b(?:only|nothing|everything|everyone|anyone|all|any|no)\b", text, re.I
    ):
        return False
    held = {m[0].lower() for m in WORD.finditer(text)}
    thing = keys[-1]
    return not any(
        nearness(thing, w) >= _SAME or is_of_sort(thing, w) or is_of_sort(w, thing) for w in held
    )
