"""A question wrapped in courtesy, put plainly: "could you tell me when it closes" asks when.

Runs in the model worker (zone G); pure; the text is hostile, capped, and every repeat is bounded.
Aliases of exercises do not come here. The plain question takes the place of the wrapped one and is
filled up with blanks, so that every offset into the prompt stays what it was. What fools it: a
subject of many words without a verb that helps ("the man who sold us the boat lives").
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.reading import Reading

_MOST_CHARS = 6_000
_LEAST_TEXT = 6
"""Words from which on a text is one that can be asked."""
_TASKS = ("qa", "chat", "judge", "extract", "summarise")
_SIGNS = (
    "tell ",
    "know",
    "wonder",
    "remind ",
    "explain",
    "advise",
    "say",
    "inform ",
    "answer",
    "reply",
    "respond",
)
_SOFTLY = r"(?:please|kindly|possibly|perhaps|maybe|just|quickly|also|briefly)"
_COURTESY = rf"(?:{_SOFTLY}[ ,]{{1,2}}){{0,2}}"
_TELLS = (
    r"(?:(?:tell|remind|inform|advise|show) (?:me|us)|let (?:me|us) know|explain(?: to (?:me|us))?|"
    r"say|check(?: for (?:me|us))?|clarify|confirm)"
)
_WRAPPED = re.compile(
    r"(?:(?<=^)|(?<=\n)|(?<=[.!?:;,)>–-] )|(?<=[.!?:;,)>–-]  ))(?P<all>"
    rf"(?:(?:and|so|also|but|now|for example|sorry|excuse me|hello|hi|hey|{_SOFTLY})[ ,!]{{1,3}})"
    rf"{{0,3}}"
    r"(?:"
    rf"(?:could|can|would|will|might) (?:you|someone|anyone|anybody|somebody) {_COURTESY}"
    rf"(?:be (?:so |very )?(?:kind|good|nice)(?: enough)?(?: as)? to |be able to |mind )"
    rf"?{_COURTESY}"
    rf"(?:{_TELLS}|telling (?:me|us))|"
    r"(?:do|would|does) (?:you|anyone|anybody|someone) (?:happen to |by any chance )?know|"
    r"any idea|(?:can|could|may|might) (?:i|we) (?:please |just )?(?:ask|know)(?: you)?|"
    r"(?:i|we)(?:['’]d| would|['’]m| am|['’]re| are| was| were)? ?"
    r"(?:(?:just |really |also |only )?(?:wonder(?:ing)?|(?:like|love|want|need|have|curious|"
    r"keen) to "
    r"(?:know|find out|ask(?: you)?|understand|check)|not (?:quite )?sure|curious)|"
    r"(?:be |very )*(?:grateful|glad|happy|thankful|pleased) if you (?:could|would|can|might) "
    rf"{_COURTESY}{_TELLS}|appreciate it if you (?:could|would|can) {_COURTESY}{_TELLS})|"
    rf"(?P<bare>(?:please {_COURTESY})?(?:tell|remind) (?:me|us)|let (?:me|us) know))"
    r"(?:[ ,]{1,2}(?:please|if (?:you (?:could|can|would|might)|possible)|whether you (?:could|can|"
    rf"would|might)|be so kind as to|{_TELLS}|{_SOFTLY})){{0,4}}"
    r"(?:[ ,]{1,2}(?:from|based on|using|according to|by|looking at|given|per) (?:the|this|"
    r"these|our|"
    r"your|that) [\w' -]{2,40}?)?,?:? "
    r"(?P<wh>whether|if|why|(?:at |by |until |from |to |for |in |on )?"
    r"(?:what|when|where|which|how|who(?:m|se)?))\b"
    r"(?P<rest>[^?!\n]{2,240}?)(?P<end>\?|!|(?=\n)|(?=$)|\.(?=\s|$)))",
    re.I,
)
_LED = re.compile(
    r"(?:^|\n)(?P<all>(?P<order>[^:\n?]{0,60}\b(?:answer|reply|respond|say)\b[^:\n?]{2,60}): "
    r"(?P<ask>"
    r"(?:can|may|must|do|does|is|are|should|could|will|am|has|have|what|when|where|who|which|how|why)\b"
    r"[^?\n]{5,240}\?))",
    re.I,
)
"""`Using the rules, answer yes or no: may I …?` is told the other way round."""
_TAG = re.compile(r"</?[A-Za-z][\w-]{0,24}>")
_OTHER_WORK = re.compile(
    r"\b(?:classif|categor|label|sort|route|rout(?:e|ing)|extract|rewrite|rephrase|reword|summar|"
    r"translat|intents?\b|sentiment|proofread|triage|paraphras|correct the|json|grade|rate\b)",
    re.I,
)
_CONDITIONS = ("if", "when", "where", "whether")
_ORDERS_A_CASE = re.compile(
    r"n['’]t\b|\b(?:not|no|you|your|sources?|text|anything|something|nothing|it is|silent|"
    r"unsure|missing|differ|done)\b",
    re.I,
)
"""`Tell me if the sources differ` says what to do in a case, and asks nothing."""
_HELPS = frozenset(
    "is are was were am can could must may might will would shall should do does did isn't aren't "
    "can't cannot won't".split()
)
_PRONOUNS = frozenset("i we you he she it they there this that these those one everyone".split())
_STARTS = _PRONOUNS | frozenset(
    "the a an my our your his her its their all each every both any children guests people members "
    "visitors customers students dogs pets".split()
)
_OF_MANY = frozenset("i we you they these those".split())
_LINKS = frozenset(
    "on at in for from to with by until till after before during of about into per within a an the "
    "my our your if when".split()
)
_MANNER = re.compile(
    r"(?:how )?(?:much|many|long|often|far|old|big|large|high|late|early|soon|fast|heavy|tall|"
    r"deep)\b",
    re.I,
)
_PARTICIPLE = re.compile(r"\w+(?:ed|en|wn|ne)$|(?:been|had|got|made|paid|left|sent|lost|put|set)$")
_SHORT = re.compile(r"\b(?P<who>I|you|we|they|he|she|it|there)['’](?P<help>ve|re|ll|s|m)\b", re.I)
_HELP_OF = {"ve": "have", "re": "are", "ll": "will", "s": "is", "m": "am"}
_THANKS = re.compile(r",? (?:please|thanks|thank you|pls)(?:,? (?:so much|in advance))?$", re.I)


def plainly(reading: Reading) -> Reading:
    """The reading with its question put plainly; as it is where no courtesy wraps it.

    Args:
        reading: the prompt, understood.
    """
    messages = reading.prompt.messages
    if not messages or messages[-1][0] != "user" or reading.task not in _TASKS:
        return reading
    said = messages[-1][1]
    if len(said) > _MOST_CHARS or not any(
        sign in said or sign.capitalize() in said for sign in _SIGNS
    ):
        return reading
    if ": " in said and (led := _LED.search(said)):
        put = _put(reading, said, led.span("all"), led["ask"], f"{led['ask']} {led['order']}.")
        rest = _TAG.sub("", said[: led.start("all")] + said[led.end("all") :]).strip()
        is_other = reading.task not in ("qa", "chat") and " or no" in led["order"].lower()
        return replace(put, task="qa", data=(rest,), labels=()) if is_other and rest else put
    if reading.task not in ("qa", "chat"):
        return reading
    mark = _wrapped(reading, said)
    if mark is None:
        return reading
    asked = asked_plainly(mark["wh"], mark["rest"])
    if len(asked) > len(mark["all"]):
        return reading
    filled = asked + " " * (len(mark["all"]) - len(asked))
    put = _put(reading, said, mark.span("all"), asked, filled)
    has_text = sum(len(text.split()) for text in reading.data) >= _LEAST_TEXT
    return replace(put, task="qa") if has_text else put


def asked_plainly(word: str, rest: str) -> str:
    """The direct question of an indirect one: ("when", "the shop closes") asks when it does.

    Args:
        word: what it asks for, or "if" and "whether" for yes and no.
        rest: the clause behind that word, without its mark.
    """
    words = _SHORT.sub(_spelt, _THANKS.sub("", rest.strip(" ,"))).split()
    is_polar = word.lower() in ("if", "whether")
    lead: list[str] = [] if is_polar else [word]
    counts = bool(words) and words[0].lower() in ("many", "much", "time")
    starts = [
        i
        for i, w in enumerate(words[:8])
        if w.lower() in _STARTS and not (counts and i == 1 and w.lower() not in _PRONOUNS)
    ]
    starts = starts or ([1] if counts and words[0].lower() == "time" else [])
    named = [i for i, w in enumerate(words[:8]) if w.lower() in _PRONOUNS]
    if counts and named and named[0] > 1:
        starts = named
    is_bare = word.lower() in ("when", "where", "why", "if", "whether")
    if not starts and is_bare and any(w.lower() in _HELPS for w in words[1:5]):
        starts = [0]
    if not starts or (starts[0] > 0 and _is_subject(word, words[: starts[0]])):
        return _sentence([*lead, *words])
    at = starts[0] if word.split()[-1].lower() in ("what", "which", "how", "whose") else 0
    return _sentence([*lead, *words[:at], *_turned(words[at:])])


def _spelt(mark: re.Match[str]) -> str:
    """`they've` as two words."""
    return f"{mark['who']} {_HELP_OF[mark['help'].lower()]}"


def _turned(words: list[str]) -> list[str]:
    """A clause with its verb before its subject."""
    subject = words[0].lower()
    for i, word in enumerate(words[1:12], 1):
        low = word.lower()
        if low in _HELPS:
            return [low, *words[:i], *words[i + 1 :]]
        if low in ("has", "have", "had") and i + 1 < len(words) and _PARTICIPLE.match(words[i + 1]):
            return [low, *words[:i], *words[i + 1 :]]
        if subject in _PRONOUNS:
            break
    verb = _place_of_verb(words, is_short=subject in _PRONOUNS)
    if verb >= len(words):
        return words
    form = words[verb].lower().rstrip(",")
    if form.endswith("ed") and len(form) > 4:
        return ["did", *words]
    if form in ("has", "goes", "does"):
        bare = {"has": "have", "goes": "go", "does": "do"}[form]
        return ["does", *words[:verb], bare, *words[verb + 1 :]]
    if form.endswith("s") and not form.endswith("ss") and subject not in _OF_MANY:
        bare = re.sub(r"ies$", "y", form) if form.endswith("ies") else form[:-1]
        bare = bare[:-1] if re.search(r"(?:sh|ch|ss|x)e$", bare) else bare
        return ["does", *words[:verb], bare, *words[verb + 1 :]]
    return ["do", *words]


def _place_of_verb(words: list[str], *, is_short: bool) -> int:
    """Where the verb of a clause without a helping one stands: before the first small word."""
    if is_short:
        return 1
    ends = (
        i
        for i, w in enumerate(words[2:], 2)
        if w.lower().strip(",") in _LINKS or words[i - 1].endswith(",")
    )
    end = next(ends, len(words))
    return max(1, end - 1)


def _is_subject(word: str, words: list[str]) -> bool:
    """Whether what is asked for is the subject itself: "who is", "which bus goes to the lake"."""
    low = [w.lower().strip(",") for w in words]
    if _MANNER.match(low[0]) or word.lower().endswith("how"):
        return any(w in _HELPS for w in low)
    if low[0] in _HELPS or low[0] in ("happens", "has", "have", "counts", "goes", "comes"):
        return True
    return any(w in _HELPS or w in _LINKS for w in low[1:]) or len(low) > 3


def _sentence(words: list[str]) -> str:
    """Words as a question."""
    text = " ".join(words).strip(" ,.")
    return text[:1].upper() + text[1:] + "?"


def _wrapped(reading: Reading, said: str) -> re.Match[str] | None:
    """The last wrapped question outside the data of a prompt that asks for no other work."""
    number = len(reading.prompt.messages) - 1
    inside = [(s.start, s.end) for s in reading.prompt.spans if s.message == number]
    for mark in reversed(list(_WRAPPED.finditer(said))):
        is_data = any(a <= mark.start() and mark.end() <= b for a, b in inside)
        if (
            mark["bare"]
            and mark["wh"].lower() in _CONDITIONS
            and _ORDERS_A_CASE.search(mark["rest"])
        ):
            continue
        if is_data and any(text.strip() != said.strip() for text in reading.data):
            continue
        told = "".join(text for role, text in reading.prompt.messages[:-1] if role != "assistant")
        around = f"{told}\n{said[: mark.start()]}\n{said[mark.end() :]}"
        for text in reading.data:
            around = around.replace(text, " ")
        return None if _OTHER_WORK.search(around) else mark
    return None


def _put(reading: Reading, said: str, place: tuple[int, int], asked: str, filled: str) -> Reading:
    """The reading with other words of the same length at one place of its last message."""
    prompt, number = reading.prompt, len(reading.prompt.messages) - 1
    new = said[: place[0]] + filled + said[place[1] :]
    messages = (*prompt.messages[:-1], (prompt.messages[-1][0], new))
    units = tuple(
        replace(u, text=new[u.start : u.end])
        if u.message == number and u.start < place[1] and u.end > place[0]
        else u
        for u in prompt.units
    )
    return replace(reading, prompt=replace(prompt, messages=messages, units=units), question=asked)
