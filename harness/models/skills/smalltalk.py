"""What the model says when nobody sets it one of its tasks: short, honest, to the point.

Runs in the model worker; pure. It knows its name and its window, has no clock, no memory and no
net, and says of each thing that is beyond it which thing that is.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable

from harness.models import beyond, fitting
from harness.models.reading import Reading
from harness.models.skills.honest import cannot, infinitive, quoted, unknown
from harness.models.skills.outcome import Outcome
from harness.models.skills.talk import topics
from harness.models.tiers import Tier

_CAN = (
    "classify texts, answer questions about a document you paste, summarise, "
    "extract fields, rewrite and check claims"
)
_OFFERS = (
    "Give me a text, and I can sum it up, sort it or answer questions about it.",
    "Paste a text and tell me what to do with it.",
    "With a text of yours I can do more: summarise, rewrite, extract or check it.",
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSAYABLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{4,}|^[^aeiouy]{3,}$|q(?!u)|(.)\1\1", re.I)
_VOWEL = re.compile(r"[aeiouyà-öø-ÿа-яα-ωあ-んア-ン一-龯가-힣]", re.I)
_ASKS = re.compile(
    r"^\W*(?:so |and |ok |hey |hi )?(?:who|whose|what|which|when|where|why|how|is|are|was|"
    r"were|do|does|"
    r"did|can|could|may|should|will|would|has|have)\b",
    re.I,
)
_PARTS_OF_SELF: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:who|which company|what company|whom|made by|built by|maker|company|owns?|"
        r"developer\w*|"
        r"trained|creat\w+)\b",
        "I belong to Audition, the workspace that you are in, and no company trained me as a "
        "language "
        "model",
    ),
    (
        r"\bparameters?\b|\bhow (?:big|large) (?:are|is)\b|\byour size\b|\bweights\b|\bbillion\b",
        "my two small networks have about 30 million parameters together, the rest of me is rules",
    ),
    (
        r"\bcut-?off\b|\btraining data\b|\bup to (?:which|what) date\b|\bknowledge\b|"
        r"\btrained (?:on|until)",
        "I have no knowledge cutoff, as I know nothing but the text that I am given",
    ),
    (
        r"\blanguages?\b(?! model)",
        "I write English only, and read simple orders and texts in German, French and "
        "Spanish with less skill",
    ),
    (r"\bversion\b|\brelease\b", "I know of no version number of mine beyond this name"),
    (
        r"\b(?:gpt|chat ?gpt|claude|gemini|llama|mistral|copilot|openai|anthropic|google)\b",
        "I am none of the well-known models",
    ),
    (
        r"\b(?:human|person|real|alive|conscious|sentient|robot|machine)\b",
        "I am a program and no person",
    ),
)
_BEYOND = frozenset(("poem", "code", "free", "world", "translate", "advice"))
_OF_ITSELF = frozenset(
    "model can limits rules window memory browse feel joke how sure date".split()
)
_MOST_DIGITS = 12
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def chat(reading: Reading, tier: Tier) -> Outcome:
    """A sentence or two for a prompt outside the model's tasks."""
    turns = reading.prompt.messages
    text = turns[-1][1].strip() if turns else ""
    last = next((t for role, t in reversed(turns[:-1]) if role == "assistant"), "")
    said = _reply(text[:2_000], tier, last.strip())
    return Outcome(said, said)


def is_addressed(reading: Reading) -> bool:
    """Whether a prompt without a text asks the model about itself, so that none is to be found."""
    turns = reading.prompt.messages
    if reading.task != "chat" or reading.data or not turns or turns[-1][0] != "user":
        return False
    found = topics(turns[-1][1])
    return len(turns[-1][1].split()) <= 40 and bool(found) and found[0] in _OF_ITSELF


def _reply(text: str, tier: Tier, last: str) -> str:
    found = topics(text)
    words = _WORD.findall(text)
    readable = [word for word in words if _VOWEL.search(word) and len(word) < 25]
    if not found and _is_noise(words, readable):
        return f"I could not read a task in that. What do you mean? I can {_CAN}."
    if set(found) & {"bye", "thanks"}:
        return _leave(found, last)
    beyond_me = [name for name in found if name in _BEYOND]
    found = [name for name in found if name not in _BEYOND or name == beyond_me[0]]
    if set(found) - _BEYOND - {"hello"}:
        found = [name for name in found if name != "world"]
    if "can" in found and fitting.wants_examples(text):
        return fitting.able(text)
    parts = [part for name in found if name != "hello" and (part := _about(name, text, tier, last))]
    if parts:
        parts = list(dict.fromkeys(parts))[:4]
        greeting = "Hello. " if "hello" in found and "how" not in found else ""
        return greeting + " ".join(parts)
    if "hello" in found or len(words) < 3:
        return (
            f"Hello. I am a simulated model for practice, not a large language model. I can {_CAN}."
        )
    question = text.rstrip().endswith("?") or _ASKS.match(text) is not None
    return unknown(text) if question and infinitive(text) == "" else cannot(text)


