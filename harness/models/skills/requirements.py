"""Does a text have what a requirement, rubric point or criterion names?

Runs in the model worker; the texts are hostile and only read. A requirement in plain words is
turned into a test of the text: a feature that can be seen (greeting, date, price), a length, a
word, or at last its content words. What fools it: a requirement on the meaning of a whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.models.skills import english as en
from harness.models.skills.lengths import NUMBERS
from harness.models.skills.retrieval import content_words, stem
from harness.models.skills.rewriting_names import names_in

_MONTHS = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|"
    r"ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b"
)
_FEATURES: tuple[tuple[str, str, str], ...] = (
    # name, what asks for it, what shows it
    (
        "way",
        r"\bhow to get (?:there|to)\b|\bdirections\b|\bway (?:there|to)\b|\bhow to (?:reach|"
        r"find) it\b|\btransport\b",
        r"\b(?:bus|tram|train|metro|underground|subway|ferry|on foot|by car|by bike|walk|turn "
        r"(?:left|right)|stop|"
        r"from the station|line \d+|motorway|exit)\b",
    ),
    (
        "damage",
        r"\bdamage\w*|\bbroken\b|\bwhat (?:was|is|got) (?:hit|hurt|wrong)\b|\bthe fault\b",
        r"\b(?:broken?|broke|gone|crack\w*|dent\w*|smash\w*|bent|torn|tore|scratch\w*|missing|"
        r"leak\w*|"
        r"burst|shattered|split|damaged|hole|came off|ripped|crushed|burnt)\b",
    ),
    (
        "moment",
        r"^\W*when\b|\b(?:says?|tells?|states?|mentions?|explains?) when\b",
        rf"\b(?:today|tomorrow|tonight|within|by|until|on \w+day|next \w+|in \w+ "
        rf"(?:days?|weeks?|hours?))\b|\b\d{{1,2}}[:.]\d\d\b|\b{_MONTHS} \d|\d {_MONTHS}",
    ),
    (
        "greeting",
        r"\bgreet\w*|\bsalutation|\bsays? hello|\bhello\b|\baddress(?:es)"
        r"? the (?:reader|customer|recipient)",
        r"^\W*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings|welcome)\b",
    ),
    (
        "phone",
        r"\b(?:tele)?phone\b|\bcall ?back number\b|\btelephone",
        r"(?<![\d.])\+?\(?\d{2,5}\)?(?:[ /.-]?\d{2,5}){1,5}(?=\D|$)",
    ),
    (
        "email",
        r"\be-?mail address|\bmail address|\bcontact address\b|\bgives? an? e-?mail",
        r"[\w.+-]+@[\w-]+\.\w+",
    ),
    (
        "link",
        r"\blink\b|\burl\b|\bweb ?site\b|\bweb address\b",
        r"https?://|www\.|\b\w+\.(?:com|org|net|example|eu|uk|de)\b",
    ),
    (
        "signature",
        r"\bsign(?:s|ed|ature|[- ]?off| off)?\b|\bclos(?:ing|e)\b(?! "
        r"(?:time|date|hour))|\bcomplimentary close|\bends? with (?:a "
        r")?(?:regards|name)",
        r"(?:regards|sincerely|yours|best wishes|cheers|all the best|"
        r"best|faithfully|truly|greetings from)\b[^.!?]{0,60}$|"
        r"\n\s*[A-Z][\w&. ]{2,40}\s*$|[.!?,]\s+[A-Z][a-z]+(?: [A-Z][a-z]+)?\s*$",
    ),
    (
        "apology",
        r"\bapolog\w*|\bsorry\b|\bregrets?\b",
        r"\b(?:sorry|apolog\w+|regret|forgive|excuse us|our (?:fault|mistake))\b",
    ),
    (
        "thanks",
        r"\bthank\w*|\bgratitude\b|\bgrateful",
        r"\b(?:thank\w*|grateful|appreciate|cheers)\b",
    ),
    ("please", r"\b(?:says?|uses?|contains?|has|have|word) [\"“']?please", r"\bplease\b"),
    ("question", r"\bquestions?\b(?! (?:is|was|it|number))|\basks?\b", r"\?"),
    ("exclamation", r"\bexclamation", r"!"),
    ("emoji", r"\bemojis?\b|\bsmileys?\b", r"[\U0001F300-\U0001FAFF☀-➿]|[:;]-?[)(D]"),
    (
        "price",
        r"\bprices?\b|\bcosts?\b|\bhow much\b|\bfees?\b|\bamount\b|\bcharge\b",
        r"[€$£]\s?\d|\b\d[\d.,]*\s?(?:€|\$|£|euros?|dollars?|pounds?|"
        r"crowns?|francs?|cents?|eur|usd|gbp|p\b)|"
        r"\b(?:price|costs?|fee|bill|charge|pay)\w*\b[^.!?\n]{0,20}\d|"
        r"\bfree of charge\b|\bfor free\b",
    ),
    (
        "time",
        r"\btime of (?:day|start)|\bstart(?:ing)? time|\b(?:a|the|"
        r"names? a|gives? a|exact|opening|meeting|specific|clock) "
        r"time\b|\btimes?\b(?! (?:more|as))|\bhour\b|\bwhen it (?:starts|begins)",
        r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2} ?(?:am|pm|o['’]clock|h)\b|"
        r"\b(?:at|by|from|until|before) (?:noon|midnight|\d{1,2}|one|"
        r"two|three|four|"
        r"five|six|seven|eight|nine|ten|eleven|twelve|half past|quarter)"
        r"\b(?! (?:per|%|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
        r"dec))|\bnoon\b|\bmidnight\b",
    ),
    (
        "deadline",
        r"\bdeadline\b|\bdue date\b",
        rf"\b(?:by|until|before|no later than|latest|due)\b[^.!?]{{0,20}}(?:\d|"
        rf"day\b|{_MONTHS}|noon|week|tomorrow|tonight)",
    ),
    (
        "date",
        r"\bdates?\b(?! of birth)|\bdays?\b(?! off)",
        rf"\bthe \d{{1,2}}(?:st|nd|rd|th)\b|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? "
        rf"{_MONTHS}|\b{_MONTHS} "
        rf"\d{{1,2}}|\b\d{{4}}-\d\d-\d\d\b|"
        r"\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b(?! ?(?:km|euros?|"
        r"pounds?|million|%))|\b(?:mon|tues|wednes|thurs|fri|satur|"
        r"sun)day\b|\btomorrow\b|\btoday\b",
    ),
    ("number", r"\bnumbers?\b|\bfigures?\b|\bdigits?\b|\bstatistic", r"\d"),
    (
        "place",
        r"\bplaces?\b|\bcit(?:y|ies)\b|\btowns?\b|\bcountr(?:y|ies)\b|\blocations?\b|\bvenues?\b|\bwhere\b|\broom\b|\baddress\b",
        r"\b(?:in|at|from|near|behind|opposite|outside)\s+(?:the\s+)?(?:[\w-]+\s+){0,"
        r"2}?(?:[A-Z][\w'’-]+(?<!January)(?<!February)(?<!March)(?<!April)"
        r"(?<!May)(?<!June)(?<!July)"
        r"(?<!August)(?<!September)(?<!October)(?<!November)(?<!December)"
        r"|room|hall|house|office|garden|park|library|school|station|"
        r"church|square|building|kitchen|pub|restaurant|museum|centre|"
        r"gym|yard|barn|club|gate|street|lobby)\b|\b(?:room|gate|hall) \w{1,3}\b",
    ),
    ("name", r"\bnames?\b|\bcontact person\b|\bperson\b|\bwho\b", ""),
    (
        "reason",
        r"\breasons?\b|\bwhy\b|\bexplains?\b|\bexplanation|\bcause\b|\bjustif",
        r"\b(?:because|since|due to|owing to|as (?:the|we|it|there|"
        r"a)|so that|therefore|the reason|after|thanks to|caused)\b",
    ),
    (
        "offer",
        r"\boffers?\b|\bcompensation|\brefund|\bsolution|\bremed\w+|\bhelp\b|\bnext step",
        r"\b(?:refund|replace\w*|new one|voucher|discount|offer|we "
        r"(?:will|can|shall|have)|we['’]ll|let us|compensat\w+|send "
        r"you|repair)\b",
    ),
    ("bullet", r"\bbullets?\b|\blist\b", r"(?:^|\n)\s*(?:[-*•]|\d+[.)])\s+\S"),
    ("quote", r"\bquot\w+|\bcitation", r"[\"“«][^\"”»]{3,}[\"”»]"),
    (
        "insult",
        r"\binsult\w*|\brude\w*|\bswear\w*|\boffensive|\bimpolite",
        r"\b(?:stupid|idiot\w*|fool\w*|damn\w*|bloody|hell|shut up|"
        r"moron\w*|useless|pathetic|clown\w*|lazy|crap)\b",
    ),
)
_COMPILED = tuple(
    (n, re.compile(a, re.I), re.compile(s, re.I | re.M) if s else None) for n, a, s in _FEATURES
)
_NUMBER = r"(?P<n>\d{1,4}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + r")"
_COUNTS = re.compile(
    rf"(?P<how>under|fewer than|less than|below|shorter than|at "
    rf"most|no more than|not more than|max\w*(?: of)?|up to|"
    rf"more than|over|longer than|above|at least|min\w*(?: of)?|"
    rf"no fewer than|no less than|not fewer than|exactly|precisely|"
    rf"within|only|in)?"
    rf"\W{{0,2}}\b{_NUMBER}\s+(?:or (?P<tail>fewer|less|more)\s+)"
    rf"?(?:\w+\s+)?(?P<unit>words?|sentences?|characters?|lines?|"
    rf"paragraphs?|letters?|bullets?(?: points?)?)\b",
    re.I,
)
_WORD = re.compile(
    r"(?:word|phrase|term|name|string|mentions?|contains?|includes?|"
    r"says?|uses?|names?)\s+(?:the\s+)?(?:word\s+|phrase\s+|name\s+)?"
    r"[\"“'‘](?P<word>[^\"”'’]{1,60})[\"”'’]",
    re.I,
)
_NOT = re.compile(
    r"\b(?:no|not|without|never|free of|avoid\w*|must not|may "
    r"not|does ?n[o'’]t|do(?:es)? not|don['’]t|lacks?|zero)\b",
    re.I,
)
_POLITE = re.compile(
    r"\b(?:please|thank\w*|could you|would you|kindly|sorry|happy "
    r"to|glad|welcome|with you shortly|appreciate|dear|pleased|"
    r"may we|afraid)\b",
    re.I,
)
_RUDE = re.compile(
    r"\b(?:stop|shut|your (?:own )?(?:fault|problem)|stupid|idiot\w*|"
    r"read the|whatever|not my|obviously|damn|hell|no idea|"
    r"sit down|deal with it|hurry|wait your turn|complain\w*|nonsense|"
    r"can't you|don't you)\b",
    re.I,
)
_CASUAL = re.compile(
    r"\b(?:hey|hi|yeah|gonna|wanna|cool|guys|ok|thx|cheers|lol|"
    r"stuff|btw|asap|mate|\w+n['’]t|\w+['’](?:ll|re|ve|m|s))\b|!",
    re.I,
)
_CONTENT_SKIP = frozenset(
    "mention mentions mentioned contain contains include includes "
    "name names state states give gives say says text reply "
    "answer mail message must should have has point points requirement "
    "least uses use tells tell reader customer "
    "word words information about clear clearly invitation draft a an any".split()
)


_VERB = re.compile(
    r"^(?:(?:it|the \w+) )?(?:names?|naming|says?|tells?|states?|gives?|giving|mentions?)\s+"
    r"(?=(?:the (?:cause|reason|place|date|price|year)|an? (?:cause|reason)|who|why|when|where)\b)",
    re.I,
)


def satisfies(requirement: str, text: str) -> bool:
    """Whether the text meets one requirement in plain words."""
    return _test(requirement)(text.strip())


_PERSON = re.compile(r"\b(?:first|third) person\b", re.I)


def _test(requirement: str) -> Callable[[str], bool]:
    asked = _VERB.sub("", requirement.strip())
    if longest := _LONGEST.search(asked):
        return lambda text: _none_longer(longest, text)
    if re.match(r"who \w+ \w", asked, re.I):
        return lambda text: _by_words(asked[3:], text)
    count = _COUNTS.search(asked)
    if count:
        return lambda text: _counted(count, text)
    refused = bool(_NOT.search(re.sub(r"\bnot only\b", "", asked)))
    word = _WORD.search(asked)
    if word:
        wanted = word["word"].lower()
        return lambda text: (wanted in text.lower()) != refused
    for name, asks, shows in _COMPILED:
        if asks.search(asked) and not _PERSON.search(asked):
            return lambda text, name=name, shows=shows: _shown(name, shows, text) != refused  # type: ignore[misc]
    special = _special(asked)
    if special is not None:
        return lambda text: special(text) != refused
    return lambda text: _by_words(asked, text) != refused


_LONGEST = re.compile(
    rf"\b(?:no (?P<one>bullet|line|sentence|paragraph)\b[^,;.]{{0,16}} (?:longer|more) than|"
    rf"(?:each|every|all) (?P<all>bullet|line|sentence|paragraph)s?\b[^,;.]{{0,24}}?"
    rf"(?:at most|max\w*|under|no more than|up to)) {_NUMBER} words?",
    re.I,
)
_PIECES = {
    "bullet": re.compile(r"(?:^|\n)\s*(?:[-*•]|\d+[.)])\s+"),
    "line": re.compile(r"\n"),
    "sentence": re.compile(r"(?<=[.!?])\s+"),
    "paragraph": re.compile(r"\n\s*\n"),
}


def _none_longer(mark: re.Match[str], text: str) -> bool:
    """Whether none of the pieces of a text has more words than a rule allows."""
    low = mark["n"].lower()
    most = int(low) if low.isdigit() else NUMBERS[low]
    pieces = _PIECES[(mark["one"] or mark["all"]).lower()].split(text)
    return all(size_of(piece, "word") <= most for piece in pieces)


def _shown(name: str, shows: re.Pattern[str] | None, text: str) -> bool:
    if name == "name" or shows is None:
        return bool(names_in(text))
    if name == "time":
        text = re.sub(rf"\b\d{{1,2}} {_MONTHS}", " ", text, flags=re.I)
    if name == "phone":
        return any(len(re.sub(r"\D", "", m[0])) >= 6 for m in shows.finditer(text))
    if name == "question":
        return "?" in text
    return bool(shows.search(text))


def _counted(count: re.Match[str], text: str) -> bool:
    low = count["n"].lower()
    number = int(low) if low.isdigit() else NUMBERS[low]
    size = size_of(text, count["unit"])
    how = (count["how"] or "").lower()
    tail = (count["tail"] or "").lower()
    if re.match(r"under|fewer|less than|below|shorter", how):
        return size < number
    if re.match(r"more than|over|longer|above", how):
        return size > number
    if re.match(r"at least|min|no fewer|no less|not fewer", how) or tail == "more":
        return size >= number
    if re.match(r"at most|no more|not more|max|up to|within", how) or tail in ("fewer", "less"):
        return size <= number
    return size == number


def size_of(text: str, unit: str) -> int:
    """How many words, sentences, lines, paragraphs or characters a text has."""
    unit = unit.lower().rstrip("s")
    text = text.strip().strip('"“”')
    if unit.startswith("bullet"):
        return len(re.findall(r"(?:^|\n)\s*(?:[-*•]|\d+[.)])\s+\S", text))
    if unit == "word":
        return len([w for w in text.split() if re.search(r"\w", w)])
    if unit == "sentence":
        return len([p for p in re.split(r"(?<=[.!?])[\"”]?\s+", text) if re.search(r"\w", p)])
    if unit in ("line", "paragraph"):
        return len(
            [p for p in re.split(r"\n\s*\n" if unit == "paragraph" else r"\n", text) if p.strip()]
        )
    return len(text) if unit == "character" else len(re.findall(r"[^\W\d_]", text))


def _special(asked: str) -> Callable[[str], bool] | None:
    low = asked.lower()
    if re.search(r"\bpolite\w*|\bfriendly|\bcourteous|\bkind\b|\brespectful", low):
        return lambda text: politeness(text) > 0
    if re.search(r"\bformal\b|\bprofessional", low):
        return lambda text: not _CASUAL.search(text)
    if re.search(r"\binformal|\bcasual", low):
        return lambda text: bool(_CASUAL.search(text))
    if re.search(r"\ball caps|\bcapitals|\bupper ?case", low):
        return lambda text: (
            bool(re.search(r"\b[A-Z]{4,}\b", text)) if "start" not in low else text[:1].isupper()
        )
    if re.search(r"\blower ?case", low):
        return lambda text: text == text.lower()
    if re.search(r"\bfirst person", low):
        return lambda text: bool(re.search(r"\b(?:I|we|my|our|me|us)\b", text))
    if re.search(r"\bthird person", low):
        return lambda text: not re.search(r"\b(?:I|we|my|our|me|us)\b", text)
    if re.search(r"\bpast tense", low):
        return lambda text: any(v.form == "past" for v in en.verbs(en.tokens(text)[:80]))
    if re.search(r"\bpassive", low):
        return lambda text: bool(
            re.search(r"\b(?:is|are|was|were|been|be|being) (?:\w+ly )?\w+(?:ed|en|t)\b", text)
        )
    mark = re.search(
        r"\b(start|begin|end)s?\b.{0,12}\bwith (?:the (?:word|letter) |an? )?[\"“'‘]?([\w ]{1,30})",
        asked,
        re.I,
    )
    if mark:
        word = mark[2].strip().lower()
        if mark[1].lower() == "end":
            return lambda text: text.lower().rstrip(" .!?\"”'").endswith(word)
        return lambda text: text.lower().lstrip(" \"“'").startswith(word)
    return None


def _by_words(asked: str, text: str) -> bool:
    words = [stem(w) for w in content_words(asked) if w not in _CONTENT_SKIP]
    held = {stem(w) for w in content_words(text, 2_000)}
    return bool(words) and sum(w in held for w in words) * 2 >= len(words)


def politeness(text: str) -> float:
    """How courteous a text sounds; below 0 where it is rude."""
    return (
        len(_POLITE.findall(text))
        - 1.5 * len(_RUDE.findall(text))
        - 0.3 * text.count("!") * (text.isupper())
    )


def formality(text: str) -> float:
    """How formal a text sounds; more is more formal."""
    words = text.split()
    return sum(len(w) for w in words) / max(1, len(words)) - 2.0 * len(_CASUAL.findall(text))


def has_rule(requirement: str) -> bool:
    """Whether a requirement names something that can be seen or counted."""
    return bool(
        _COUNTS.search(requirement)
        or _WORD.search(requirement)
        or _special(requirement) is not None
        or any(asks.search(requirement) for _, asks, _ in _COMPILED)
    )
