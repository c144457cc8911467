"""Which sentences of a text tell its news: near the whole text, and told as news is.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re

import numpy as np

from harness.models.features import Bank
from harness.models.skills import condense

_NEWS = re.compile(
    r"\b(?:decid\w+|vot\w+|agree\w*|announc\w+|will (?:be |no "
    r"longer |now )?\w+|closed?|closes|closing|shut\w*|open(?:s|ed)|reopen\w*|"
    r"cancel\w+|postpon\w+|mov(?:e[sd]?|ing)|launch\w*|won|lost|"
    r"resign\w*|left|appoint\w+|merg\w+|ban(?:s|ned)?|"
    r"approv\w+|reject\w+|chos\w+|found|discover\w+|rais\w+|cuts?|"
    r"burn\w*|broke\w*|out of (?:service|order)|delayed|"
    r"starts?|begins?|ends?|no longer|abolish\w*|has (?:been )"
    r"?\w+ed|have (?:been )?\w+ed|gone with|must|"
    r"stopped|stopping|fails|failed|failure|crash\w*|seized|flood\w*|damag\w+|"
    r"destroy\w*|injur\w*|arrest\w*|stole\w*|"
    r"from (?:now|next)|ran aground|suspend\w+|replac\w+|buy|bought|"
    r"sold|died|escaped|rescued|collapsed|warn\w*|recommend\w*|urg(?:e|es|ed))\b",
    re.I,
)


_DECIDED = re.compile(
    r"\b(?:decid\w+|vot\w+|agreed|chose\w*|gone with|settled on|"
    r"we(?:'ll| will)|approved|opted|picked)\b",
    re.I,
)


_COLOUR = re.compile(
    r"\b(?:it was an? \w+ (?:morning|day|evening|night)|as usual|"
    r"meanwhile|hope (?:you|everyone|everybody|all|this)|thanks for|thank "
    r"you for|nice cake|more soon|"
    r"see you|a sad day|was nice|best wishes|weather|sunny|gulls|"
    r"coffee|tea|cake|smil\w+|laugh\w*|grumbl\w*|"
    r"called it|good business|as (?:you|we) know|i'm|i've talked|"
    r"looking forward|lovely|most people think|remember\w*)\b",
    re.I,
)


def ranked_by_news(
    bank: Bank, passages: list[str], asked: str, keep: re.Pattern[str] | None
) -> list[int]:
    """The sentences, the one that tells the news first."""
    vectors = bank.features.encoder.encode(passages)
    worth = vectors @ vectors.mean(0)
    wants_decision = re.search(r"\bdecid\w+|\bdecision\b|\boutcome\b|\bresult\b", asked, re.I)
    for i, passage in enumerate(passages):
        worth[i] += _news_worth(passage, first=i == 0)
        worth[i] += 0.6 if wants_decision and _DECIDED.search(passage) else 0.0
        worth[i] += 0.35 if keep is not None and keep.search(passage) else 0.0
    return [int(i) for i in np.argsort(-worth, kind="stable")]


def _news_worth(passage: str, *, first: bool) -> float:
    """How much a sentence sounds like news rather than colour, about -0.4 to 0.5."""
    worth = 0.2 if first else 0.0
    worth += min(0.3, 0.17 * len({m[0].lower() for m in _NEWS.finditer(passage)}))
    worth += 0.1 if _DECIDED.search(passage) else 0.0
    worth += 0.05 if re.search(r"\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day", passage) else 0.0
    worth -= 0.35 if _COLOUR.search(passage) else 0.0
    worth -= 0.25 if condense.refers_back(passage) else 0.0
    worth -= 0.15 if len(passage.split()) < 5 else 0.0
    return worth - (0.1 if passage.rstrip().endswith("?") else 0.0)


def unlike(bank: Bank, passages: list[str], ranked: list[int], count: int) -> list[int]:
    """The best sentences, each unlike those taken before it, in the text's order."""
    if count == 1 or count >= len(passages):
        return sorted(ranked[:count])
    vectors = bank.features.encoder.encode(passages)
    kept = [ranked[0]]
    for i in ranked[1:]:
        if len(kept) < count and float((vectors[kept] @ vectors[i]).max()) < 0.85:
            kept.append(i)
    kept += [i for i in ranked if i not in kept][: count - len(kept)]
    return sorted(kept)
