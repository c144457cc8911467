"""Which changes of a text an order asks for, in the order in which they are made.

Runs in the model worker; the text is hostile and only read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST = 1_500
_ORDINALS = {
    "first": 0,
    "second": 1,
    "third": 2,
    "fourth": 3,
    "fifth": 4,
    "last": -1,
    "final": -1,
    "1st": 0,
    "2nd": 1,
    "3rd": 2,
}
_Q = r"[\"'“”‘’]?"
_NAMED = (
    ("phone", r"(?:tele)?phone(?: numbers?)?|telephones?"),
    ("email", r"e-?mails?(?: address(?:es)?)?|mail address(?:es)?"),
    ("name", r"(?:personal |people's |person'?s'? |all )?names?|people|persons?"),
    ("date", r"dates?"),
    ("price", r"prices?|amounts?(?: of money)?|sums?"),
    ("number", r"(?:all )?(?:numbers?|figures?|digits?)(?! of)"),
    ("place", r"places?|towns?|cities|locations?"),
    ("adjective", r"adjectives?"),
)
_HIDE = (
    r"redact|anonymi[sz]e|black(?:en)? out|mask|censor|hide|blank out|remove|delete|strip|take out|"
    r"cut out|cross out|drop|replace|leave out|pseudonymi[sz]e"
)
_REPLACE = re.compile(
    rf"\b(?:replace|substitute|swap|change|exchange|turn)\s+(?:(?:every|each|all|any|the)\s+)?"
    rf"(?:(?:occurrences?|instances?|mentions?) of\s+)?(?:the\s+)"
    rf"?(?:(?:word|name|number|day|term)s?\s+)?"
    rf"(?P<open>{_Q})(?P<what>[^\"“”\n]{{1,60}}?){_Q},?\s+(?:everywhere\s+)"
    rf"?(?:with|by|to|for|into)\s+"
    rf"(?:the\s+)?(?:(?:word|name|number)\s+)?{_Q}(?P<by>[^\"“”\n:.,;]{{1,40}}?){_Q}"
    r"(?=\s+(?:everywhere|throughout|in|and|wherever)\b|\s*[:.,;!\n]|\s*$)",
    re.I,
)
_NO_WORD = re.compile(
    r"^(?:it|this|that|the (?:text|sentence|following|verb)s?|"
    r"them|statement|question|text|sentence|"
    r"(?:the )?(?:active|passive|following|verbs?|paragraph|lines?|note|notes|mail|message).{0,30}|"
    r"(?:(?:all|every|each|any|the|people|person)\W*\w*\W*)*(?:names?|numbers?|e-?mails?|"
    r"phones?|dates?|prices?|address(?:es)?|abbreviations?|figures?|digits?)(?: .{0,40})?)$",
    re.I,
)
_PLACEHOLDER = re.compile(
    r"\b(?:with|by|as|to|into|using|use)\s+(?:an?\s+|the\s+)?(?:word\s+|mark\s+|placeholder\s+)?"
    r"(?P<by>\[[^\]\n]{1,30}\]|<[^>\n]{1,30}>|[\"“'][^\"”'\n]{1,"
    r"30}[\"”']|[A-Z]{2,12}\b|[*X_█]{1,12}|-{2,5}|…)"
)
_REMOVE_SENTENCE = re.compile(
    rf"\b(?:remove|delete|drop|cut|leave out|take out|strike|strip)\s+(?:out\s+)?the\s+"
    rf"(?P<which>{'|'.join(_ORDINALS)})\s+(?P<unit>sentence|line|word|paragraph)\b",
    re.I,
)
_REMOVE_WORD = re.compile(
    r"\b(?:remove|delete|drop|take out|strike|cut)\s+(?:out\s+)?(?:every|all|the|each|any)?\s*"
    r"(?:(?:occurrences?|instances?) of\s+)?(?:the\s+)?(?:words?|"
    r"phrase)?\s*[\"“'](?P<what>[^\"”'\n]{1,60})[\"”']",
    re.I,
)
_FILLERS = re.compile(
    r"\b(?:remove|drop|cut|delete|strip)\b.{0,20}\b(?:filler|adverb|padding)", re.I
)
_SAID_FOR = re.compile(
    r"\b(?:child|kid|pupil|(?:\w+|\d+)[- ]year[- ]?old|eli5\b|"
    r"(?:like|as if) i(?:['’]?m| am| were) (?:five|six|seven|eight|ten|\d)\b|grand(?:ma|"
    r"pa|mother|father))",
    re.I,
)
_UNABLE = re.compile(
    r"\b(?:sonnet|haiku|limerick|poem|rhym\w+|verse|rap|song|shakespear\w*|pirate|yoda|dialect|"
    r"old english|medieval|biblical|victorian|scottish|cockney|slang|emojis?|hemingway|noir|"
    r"fairy ?tale|fable|screenplay|sarcastic\w*|ironic\w*|funn\w+|humorous\w*|witty|dramatic\w*|"
    r"poetic\w*|in the style of [\w' -]{2,30}|like (?:a |an )?(?:pirate|poet|robot|cowboy|king|"
    r"queen|lawyer|knight|villain)|longer|more detailed?|elaborate|persuasive\w*|exciting|"
    r"sales pitch|advert\w*|slogan)\b",
    re.I,
)
# name of the change, what asks for it; looked for in this order
_WAYS: tuple[tuple[str, str], ...] = (
    (
        "translate",
        r"\btranslat\w+|\b(?:in|into|to) (?:french|german|spanish|italian|dutch|polish|"
        r"portuguese|finnish|swedish|danish|norwegian|latin|turkish|russian|chinese|"
        r"japanese|greek|czech|welsh)\b",
    ),
    (
        "expand",
        r"\b(?:expand|spell out|write out|unfold|resolve)\b.{0,30}\b(?:abbreviat\w+|a"
        r"cronym\w*|"
        r"short forms?|contractions?)|\babbreviations? (?:in full|written out)",
    ),
    ("past", r"\bpast(?: tense| simple| form)?\b(?! participle)|\bpreterite\b"),
    ("present", r"\bpresent(?: tense| simple| form)\b|\b(?:in|into|to) (?:the )?present\b"),
    ("future", r"\bfuture(?: tense| form)?\b"),
    (
        "third",
        r"\bthird[- ]person|\b3rd[- ]person|\b(?:from|in|into|to) "
        r"(?:the )?(?:he|she)(?: form)?\b",
    ),
    ("first", r"\bfirst[- ]person|\b1st[- ]person"),
    ("second", r"\bsecond[- ]person|\b2nd[- ]person"),
    (
        "passive",
        r"\b(?:to|into|in|make|the|be) (?:it )?(?:the )?passive\b|"
        r"\bpassive (?:voice|form|sentence)"
        r"(?!.{0,20}\b(?:to|into)\b.{0,10}\bactive)|^\W*passive\b",
    ),
    (
        "active",
        r"\b(?:to|into|in|make|the) (?:it )?(?:the )?active\b|\bactive "
        r"(?:voice|form|sentence)"
        r"(?!.{0,20}\b(?:to|into)\b.{0,10}\bpassive)|^\W*active\b|\b(?:without|"
        r"no|avoid\w*|not in) (?:the |any )?passive",
    ),
    (
        "statement",
        r"\b(?:in)?to (?:a |an )?(?:plain |declarative )?(?:statement|"
        r"declarative|assertion)s?\b|"
        r"\bas (?:a )?statement",
    ),
    (
        "question",
        r"\b(?:in)?to (?:a |an )?(?:yes.no )?questions?\b|\bas (?:a "
        r")?(?:yes.no )?questions?\b|"
        r"\bmake (?:it|this|them) (?:a )?question|\binterrogative|"
        r"\b(?:form|make|build) (?:a )?question (?:from|of|out of)",
    ),
    ("affirm", r"\b(?:affirmative|positive (?:form|sentence|statement)|remove the negation)\b"),
    ("negate", r"\bnegat(?:e|ive|ed|ion)\b|\bsay the opposite\b|\bopposite meaning\b"),
    (
        "upper",
        r"\bupper[- ]?case\b|\b(?:all )?cap(?:ital letter)?s\b(?! "
        r"(?:only )?(?:at|for|where))|"
        r"\ball capitals\b|\bblock letters\b",
    ),
    ("lower", r"\blower[- ]?case\b|\bsmall letters\b|\bno capitals\b"),
    ("title", r"\btitle[- ]?case\b|\bcapitali[sz]e (?:each|every|all the) words?\b"),
    ("sentence-case", r"\bsentence[- ]?case\b"),
    (
        "sort",
        r"\b(?:sort|order|arrange|put)\b.{0,50}\b(?:alphabet\w*|a "
        r"?(?:to|-) ?z|ascending|by length|"
        r"by number|numerically)|\balphabetical order\b|\bsort (?:these|the|this)\b.{0,20}"
        r"\b(?:lines|words|names|list)\b",
    ),
    ("reverse", r"\brevers\w+\b|\bback ?wards\b"),
    (
        "join",
        r"\b(?:join|combine|merge|connect|link|fuse)\b.{0,60}\bsentences?\b|"
        r"\b(?:in)?to (?:a single|one) "
        r"sentence\b|\b(?:join|combine|merge)\b (?:these|them|the two|both|this)",
    ),
    (
        "split",
        r"\bsplit\b|\bbreak (?:it |this |the |up )?.{0,40}\b(?:up|"
        r"into|sentences)\b|\bshorter sentences\b|"
        r"\b(?:in)?to (?:two|three|several|short|shorter) (?:\w+ )?sentences\b",
    ),
    (
        "email",
        r"\b(?:as|into|to|in) (?:a |an )?(?:\w+ ){0,2}(?:e-?mail|letter)"
        r"\b|\b(?:format|formatted|write) .{0,30}"
        r"\be-?mail\b|\bgreeting and (?:a )?(?:sign|close|closing)",
    ),
    (
        "casual",
        r"\bcasual\w*|\binformal\w*|\bless (?:stiff|formal)\w*|\brelaxed\b|"
        r"\bchatty\b|\blaid[- ]back\b|"
        r"\bstiff\b|\bin (?:a |the )?(?:chat|slack)\b|\bhow (?:you['’]d|you would|"
        r"people) (?:say|talk|"
        r"write)\b|\bcolloquial\w*|\b(?:to|for|with) (?:a |my |your )?(?:mate|friend|buddy|pal)\b|"
        r"\bconversational\w*|\beveryday (?:tone|english)|\bloosen\b|"
        r"\bnot so (?:stiff|formal)",
    ),
    (
        "polite",
        r"\bpolite\w*|\btone (?:this|it|that) down\b|\bfriendl\w+|\bwarm\w*|\bkind(?:er|"
        r"ly)\b|\bcourteous\w*|"
        r"\bnice(?:r|ly)?\b|"
        r"\bgentl\w+|\bsoft\w*|\bless (?:harsh|rude|aggressive|angry|"
        r"blunt)\w*|\bdiplomatic\w*|\btactful\w*|"
        r"\bempathetic\w*|\bcivil\b|\brude\w* (?:words?|out)\b|\bwithout "
        r"(?:the )?(?:swear\w*|insults?|rud\w+)|"
        r"\brespectful\w*|\bswear ?words?\b|\bcalm\w*\b",
    ),
    ("sorry", r"\bsay sorry\b|\bapologi[sz](?:e|ing)\b|\b(?:an?|with) apolog(?:y|ies)\b"),
    (
        "formal",
        r"\bformal\w*|\bprofessional\w*|\bbusiness[- ]?(?:like|tone|"
        r"english|style)?\b|\bofficial\b|"
        r"\bto (?:my|the|your) boss\b|\bmore serious",
    ),
    (
        "plain",
        r"\bplain\w*\b|\bsimpl\w+|\blay(?:man|person)?\b|\bintelligible\b|"
        r"\beas(?:y|ier)\b|\bchild\w*|"
        r"\bkids?\b|\bjargon\b|\bunderstand\w*|\bclear(?:er|ly)?\b|"
        r"\bnon-?technical|\byear[- ]?olds?\b",
    ),
    (
        "short",
        r"\bshort(?:er|en\w*|ly)?\b(?! (?:sentences|forms))|\bconcise\w*|"
        r"\btrim\w*|\btighten\w*|\bbrief\w*|"
        r"\bfewer words|\bcut (?:it|this|down)\b|\bcondense|\bcompress|"
        r"\bhalf (?:as long|the length)",
    ),
    (
        "grammar",
        r"\bgramm\w+|\bcorrect\w*|\bspelling|\btypos?\b|\bmistakes?\b|"
        r"\berrors?\b|\bproof-?read\w*|"
        r"\bfix\b|\bpunctuation\b",
    ),
    ("list", r"\bbullet\w*|\b(?:as|into|to) (?:a )?(?:numbered )?list\b|\bnumbered list\b"),
    (
        "normal",
        r"\bnormal\b|\bcringe\b|\bless hype\b|\bsober\w*|\bneutral\w*|"
        r"\bmatter[- ]of[- ]fact\b|"
        r"\bobjective\w*\b",
    ),
    ("unable", _UNABLE.pattern),
)
_COMPILED = tuple((name, re.compile(pattern, re.I)) for name, pattern in _WAYS)
_KEPT = re.compile(
    r"\b(?:do not|don't|without|never|nothing else|no need to)"
    r"\b[^.;:\n]{0,60}|\(?(?:but )?keep\b[^.;:\n]{0,60}|"
    r"\bchange nothing\b[^.;:\n]{0,40}|\bleave\b[^.;:\n]{0,40}\b(?:alone|"
    r"as (?:it|they) (?:is|are)|unchanged)",
    re.I,
)
_SHAPES = frozenset(
    "upper lower title sentence-case sort reverse join split email list short".split()
)
_TONES = ("casual", "polite", "formal", "plain", "normal")


@dataclass(frozen=True)
class Way:
    """One change.

    Attributes:
        what: the word, kind or place that is changed; for `polite` and the like the words that ask.
        by: what is put instead.
    """

    name: str
    what: str = ""
    by: str = ""


def ways_asked(asked: str) -> list[Way]:
    """The changes that an order names, first those of words, then of build, last of shape."""
    asked = asked[:_MOST]
    edits = _edits(asked)
    rest = _KEPT.sub(" ", asked)
    names: list[Way] = []
    for name, pattern in _COMPILED:
        mark = pattern.search(rest)
        if mark:
            names.append(Way(name, mark[0].strip()))
    found = {way.name for way in names}
    dropped: set[str] = set()
    if "casual" in found:
        dropped |= {"formal", "polite"}
    if edits:
        dropped |= {"grammar", "plain", "normal", "formal", "short"} - (
            {"grammar"} if re.search(r"\bgramm|\bspell", rest, re.I) else set()
        )
    if "unable" in found:
        beyond = next(w for w in names if w.name == "unable").what.lower()
        if found - {"unable"} and beyond in ("funny", "exciting", "longer", "slang"):
            dropped |= {"unable"}
    if found & {"past", "present", "future"} and "question" in found:
        dropped -= {"question"}
    if found & {
        "statement",
        "question",
        "negate",
        "affirm",
        "passive",
        "active",
        "past",
        "present",
        "third",
        "first",
    }:
        dropped |= {"list", "normal", "plain", "formal"}
    if "translate" in found and re.search(
        r"\b(?:plain|normal|proper|readable|clear|full) english\b", rest, re.I
    ):
        names = [w for w in names if w.name not in ("translate", "plain")] + [Way("expand")]
    if "statement" in found and "question" in found:
        mark = re.search(r"\bto (?:a |an )?(?:\w+ )?(statement|question)", rest, re.I)
        dropped.add("question" if mark and mark[1].lower() == "statement" else "statement")
    if "split" in found:
        dropped |= {"short"}
    kept = [way for way in names if way.name not in dropped]
    order = [w for w in kept if w.name not in _SHAPES] + [w for w in kept if w.name in _SHAPES]
    return [*edits, *order]


def _edits(asked: str) -> list[Way]:
    """Words replaced, sentences removed, names and numbers hidden."""
    out: list[Way] = []
    sentence = _REMOVE_SENTENCE.search(asked)
    if sentence:
        place = _ORDINALS[sentence["which"].lower()]
        out.append(Way("drop-" + sentence["unit"].lower(), str(place)))
    word = _REMOVE_WORD.search(asked)
    if word:
        out.append(Way("replace", word["what"].strip(), ""))
    if _FILLERS.search(asked):
        out.append(Way("fillers"))
    mark = _REPLACE.search(asked)
    if mark and not _NO_WORD.match(mark["what"].strip()) and not _tense_word(mark["by"]):
        out.append(Way("replace", mark["what"].strip(), mark["by"].strip()))
        return out
    hides = re.search(rf"\b(?:{_HIDE})\b", asked, re.I)
    if hides and not sentence and not word:
        kinds = _hidden(asked[hides.start() :])
        if not kinds and re.match(r"(?:redact|anonymi|pseudonymi|censor|mask)", hides[0], re.I):
            kinds = ["name", "phone", "email"]
        shown = _PLACEHOLDER.search(asked)
        bare = re.match(r"remove|delete|strip|take|cut|drop|leave", hides[0], re.I)
        put = shown["by"].strip("\"“”'") if shown else ("" if bare else "[{}]")
        out.extend(Way("hide-" + kind, kind, put) for kind in kinds)
    return out


def _hidden(asked: str) -> list[str]:
    near = re.split(
        r"[:\n]|\b(?:but|keep|nothing else|change nothing|leave the)\b", asked, maxsplit=1
    )[0][:160]
    found = []
    for kind, pattern in _NAMED:
        near, count = re.subn(rf"\b(?:{pattern})\b", " ", near, flags=re.I)
        found += [kind] if count else []
    return found


def _tense_word(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:tense|voice|person|question|statement|case|form|active|passive)\b", text, re.I
        )
    )


def is_for_a_child(asked: str) -> bool:
    """Whether the text is to be said for a child."""
    return bool(_SAID_FOR.search(asked))
