"""What is not made here: translations, code, verse and stories, names and ideas, explanations.

Runs in the model worker (zone G); the text is hostile; patterns are anchored or bounded.
"""

from __future__ import annotations

import re

from harness.models.beyond_harm import MAKES
from harness.models.skills.honest import cannot, infinitive, quoted

_LANGUAGE = (
    r"(?:german|french|spanish|italian|portuguese|dutch|polish|japanese|swedish|danish|czech|"
    r"turkish|russian|chinese|mandarin|arabic|greek|norwegian|finnish|hungarian|latin|korean|"
    r"hindi|welsh|irish|icelandic|romanian|ukrainian|croatian|serbian|slovak|hebrew|esperanto|"
    r"klingon|deutsch|französisch|englisch|spanisch|catalan|basque|estonian|latvian)"
)
_TRANSLATES = re.compile(
    rf"\b(?:translat\w+|übersetz\w*|traduc\w+|tradui\w+)\b[^\n]{{0,300}}?\b(?:in|into|to|ins|auf|"
    rf"en|al) (?P<to>{_LANGUAGE})\b|"
    rf"^(?:\W*(?:please|now|and|say (?:it|that|this)|the same|again|put (?:it|that|this))\b[ ,]*)*"
    rf"(?:in|into|to) (?P<to2>{_LANGUAGE})(?: please| now| too)?\W*(?:$|[:\n])|"
    rf"\bhow (?:do|would|can) (?:you|i|we|one) say\b[^\n?]{{1,120}}\bin (?P<to3>{_LANGUAGE})\b|"
    rf"\bwhat(?:'s| is)\b[^\n?]{{1,60}}\bin (?P<to4>{_LANGUAGE})\W*$",
    re.I,
)
_LANGUAGES_OF_CODE = (
    r"(?:sql|python|javascript|typescript|java|bash|shell|regex|regexp|regular expression|c\+\+|"
    r"c#|rust|golang|html|css|powershell|awk|sed|excel formula|perl|php|ruby|kotlin|swift|vba|"
    r"latex|jq|cron(?:tab)?(?: (?:line|expression|entry))?)"
)
_CODE = (
    re.compile(
        rf"^(?:{MAKES}\b ?)?(?:me |us )?(?:(?:an?|the|some|one|short|small|simple|quick|working|"
        rf"little|single|valid|correct|only)\b ?){{0,3}}(?P<what>{_LANGUAGES_OF_CODE})\b"
        r"(?! (?:course|class|snake|conference|book|club|team|workshop|lessons?|documentation)\b)",
        re.I,
    ),
    re.compile(
        rf"\b(?P<what>{_LANGUAGES_OF_CODE}) (?:query |script |function |code |program |statement |"
        r"snippet |one-?liner |command |expression |pattern |class )?(?:for|that|to|which|of|"
        r"matching|please|needed|wanted|query|script|function|code|program|statement|snippet|"
        r"one-?liner|command)\b",
        re.I,
    ),
    re.compile(
        rf"^(?:{MAKES}\b ?)(?:me |us )?(?:an?|the|some)? ?(?:[\w-]+ ){{0,3}}(?P<what>function|"
        r"script|program|algorithm|unit test|shell command|one-?liner|query|regex|app|web ?site|"
        r"web ?page|class|method|macro)\b(?=$|[\s,.:;?!])(?! (?:teacher|room|list|letter|party|"
        r"night|of \d)\b)",
        re.I,
    ),
    re.compile(
        r"^\W*tables?:? \w{2,30} ?\([\w ,]{3,200}\)(?P<what>)[^\n]{0,200}\b(?:sql|query|select|"
        r"statement|how many|count|list|number|per|get|find|which|all)\b",
        re.I,
    ),
)
_VERSE = re.compile(
    r"\b(?P<what>poems?|haikus?|limericks?|sonnets?|songs?|lyrics|raps?|verses?|ballads?|rhymes?|"
    r"riddles?|stor(?:y|ies)|fairy ?tales?|fables?|novels?|essays?|screenplays?|speech(?:es)?|"
    r"toasts?|jingles?|blog ?posts?|business plans?|recipes?|tongue ?twisters?|plays?|dialogues?|"
    r"puns?|crosswords?|acrostics?|proverbs?|anagrams?|scenes?|monologues?|nursery rhymes?)\b",
    re.I,
)
_IDEAS = re.compile(
    rf"^{MAKES}\b (?:me |us )?(?:up )?(?:(?:with|of) )?(?:an? |some |a few |the |\d+ |two |three |"
    r"four |five |six |ten )(?:[\w-]+,? ){0,4}?(?P<what>names?|ideas?|synonyms?|antonyms?|slogans?|"
    r"taglines?|titles?|facts?|tips?|examples?|puzzles?|questions?|metaphors?|similes?|words? that|"
    r"words? for|rhymes?|compliments?|excuses?|sentences? about|sentences? (?:with|without|in "
    r"which|on)|paragraphs? (?:about|on)|menu|plan|itinerary|alternatives|captions?|lines? about|"
    r"hashtags?|passwords?|user ?names?)\b",
    re.I,
)
_DESCRIBES = re.compile(
    r"^(?:explain|describe|define|teach|discuss|analy[sz]e|imagine|tell (?:me |us )?(?:something )?"
    r"(?:about|how|why|what)|what(?:'s| is) the difference between|how do(?:es)?\b(?! (?:you|i|it|"
    r"he|she|they|we|this|that|the (?:text|author)))|compare\b(?! (?:the|these|this|both|them|a "
    r"and b)\b))",
    re.I,
)


