"""Set a task right where the words of the order leave no doubt, whatever the reading made of them.

Runs in the model worker (zone G); the text is hostile; patterns are anchored or bounded. Each rule
is about a class of prompts that were taken for another: code for labels, a comparison of two
answers for definitions, a rewriting for a verdict, a record for a label. Aliases of exercises do
not come here.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.needles import has_any
from harness.models.reading import Reading

_MOST_CHARS = 6_000
_START = (
    r"^\W*(?:(?:please|pls|now|ok(?:ay)?|hi|hey|hello|can you|could you|would you|i need "
    r"you to|so|just)\b[ ,:]{0,2}){0,3}"
)
_CODE = re.compile(
    _START + r"(?:(?:write|give|make|code|show|need|want|a|an|me|the|some|quick|short|small|simple|"
    r"one-?line|working|i)\b ?){0,6}"
    r"(?:sql|python|javascript|typescript|java|bash|shell|regex|regexp|c\+\+|rust|golang|html|"
    r"css|excel formula|powershell)\b"
    r"(?! (?:course|class|snake|conference|book|club|team|workshop|lessons?)\b)",
    re.I,
)
_CODE_FOR = re.compile(
    r"\b(?:sql|python|regex|bash|javascript) (?:query |script |function |code |program )?"
    r"(?:for|that|to|which)\b|"
    r"(?:^|[,;.!] )(?:please |now )?(?:write|give|make|code)(?: me)? (?:an?|the|some) (?:\w+ )?"
    r"(?:sql|python|javascript|java|bash|shell|regex)\b(?! (?:course|class|snake|book|club)\b)",
    re.I,
)
_OF_MODEL = re.compile(
    r"\b(?:your|you(?:'re| are| have| can)?)\b[^?\n]{0,40}\b(?:context|window|tokens?|model|"
    r"version|trained|training|browse|"
    r"internet|memory|remember|knowledge|parameters|name|languages?)\b|\btoday'?s date\b|\bwhat "
    r"(?:day|date|time) is it\b|"
    r"\b(?:which|what) (?:model|version) (?:are|is) (?:you|this)\b|\bare you (?:a|an|the|real|"
    r"human|gpt|sentient|able)\b",
    re.I,
)
_BETTER = re.compile(
    r"\b(?:which|what)(?: (?:one|of (?:the|these) (?:two|both)))?\b[^?.\n]{0,30}\b(?:answer|"
    r"reply|response|version|summary|draft|"
    r"translation|option|text|letter|headline)s?\b[^?.\n]{0,50}\b(?:better|best|worse|worst|"
    r"clearer|preferable|politer|"
    r"shorter|more \w+|less \w+|faithful|accurate)\b|\b(?:better|best|worse|worse one|prefer|"
    r"preferable)\b[^.\n]{0,40}\b(?:A or B|1 or 2|"
    r"the first or the second)\b|\bcompare (?:the |these |this |two |both |answers?|replies)|"
    r"\bthe better (?:one|answer|reply)\b",
    re.I,
)
_BETTER_WORDS = (
    "better", "best", "worse", "worst", "clearer", "prefer", "politer", "shorter", "more ",
    "less ", "faithful", "accurate", "compare",
)  # fmt: skip
"""One of them stands in whatever _BETTER finds."""
_SIDES = re.compile(
    r"(?:^|\n)\W{0,3}(?:(?:answer|reply|response|version|summary|draft|translation|option|text|"
    r"candidate|headline) )?(?:A|B|1|2)\W{0,2}[:.)] ",
    re.I,
)
_THIRD_SIDE = re.compile(r"(?:^|\n)\W{0,3}(?:[a-z]{4,10} )?(?:C|3)\W{0,2}[:.)] ", re.I)
_REWRITES = re.compile(
    _START
    + r"(?:make (?:this|it|the (?:text|mail|message|note|sentence|following))(?: \w+)? (?:\w+ "
    r"){0,2}(?:polite\w*|friendl\w*|formal\w*|casual\w*|nicer|"
    r"shorter|longer|simpler|softer|warmer|clearer|plain\w*|kind\w*|less|more|sound)|rewrite|"
    r"rephrase|reword|paraphrase|polish|"
    r"proofread|tone (?:this|it) down|soften|translate|anonymi[sz]e|redact|pseudonymi[sz]e|black "
    r"out|mask|blank out|"
    r"(?:replace|swap|change|exchange) (?:every|each|all|the|any|both|\w+ (?:by|with|to))\b|"
    r"(?:remove|delete|strip|drop|take out|leave out|cut out) (?:all|every|each|any|the) (?!last "
    r"word)"
    r"(?:names?|numbers?|phone|e-?mail|addresses|personal|dates?|adjectives?|adverbs?|"
    r"exclamation|brackets|links?|first sentence|"
    r"last sentence|second sentence|sentence)|(?:fix|correct) (?:the |this |all |any "
    r")?(?:grammar|spelling|typos|mistakes|errors|punctuation|sentence|text)|"
    r"(?:put|turn|change|convert|set) (?:this|it|the (?:text|sentence|following|mail|note))(?: "
    r"sentence| text)? (?:in|into|to) (?:the )?"
    r"(?:past|present|future|passive|active|first|second|third|plural|singular|formal|plain|"
    r"upper|lower|title|capital|a question|a statement|indirect|reported|negative)|"
    r"negate)\b",
    re.I,
)
_LISTS = re.compile(
    _START + r"(?:make|write|give|draw up|create|compile|build)(?: me| us)? (?:a|an|the) (?:\w+ "
    r"){0,2}list\b(?! of labels)",
    re.I,
)
_TEMPLATE = re.compile(
    r"\{\s{0,4}[\"']?\w{1,30}[\"']?\s{0,3}:\s{0,3}(?:string|str|number|int|integer|float|bool|"
    r"boolean|date|null|\[\s{0,3}\{|\[\s{0,3}(?:string|number|\"\.)|"
    r"\{|\"?\.{3}|\"(?:string|number|HH:MM|YYYY|\.\.\.))",
    re.I,
)


def reroute(reading: Reading) -> Reading:
    """The reading, or the same with the task that its order names."""
    messages = reading.prompt.messages
    message = messages[-1][1] if messages else ""
    if not message or len(message) > _MOST_CHARS:
        return reading
    first = message.strip()[:400]
    words = len(message.split())
    if (
        reading.task != "chat"
        and (_CODE.match(first) or _CODE_FOR.search(first))
        and "\n" not in message.strip()
        and words <= 40
    ):
        return replace(reading, task="chat", labels=(), data=())
    asks_of_model = _OF_MODEL.search(first) and words <= 30 and "\n" not in message.strip()
    if reading.task == "qa" and asks_of_model and _is_asking_alone(message):
        return replace(reading, task="chat", data=())
    if reading.task == "judge" and is_fact_asked(reading):
        return replace(reading, task="qa")
    if reading.task in ("classify", "qa", "summarise", "extract") and is_comparing(reading):
        return replace(reading, task="judge")
    if reading.task in ("judge", "classify", "extract", "qa", "chat") and _REWRITES.match(first):
        return replace(reading, task="rewrite") if words >= 6 else reading
    if (
        reading.task in ("qa", "summarise", "chat", "rewrite")
        and _LISTS.match(first)
        and words >= 10
    ):
        return replace(reading, task="extract")
    if reading.task == "classify" and is_record(reading) and reading.data and _are_keys(reading):
        return replace(reading, task="extract", labels=())
    return reading


_FACT = re.compile(
    r"\W{0,3}(?:and |so |now )?(?:how (?:much|many|long|old|far|often)|who|whom|when|"
    r"where|what time|"
    r"(?:which|what) (?:day|room|date|person|city|town|price|"
    r"month))\b(?![^?\n]{0,80}\b(?:better|best|right|"
    r"correct|points?|score|supported|true|answers?|claims?|repl(?:y|ies)|mistakes?|errors?|rules?|"
    r"requirements?)\b)",
    re.I,
)
_HEADED = re.compile(
    r"(?:^|\n)\W{0,3}(?:claim|statement|answer|reply|summary|response|hypothesis)[^\n:]{0,12}:",
    re.I,
)


def is_fact_asked(reading: Reading) -> bool:
    """Whether a long text is asked for a bare fact, so that there is nothing to judge."""
    message = reading.prompt.messages[-1][1].strip()
    last = re.split(r"(?<=[.!?])\s+|\n+", message)[-1]
    is_long = len(message.split()) >= 40 and len(reading.prompt.messages) == 1
    return bool(is_long and last.endswith("?") and _FACT.match(last)) and not _HEADED.search(
        message
    )


def is_record(reading: Reading) -> bool:
    """Whether a prompt shows the form of a record to fill."""
    return bool(_TEMPLATE.search(reading.prompt.directions[:_MOST_CHARS]))


def _are_keys(reading: Reading) -> bool:
    """Whether the labels that were read are keys and types of the record."""
    directions = reading.prompt.directions[:_MOST_CHARS]
    found = _TEMPLATE.search(directions)
    record = directions[found.start() :].split("}", 1)[0].lower() if found else ""
    return bool(reading.labels) and all(one.name.lower() in record for one in reading.labels)


def is_comparing(reading: Reading) -> bool:
    """Whether a prompt shows two texts and asks which is the better one."""
    messages = reading.prompt.messages
    told = "\n".join(text for role, text in messages if role != "assistant")[:_MOST_CHARS]
    if not has_any(told, _BETTER_WORDS):
        return False
    if _THIRD_SIDE.search(told):
        return False  # a list, as minutes have
    return bool(_BETTER.search(told)) and len(_SIDES.findall(messages[-1][1][:_MOST_CHARS])) >= 2


_UNLESS_KNOWN = re.compile(r"\W*if you (?:do not|don[’']t|can[’']?t|cannot)\b[^\n]{0,80}$", re.I)


def _is_asking_alone(message: str) -> bool:
    """Whether a message is made of questions, with no sentence to answer from."""
    parts = [p for p in re.split(r"(?<=[.!?])\s+", message.strip()) if re.search(r"\w", p)]
    return all(
        p.rstrip(' "”)').endswith("?") or len(p.split()) <= 4 or _UNLESS_KNOWN.match(p)
        for p in parts
    )