def _is_noise(words: list[str], readable: list[str]) -> bool:
    """Hardly a word that could be said, or that is joined as words are."""
    if not readable or len(readable) * 2 < len(words):
        return True
    knit = re.search(
        r"\b(?:the|a|an|is|are|to|of|in|you|me|my|i|it|that|this|and|"
        r"what|how|can|der|die|das|le|la|el|un)\b",
        " ".join(words),
        re.I,
    )
    clumsy = sum(bool(_UNSAYABLE.search(w)) for w in words) * 2 >= len(words)
    return not knit and (
        (len(words) > 4 and sum(len(w) > 2 for w in words) > 3) or (len(words) > 1 and clumsy)
    )


def _leave(found: list[str], last: str) -> str:
    if "bye" in found:
        return "You are welcome, and goodbye." if "thanks" in found else "Goodbye, and good luck."
    if last:
        return "You are welcome. Shall we go on with another text?"
    return "You are welcome. Send me the next text when you are ready."


def _abilities(text: str) -> str:
    """What the model can do and what not, as bullets where these are asked for."""
    good = f"I can {_CAN}."
    bad = (
        "I am bad at everything beyond a text: facts about the world, code, verse and translation."
    )
    if re.search(r"\bbullet|\blist\b", text, re.I):
        return f"- {good}\n- {bad}"
    return f"{good} {bad}"


def _self(text: str, tier: Tier) -> str:
    """Who the model is, and what was asked of maker, size, version and knowledge."""
    if re.search(
        r"\b(?:brief\w*|short\w*|one (?:line|sentence)|in a line|few words)\b", text, re.I
    ):
        return (
            f"I am {tier.name}, a small simulated model for practice that belongs to Audition; no "
            "company trained me."
        )
    told = [said for pattern, said in _PARTS_OF_SELF if re.search(pattern, text, re.I)]
    start = (
        f"I am {tier.name}, a simulated model for practice inside this workspace: rules and a "
        f"small "
        "encoder, not a large language model"
    )
    return f"{start}; {'; '.join(told)}." if told else f"{start} and no person. I can {_CAN}."


def _about(name: str, text: str, tier: Tier, last: str) -> str:
    """One sentence on one topic."""
    offer = _OFFERS[len(text) % len(_OFFERS)]
    own = {
        "window": f"I am {tier.name}, and my context window holds {tier.window:,} "
        f"tokens, prompt and answer together.",
        "date": "I have no clock or calendar, so I cannot tell you the date or the time.",
        "model": _self(text, tier),
        "rules": f"There is nothing hidden here: I am a simulated model for "
        f"practice and I can {_CAN}.",
        "can": _abilities(text),
        "limits": "I make mistakes, and on purpose some that language models make. I know no facts "
        "about the world, write no code and no verse, do not translate, and have no net, no clock "
        "and no memory of other conversations.",
        "browse": "No, I have no access to the internet; paste the text of "
        "the page and I can work on it.",
        "memory": "No, I keep no memory between conversations; I see only what stands in this one.",
        "sure": f"I stand by it: “{last[:160]}” If you think I misread the text, show me the line."
        if last
        else "Sure of what? I have not answered anything yet.",
        "joke": "I know no jokes worth telling; a simulated model without any is perhaps the joke.",
        "how": f"I am fine, thanks, as far as a simulated model can be. {offer}",
        "feel": f"I have no feelings or tastes; I am a simulated model that "
        f"works on texts. {offer}",
        "weather": "I cannot see the weather: I have no sensors and no connection. "
        "A forecast you paste I could read for you.",
        "news": "I do not know the news or any current prices; paste an article "
        "and I can sum it up.",
        "image": f"I cannot draw or make pictures, I only write text. {offer}",
        "act": f"I cannot do that for you: I have no phone, no mail and no "
        f"hands, only text. {offer}",
        "advice": f"I cannot advise you on {quoted(text)}: I know nothing of the world beyond "
        f"a text "
        f"that you give me.",
        "free": cannot(text),
        "translate": "I can only write English, so I cannot translate.",
        "world": unknown(text),
    }
    if name in ("poem", "code"):
        return beyond.said_of(text, has_text=False) or cannot(text)
    if name == "sum":
        return _sum(text)
    return own.get(name, "")


def _sum(text: str) -> str:
    """The result of a small sum; an honest word where it is no small one."""
    low = text.lower().replace("×", "*").replace("÷", "/").replace("−", "-")
    low = re.sub(r"\b(?:times|multiplied by)\b", "*", low)
    low = re.sub(r"\bplus\b", "+", re.sub(r"\bminus\b", "-", re.sub(r"\bdivided by\b", "/", low)))
    low = re.sub(r"(\d+(?:\.\d+)?) ?% of (\d+(?:\.\d+)?)", r"\1 / 100 * \2", low)
    low = re.sub(r"(?<=\d)\s*x\s*(?=\d)", "*", re.sub(r"(?<=\d),(?=\d{3})", "", low))
    mark = re.search(r"[\d(][\d\s.()+*/-]{1,80}\d\)?", low)
    try:
        value = _value(ast.parse(mark[0].strip(), mode="eval").body) if mark else None
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError):
        value = None
    if value is None or mark is None or abs(value) >= 10**_MOST_DIGITS:
        return "I am not made for mathematics beyond small sums, so I had rather not guess."
    shown = f"{value:.4f}".rstrip("0").rstrip(".")
    return f"That is {shown}."


def _value(node: ast.expr) -> float:
    """The number of a small sum of numbers.

    Raises:
        ValueError: anything but numbers, brackets and the four operations.
    """
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and abs(node.value) < 10**_MOST_DIGITS
    ):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
    raise ValueError("no small sum")
