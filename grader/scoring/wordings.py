"""How people word a fault, a wish, anger, an order to the reader: cues for texts of one's own.

Runs in T; pure. Texts are hostile: patterns are bounded, and only a part is looked at. Who wrote
the text says what it is (bug, feature, question), so a cue has only to tell the manner. What fools
them: manners in words that are not listed, and languages of which a few words are.
"""

from __future__ import annotations

import re

MOST_CHARS = 6_000
"""Of a text that is looked at."""


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w']){part}(?!\w)" for part in parts))


_COURTESY = _any(
    "sorry", "excuse me", "pardon", "forgive", "apologies", "may i", "might (?:i|there|it|we|be)",
    "i might be", "could (?:it|you|someone|somebody|this|that|there)", "can it be", "would you",
    "would it be possible", "is it (?:normal|possible|me|meant|intended)", "am i", "why (?:does|do|"
    "is|are|did|has|have|am|can|was|were)", "how come", "any idea", "supposed to", "should (?:it|"
    "the|this|that) \\w+", "i (?:just )?wonder", "wondering", "no hurry", "no rush", "not urgent",
    "not complaining", "just (?:letting you|so you) know", "when you (?:find|have|get) (?:a|the)",
    "i (?:do )?hope you", "kind(?:est)? regards", "best (?:wishes|regards)", "warm regards",
    "with (?:all )?(?:due )?respect", "thank you (?:so|very) much", "many thanks", "dear (?:\\w+ )?"
    "(?:team|all|support|sir|madam|ines|pantrel)", "be so kind", "would be (?:lovely|grateful|kind)"
    " if (?:some|you)", "if it is no trouble", "at your convenience", "could someone",
    "could somebody", "i believe there may", "i think there may", "is anyone else", "anyone else",
    "do you know why", "did something change", "entschuldigung", "könnten sie", "kann es sein",
    "disculpen?", "perdonen?", "excusez", "est-ce normal", "pardonnez", "przepraszam", "acaba",
    "affedersiniz",
)  # fmt: skip
_WISH = _any(
    "should", "ought to", "wish(?:es|ed)?", "would (?:really )?(?:be|love|like|prefer|appreciate|"
    "welcome|help)", "(?:i|we)'d (?:really )?(?:be|love|like|prefer|appreciate|welcome)", "it'd be",
    "please (?:\\w+ly )?(?:add|make|let|give|bring|support|change|build|allow|enable|include|"
    "provide|offer|put|show|keep|restore|introduce)", "(?:can|could|may|might|will) (?:you|we|i) "
    "(?:please |perhaps |maybe |also )?(?:add|make|let|get|have|give|bring|support|build|provide|"
    "include|allow|put|introduce)", "(?:i|we) (?:really |badly |just )?(?:need|want|miss)",
    "need it to", "want it to", "hop(?:e|ing) (?:for|that|you)", "suggest(?:ion|ed)?",
    "feature request", "feature idea", "idea", "improvements?", "enhancements?", "how about",
    "what about (?:a|an)", "add (?:a|an|the|some|my|our)", "(?:i am|what i am|we are) missing",
    "too much to (?:want|ask)", "be (?:nice|great|cool|good|lovely|handy|useful|helpful) "
    "(?:if|to|when)", "it would help", "bitte (?:macht|baut|lasst|gebt)", "hätten? (?:ich|wir) "
    "gern", "(?:ich|wir) hätten? gern\\w*", "wünsch\\w+", "wäre (?:schön|gut|toll)", "ojalá",
    "quisiera", "me gustaría", "nos gustaría", "il faudrait", "j'aimerais", "nous aimerions",
    "pourriez-vous", "chciał\\w+", "przydał\\w+", "isterd\\w+", "olsa", "keşke",
)  # fmt: skip
_ANGRY = _any(
    "ridiculous\\w*", "still (?:no|not|can't|cannot)", "unbelievabl\\w+", "jokes?", "fed up",
    "sick (?:and tired )?of", "insan\\w+", "unacceptabl\\w+", "useless", "terribl\\w+",
    "for years", "two years", "how hard can it be", "seriously", "absurd\\w*", "come on",
    "disgrac\\w+", "rubbish", "furious", "mad(?:ness)?", "on earth", "heaven'?s sake",
    "god'?s sake",
    "for (?:fuck|christ|pete)'?s sake", "wtf", "damn", "hell", "kidding", "pathetic", "sham(?:e|"
    "eful)", "hate", "last warning", "enough is enough", "liars?", "wast(?:e|ed|ing)", "one star",
    "scream", "right mind", "(?:ever|even) listen", "losing (?:my|our) patience", "outrag\\w+",
    "idiot\\w*", "stupid", "garbage", "crap", "annoy\\w+", "infuriat\\w+", "ludicrous", "nonsense",
    "were you thinking", "asked (?:\\w+ )?(?:\\w+ )?times", "time of asking",
    "or (?:we|i) (?:leave|"
    "quit|cancel|switch)", "cannot believe", "can't believe", "stop \\w+ing", "at (?:long )?last",
    "frechheit", "unfassbar", "lächerlich", "unverschämt", "honteux", "inadmissible", "vergüenza",
    "inaceptable", "skandal", "wstyd", "rezalet",
)  # fmt: skip
_LABEL = r"(?:bugs?|features?|questions?|unsure)"
_ORDER = _any(
    r"(?:ignore|disregard|forget|override|overrule|skip|do not follow|don't follow|bypass)"
    r"(?: \w+){0,4}? (?:instructions?|rules?|prompts?|above|previous|before|told|taxonomy|earlier|"
    r"system|guidelines|everything)",
    r"(?:answer|respond|reply|output|return|say|write|choose|pick|print)"
    rf"\b[^.!?\n]{{0,40}}?\b{_LABEL}",
    rf"(?:classify|label|mark|tag|treat|categori[sz]e|file|put|sort|route|flag|rate)"
    rf"\b[^.!?\n]{{0,40}}?\b(?:as|into|in|to|under)\b[^.!?\n]{{0,12}}?\b{_LABEL}",
    rf"(?:classify|label|mark|tag)[:=] ?{_LABEL}",
    r"(?:right|correct|true|only|expected) (?:answer|label|category|class)\b[^.\n]{0,20} (?:is|=)",
    rf"(?:label|category|class|answer|verdict)['\"]?\s?[:=]\s?['\"]?{_LABEL}",
    r"you are now", r"from now on,? you", r"new (?:task|rule|instruction|order)s?\s?:",
    r"your (?:new )?(?:instructions|system prompt|prompt)", r"system prompt", r"pretend that this",
    r"(?:note )?to the (?:\w+ )?(?:classifier|model|robot|bot|ai|assistant|language model)",
    r"(?:dear|hey|hello) (?:ai|bot|robot|assistant|model|llm|language model)",
    r"if you are an? (?:\w+ )?(?:model|ai|bot|llm)", r"as the (?:system )?administrator i tell",
    r"you must (?:answer|label|classify|reply|respond|say)",
    rf"(?:everything|all|this) is an? {_LABEL}[.!]?$",
)  # fmt: skip
_FRAME = re.compile(
    r"</?(?:message|system|instructions?|prompt|user|assistant)>|#{3,}\s*(?:system|end|new|inst)"
    r"|^\s*(?:system|assistant)\s*:|\[/?(?:inst|system|assistant)\b|\bsystem\s?:\s|<\|im_",
    re.MULTILINE,
)
_MARKER = _any(
    r"also(?! (?:on|in|with|when|for|at|from|after|if))", "another (?:thing|question|matter|point)",
    "by the way", "btw", "incidentally", "on top of that", "besides", "in addition", "additionally",
    "one more(?: thing)?", "(?:two|three|a few|several) (?:things|points|questions|requests)",
    "secondly", "while (?:i|we|u|you)(?: have|'m|'re| am| are)?", "apart from that", "separately",
    "on another note", "different matter", "oh,? and", "ps", r"p\.s\.?", "ausserdem", "übrigens",
    "también", "además", "aussi", "par ailleurs", "poza tym", "przy okazji", "ayrıca", "bir de",
    r"and (?:can|could|how|where) (?:i|we|you|do|is|can)", "and then a", "a wish and a",
)  # fmt: skip
_WEAK = _any("plus", "either", "too", "and (?:please|when|what|would|will|someone|the)", "second")
_LISTED = re.compile(
    r"(?<!\w)first(?:ly)?[,:].{5,300}\bsecond(?:ly)?[,:]|(?<!\w)1[).:].{3,300}(?<!\w)2[).:]"
    r"|(?:feature|wish|question|problem|bug|missing|broken|fault|idea)s?:.{3,300}"
    r"(?:feature|wish|question|problem|bug|missing|broken|fault|idea)s?:",
    re.DOTALL,
)
_SHORTEST_TWO = 40
"""Characters that two matters take."""
_ASKS = _any(
    "how (?:do|can|does|many|much|long)", "where (?:do|is|are|can|did)", "when (?:do|does|is|are|"
    "will)", "what (?:does|is|are|do)", "which", "who (?:can|do|is)", "can (?:i|we|two|you)",
    "is there", "are there", "do (?:you|we|i) (?:have|offer|support)", "does (?:it|the)", "could "
    "(?:you|we)", "will you", "question", "(?:i|we) need a copy",
)  # fmt: skip
_FAULT = _any(
    "crash\\w*", "bugs?", "errors?", "broken", "breaks", "fail(?:s|ed|ing|ure)?", "fault\\w*",
    "freez\\w+", "froze", "wrong", "missing", "empty", "blank", "white", "gone", "lost", "los(?:es|"
    "ing)", "vanish\\w*", "disappear\\w*", "dead", "stop(?:s|ped)", "twice", "double[ds]?",
    "off by", "(?:hour|day)s? off", "off since", "hangs?", "stuck", "slow\\w*", "overlaps?",
    "incorrect", "zero", "negative", "problem", "does not", "doesn't",
    "do not (?:sync|load|open|work|"
    "move|show|print)", "don't (?:sync|load|open|work|move|show|print)", "won't", "will not",
    "can't "
    "(?:log|open|save|print|see)", "cannot (?:log|open|save|print|see)", "nobody can", "no longer",
    "any ?more", "nothing", "logs (?:me|us) out", "last year's numbers", "upside down", "leer",
    "fehlt", "stürzt", "vacía", "se cierra", "plante", "vide", "goes out",
)  # fmt: skip
_OTHERS_DATA = _any(
    r"(?:another|an other|other|different|wrong|strange|unknown|stranger'?s?|competitor'?s?)"
    r"(?: \w+){0,2}? (?:customer|restaurant|hotel|compan|firm|business|account|people|client|"
    r"bistro|caf[eé]|pub|bakery|school|hospital)\w*(?:'s)?", r"(?:that is|that's|is|are) not us",
    r"(?:someone|somebody) else(?:'s)?", r"(?:place|firm|restaurant|bistro|hotel|company) called",
    r"other people'?s?", r"belongs? to (?:a|another|some)", r"(?:strangers?|stranger's)",
    r"not (?:ours|mine)",
    r"our competitors?", r"(?:former|ex|sacked|old) (?:employee|colleague|staff|chef|cook)s?",
    r"(?:anyone|everyone|everybody|anybody|public)(?: \w+){0,4} (?:can|could) (?:open|see|read|"
    r"log)",
    r"patients?'?", r"anderen? (?:betrieb|hotel|restaurant|kunde|firma)\w*", r"fremde\w*",
    r"otr[oa] (?:restaurante|cliente|empresa|hotel)", r"d'un autre \w+", r"inn(?:ej|ego) \w+",
    r"başka (?:bir )?\w+",
)  # fmt: skip
_HARM = _any(
    "allergens?", "allerg(?:y|ic|ies)", "(?:wal|pea|hazel)?nuts?", "sesame", "gluten", "lactose",
    "coeliac", "celiac", "celery", "reaction", "got (?:ill|sick)", "poison\\w*", "hospital",
    "recall",
    "wiped", "no backup", "all gone", "leaked", "salar(?:y|ies)", "payroll", "plain ?text",
    "password in", "bank (?:details|account)", "card number", "charged twice", "ordered twice",
    "zero stock", "stock (?:is|at|of) zero", "by itself", "without (?:us|approval|asking)",
    "(?:never|not) approved", "thrown away", "had to throw", "for thousands", "thousands",
    r"to (?:all|every)(?: \w+){0,2} suppliers?", "charged (?:my|our|the) \\w+ \\d+ times",
    "\\d{2,} times",
    "(?:can see|saw) the invoices", "paid (?:\\w+ )?(?:\\w+ )?twice",
    "everything (?:is|was|has been) "
    "(?:gone|deleted|lost)",
    "(?:all|every|whole|entire|years?)\\b[^.!?\\n]{0,40}\\b(?:gone|deleted|"
    "wiped|lost|erased|went|disappeared|vanished)", "all (?:our|my|the) data", "freezer was at",
)  # fmt: skip
_SMALL = _any(
    "icon", "font", "two tries", "looks like", "dots", "too quiet", "too small", "upside down"
)
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")


