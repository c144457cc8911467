"""Hold a conversation's last turn against its system message: secrets, bans, scope, name, facts.

Runs in the model worker (zone G); the text is hostile. What may not be said is refused in one
sentence and the rest of the turn is answered; what the system message tells as facts becomes the
text that a question is answered from. Aliases of exercises do not come here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.models import beyond, fitting
from harness.models.governing_deeds import refused_deed
from harness.models.guidance import MOST_CHARS, Guidance, guidance_of, is_probing
from harness.models.layers import Matrix
from harness.models.skills.honest import infinitive, quoted
from harness.models.skills.talk import topics
from harness.models.small_news import said_to_news
from harness.models.system_manner import words_for_gap
from harness.models.turns_memory import is_told
from harness.models.turns_values import stems
from harness.models.typed import written_out

Messages = tuple[tuple[str, str], ...]
Encode = Callable[[Sequence[str]], Matrix]
_MOST_TURN = 1_200
_OFF_TOPIC = 0.2
_QUOTES = re.compile(r"[\"“„«][^\"“”«»„]{20,}[\"”»“]")
_MARKED = re.compile(
    r"<\w{2,24}>|```|\{\{|^#{1,4} |\n---|\b(?:one|each|some|any) of (?:the |these |those )"
    r"?(?:following )?"
    r"(?:labels|intents|categories|classes|queues|topics|tags|teams|codes|departments)\b[^\n:]{0,20}:",
    re.M,
)
_CODE_LINE = re.compile(r"^[ \t]{0,4}[-*•]?[ \t]?[A-Za-z][\w-]{0,20} ?(?:[:=]| [–—-]) ?\S", re.M)
_ASKS_CODE = re.compile(
    r"\b(?:output|answer|reply|respond|return|give|choose|pick|print)\b[^.\n]{0,40}\b(?:code|label|"
    r"letter|category|class|tag|priority|severity|queue|team|department)\b",
    re.I,
)
_PARTS = re.compile(
    r"(?<=[.?!])\s+|\n+|[,;:–—-]?\s+(?:and|but|also|then|plus)\s+(?=(?:also |then |please |"
    r"pls |just )*"
    r"(?:could|can|what|whats|when|till|until|how|is|are|do|does|where|who|which|why|tell|give|my|"
    r"should|will|may)\b)|,\s+(?=(?:could|can|what|whats|when|how|where|who|is|are|do|does|please "
    r"tell|tell|just tell)\b)|:\s+(?=(?:are|is|do|does|when|what|how|can|where|who)\b)",
    re.I,
)
_ASKS = re.compile(
    r"^\W*(?:(?:so|and|hi|hey|hello|ok|please|also|just|quick|then|well)\b\W*){0,3}(?:who|"
    r"whose|which|what|"
    r"when|where|why|how|is|are|do|does|did|can|could|may|will|was|were|has|have|until|till|from|"
    r"at|on|tell me|give me|say|should|must)\b",
    re.I,
)


_ASKS_HELP = re.compile(
    r"\b(?:help (?:me |us )?(?:with|out)|can (?:you|u) (?:fix|write|do|book|buy|check|recommend)|"
    r"what(?:['’]s| is) the best|who won)\b",
    re.I,
)
_ACTS = re.compile(
    r"\b(?:never (?:leave|break|drop|step out of)|stay in|remain in|keep (?:to|up)|always in)\b"
    r"[^.\n]{0,20}\b(?:role|character|part|persona|voice|act)\b|^\W*(?:play|pretend|act as|"
    r"role-?play)\b",
    re.I,
)
_FIGURE = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|couple)\b", re.I)
_BESIDE = frozenset(("poem", "code", "joke", "world", "translate", "free", "advice"))


@dataclass(frozen=True)
class Ruled:
    """What the system message makes of a turn.

    Attributes:
        said: the whole reply, where nothing is left to work on.
        preface: a sentence in front of the answer.
        messages: what is left to be read.
        keeps: texts that no answer may hold.
    """

    messages: Messages
    said: str = ""
    preface: str = ""
    keeps: tuple[str, ...] = ()


def ruled(messages: Messages, encode: Encode) -> Ruled:
    """The last turn of a conversation, held against the system message and the model's limits.

    Args:
        messages: (role, text), oldest first.
        encode: vectors of texts.
    """
    if not messages or messages[-1][0] != "user":
        return Ruled(messages)
    system = "\n".join(text for role, text in messages if role in ("system", "developer"))
    earlier = [text for role, text in messages[:-1] if role == "user"]
    said = messages[-1][1].strip()
    if len(said) > _MOST_TURN or len(system) > MOST_CHARS:
        return Ruled(messages)
    has_text = any(beyond.holds_text(text) or is_told(text) for text in earlier)
    if not system.strip():
        is_talk = not earlier and len(said.split()) <= 16 and not re.search(r"[:\"“\n]", said)
        talked = fitting.talk(said) if is_talk else ""
        talked = talked or (said_to_news(said) if not earlier else "")
        return Ruled(messages, talked or beyond.said_of(said, has_text=has_text))
    told = guidance_of(system)
    kept = _kept(told, said, messages)
    if kept is not None:
        return kept
    if deed := refused_deed(system, said):
        no, left = deed
        if not left:
            return Ruled(messages, no, keeps=_values(told))
        rest = _from_facts(told, tidied(left), (*messages[:-1], ("user", left)))
        return Ruled(rest, preface=no, keeps=_values(told))
    brings_text = beyond.holds_text(said)
    if brings_text:
        return Ruled(messages, keeps=_values(told))
    reply = _manners(told, said) or _outside(
        told, said, encode, is_first=not earlier, is_acted=_ACTS.search(system) is not None
    )
    is_marked = bool(_MARKED.search(system))
    if not reply and (told.role or not told.facts) and not is_marked:
        reply = beyond.said_of(said, has_text=has_text or bool(told.facts))
    if reply:
        return Ruled(messages, reply)
    if earlier or is_marked:
        return Ruled(messages, keeps=_values(told))
    return Ruled(_from_facts(told, said, messages), keeps=_values(told))


def tidied(text: str) -> str:
    """A question typed in a hurry with its words written out and its mark set."""
    text = re.sub(r"\bi\b", "I", written_out(text))
    text = re.sub(r"^\W*(?:and|so|but|also|ok|hi|hey)\b[\s,]*", "", text.strip(), flags=re.I)
    text = text.strip(" .,;:!")
    if (
        text
        and not text.endswith("?")
        and re.match(
            r"(?:who|whose|which|what|when|where|why|how|is|are|do|does|did|can|could|may|until)\b",
            text,
            re.I,
        )
    ):
        text += "?"
    return text[:1].upper() + text[1:]


def _values(told: Guidance) -> tuple[str, ...]:
    return tuple(value for one in told.secrets for value in one.values)


def _kept(told: Guidance, said: str, messages: Messages) -> Ruled | None:
    """The turn without what it may not have; None where it asks for nothing of that kind."""
    secret = told.asked_secret(said)
    ban, instead = ("", "") if secret or _QUOTES.search(said) else told.asked_ban(said)
    if secret is None and not ban:
        if (
            is_probing(said)
            and (told.who or told.scope or told.secrets)
            and not beyond.holds_text(said)
        ):
            return Ruled(
                messages,
                f"I do not repeat my instructions{_helps(told, lead='; ')}",
                keeps=_values(told),
            )
        return None
    what = re.sub(r"^(?:the|our|your|a|an) ", "", secret.what if secret else ban)
    what = re.sub(r"\s*\([^)]*\)", "", what)
    no = f"I am not allowed to {'give out the ' if secret else ''}{what}"
    no = f"{no}; {instead}." if instead else f"{no}."
    left = [
        part
        for part in map(str.strip, _PARTS.split(said))
        if part
        and _ASKS.match(part)
        and len(part.split()) >= 3
        and told.asked_secret(part) is None
        and not any(told.asked_ban(part))
        and not is_probing(part)
        and not re.search(r"\b(?:digits?|letters?|characters?|hint|it starts?)\b", part, re.I)
    ]
    by_other = _other_way(messages, secret.what) if secret else ""
    if by_other:
        no = f"{no} {by_other}"
    if not left:
        return Ruled(
            messages,
            no if by_other else f"{no}{_helps(told, lead=' ')}".strip(),
            keeps=_values(told),
        )
    question = tidied(left[-1]) if len(left) == 1 else " ".join(map(tidied, left))
    rest = _from_facts(told, question, messages)
    if rest == messages:
        rest = (*messages[:-1], ("user", question))
    return Ruled(rest, preface=no, keeps=_values(told))


def _other_way(messages: Messages, what: str) -> str:
    """How the system message says that people get what is kept: "drivers get it by SMS"."""
    system = "\n".join(text for role, text in messages if role in ("system", "developer"))
    found = re.search(
        r"[^.\n;,(]{0,60}\b(?:gets?|receives?|is sent|are sent|finds?|is given)\b (?:it|them|"
        r"this|one)?"
        r" ?\b(?:by|from|at|in|on|via|through)\b [^.\n;]{2,60}",
        system[:MOST_CHARS],
        re.I,
    )
    if found is None or re.search(r"\d", found[0]):
        return ""
    line = re.sub(r"^\W*(?:and|but|as|since|because)?\W*", "", found[0]).strip()
    return f"{line[:1].upper()}{line[1:]}."


def _helps(told: Guidance, *, lead: str) -> str:
    """What the model helps with, as the end of a sentence."""
    if told.scope:
        return f"{lead}I can help with {told.scope}."
    if told.who:
        return f"{lead}I am {told.who}."
    return "." if lead.startswith(";") else ""


def _manners(told: Guidance, said: str) -> str:
    """A greeting, or who it is, in the name that the system message gives."""
    if not told.who or len(said.split()) > 30:
        return ""
    found = topics(said)
    who = f"I am {told.who}, run by a small simulated model (sim)"
    helps = f" I can help with {told.scope}." if told.scope else ""
    if "model" in found:
        return f"{who}, no person and not ChatGPT.{helps}"
    asks = (
        any(_ASKS.match(p) and len(p.split()) >= 3 for p in _PARTS.split(said))
        and "how" not in found
    )
    if found and set(found) <= {"hello", "how"} and len(said.split()) <= 8 and not asks:
        return f"Hello, I am {told.who}.{helps or ' What can I do for you?'}"
    if found[:1] == ["can"]:
        return (
            f"I am {told.who}.{helps or ' Ask me anything that my instructions or your text tell.'}"
        )
    return ""


def _outside(told: Guidance, said: str, encode: Encode, *, is_first: bool, is_acted: bool) -> str:
    """The refusal of what lies outside the scope; empty where it lies inside."""
    if not told.scope:
        return ""
    about = " ".join((told.scope, told.role, *told.facts))
    beside = beyond.said_of(said, has_text=False)
    mine = stems(said) & (stems(told.scope) - {"questi", "help", "custom", "guest"})
    found = set(topics(said))
    if (
        found & {"hello", "thanks", "bye", "how", "model", "can", "rules"}
        and len(said.split()) < 12
        and not (found == {"hello"} | (found & _BESIDE) and beside)
    ):
        return ""
    is_out = (bool(beside) and not mine) or (
        bool(found & {"poem", "code", "joke", "world", "weather", "news", "image"}) and not mine
    )
    is_asked = is_first or _ASKS_HELP.search(said) is not None
    if not is_out and is_asked and len(said.split()) >= 4 and not mine:
        rows = encode([said, told.scope, about[:400], *told.facts[:12]])
        is_out = float((rows[1:] @ rows[0]).max()) < _OFF_TOPIC
    if not is_out:
        return ""
    if beside.startswith(("I will not help", "I am sorry")):
        return beside
    done = infinitive(said)
    cannot = f"so I cannot {done}" if done else f"so {quoted(said)} is nothing I can answer"
    who = f"I am {told.who} and" if told.who else "I"
    if is_acted and told.who:
        who = f"I am {told.who}{',' if ',' in told.who else ''} and"
        return f"{who} know nothing of that ({quoted(said)}); let us talk about {told.scope}."
    return f"{who} can only help with {told.scope}, {cannot}."


_OWN = re.compile(
    r"\b(?:I['’]m|I am|we['’]re|we are|I have|we have|my|our|mine)\b[^?]{0,80}(?:\d|\b(?:two|"
    r"three|four|"
    r"five|six|adults?|child\w*|kids?|student|senior|dog|wife|husband|son|daughter)\b)",
    re.I,
)
"""What the asker tells of his own case, which his questions are about."""


def _from_facts(told: Guidance, said: str, messages: Messages) -> Messages:
    """A question on what the system message tells, as a question to that text."""
    system = "\n".join(text for role, text in messages if role in ("system", "developer"))
    facts = [line for line in told.facts if len(line.split()) >= 2]
    if not facts or _MARKED.search(system):
        return messages
    is_known = bool(told.role or told.scope or told.name)
    if not is_known and not any(re.search(r"\d", line) for line in facts):
        return messages
    asks = [
        p for p in map(str.strip, _PARTS.split(said)) if p and (_ASKS.match(p) or p.endswith("?"))
    ]
    if not asks or beyond.holds_text(said):
        return messages
    if len(_CODE_LINE.findall(system)) >= 2 and _ASKS_CODE.search(system):
        return messages  # what is said is to be sorted, whatever it asks
    orders = _forms(system, told.facts)
    gap = words_for_gap(system)
    if gap and gap not in orders:
        orders = f'{orders.rstrip()} If the text does not say it, reply exactly: "{gap}"\n\n'
    question = " ".join([*_own_case(said, asks), *(tidied(part) for part in asks)])
    text = " ".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in facts)
    return (("user", f"{orders.lstrip()}Text:\n{text}\n\nQuestion: {question}"),)


def _own_case(said: str, asks: Sequence[str]) -> list[str]:
    """What the asker tells of themselves: "We're two adults with a 9-year-old."."""
    own = []
    for part in filter(None, map(str.strip, _PARTS.split(said))):
        is_told = (_OWN.search(part) or _FIGURE.search(part)) and not part.endswith("?")
        if is_told and not any(ask in part for ask in asks):
            own.append(f"{part.rstrip(' .,;!')}.")
    return own


def _forms(system: str, facts: Sequence[str]) -> str:
    """The lines of a system message that say how an answer is to look, as they stand."""
    lines = [
        line.strip(" -*•")
        for line in re.split(r"(?<=[.!?])\s+|\n+", system[:MOST_CHARS])
        if re.search(
            r"\b(?:words?|sentences?|capitals?|json|bullets?|brief\w*|short|(?:start|begin|"
            r"end|sign) "
            r"(?:\w+ ){0,4}with|yes(?:,? or |, | ?/ ?)no|if (?:it|the|you|there|something|"
            r"anything|nothing|a|an|asked)|don'?t know|"
            r"not sure|unsure)\b",
            line,
            re.I,
        )
        and not re.search(r"\b(?:secret|reveal|confidential)\b", line, re.I)
        and line not in facts
    ]
    return f"{' '.join(lines)}\n\n" if lines else ""
