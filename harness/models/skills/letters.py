"""A letter of a few lines from an order that holds all of it: to whom, what, signed by whom.

Runs in the model worker; the order is hostile and only read. It invents nothing: what the order
tells becomes the sentences. What fools it: an order whose content stands before the order.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills.rewriting_forms import begun

_MOST_CHARS = 1_200
_KIND = r"(?:letter|e-?mail|mail|message|note|notice|postcard|sms|text message)"
_ORDER = re.compile(
    r"^\W{0,3}(?:(?:please|hi|hello|can you|could you|would you|i need you to|help me)\W+){0,3}"
    r"(?:write|draft|compose|send|make|prepare)\b(?: me| us)?(?: up)?"
    rf" (?:a|an|the) (?:[\w-]+,? ){{0,4}}?{_KIND}\b(?P<rest>.{{8,1000}})$",
    re.I | re.S,
)
_ASIDE = re.compile(
    r"^\s*\([^)]{1,60}\)|"
    r"^\s*(?:of|in) (?:about |at most |no more than )?[\w -]{1,24}(?:words|sentences|lines)",
    re.I,
)
_TO = re.compile(
    r"^\s*(?:from (?P<by>[^:,.]{2,40}?) )?(?:to|for) (?P<who>[^:\n]{2,80}?)"
    r"(?=\s*[:,]\s|\s+(?:that|saying|telling|to say|to tell|to let|to ask|asking|about|because|"
    r"informing|explaining|inviting|thanking|and)\b|\.\s)",
    re.I,
)
_SIGNED = re.compile(
    r"[\s.,;]*\b(?:sign(?:ed)?(?: it| off)?(?: as| with| by| from)?|yours,)[: ]+[\"“']?"
    r"(?P<name>[^\"”'\n.]{2,60})[\"”']?\s*\.?",
    re.I,
)
_THAT = re.compile(
    r"^\W*(?:that|saying(?: that)?|telling \w+(?: that)?|to (?:say|tell \w+|let \w+ know)"
    r"(?: that)?|informing \w+(?: that)?|explaining(?: that)?|and (?:say|tell \w+)(?: that)?)\s+",
    re.I,
)
_ASKS = re.compile(r"^\W*(?:asking|to ask|and ask)(?: \w+)? (?P<how>to|for|if|whether) ", re.I)
_ABOUT = re.compile(r"^\W*(?:about|because of) ", re.I)
_GROUPS = re.compile(
    r"^(?:the|our|all|my)? ?(?:\w+ )?(?:tenants|neighbou?rs|customers|guests|members|parents|"
    r"colleagues|staff|team|residents|visitors|students|pupils|friends)\b",
    re.I,
)
_SECRET = re.compile(
    r"\b(?:gives?|send|sends|tells?|hands?|reveals?|types?|enters?|get|gets|share|shares)\b[^.\n]{0,40}"
    r"\b(?:passwords?|passcode|pin|card number|credentials|login)\b",
    re.I,
)


def composed(reading: Reading) -> str | None:
    """The letter that the last message orders, or None where it orders none or gives no content."""
    roles = [role for role, _ in reading.prompt.messages]
    if roles.count("user") != 1 or not roles or roles[-1] != "user":
        return None
    said = reading.prompt.messages[-1][1].strip()
    if len(said) > _MOST_CHARS or "\n\n" in said:
        return None
    order = _ORDER.match(said)
    if order is None:
        return None
    if _SECRET.search(said):
        return "I do not write that: it would get somebody to give away a secret that is theirs."
    if re.search(r"(?:^|\s)\(?[1a][.)] ", said):
        return None
    rest = _ASIDE.sub("", order["rest"])
    if re.match(r"\W*(?:can|could|would) you\b", said, re.I):
        rest = re.sub(r"\?(?=\s*$|\s+[Ss]ign)", ".", rest)
    signed = _SIGNED.search(rest)
    if signed:
        rest = f"{rest[: signed.start()]}. {rest[signed.end() :]}".strip(" .")
    to = _TO.match(rest)
    body = _body(rest[to.end() :] if to else rest)
    if len(body.split()) < 4:
        return None
    by = signed["name"].strip() if signed else (to["by"] or "").strip() if to else ""
    return "\n\n".join([_greeting(to["who"].strip() if to else ""), body, by or "Kind regards"])


def _greeting(who: str) -> str:
    if not who:
        return "Hello,"
    bare = re.sub(r"^(?:the|our|my|all(?: the| our)?) ", "", who, flags=re.I)
    if _GROUPS.match(who) or re.match(r"(?:Mr|Mrs|Ms|Dr)\b|[A-Z]", bare):
        return f"Dear {bare},"
    return f"Dear {bare if len(bare.split()) <= 3 else 'Sir or Madam'},"


def _body(told: str) -> str:
    """What the order tells, as sentences of the letter."""
    told = told.strip(" ,.:;-\n")
    asks = _ASKS.match(told)
    if asks:
        wish = told[asks.end() :].strip(" .?")
        how = asks["how"].lower()
        if how == "to":
            return f"Could you please {wish}?"
        return f"I would like to ask {'for' if how == 'for' else how} {wish}."
    if _ABOUT.match(told):
        return f"I am writing about {_ABOUT.sub('', told).strip(' .')}."
    text = begun(_THAT.sub("", told).strip())
    return text if text[-1:] in ".!?" else f"{text}."