def folded(text: str) -> str:
    """Return a text as cues read it."""
    return text[:MOST_CHARS].casefold().replace("\u2019", "'")


def is_courteous(text: str) -> bool:
    """It asks, or is polite; please alone is not enough."""
    said = folded(text)
    return any(part.rstrip().endswith("?") for part in _SENTENCE.split(said)) or bool(
        _COURTESY.search(said)
    )


def wishes(text: str) -> bool:
    """It is in the words of a wish."""
    return bool(_WISH.search(folded(text)))


def is_angry(text: str) -> bool:
    """Words of anger, two marks in a row, or shouting."""
    loud = [w for w in re.findall(r"[^\W\d_]{4,}", text[:MOST_CHARS]) if w.isupper()]
    said = folded(text)
    marks = re.search(r"!!|\?!|!\?|\?\?", said) is not None
    return marks or bool(loud) or bool(_ANGRY.search(said))


def orders_the_reader(text: str) -> bool:
    """It tells whoever sorts it what to answer."""
    said = folded(text)
    return bool(_ORDER.search(said)) or bool(_FRAME.search(said))


def has_two_matters(text: str) -> bool:
    """A fault and something else: listed, behind a word like "also", or a question of its own."""
    said = folded(text)
    if len(said) < _SHORTEST_TWO:
        return False
    if _LISTED.search(said) or _MARKER.search(said):
        return True
    parts = [part for part in _SENTENCE.split(said) if part.strip()]
    asks = [bool(_ASKS.search(part)) for part in parts]
    faults = [bool(_FAULT.search(part)) for part in parts]
    apart = any(a and not f for a, f in zip(asks, faults, strict=True)) and any(
        f and not a for a, f in zip(asks, faults, strict=True)
    )
    return apart or bool(_WEAK.search(said) and any(faults) and (any(asks) or wishes(text)))


def is_grave(text: str) -> bool:
    """Others' data, health, all data lost, or money gone: one of these is one too many."""
    said = folded(text)
    if _OTHERS_DATA.search(said):
        return True
    return bool(_HARM.search(said)) and not _SMALL.search(said)
