"""The name of the language that a text is written in, by its letters and its smallest words.

Runs in the model worker; pure; the text is hostile and capped. What fools it: names, mixtures, and
a handful of words that several languages share.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from harness.models.reading import Reading
from harness.models.rows_asked import rows_of
from harness.models.skills.labelling_rows import laid_out
from harness.models.skills.outcome import Outcome

_MOST = 1_500
_ASKS = re.compile(
    r"\b(?:in )?(?:which|what) language\b|^\W*(?:detect |name |identify |give )?(?:the )?language\b"
    r"[^.\n]{0,40}[?:(]|\b(?:detect|identify|name|recogni[sz]e) the language\b",
    re.I,
)
_ASKS_EACH = re.compile(
    r"\blanguages?\b[^.?\n]{0,30}\b(?:each|every|these|them|following|line|sentence|in order)\b|"
    r"\b(?:each|every|these|them|lines?|sentences?)\b[^.\n]{0,40}\blanguages?\b|"
    r"\b(?:which|what) languages\b",
    re.I,
)
_ISO = re.compile(
    r"\b(?:iso(?: ?-?639(?:-1)?)?(?: language)? code|language code|two-letter code|639-1)\b|"
    r"\bcode of (?:the |its )language\b",
    re.I,
)
_CODES = dict(
    zip(
        "English German French Spanish Italian Portuguese Dutch Polish Swedish Danish Norwegian "
        "Finnish Turkish Czech Hungarian Romanian Japanese Korean Chinese Greek Hebrew Arabic "
        "Ukrainian Russian Hindi Thai".split(),
        "en de fr es it pt nl pl sv da no fi tr cs hu ro ja ko zh el he ar uk ru hi th".split(),
        strict=True,
    )
)
_NOT_OF_TEXT = re.compile(
    r"\b(?:speak|do you|can you|programming|spoken in|should|tour|course)\b", re.I
)
_SCRIPTS = (
    ("Japanese", re.compile(r"[぀-ヿ]")), ("Korean", re.compile(r"[가-힯]")),
    ("Chinese", re.compile(r"[一-鿿]")), ("Greek", re.compile(r"[Ͱ-Ͽ]")),
    ("Hebrew", re.compile(r"[֐-׿]")), ("Arabic", re.compile(r"[؀-ۿ]")),
    ("Ukrainian", re.compile(r"[іїєґІЇЄҐ]")), ("Russian", re.compile(r"[Ѐ-ӿ]")),
    ("Hindi", re.compile(r"[ऀ-ॿ]")), ("Thai", re.compile(r"[฀-๿]")),
)  # fmt: skip
_WORDS = {
    "English": "the and is are to of in you we for with this that please have it on your not from",
    "German": "der die das und ist nicht ich wir sie bitte mit ein eine für im den dem haben auf "
    "guten wie können zu von auch bis es mir dir mich dich du bist hallo danke",
    "French": "le la les et est je nous vous pour une un des avec dans pas bonjour voudrais qui du "
    "de que sur au ne mon votre beaucoup il elle tu",
    "Spanish": "el la los las y es en para una un por con que hola buenos buenas gracias quiero "
    "del de se mi hora día está no he me mis gusta",
    "Italian": "il lo gli e è per una un che di con non sono buongiorno grazie vorrei della del ci "
    "alle nel mi questo le la ho gatto piace ciao",
    "Portuguese": "o os as e é para uma um não com você obrigado bom dia do da em que por está "
    "gostaria ao meu eu",
    "Dutch": "de het een en is niet ik wij voor met van op dat graag goedemorgen wordt zijn onze "
    "naar bij u heb je jij ik mijn dank",
    "Polish": "i w na z nie jest się do że dzień dobry proszę dla jak czy to mam od po",
    "Swedish": "i min mina och är det att en ett inte jag vi för med på hej av har till kan",
    "Danish": "i min mine og er det at en et ikke jeg vi for med på hej af har til kan",
    "Norwegian": "i min mine og er det at en et ikke jeg vi for med på hei av har til kan",
    "Finnish": "ja on ei se että hyvää päivää kiitos minä me olen kun mutta voi tämä",
    "Turkish": "ve bir bu için değil ile merhaba teşekkürler var ne ben biz çok lütfen mi",
    "Czech": "a je se na že v do to dobrý den prosím děkuji není jak pro jsem",
    "Hungarian": "a az és egy nem hogy van jó napot köszönöm kérem meg is ez",
    "Romanian": "și este nu la cu pentru o un bună ziua mulțumesc vă rog care în de",
}  # fmt: skip
_SHAPES = (
    ("German", r"ß|\w(?:ung|heit|keit|lich)\b|\bge\w+t\b|sch|\b(?:ich|du|hast|bin|sind|ihr|was|"
     r"wo|dein\w*|heute|morgen|kein\w*)\b"),
    ("French", r"œ|\b(?:j|l|d|qu|n|c|s)['’]\w|\w(?:eau|eux|aux|oir|ez|ée)\b|\b(?:où|elle|il|ce|"
     r"cette|suis|ai|mes|ta|tu|ça|merci|chez|très)\b"),
    ("Italian", r"\b(?:dov|dell|nell|all|sull|un|l|c|quest)['’]\w|\w(?:zione|zioni|ggio|tt[oaie]|"
     r"cch\w|"
     r"gli\w*)\b|\b(?:dove|sono|ho|hai|questa|quanto|perché|anche|molto|oggi|domani|posso)\b"),
    ("Spanish", r"[ñ¿¡]|\w(?:ción|dad|mente)\b|\b(?:dónde|estoy|muy|pero|esta|este|tengo|cuánto|"
     r"mañana|hay|al|su|lo|yo|he)\b"),
    ("Portuguese", r"[ãõ]|\w(?:ção|ções|inho|nh[ao])\b|\b(?:onde|muito|mas|esta|uma|eu|tenho|ele|"
     "ela|"
     r"seu|sua|amanhã|hoje|obrigada|meu|minha)\b"),
    ("Dutch", r"ij|\w(?:aa|ee|oo|uu)\w|\b(?:ik|mijn|geen|deze|waar|hoe|wat|jij|je|maar|ook|heeft|"
     r"morgen|zijn|heb|dit)\b"),
    ("Polish", r"[łżźśń]|cz|sz|\brz|\w(?:owa|ego|łem|łam|ych|ię|bię)\b|\b(?:gdzie|mój|moja|"
     "jestem|bardzo|"
     r"proszę|dziś|jutro)\b"),
    ("Swedish", r"\w(?:orna|arna|tten|ffan|åll\w*)\b|\b(?:mina|min|mitt|hur|var|vad|inte|också|"
     "från|mycket|idag|imorgon|tack|är|och)\b"),
    ("Danish", r"\b(?:hvor|hvad|mine|min|også|fra|meget|idag|ikke|hvordan|jeg|noget)\b"),
    ("Norwegian", r"\b(?:hvor|hva|mine|min|også|fra|veldig|takk|ikke|hvordan|jeg|norsk)\b"),
    ("Finnish", r"(?:ää|yy|öö|kk|uo|yö)|\w(?:ssa|ssä|nen|lla|llä|sta)\b|\b(?:missä|minun|hän|"
     "olet)\b"),
    ("Czech", r"[řěů]|\b(?:kde|moje|jsme|byl|také|dnes|zítra|děkuji|můj)\b"),
    ("Hungarian", r"[őű]|gy|sz|\b(?:hol|nagyon|vagyok|köszönöm|ma|holnap)\b"),
    ("Turkish", r"[ğı]|\w(?:lar|ler)\b|ü\w*[ıü]|\b(?:ederim|nerede|çok|benim|bugün|"
     "yarın)\b"),
    ("Romanian", r"[țș]|\b(?:unde|sunt|foarte|mea|meu|azi|mâine|este)\b"),
    ("English", r"\w(?:ing|tion|ness|ly)\b|\bth\w+|\b(?:where|my|what|they|she|he|was|were|at|"
     r"by|be|has|can|will|an|our|there|how|an?|i|lost|keys?|help|no|yes|hello)\b"),
)  # fmt: skip
"""What a language shows in its spelling, beside its smallest words; compiled at first use."""
_KNOWN = {name: frozenset(words.split()) for name, words in _WORDS.items()}
_ENGLISH = _KNOWN["English"] | frozenset(
    "been but can cannot could did does had has he his how if its let more my now out our than "
    "them then there they were what when where which while who why will would about after again "
    "before because every just still into only one any some".split()
)
_SHARED = frozenset(
    "a i an at as am be by do her me no off on or over per she should so was up all also et al via "
    "die hot mail port van pro ad u r n no".split()
)
"""Words of English that are small words elsewhere too: they speak for neither."""
_MORE = {
    "German": "einen einem einer kein keine mein meine unser unsere jede jeder bei nach seit wenn "
    "weil aber oder wird werden wurde sind hat habe kann mehr immer noch nur beim zum zur vom als",
    "French": "ce cette ces mes notre votre nos vos sont être fait quand depuis après avant sous "
    "aux plus mais ou où elle ils comment quel quelle peut puis dois chez toujours encore",
    "Spanish": "me nos su sus este esta pero cuando cómo dónde puedo puede desde hasta sobre más "
    "muy también ha han hay ser son todos todas siempre cada",
    "Italian": "nel nella dei delle sono ho ha hanno quando come dove posso anche più sempre ogni",
    "Portuguese": "na no nas nos dos das são tem quando como onde posso mais sempre cada meu minha",
    "Dutch": "ik mijn onze kan kunnen wordt worden als maar ook nog naar over bij uit waar hoe",
    "Polish": "są był była nie tak ale gdzie kiedy czy może mogę po przy bez",
    "Turkish": "çok nasıl nerede her sonra önce kadar gibi daha benim bana lütfen",
}
"""More small words, which tell that a text is not English where they are of its language."""
_OWN = {
    name: known.union(_MORE.get(name, "").split()) - _ENGLISH - _SHARED
    for name, known in _KNOWN.items()
}
_ANY_OWN = frozenset().union(*_OWN.values())
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu)'[^\W\d_]{2,}")
_CHANCE = 0.5
"""Of the words that are seen to be another language's: a single one may be chance."""
_MARKS = (
    ("German", "ßäöü"), ("Spanish", "ñ¿¡"), ("Portuguese", "ãõ"), ("Polish", "łśżźąęń"),
    ("Swedish", "åäö"), ("Danish", "åæø"), ("Turkish", "ışğ"), ("Czech", "řěůž"),
    ("Hungarian", "őű"), ("Romanian", "țșă"), ("French", "êçœè"), ("Finnish", "ää"),
)  # fmt: skip


