"""Find labels that a prompt offers in a breath: `A or B?`, `A/B`, `answer A or B`.

Runs in the model worker (zone G); the text is hostile; every repeat is bounded.
"""

from __future__ import annotations

import re

_OR = r"(?:or|oder|o|u|ou|czy|oppure|eller|lub|/)"
_WORDS = r"[\w'’-]{1,24}(?: [\w'’-]{1,24}){0,2}"
_LEAD = (
    r"(?:(?:is|are|was|were|does|would you say|tell me whether|say (?:if|whether)|decide|whether|"
    r"ist|es|est|czy|"
    r"teraz po \w+|label|mood|tone|sentiment|priority|verdict|please|pls|quick one|so|now)\b[ "
    r",:]{0,2})?"
    r"(?:(?:this|that|it|the|das|esto|to)\b(?: (?:text|mail|e-?mail|message|review|sentence|note|"
    r"letter|one|line|comment|"
    r"post|tweet|writer|sender|author|guest|customer|following|below|above|next)){0,2}(?: below| "
    r"above)?"
    r"(?: (?:is|sounds?|more))?[ ,:]{0,2})?"
)
_ARTICLE = r"(?:(?:an?|the|more|rather|eine?|un[ae]?|about) )?"
OFFER = re.compile(
    rf"(?:^|(?<=\n)|(?<=[.!?:;,)\"”»] )|(?<=[-–—] ))[ \t]*¿?{_LEAD}{_ARTICLE}(?P<first>{_WORDS})"
    rf"(?P<more>(?:, {_ARTICLE}{_WORDS}){{0,6}}),? {_OR} {_ARTICLE}(?P<last>{_WORDS})(?:,? "
    rf"(?:please|pls))?\s?"
    r"(?P<end>\?|:|(?=\s*$)|(?=\s*[\"“„«\n]))",
    re.I,
)
SLASHED = re.compile(
    rf"(?:^|(?<=\n)|(?<=[.!?:;,)\"”»] )|(?<=[-–—] )){_LEAD}(?P<list>{_WORDS}(?: ?/ "
    rf"?{_WORDS}){{1,6}})\s?(?P<end>\?|:|(?=\s*$)|(?=\s*[\"“„«\n]))",
    re.I,
)
ANSWER_SET = re.compile(
    r"\b(?:answer|reply|respond|write|say|output|return|give|print|put)\b(?: (?:with|only|just|"
    r"either|exactly|me))*:? "
    r"(?P<first>[\"“'`]?[\w-]{1,24}[\"”'`]?)(?P<more>(?:, [\"“'`]?[\w-]{1,24}[\"”'`]?){0,6}),? "
    r"(?:or|/) "
    r"(?P<last>[\"“'`]?[\w-]{1,24}[\"”'`]?)(?=\W|$)",
    re.I,
)
FINITE = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|can|could|may|must|will|would|should|i|"
    r"you|we|they|"
    r"he|she|not sure|cost\w*|who|whom|what|which|when|where|why|how|much|many|more|less|before|"
    r"after|earlier|later|under|over|\d+ ?\w*|"
    r"yes|no|true|false|supported|unsupported|refuted|not supported|correct|incorrect|right|"
    r"wrong|pass|fail)\b",
    re.I,
)
_GENERIC = re.compile(
    r" (?:customer|review|mail|message|text|content|tone|sentiment|comment|guest|writer|feedback|"
    r"mood|"
    r"person|user|sender|case|matter|ticket|post|note)$",
    re.I,
)
_PREFIX = re.compile(
    r"^(?:(?:severity|urgency|importance|risk|level|rate|route|send|forward|to|is|are|was|does|do|decide|say|tell|"
    r"whether|if|or|as|into|label|tag|mark|sort|"
    r"classify|put|rate|each|every|all|"
    r"this|that|it|the|these|my|our|line|lines|text|texts|mail|message|review|sentence|sentences|"
    r"writer|sender|following|"
    r"tone|mood|sentiment|priority|subject|topic|language|style|below|note|letter|one|item|items|"
    r"an?|either|between|with|as|of|me|only|just|please|answer|reply|write)\b[ :]*)+",
    re.I,
)


LISTED = re.compile(
    r"^[ \t]*(?:[\w-]{2,16} ){0,3}[\w-]{2,16}\s?[?:][ \t]*(?P<list>[\w-]{2,20}(?: [\w-]{2,16})?"
    r"(?:, ?(?:or |and )?[\w-]{2,20}(?: [\w-]{2,16})?){2,11})[ \t]*[.?:]?[ \t]*$",
    re.M,
)
"""`emotion? joy, anger, fear`: a short heading and a list of names on a line of their own."""
LETTERED = re.compile(
    r"(?:(?<=\s)|(?<=^))(?P<list>\(?[a-e1-5]\)[ \t]?[\w-]{2,20}(?: "
    r"[\w-]{2,16})?(?:[,;]?\s{1,2}(?:or )?\(?[a-e1-5]\)"
    r"[ \t]?[\w-]{2,20}(?: [\w-]{2,16})?){1,8})[ \t]*[.?:]?[ \t]*(?=\n|$)"
)
SORTED_INTO = re.compile(
    r"^\W*(?:please |pls |can you |could you |now )?(?:sort|classify|categori[sz]e|label|tag|"
    r"assign|group|file|split|divide|route|(?:bitte )?(?:ordne|sortiere?|teile|klassifiziere))\b"
    r"[^.:?\n]{0,50}?\b(?:into|as|to|under|by|between|ein|zu|als|in)\b:? (?:the )?"
    r"(?P<list>[\w-]{2,20}(?: [\w-]{2,16})?"
    r"(?:(?:, ?(?:or |and )?|,? (?:or|and|oder|und) |/)[\w-]{2,20}(?: [\w-]{2,16})?){1,9})"
    r"\s?(?=[:.\n]|$)",
    re.I,
)


def names_of(mark: re.Match[str]) -> list[str]:
    """The labels of a match of OFFER, SLASHED or ANSWER_SET, without the words around them."""
    if mark.re in (LISTED, SORTED_INTO):
        return [
            p.strip()
            for p in re.split(r", ?(?:or |and )?|,? (?:or|and|oder|und) |/", mark["list"])
            if p.strip()
        ]
    if mark.re is LETTERED:
        return [
            p.strip(" ,;") for p in re.split(r"\(?[a-e1-5]\)", mark["list"]) if p.strip(" ,;or")
        ]
    if mark.re is SLASHED:
        parts = re.split(r" ?/ ?", mark["list"])
    else:
        parts = [mark["first"], *[p for p in mark["more"].split(", ") if p.strip()], mark["last"]]
    return clean_names(
        [re.sub(r"^(?:an?|the|about) ", "", p.strip(" \"“”'`"), flags=re.I) for p in parts]
    )


_TAIL = re.compile(r"(?: of (?:them|these|those))? (?:if|when|only|where|unless|for)$", re.I)
_QUOTED_NAME = re.compile(r"^[^\"“'`]{1,30} [\"“'`]([\w -]{1,24})$")


def clean_names(names: list[str]) -> list[str]:
    """Names without the words of the order in front and the noun they share behind."""
    names = [_QUOTED_NAME.sub(r"\1", _TAIL.sub("", name)) or name for name in names]
    out = [names[0], *names[1:]]
    shorter = _PREFIX.sub("", out[0])
    out[0] = shorter or out[0]
    if len(out[-1].split()) == 2 and all(len(n.split()) == 1 for n in out[:-1]):
        out[-1] = _GENERIC.sub("", out[-1])
    return out
