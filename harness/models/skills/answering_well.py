"""Does a reply answer its question, and does a source bear it out?

Runs in the model worker; pure. It looks at the kind of answer that a question wants, and at the
clause of a source that shares most words with the question.
"""

from __future__ import annotations

import re

from harness.models.skills import english as en
from harness.models.skills.claims import numbers
from harness.models.skills.retrieval import content_words, expected_type, stem, type_fits
from harness.models.skills.rewriting_names import names_in

_YES_NO = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have)\b",
    re.I,
)
_SAYS = re.compile(
    r"^\W*(?:yes|no|yep|nope|sure|certainly|of course|not|never|"
    r"only|it (?:is|does|can)|i (?:would|think|recommend)|we should|"
    r"you (?:can|may|must|should))\b",
    re.I,
)
_CHAT = re.compile(
    r"\b(?:thank you for|thanks for|great question|are (?:lovely|"
    r"useful|nice|popular)|i like|we used to|look forward|many "
    r"households|hope you)\b",
    re.I,
)


_MOMENT = re.compile(
    r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2} ?(?:am|pm|a\.m|p\.m|o['’]clock)|\bat (?:\d{1,2}|one|two|"
    r"three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|noon|midnight)\b|\b(?:noon|midnight|today|tomorrow|"
    r"tonight|yesterday|always|never|soon|\w+days?|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|(?:19|20)\d\d|morning|evening|afternoon|week|month|year)\b",
    re.I,
)


def answers(question: str, reply: str) -> float:
    """Above 0 where the reply is of the kind that the question wants, below where it is not."""
    low = question.lower()
    score = -0.6 * len(_CHAT.findall(reply))
    kind = expected_type(question)
    if re.search(r"\bhow (?:do|can|should|to|does one)\b", low):
        first = re.match(
            r"\W*(?:first,? |please |you (?:should|must|need to|can) |to [^,]{3,40}, )?(\w+)", reply
        )
        score += 1.0 if first and en.is_base(first[1]) else -0.3
        score += (
            0.3
            if re.search(
                r"\b(?:then|until|for \w+ (?:seconds|minutes)|press|hold|click|turn|open)\b",
                reply,
                re.I,
            )
            else 0.0
        )
    elif re.search(r"\bwhy\b", low):
        score += (
            1.0
            if re.search(r"\b(?:because|since|due to|so that|as|owing to|after)\b", reply, re.I)
            else -0.5
        )
    elif _YES_NO.match(question):
        score += 1.0 if _SAYS.match(reply) else -0.4
    elif re.search(r"\bwhere\b", low):
        score += (
            1.0
            if re.search(r"\b(?:in|at|on|near|behind|opposite|next to|under)\b", reply, re.I)
            else -0.5
        )
    elif re.match(r"\W*(?:at )?(?:what time|when)\b", low):
        score += 1.0 if _MOMENT.search(reply) else -0.5
    elif kind == "person":
        score += 1.0 if names_in(reply) else -0.5
    elif kind != "any":
        bare = re.search(
            r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|noon|midnight|free)\b",
            reply,
            re.I,
        )
        score += 1.0 if bare else 0.6 * type_fits(kind, reply)
    elif re.match(r"\W*(?:which|what)\b", low):
        score += 0.5 * _shared(question, reply) + (
            0.5 if names_in(reply) or re.search(r"\d|\bthe\b", reply) else -0.2
        )
        score -= 0.5 if re.match(r"\W*i (?:like|love|had|used)\b", reply, re.I) else 0.0
    else:
        score += _shared(question, reply) - 0.2
    return score


def right(question: str, reply: str, source: str) -> float:
    """How well a reply agrees with the clause of the source that the question asks for."""
    clauses = [
        c for c in re.split(r"[.;!?]\s+|,?\s+(?:and|but|while)\s+|,\s+", source) if c.strip()
    ]
    if not clauses:
        return answers(question, reply)
    best = max(clauses, key=lambda clause: (_shared(question, clause), -len(clause)))
    held, said = _bare(best), _bare(reply)
    score = answers(question, reply)
    if said and held:
        return score + (1.5 if said & held else 0.0) - (1.5 if said - held else 0.0)
    words = {stem(w) for w in content_words(reply)} - {stem(w) for w in content_words(question)}
    backed = {stem(w) for w in content_words(best)}
    return score + (len(words & backed) - 0.5 * len(words - backed)) / max(1, len(words))


def _bare(text: str) -> set[str]:
    return {n for n in numbers(text) if " " not in n}


def _shared(question: str, clause: str) -> float:
    asked = {stem(w) for w in content_words(question)}
    held = {stem(w) for w in content_words(clause)}
    return len(asked & held) / max(1, len(asked))