def named(reading: Reading) -> Outcome | None:
    """The language of the text, where a prompt asks for its name; else None.

    Args:
        reading: the prompt, understood.
    """
    messages = reading.prompt.messages
    told = "\n".join(text for role, text in messages if role != "assistant")[:_MOST]
    if "language" not in told.lower():
        return None
    if done := _of_each(messages):
        return done
    text = _text_of(reading, told)
    beside = told.replace(text, " ") if text else told
    if not text or not _ASKS.search(beside) or _NOT_OF_TEXT.search(beside):
        return None
    name = language_of(text)
    return Outcome(name, name, task="chat") if name else None


def coded(reading: Reading) -> Outcome | None:
    """The ISO 639-1 code of the language of the text, where a prompt asks for that; else None.

    Args:
        reading: the prompt, understood.
    """
    messages = reading.prompt.messages
    told = "\n".join(text for role, text in messages if role != "assistant")[:_MOST]
    if "language" not in told.lower() or not _ISO.search(told):
        return None
    if done := _of_each(messages):
        return done
    text = _text_of(reading, told)
    if text not in told or "\n\n" in text:
        text = max(told.split("\n\n"), key=lambda part: not _ISO.search(part) and len(part))
    if not text or _ISO.search(text) or _NOT_OF_TEXT.search(told.replace(text, " ")):
        return None
    code = _CODES.get(language_of(text), "")
    return Outcome(code, code, task="chat") if code else None


