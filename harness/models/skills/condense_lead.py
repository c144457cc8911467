"""Where the subject of a sentence begins behind a long phrase of cause or time.

Runs in the model worker; pure. What fools it: a phrase that holds a clause of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.models.skills import english as en

_LEADS = frozenset("due owing thanks according prior contrary".split())
_CLAUSES = frozenset("because since as when while although though if once whereas".split())
_CAUSES = frozenset("after following despite because with without during in on at by from".split())


def border_of_lead(words: Sequence[str]) -> int:
    """Where the subject begins behind a long phrase of cause or time; 0 where there is none.

    "Due to a burst pipe the pool stays shut", "After eight months of repairs the hall opens".
    """
    if len(words) < 6:
        return 0
    low = [word.lower().strip(",;:") for word in words[:18]]
    is_cause = low[0] == "because" and low[1] == "of"
    is_clause = low[0] in _CLAUSES and not is_cause
    if not ((low[0] in _LEADS and low[1] == "to") or is_cause or low[0] in _CAUSES or is_clause):
        return 0
    found = [i for i in range(3, len(low)) if _opens(words, low, i, is_clause=is_clause)]
    return found[0] if found else 0


def _opens(words: Sequence[str], low: Sequence[str], i: int, *, is_clause: bool) -> bool:
    """Whether the subject begins at a word: behind a comma, or with an article of its own."""
    if words[i - 1].endswith(","):
        is_link = low[i] in en.PREPOSITIONS | en.LINKS or low[i].endswith("ing")
        return not is_link and _is_clause(words[i:])
    if is_clause or low[i] not in en.DETERMINERS:
        return False
    before = low[i - 1]
    is_open = before not in en.PREPOSITIONS | en.DETERMINERS | en.LINKS | en.adjectives()
    is_verb = before in (*en.BE, *en.HAVE) or en.lemma_of(before, "past", "ing")
    return is_open and not is_verb and _is_clause(words[i:])


def _is_clause(words: Sequence[str]) -> bool:
    """Whether words are a clause of their own, with a subject of one word at least."""
    found = en.verbs([word.strip(",;:") for word in words])
    return bool(found) and 0 < found[0].at <= 9


def end_of_lead(words: Sequence[str], main: int) -> int:
    """Where the subject begins behind a phrase without a comma: "After a year the two towns …"."""
    for i in range(2, main):
        before = words[i - 1].lower()
        if words[i].lower() in en.DETERMINERS and before not in (
            en.PREPOSITIONS | en.DETERMINERS | en.adjectives() | {"and", "or", "all", "both", "of"}
        ):
            return i
    return 0