def translation_of(text: str) -> str:
    """That a translation cannot be made, with its language; empty where none is asked for."""
    found = _TRANSLATES.search(text[:400])
    if found is None:
        return ""
    to = next(one for one in found.groupdict().values() if one)
    if to.lower() in ("englisch",):
        return ""
    return f"I cannot translate into {to[:1].upper()}{to[1:]}: I only write English."


def code(text: str, bare: str) -> str:
    """That code cannot be written, with what it was for; empty where none is asked for."""
    if len(text.split()) > 70:
        return ""
    for pattern in _CODE:
        found = pattern.search(bare)
        if found:
            what = found["what"] or "SQL"
            named = {"sql": "SQL", "html": "HTML", "css": "CSS", "query": "SQL"}.get(
                what.lower(),
                what if what.lower() in ("regex", "awk", "sed", "bash") else what.capitalize(),
            )
            if infinitive(text):
                return cannot(text, f"I write no code ({named}), I only work on plain texts")
            return f"I cannot write {named} code for {quoted(text)}: I only work on plain texts."
    return ""


def made_up(text: str, bare: str) -> str:
    """That nothing of its own is made or explained; empty where that is not asked for."""
    first = re.split(r"(?<=[.!?])\s", bare, maxsplit=1)[0]
    if re.search(
        r"\b(?:this|that|these|those|above|below|following|it)\b(?! (?:is|was|has|looks))",
        first,
        re.I,
    ) and (not _VERSE.search(first)):
        return ""
    verse = _VERSE.search(first)
    orders = re.match(rf"(?:{MAKES}|i (?:want|need|would like)|an? |another )\b", bare, re.I)
    led = (
        verse
        and re.match(r"(?:an? |\w+ )?$", first[: verse.start()], re.I)
        and re.match(
            r"\s*(?:about|on|for|with|of|in|to|please|from)\b|\W*$", first[verse.end() :], re.I
        )
    )
    if (
        verse
        and (orders or (led and not re.match(r"the\b", first, re.I)))
        and len(text.split()) <= 60
    ):
        return (
            cannot(text) if infinitive(text) else f"I cannot write {_one(verse[0], text)}: {_WHY}."
        )
    if _IDEAS.match(bare) or (_DESCRIBES.match(bare) and len(text.split()) <= 60):
        why = (
            "I know nothing of the world beyond the texts that I am given"
            if not _IDEAS.match(bare)
            else "I make up nothing of my own and only work on texts that I am given"
        )
        if infinitive(text):
            return cannot(text, why)
        return f"I cannot tell you {quoted(text)}: {why}."
    return ""


_WHY = "I am a small practice model and only work on texts that I am given"


def _one(what: str, text: str) -> str:
    """The thing asked for with what it is about: "a haiku about a broken lift"."""
    at = text.lower().find(what.lower())
    words = text[at:].strip(" .!?").split()[:12]
    article = "" if what.lower().endswith("s") or what.lower() == "lyrics" else "a "
    return f"{article}{' '.join(words)}"