def _of_each(messages: Sequence[tuple[str, str]]) -> Outcome | None:
    """The language of each row of a list, in the form that the order asks for; else None."""
    found = rows_of(messages[-1][1]) if messages and messages[-1][0] == "user" else None
    if found is None:
        return None
    told = "\n".join(text for role, text in messages[:-1] if role in ("system", "developer"))
    told = f"{told}\n{found.order}".strip()
    if not _ASKS.search(told) and not _ASKS_EACH.search(told) and not _ISO.search(told):
        return None
    if _NOT_OF_TEXT.search(found.order):
        return None
    names = [language_of(text) or "unknown" for _, text in found.rows]
    if names.count("unknown") * 2 > len(names):
        return None
    if _ISO.search(told):
        names = [_CODES.get(name, name) for name in names]
    said = laid_out(told, found.rows, names)
    return Outcome(said, said, {"labels": names}, task="classify")


def _text_of(reading: Reading, told: str) -> str:
    """The widest quotation, else what was read as text."""
    quotes = re.findall(r"[\"“«„]([^\"“”«»„]{6,1400})[\"”»“]", told)
    if quotes:
        return str(max(quotes, key=len))
    return max(reading.data, key=len, default="").strip()


def language_of(text: str) -> str:
    """The English name of a text's language; empty where nothing tells."""
    head = text[:_MOST]
    for name, script in _SCRIPTS:
        if script.search(head):
            return name
    low = head.lower()
    words = re.findall(r"[^\W\d_]+", low)
    scores = {name: float(sum(w in known for w in words)) for name, known in _KNOWN.items()}
    for name, letters in _MARKS:
        scores[name] += 0.6 * sum(letter in low for letter in letters)
    for name, shape in _SHAPES:
        scores[name] += 0.7 * min(5, len(re.findall(shape, low)))
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < 0.7 and words and head.isascii():
        return "English"
    return best if scores[best] >= 0.6 else ""


