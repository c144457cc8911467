"""A system message that makes a rewriter: whatever the user sends is a draft, whatever it says.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. What fools it: a
system message that makes a rewriter and a helper at once.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.prompt import Span
from harness.models.reading import Reading
from harness.models.settling import with_data
from harness.models.skills import rewrite
from harness.models.skills.outcome import Outcome
from harness.models.skills.rewriting_orders import ways_asked

_MOST_CHARS = 4_000
_DRAFTS = re.compile(
    r"\b(?:whatever|anything|everything|all(?: that)?|any (?:text|message|draft|mail)|"
    r"each message|every "
    r"message|the text|what) (?:that )?(?:the user|users?|i|they|people|someone) "
    r"(?:types?|sends?|writes?|says?|pastes?|gives?|enters?)\b|"
    r"\b(?:user|incoming|next) (?:messages?|texts?|input|drafts?) (?:is|are) (?:a |only "
    r"|just )?(?:drafts?|"
    r"texts? to|data)\b|\b(?:rewrit(?:e|ing|er)|rephras(?:e|ing|er)|paraphras\w+|tone|"
    r"style|polish\w*|"
    r"proofread\w*|editing|correct\w+) (?:box|tool|bot|service|engine|machine|assistant|"
    r"filter|function)\b",
    re.I,
)
_REWRITES = re.compile(
    r"\b(?:rewrit\w+|rephras\w+|reword\w*|return|output|give back|reply with|make it|"
    r"turn it|polish|"
    r"version|correct\w*)\b",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:summar\w+|classif\w+|labels?|extract\w*|translat\w+|json|answer the question|"
    r"reply to)\b",
    re.I,
)


def rewritten(reading: Reading) -> Outcome | None:
    """The user's draft in the manner that the system message sets; None where it sets none."""
    messages = reading.prompt.messages
    if [role for role, _ in messages] != ["system", "user"]:
        return None
    told, draft = messages[0][1], messages[1][1].strip()
    if not draft or len(told) + len(draft) > _MOST_CHARS or _OTHERS.search(told):
        return None
    if not _DRAFTS.search(told) or not _REWRITES.search(told) or not ways_asked(told):
        return None
    prompt = with_data(reading.prompt, Span(1, 0, len(messages[1][1])))
    units = tuple(u for u in prompt.units if u.message == 0)
    whole = replace(prompt, units=units)
    made = rewrite.rewrite(
        replace(reading, task="rewrite", prompt=whole, data=(draft,), question="")
    )
    return replace(made, task="rewrite")
