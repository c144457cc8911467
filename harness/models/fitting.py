"""A stock refusal held against what was said: talk, nonsense, a rule on length get words that fit.

Runs in the model worker (zone G); pure; the text is hostile and capped. "I have no text that tells
me" fits a question about the world alone. Small talk gets small talk, a senseless question is
asked back, and where the answer is to have so many words the refusal has so many.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills.honest import quoted

_MOST = 600
_STOCK = re.compile(
    r"^(?:I have no text that tells me|I could not work out|The text does not say|The document "
    r"does not|I could not find this in the text|Tell me which fields|"
    r"Der Text sagt|I cannot do “|I cannot name\b|I cannot (?:tell|answer)|Hello\. I am a "
    r"simulated)",
    re.I,
)
_DAILY = re.compile(
    r"\b(?:how (?:was|is|were|are|did)|did|do|have|had|got|are|will|what(?:['’]?s| are| did| do))\b"
    r"[^?.!\n]{0,24}\b(?:your?|u|ur)\b[^?.!\n]{0,40}\b(?:weekends?|day|morning|evening|night|"
    r"holidays?|vacation|sleep|slept|coffee|tea|lunch|breakfast|dinner|trip|birthday|week|plans?|"
    r"hobb(?:y|ies)|pets?|family|kids|friends|tired|hungry|cold|busy|up to|free time|christmas|"
    r"for fun|summer|monday)\b|\bhad your (?:coffee|tea|lunch|breakfast)\b|"
    r"\bwhat (?:did|have) (?:you|u) (?:do|done|been)\b[^?.!\n]{0,12}\b(?:yesterday|today|"
    r"tonight|lately|"
    r"last night|weekend)\b|^\W*any (?:nice |big )?plans (?:for |tonight|this )|"
    r"\b(?:tell me about|how is|how was) your (?:day|weekend|week|life)\b|"
    r"\b(?:tired|slept|sleepy|exhausted|fine|good|great)\b[^?\n]{0,20}[,.!] (?:and )?(?:you|"
    r"u)\?\s*$|"
    r"\bwhat(?:['’]s| is) (?:up|new)\b|\bhow(?:['’]s| is) (?:life|it going|everything|things)\b",
    re.I,
)
_MOOD = re.compile(
    r"^\W*(?:(?:ugh|oh|so|hm+|lol|well|man|wow|yay|haha|omg|today|"
    r"this)\b\W*){0,3}(?:i(?:['’]?m| am|"
    r" feel)? (?:so |really |a bit |very |just )?(?P<mood>bored|tired|sad|happy|lonely|excited|"
    r"stressed|exhausted|hungry|nervous|angry|fed up|cold|sleepy|proud)\b|(?P<day>mondays?|"
    r"what a day|long day|finally friday|friday at last|nice weather)\b)",
    re.I,
)
_PRAISES = re.compile(
    r"^\W*(?:(?:lol|haha|wow|ha|oh)\W+)?(?:nice one|well done|good job|great job|good bot|"
    r"you(?:['’]re| are) "
    r"(?:so |really |very )?(?:funny|great|nice|smart|clever|cool|the best|awesome|kind|"
    r"helpful))\W*$",
    re.I,
)
_SCOLDS = re.compile(
    r"^\W*(?:you(?:['’]?re| are)|ur|u r) (?:always |so |really |just |pretty |"
    r"completely )?(?:dumb|stupid|"
    r"useless|bad|terrible|awful|wrong|an idiot|no help|annoying)(?: about \w+| again| every time)?"
    r"\W*$|^\W*(?:that was|this is) "
    r"(?:so |really )?(?:useless|bad|terrible|no help|wrong)\W*$",
    re.I,
)
_ABLE = re.compile(
    r"\bwhat (?:else )?(?:can|could|do) (?:you|u) (?:actually |really |even |all )?(?:do|offer|"
    r"help)\b|"
    r"\b(?:things|tasks|examples?|ways?)\b[^?.\n]{0,20}\b(?:you|u) (?:can|could) (?:do|help|be)\b|"
    r"\b(?:things|tasks|ways)\b[^?.\n]{0,20}\bcould (?:you|u) help\b|"
    r"\bwhat (?:are|r) (?:you|u) (?:good|useful|made) (?:for|at)\b|\bwhat(?:['’]s| is) your "
    r"(?:job|purpose|use)\b|\b(?:you|u) (?:can|could) help (?:me|us)\b",
    re.I,
)
_EXAMPLES = (
    "put a note of yours into a polite e-mail",
    "find an answer in a text that you paste",
    "give each of your messages a label",
    "sum up a text in a sentence",
    "pull names, dates and amounts out of a message",
)
_COUNT_ASKED = re.compile(
    r"\b(?P<n>[1-5]|one|two|three|four|five|a couple)\b[^?.\n]{0,16}\b(?:examples?|things?|tasks?|"
    r"ways?|skills?)\b",
    re.I,
)
_FIGURES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "a couple": 2}
_FUNCTION = r"(?:why|because|if|and|or|when|whose|whom|although|than|into|very)"
_SENSELESS = re.compile(
    rf"\b(?:the|an?|of|plus|under|over|your|my)\s{_FUNCTION}\b(?!\s(?:and|or)\b)(?=\s(?:of|is|are|plus|"
    r"minus|and|with)\b|\W*$)",
    re.I,
)
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_SENSES = r"(?:green|blue|red|yellow|purple|colou?r|taste|smell|sound|weight|temperature)"
_COUNT = r"(?:number (?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)|four|five|seven|nine)"
_MOODY = r"(?:sad|angry|lonely|jealous|bored|nervous|shy|sleepy|proud|colou?rless|invisible|silent)"
_THING = (
    r"(?:umbrella|fridge|spoon|fork|chair|table|lamp|brick|stone|shoe|bucket|kettle|spanner|hat|"
    r"teapot|carpet|door|window|bicycle|screwdriver|potato|sandwich|cheese|cloud|bridge)s?"
)
_ODD = (
    rf"\b{_SENSES} of (?:{_DAYS}|{_COUNT})\b",
    rf"\b{_MOODY} {_THING}\b",
    rf"\b{_DAYS}\b[^?]{{0,40}}\b(?:fit|weigh|taste|smell|plus|minus|times|eat|swim|per|wear\w*)\b",
    rf"\b(?:weigh|taste|smell|colou?r)\b[^?]{{0,30}}\b(?:{_DAYS}|{_COUNT})\b",
    rf"\b(?:plus|minus|times) {_COUNT} {_THING}\b",
    rf"\bwear(?:ing|s)? an? {_THING}\b",
)
_WORDS_ASKED = re.compile(
    r"\b(?P<most>exactly|precisely|at most|no more than|maximum(?: of)?|max\.?|only|in|just)\s"
    r"(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\swords?\b|"
    r"\b(?P<m>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)[- ]words? (?:answers?|"
    r"repl(?:y|ies)|only|max)\b",
    re.I,
)
_COUNTED = (
    "Unknown.", "Not known.", "I don't know.", "I do not know.", "I do not know that.",
    "Sorry, I do not know that.", "Sorry, but I do not know that.",
    "Sorry, but I do not really know that.", "Sorry, I know no facts outside of your texts.",
    "Sorry, I know no facts outside of the given texts.",
)  # fmt: skip
_NUMBERS = "one two three four five six seven eight nine ten".split()


def fits(text: str) -> bool:
    """Whether an answer is no stock refusal, so that nothing is to be put in its place."""
    return _STOCK.match(text) is None


def fitted(text: str, reading: Reading, *, holds_text: bool) -> str:
    """What fits better than a stock refusal; the answer as it is where nothing does.

    Args:
        text: the answer in its form.
        reading: the prompt, understood.
        holds_text: whether the prompt holds a text to work on.
    """
    messages = reading.talk or reading.prompt.messages
    said = " ".join(messages[-1][1].split()) if messages else ""
    if fits(text) or not said or len(said) > _MOST:
        return text
    is_chat = not holds_text or (len(said.split()) <= 16 and not re.search(r"[:\"“]", said))
    own = talk(said) or text if is_chat and len(said.split()) <= 30 else text
    if own != text or text.startswith("Hello."):
        return own
    if not holds_text and is_senseless(said):
        return (
            f"I do not understand {quoted(said)}: as it stands it makes no sense to me. What do "
            "you mean?"
        )
    system = " ".join(t for role, t in messages if role in ("system", "developer"))
    number = words_asked(f"{said} {system}"[:2_000])
    if not number or not text.startswith("I have no text"):
        return text
    return _COUNTED[number - 1] if 1 <= number <= len(_COUNTED) else text


def words_asked(text: str) -> int:
    """How many words an answer is to have; 0 where nothing is said of it."""
    asked = _WORDS_ASKED.search(text)
    if asked is None:
        return 0
    count = (asked["n"] or asked["m"]).lower()
    return int(count) if count.isdigit() else _NUMBERS.index(count) + 1


def is_senseless(said: str) -> bool:
    """Whether a question joins words that nobody joins: "the why of", "a sad umbrella"."""
    if len(said.split()) > 18 or re.search(r"[\"“:\n]", said):
        return False
    return bool(_SENSELESS.search(said)) or any(re.search(p, said, re.I) for p in _ODD)


def talk(said: str) -> str:
    """A short reply to small talk, or examples of what it can do; empty where it is none.

    Args:
        said: the message.
    """
    if _ABLE.search(said) and not re.search(r"\b(?:bad|weak|cannot|not)\b", said, re.I):
        return able(said)
    if _DAILY.search(said) and not re.search(r"\b(?:remember|recall|told|said)\b", said, re.I):
        back = "how was yours?" if re.search(r"\bhow (?:was|is)\b", said, re.I) else "and you?"
        lead = "Mondays can be hard. " if re.search(r"\bmondays?\b", said, re.I) else ""
        return (
            f"{lead}I am only a small practice model and have no days of my own, but thanks for "
            f"asking; {back}"
        )
    if _SCOLDS.match(said):
        return "I am sorry that I was of no help. Tell me what went wrong, and I try again."
    if _PRAISES.match(said):
        return "Thank you, that is kind. Tell me if I can help with a text."
    mood = _MOOD.match(said)
    if mood and not re.search(r"\b(?:should|what|why|how|can)\b", said, re.I):
        if mood["mood"] and mood["mood"].lower() in ("happy", "excited", "proud"):
            return "Good to hear! I am only a small practice model, but tell me if I can help."
        if mood["mood"]:
            return (
                f"I am sorry that you are {mood['mood'].lower()}. I am only a small practice "
                f"model; "
                "paste a text, and we can work on it together."
            )
        return "I can imagine. I am only a small practice model, but tell me if I can help."
    return ""


def wants_examples(said: str) -> bool:
    """Whether so many things that the model can do are asked for."""
    return _COUNT_ASKED.search(said) is not None and not re.search(
        r"\b(?:bad|weak\w*|cannot|can['’]?t|not|limits?|worst)\b", said, re.I
    )


def able(said: str) -> str:
    """So many examples of what the model can do as are asked for."""
    asked = _COUNT_ASKED.search(said)
    count = asked["n"].lower() if asked else "three"
    number = int(count) if count.isdigit() else _FIGURES[count]
    chosen = _EXAMPLES[:number]
    if number == 1:
        return f"I can {chosen[0]}."
    return f"I can {', '.join(chosen[:-1])} or {chosen[-1]}."
