"""What a later turn of a conversation does to what went before, as far as its words show it.

Runs in the model worker (zone G); the text is hostile. Every pattern is anchored or bounded, and
only the first LONGEST characters of a turn are looked at, since a follow-up is short.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.typed import written_out

LONGEST = 700
_OPENING = re.compile(
    r"\W{0,4}(?:(?:no+|nope|nah|wait|sorry|oops|hm+|ok(?:ay)?|thanks?(?: you)?|thx|merci|danke|"
    r"gracias|"
    r"actually|right|well|please|pls|and|also|then|so|but|great|perfect|good|fine|cool|oh|ah|now|"
    r"yes|y|und|et|i|a)\b(?: so much| a lot)?[ ,.!:;…—-]{0,4})",
    re.I,
)
_POLITE = re.compile(
    r"^\W{0,3}(?:(?:many|so|oh|great|perfect|ok(?:ay)?|good|nice|super|right|fine|cool|lovely|"
    r"that's|"
    r"it|all|very|helpful|works?|one|job|well|done|excellent|brilliant|awesome|understood|got|"
    r"thank|"
    r"thanks|thankyou|thx|cheers|ta|merci|danke|gracias|grazie|dzięki|dziękuję|much|a|lot|for|your|"
    r"the|help|you|you've|been|bye|goodbye|ciao|see|later|tschüss|adiós|adios|have|day|evening|"
    r"weekend|today|now|that|is|was|i|am|i'm|we|are|we're|will|be|answer|quick|really|again|and|to|"
    r"good|night|so|vielen|mille|muchas|auf|wiedersehen|au|revoir|hasta|luego|bis|bald|"
    r"till|until|tomorrow|next|time|take|care)\b[\s,.!:)(;-]{0,6}){1,16}$",
    re.I,
)
_MANNERS = re.compile(
    r"\b(?:thank\w*|thx|cheers|ta|merci|danke|gracias|grazie|dzięki|dziękuję|bye|goodbye|ciao|"
    r"tschüss|adi[oó]s|see you|good night|wiedersehen|au revoir|hasta luego|that's all|great|"
    r"perfect|"
    r"excellent|brilliant|awesome|understood|well done|good job|nice one|got it)\b",
    re.I,
)
_DROPPED = re.compile(
    r"^\W{0,3}(?:(?:ok(?:ay)?|no|actually|please|wait|sorry|hm|well|so)\b[ ,.!]{0,3}){0,2}"
    r"(?:ignore|forget|never ?mind|scrap|disregard|drop|skip|leave|enough (?:of|with)|stop)\b"
    r"(?P<what>[^.:;!?\n]{0,70})(?:[.:;!\n]|,(?= )| and (?=just|only|tell|give|say|"
    r"list))\s*(?P<rest>\S.*)$",
    re.I | re.S,
)
_NEW = re.compile(
    r"^\W{0,3}(?:(?:ok(?:ay)?|now|so|and|thanks)\b[ ,.!]{0,3}){0,2}(?:new|other|different|another|"
    r"something else|next(?= (?:task|job|topic|subject|exercise|question))) ?(?:task|job|topic|"
    r"subject|thing|exercise|question)?[ ,]{0,2}"
    r"(?:please|now)?\s?:\s*(?P<rest>\S.*)$",
    re.I | re.S,
)
_NEXT = re.compile(
    r"^\W{0,4}(?:(?:and|now|then|ok(?:ay)?|thanks|good|great|right|same|y|und|et|i|a|teraz|ahora|"
    r"jetzt|"
    r"maintenant)\b[ ,.!;]{0,3}){0,3}(?:(?:do|try|take|sort|label|classify|tag|what about|how "
    r"about|"
    r"again|same|for|with|the same for|same (?:task|thing|question|again)(?: for| with| on)?|go "
    r"on with|"
    r"here(?: is|'s| comes)|was ist mit|qué tal|et pour)\b[ ,.!:]{0,3}){0,2}"
    r"(?:the )?(?:(?:next|another|new|second|third|fourth)(?: [\w-]{2,16}){0,2}|"
    r"this(?: one)?(?: text| message| mail| too| as well| now)?|that one|these(?: \w{2,12})?|"
    r"one more(?: text)?|here(?: is|'s)?(?: the next| another)?(?: one)?|"
    r"last(?: one)?|text \d|no\. ?\d|number (?:two|three|four|\d)|est[ea]|est[ea] otr[oa]|"
    r"siguiente|"
    r"das(?: hier| da)?|die(?:s|se|ser|ses)(?: hier| da)?|nächste[rs]?|celui-ci|celle-ci|ça|ce "
    r"texte|suivant|to|"
    r"ten|ta|następny|następne|questo|questa|(?<=\w)|(?<= ))\s{0,2}(?:[:?]+|[-–—](?= )|"
    r"(?=[\"“„«'\n]))\s{0,3}(?P<rest>\S.*)$",
    re.I | re.S,
)
_UPDATE = re.compile(
    r"^\W{0,3}(?:(?:please|ok(?:ay)?|now|so|and|no|actually)\b[ ,]{0,2}){0,2}make (?:it|that) "
    r"(?:only )?\d[\w., ]{0,24}[.,;]|"
    r"^\W{0,3}(?:(?:small|quick|one|little|a|an|last|late|short|important|minor)\s){0,2}"
    r"(?:update|correction|erratum|news|change|changes|amendment|addition|edit|p\.?s|fyi|note|typo|"
    r"breaking|addendum|change of plans?)\b[^:.!\n]{0,24}[:.!,—-]\s?"
    r"|\b(?:swapp?ed|traded|switched|changed) (?:\w+ ){0,2}(?:days?|places?|rooms?|shifts?|"
    r"seats?|jobs?|"
    r"roles?|turns?|slots?|weeks?|names?|desks?|tables?)\b|\bhave (?:now )?swapped\b|"
    r"\bswap(?:ped|s)?\b"
    r"|\b(?:is|are|was|were|costs?|opens?|closes?|starts?|begins?|leaves?|takes?|has|have|pays?|"
    r"runs?)"
    r"(?: [\w:.,€$£-]{1,20}){0,5} (?:now|instead|as of today|from now on|these days)\b"
    r"|\b(?:is|are|has|have) (?:now|just|since|meanwhile|been (?:moved|changed|raised|lowered|"
    r"postponed|"
    r"cancelled|put off))\b|\binstead of\b|\b(?:moved|changed|raised|lowered|postponed|brought "
    r"forward)"
    r"\b[^.?\n]{0,40} to\b|\btakes? over from\b|\breplaces\b|\bi (?:mis\w+|got|wrote|typed|"
    r"forgot|left out)\b"
    r"|\bit turns out\b|\bturns out\b|\bthe (?:text|list|notice|sheet|document) (?:was|is) "
    r"(?:wrong|old|out of date)\b"
    r"|\bshould (?:have been|be|read|say)\b",
    re.I,
)
_MEANT = re.compile(
    r"^\W{0,3}(?:(?:no+|sorry|oops|wait|ah|oh|actually|well|hm+|not that one)\b[ "
    r",.!:;…—-]{0,4}){0,3}"
    r"(?:i (?:meant|mean|was asking (?:about|for)|wanted|asked (?:about|for))|make (?:that|it)|"
    r"correct(?:ion|ed)?:|rather|(?:or )?rather|not [\w ]{1,24}(?:,| but)|that should be|"
    r"please use|use|my mistake,?|read)\s+(?P<rest>[^\n]{2,90}?)[.!?]*$"
    r"|^\W{0,3}(?:(?:no+|sorry|oops|wait|actually|not that one)\b[ ,.!:;…—-]{1,4}){1,"
    r"3}(?P<bare>[^\n?]{1,50}?)[.!]*$",
    re.I,
)
_ABOUT = re.compile(
    r"^\W{0,4}(?:(?:and|ok(?:ay)?|so|thanks|good|y|und|et|a|then)\b[ ,.!]{0,3}){0,2}"
    r"(?:what about|how about|what of|and what about|same for|the same for|and for|was ist mit|y|"
    r"und|et)?\s*(?P<rest>[^?\n]{2,60}?)\?+\W{0,3}$",
    re.I,
)
_PUSH = re.compile(
    r"^\W{0,3}(?:(?:hm+|but|well|sorry|ok(?:ay)?|excuse me|wait|no+|nope|nah)\b[ "
    r",.!:;…—-]{0,4}){0,3}"
    r"(?:wrong|incorrect|not (?:right|correct|true)|false|really\b|are you (?:sure|certain|"
    r"serious)|"
    r"its (?:not |only |actually )?[\w.:]{1,12}\b|you(?:'re| are) (?:wrong|mistaken|sure)|you "
    r"(?:made|misread|got|must)\b|you sure|"
    r"(?:that|this|it)(?:'s| is| was| isn't| can't be| cannot be| is not|'s not| does not|"
    r"doesn't)\b|"
    r"i(?:'d| would) (?:say|call|have said|go for)|should(?:n't| not)? (?:it|that|this) be|more "
    r"like|rather|"
    r"i(?:'m| am) (?:\w+ )?(?:sure|certain|positive|afraid)|i (?:don't|do not|doubt|disagree|think|"
    r"believe|thought|see|read|remember|was told)\b|"
    r"(?:please )?(?:can you |could you )?(?:(?:re-?|double-?)?check|verify|re-?count|"
    r"re-?calculate|"
    r"redo|re-?do|re-?consider|re-?read) (?:your|the|that|this|it|my|those)\b[^?\n]{0,40}|"
    r"(?:you|there|that|it|this|something)(?:'s| is| are|'re| have|'ve| must have)?[^.?!\n]{0,"
    r"24}\b(?:mixed|"
    r"mistakes?|error|swapped|off|odd|wrong|confused|miscount\w*|misread|forgot|overlooked|"
    r"missed)\b|"
    r"i (?:get|got|count|counted|make it|find|found|see|have|come to)\b[^?\n]{0,16}\b(?:\d+|"
    r"one|two|three|four|five|"
    r"six|seven|eight|nine|ten)\b|"
    r"(?:my|the|our) [\w ]{2,24} (?:says?|said|thinks?|told me|claims?|gets?|insists?)\b|"
    r"(?:everyone|everybody|google|wikipedia|chatgpt|he|she|they) (?:says?|said|thinks?|agrees?)\b|"
    r"(?:please )?(?:check|look|read|think|try|count)(?: (?:it|that|this|once|closely|carefully|"
    r"the \w+))?"
    r" (?:again|once more|more closely|properly)|surely|"
    r"(?:was|is|are|were|does|did)n'?t (?:it|he|she|that|they|there)|bist du sicher|¿?estás "
    r"segur[oa]|"
    r"sind sie sicher|tu es sûr|[^.?!\n]{1,40} (?:is|are) wrong)\b"
    r"|^\W{0,3}(?:no+|nope|wrong|incorrect|false)\W{0,4}(?:$|it\b|that\b|the\b|i\b)",
    re.I,
)
_CORRECTS = re.compile(
    r"\b(?:it|that|they|he|she|we|i|the [\w-]{2,20})(?:'s| is| are| was| were|'re| has| have|"
    r"'m| am| costs?| takes?) "
    r"[^,.?!\n]{1,40},? not (?:at |on |in |for )?(?P<old>[\w:.,€$£]{1,20}(?: [\w-]{1,"
    r"16})?)\W*(?:$|[.!])",
    re.I,
)
_WHY = re.compile(
    r"^\W{0,3}(?:(?:and|but|ok|so)\b[ ,]{0,2})?(?:why\b(?: (?:so|that|is that|this|this one|not "
    r"[\w ]{1,20}|"
    r"did you (?:choose|pick|say) [\w ]{1,20}))?|how come|how do you know(?: that)?|explain(?: "
    r"that| why| "
    r"your answer| it)?|what makes you (?:say|think) (?:so|that)|where does it say (?:that|so)|"
    r"on what grounds|which sentence(?: says (?:so|that))?|what(?:'s| is) (?:your|the) (?:reason|"
    r"evidence|"
    r"source)|give (?:me )?(?:your|a|the) (?:reason|evidence|source)|warum|¿?por qué|pourquoi|"
    r"dlaczego)"
    r"\W{0,4}$",
    re.I,
)


@dataclass(frozen=True)
class Cue:
    """A recognised kind of follow-up and what is left of its text."""

    move: str
    rest: str = ""


def bare_of(text: str) -> str:
    """A turn without its opening words ("no, sorry, and …")."""
    out = text.strip()
    for _ in range(4):
        found = _OPENING.match(out)
        if not found or found.end() >= len(out):
            return out
        out = out[found.end() :]
    return out


def is_manners(text: str) -> bool:
    """Thanks, praise or goodbye, and nothing asked."""
    head = text.strip()
    return len(head) < 120 and bool(_POLITE.match(head)) and bool(_MANNERS.search(head))


def cue_of(text: str) -> Cue | None:
    """The move that the words of a turn show; None where only its shape can tell.

    Moves: drop, new, next, why, push, update, meant, about.
    """
    head = written_out(text.strip()[:LONGEST])
    for move, pattern in (("drop", _DROPPED), ("new", _NEW), ("next", _NEXT)):
        found = pattern.match(head)
        if found:
            return Cue(move, found["rest"] + text.strip()[LONGEST:])
    if _WHY.match(head):
        return Cue("why")
    meant = _MEANT.match(head)
    if meant and meant["rest"] and _is_phrase(meant["rest"]):
        return Cue("meant", meant["rest"].strip())
    if _CORRECTS.search(head) and not head.endswith("?"):
        return Cue("update")
    if _PUSH.match(head) and not (meant and meant["bare"] and _is_short_phrase(meant["bare"])):
        return Cue("push")
    if _UPDATE.search(head):
        return Cue("update")
    if meant and _is_short_phrase(meant["bare"]):
        return Cue("meant", meant["bare"].strip())
    about = _ABOUT.match(head)
    if about and is_elliptic(about["rest"]):
        return Cue("about", about["rest"].strip())
    return None


def _is_phrase(text: str) -> bool:
    return (
        len(text.split()) <= 8
        and not _PRONOUN.match(text)
        and not _VERB.search(text)
        and not _UPDATE.search(text)
    )


def _is_short_phrase(text: str | None) -> bool:
    return (
        bool(text)
        and not _PRONOUN.match(str(text))
        and len(str(text).split()) <= 4
        and not _VERB.search(str(text))
    )


_PRONOUN = re.compile(r"(?:it|its|they|he|she|that|this|we|you|i|there|the answer)\b(?! one)", re.I)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|can|could|may|must|will|would|should|it's|"
    r"that's|i'm|tell|say|give|list|make|write|put|use|show|need|want|ist|sind|hat|es|está|est)\b",
    re.I,
)
_ASKING = re.compile(
    r"^\W*(?:who|whom|whose|which|what|when|where|why|how|do|does|did|is|are|was|were|can|could|"
    r"may|"
    r"must|will|would|should|has|have|wer|wann|wo|wie|was|quién|cuándo|dónde|qué|cuánto|qui|"
    r"quand|où|"
    r"combien)\b",
    re.I,
)


def is_elliptic(text: str) -> bool:
    """Whether a question leaves its verb to the one before it: "and on Sunday?"."""
    words = text.split()
    return 1 <= len(words) <= 6 and not _VERB.search(text) and not _ASKING.match(text)


_RENAMES = (
    re.compile(
        r"\b(?:call|rename|name|write|label|mark|turn|change)\b (?P<old>[\w '\"“”-]{1,30}?) "
        r"(?:as|to|into|by)? ?(?P<new>[\"“'`]?[A-Z][\w-]{0,24}[\"”'`]?)(?=[\s,.;:]|$)"
    ),
    re.compile(
        r"\b(?:say|write|use|put|answer|reply|give|output|with)\b (?:with "
        r")?(?P<new>[\"“'`]?[\w-]{1,24}"
        r"[\"”'`]?) (?:for|instead of|in place of|rather than|where (?:you|it) (?:said|says)|"
        r"when it is|if it is) (?P<old>[\w '\"“”-]{1,30}?)(?=[,.;:\n]| and |$)",
        re.I,
    ),
    re.compile(
        r"(?P<old>[\w'\"“”-]{1,24}(?: [\w'\"“”-]{1,24})?) (?:is now|becomes|is called|are called|"
        r"is to be called|shall be|should be|will be|=|->|→|=>|as) "
        r"(?P<new>[\"“'`]?[\w-]{1,24}[\"”'`]?)(?=[\s,.;:]|$)"
    ),
    re.compile(
        r"(?:(?<=^)|(?<=[,;:] )|(?<=and ))(?P<new>[\"“'`]?[\w-]{1,24}[\"”'`]?) (?:for|instead of|"
        r"=|means) "
        r"(?P<old>[\w '\"“”-]{1,30}?)(?=[,.;:\n]| and |$)",
        re.I,
    ),
    re.compile(
        r"(?:\band |, )(?P<old>[\w'\"“”-]{1,24}) "
        r"(?P<new>[\"“'`]?[A-Z][\w-]{0,24}[\"”'`]?)(?=[\s,.;:]|$)"
    ),
    re.compile(
        r"(?:\band |, )(?P<old>[\w'\"“”-]{1,24}) (?:to|into|as) "
        r"(?P<new>[\"“'`]?[\w-]{1,24}[\"”'`]?)(?=[\s,.;:]|$)"
    ),
)
_NEW_SET = re.compile(
    r"\b(?:use|with|labels?|words|call them|names?|say|answer|write)\b(?: the| these| new| "
    r"following)?"
    r"(?: (?:labels?|words|letters|names|codes|tags))?:? "
    r"(?P<set>[\"“'`]?[\w-]{1,24}[\"”'`]?(?:, [\"“'`]?[\w-]{1,24}[\"”'`]?){0,8}(?:,? (?:and|or) |/)"
    r"[\"“'`]?[\w-]{1,24}[\"”'`]?)(?= instead| from now| now|[.,;:\n]|$)",
    re.I,
)


def renamed(text: str, names: tuple[str, ...]) -> dict[str, str]:
    """Old label to new one, where a turn gives labels other names; empty where it gives none.

    Args:
        text: the turn.
        names: the labels in use, at least two.
    """
    head = text[:LONGEST]
    known = {name.lower(): name for name in names}
    out: dict[str, str] = {}
    for pattern in _RENAMES:
        for found in pattern.finditer(head):
            old = found["old"].strip(" '\"“”").lower()
            old = re.sub(r"^(?:the |all |every |each |an? )", "", old)
            new = found["new"].strip("\"“”'`")
            if old in known and new.lower() not in known:
                out.setdefault(known[old], new)
    if out:
        return out
    listed = _NEW_SET.search(head)
    if not listed:
        return {}
    new_names = [
        part.strip(" \"“”'`")
        for part in re.split(r",? (?:and|or) |, |/", listed["set"])
        if part.strip()
    ]
    if len(new_names) != len(names) or {n.lower() for n in new_names} & set(known):
        return {}
    return dict(zip(names, new_names, strict=True))
