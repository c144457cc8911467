"""Which of several things suits all the people told of, each with what he will not or may not have.

Runs in the model worker; the text is hostile and capped, patterns are bounded. People may be told
of in an earlier turn. What fools it: a dish whose parts its name does not tell.
"""

from __future__ import annotations

import re

from harness.models.skills.finding_cases import joined

_MOST = 4_000
_ASKS = re.compile(
    r"\b(?:which|what)\b[^.?\n]{0,60}\b(?:both|all|every(?:one|body)|each|either|any) ?(?:of )?"
    r"(?:them|us|you)?\b|\b(?:suits?|works? for|fine for|ok(?:ay)? for|safe for|good for) "
    r"(?:both|all|every(?:one|body)|us|them)\b",
    re.I,
)
_SHUNS = re.compile(
    r"\b(?:allergic to|intolerant (?:to|of)|(?:does|do|can|will|may|should)(?:n['’]?t| not)"
    r"(?: \w+)? (?:eat|have|stand|touch|drink|like|take)|can['’]?t (?:eat|have|stand|take)|"
    r"cannot (?:eat|have|stand|take)|won['’]?t (?:eat|touch)|never eats?|avoids?|hates?|"
    r"dislikes?|(?:no) (?=\w+ for\b))\s+(?:any |all |the )?(?P<what>[a-z]+(?:(?:,| or| and) "
    r"(?!(?:my|his|her|our|i|he|she|the)\b)[a-z]+(?![a-z' ]{0,12}(?:is|can|does|hates)\b))?)",
    re.I,
)
_KINDS: dict[str, str] = {
    "fish": "fish|tuna|salmon|cod|trout|herring|anchov|sardine|mackerel|haddock|sushi",
    "seafood": "seafood|shrimp|prawn|crab|lobster|mussel|clam|oyster|squid|scampi",
    "shellfish": "shellfish|shrimp|prawn|crab|lobster|mussel|clam|oyster|scampi",
    "meat": "meat|beef|pork|ham|bacon|chicken|lamb|sausage|steak|turkey|salami|veal|duck|burger",
    "pork": "pork|ham|bacon|salami|prosciutto|chorizo|sausage",
    "nut": "nut|almond|cashew|pecan|pistachio|praline|marzipan",
    "dairy": "dairy|milk|cheese|cream|butter|yog|custard",
    "milk": "milk|cheese|cream|yog|custard",
    "lactose": "milk|cheese|cream|yog|custard",
    "egg": "egg|omelet|frittata|meringue|quiche|mayo",
    "gluten": "bread|pasta|noodle|toast|cake|pizza|spaghetti|lasagn|wheat|couscous|cracker",
    "wheat": "bread|pasta|noodle|toast|cake|pizza|spaghetti|lasagn|wheat|couscous",
}
_TALK = re.compile(
    r"^(?:so|and|or|ok|okay|then|now|please|well|which|what|who|of|is|are|would|can|could|the)\b\s*",
    re.I,
)


def suited(messages: tuple[tuple[str, str], ...]) -> str | None:
    """The things offered that nobody shuns; None where a prompt asks no such thing.

    Args:
        messages: (role, text) pairs, oldest first.
    """
    own = [text[:_MOST] for role, text in messages if role != "assistant"]
    if not own or not _ASKS.search(own[-1]):
        return None
    shuns = _shunned("\n".join(own)[-_MOST:])
    offered = _offered(own[-1])
    if not shuns or len(offered) < 2:
        return None
    fit = [one for one in offered if not any(shun.search(one) for shun in shuns)]
    if len(fit) == len(offered):
        return None
    said = f"the {joined(fit)}" if fit else "none of them"
    return f"{said[:1].upper()}{said[1:]}."


def _shunned(text: str) -> list[re.Pattern[str]]:
    out: list[re.Pattern[str]] = []
    for mark in _SHUNS.finditer(text):
        for word in re.findall(r"[a-z]{3,}", mark["what"].lower()):
            if word in ("and", "for", "any", "the"):
                continue
            stem = re.sub(r"(?<=[^s])s$", "", re.sub(r"(?:oes|ies)$", lambda m: m[0][0], word))
            out.append(re.compile(_KINDS.get(stem, re.escape(stem)), re.I))
    return out


def _offered(said: str) -> list[str]:
    """The things of the longest enumeration that is no list of people and what they shun."""
    best: list[str] = []
    for part in re.split(r"[.?!:\n]|\s[-–—]+\s|;", said):
        if _SHUNS.search(part) or _ASKS.search(part):
            continue
        names = [n.strip(" \"'“”*") for n in re.split(r",\s*(?:or |and )?|\s+or\s+|\s/\s", part)]
        names = [_TALK.sub("", n) for n in names if n]
        names = [n for n in names if n and len(n.split()) <= 5]
        if len(names) > len(best):
            best = names
    return best if len(best) >= 2 else []