def foreign_words(head: str, words: Sequence[str], loaned: Container[str] = ()) -> float:
    """How many words of a text are seen to be another language's, less the English ones.

    Args:
        head: the text, or its beginning.
        words: its words as they are written, in order, with "'" as apostrophe.
        loaned: words with an accent that English has too.

    Returns:
        0 or more; half a word less than are seen.
    """
    marked = {word for word in words if not word.isascii() and word not in loaned}
    if not any(word in marked or word in _ANY_OWN or _is_elided(word) for word in words):
        return 0.0  # a capital alone ("Ben", "Ana") may be a name
    language = language_of(head)
    if language in ("", "English"):
        language = max(_OWN, key=lambda name: sum(word in _OWN[name] for word in words))
    own = _OWN.get(language, frozenset())
    seen = sum(
        word in marked or word in own or (language == "French" and _is_elided(word))
        for word in words
    )
    if not seen:
        return 0.0
    seen += sum(word[0].isupper() and word.isascii() and word.lower() in own for word in words)
    of_english = _ENGLISH - _KNOWN.get(language, frozenset())
    english = sum(word.lower() in of_english for word in words)
    return max(0.0, seen - english - _CHANCE)


def _is_elided(word: str) -> bool:
    return "'" in word and _ELIDED.match(word) is not None
