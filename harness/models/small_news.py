"""Short talk that sets no task: tiredness, good and bad news, the weather, a bare "it", a choice.

Runs in the model worker (zone G); pure; the text is hostile and short; every repeat is bounded.
What fools it: news told in words that are not listed, and irony.
"""

from __future__ import annotations

import re
from functools import cache

from harness.models.skills.honest import quoted

_MOST_WORDS = 40


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compiled where the first message of this kind is met."""
    return {
        "worn": re.compile(
            r"\b(?:i(?:['’]?m| am| feel|['’]?ve been)|feeling|we(?:['’]re| "
            r"are))\b[^.?!\n]{0,20}\b(?P<how>wrecked|"
            r"knackered|shattered|worn out|burn(?:t|ed) out|drained|swamped|overwhelmed|exhausted|"
            r"beat|done in|tired|sleepy|stressed|frustrated|fed up|miserable|sick of it|gutted|"
            r"heartbroken|anxious|nervous|lonely|sad|down)\b",
            re.I,
        ),
        "good": re.compile(
            r"\b(?:got|been|finally|just|am|was|i['’]?ve|we['’]?ve|"
            r"who)\b[^.?!\n]{0,24}\b(?:promoted|the job|an offer|a raise|"
            r"engaged|married|accepted|hired|published|graduated|my degree|a new baby|first "
            r"place)\b|"
            r"\b(?:passed|aced|won) (?:my|the|our|a) \w+|\b(?:it['’]?s|is) my birthday\b|"
            r"\b(?:baby|son|daughter) (?:was|is) born\b",
            re.I,
        ),
        "bad": re.compile(
            r"\b(?:got|been|was|were) (?:fired|laid off|dumped|robbed|rejected|made redundant)\b|"
            r"\b(?:failed|flunked) (?:my|the) \w+|\b(?:my|our) [\w ]{2,20} (?:died|passed away|"
            r"broke "
            r"down|is in hospital)\b|\blost my (?:job|dog|cat|keys|wallet|phone)\b|\bbroke up\b",
            re.I,
        ),
        "weather": re.compile(
            r"\b(?:what(?:['’]?s| is)|how(?:['’]?s| is)|is it|will it|do i "
            r"need)\b[^?\n]{0,30}\b(?:weather|rain\w*|"
            r"snow\w*|sunny|cold outside|warm outside|umbrella|coat|jacket)\b",
            re.I,
        ),
        "it": re.compile(
            r"^\W*(?:(?:please|pls|can you|could you|would you|now|just|ok)\W+){0,3}(?:make|fix|"
            r"improve|"
            r"shorten|check|explain|change|correct|polish|clean up|redo|finish|simplify|"
            r"better)\s+(?P<it>it|this|that|these|them)\b(?: (?:a bit |much |more |"
            r"up)?\w{0,14}){0,3}"
            r"(?: (?:please|pls))?\W*$",
            re.I,
        ),
        "choose": re.compile(
            r"\b(?:what would you (?:do|choose|pick|take)|which (?:one )?would you|what do you "
            r"think|"
            r"what should (?:i|we) do|which should (?:i|we)|any advice|torn between|so\?\s*$)",
            re.I,
        ),
        "priced": re.compile(
            r"\b(?P<a>[A-Z]\w{1,20}) (?:is|costs|asks|wants|charges|at) (?:for "
            r")?[€$£]?(?P<n>\d[\d.,]{0,8})\b"
            r"[^.;\n]{0,60}?(?:,|;|\band\b|\bwhile\b|\bbut\b) (?:and )?(?P<b>[A-Z]\w{1,20}) "
            r"(?:is|costs|asks|wants|"
            r"charges|at)? ?(?:for )?[€$£]?(?P<m>\d[\d.,]{0,8})\b"
        ),
        "either": re.compile(
            r"\b(?:we|i) (?:can|could) (?:either )?(?P<a>[^?.\n]{4,80}?),? or "
            r"(?P<b>[^?.\n]{4,100}?)(?=[?.\n]|$)",
            re.I,
        ),
        "task": re.compile(
            r"\b(?:classif\w*|label\w*|sort|tag|categor\w*|summar\w*|extract|rewrite|translate|"
            r"list|"
            r"write|json|positive|negative|sentiment)\b",
            re.I,
        ),
    }


def said_to_news(said: str) -> str:
    """A short reply to news, a mood, the weather or a bare "it"; empty where a message is none.

    Args:
        said: the message, the first of its conversation.
    """
    head = said.strip()
    if len(head.split()) > _MOST_WORDS or re.search(r"[:\"“\n]", head):
        return ""
    told = _patterns()
    if mark := told["it"].match(head):
        word = mark["it"].lower()
        return f"What do you mean by “{word}”? Paste the text here and say what is to change."
    if told["task"].search(head):
        return ""
    if told["weather"].search(head):
        return "I cannot see the weather: I have no live data. A look outside will tell."
    if head.endswith("?"):
        return ""
    if told["bad"].search(head):
        return "I am sorry to hear that. If there is a text I can help with, just paste it."
    if told["good"].search(head):
        return "Congratulations, that is good news! Tell me if I can help with a text about it."
    if mark := told["worn"].search(head):
        return (
            f"That sounds hard; I am sorry that you are {mark['how'].lower()}. I hope you get some "
            "rest. Is there a text that I can take off your hands?"
        )
    return ""


def weighed(said: str) -> str:
    """What can be said to a choice that was told; empty where none is asked for or told.

    Args:
        said: what the user said, all turns.
    """
    told = _patterns()
    if len(said) > 1_500 or not told["choose"].search(said):
        return ""
    if mark := told["priced"].search(said):
        one, other = (float(mark[part].rstrip(".,").replace(",", "")) for part in ("n", "m"))
        if one != other:
            low, high = ("a", "b") if one < other else ("b", "a")
            figures = {"a": mark["n"].rstrip(".,"), "b": mark["m"].rstrip(".,")}
            return (
                f"By price alone I would take {mark[low]}: {figures[low]} against {figures[high]} "
                f"for {mark[high]}. Whether what {mark[high]} does better is worth the difference "
                "is for you to say."
            )
    if mark := told["either"].search(said):
        return (
            f"It comes down to {quoted(mark['a'].strip())} against {quoted(mark['b'].strip())}. "
            f"I am "
            "a small practice model and would take the one that is easier to put right if it goes "
            "wrong."
        )
    return ""
