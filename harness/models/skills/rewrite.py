"""Say a text again: in another tone, form, tense or person, corrected, edited. Nothing is added.

Runs in the model worker; pure. Which changes are asked for is read in rewriting_orders; each is
made by rules in one of the rewriting modules, and where no rule fits the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.models.reading import Reading
from harness.models.skills import condense
from harness.models.skills import english as en
from harness.models.skills import rewriting_edits as edits
from harness.models.skills import rewriting_forms as forms
from harness.models.skills import rewriting_mood as mood
from harness.models.skills import rewriting_tone as tone
from harness.models.skills.lengths import Limits, limits_asked
from harness.models.skills.making_spelling import is_listed
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import split_passages
from harness.models.skills.rewriting_grammar import corrected
from harness.models.skills.rewriting_names import hidden
from harness.models.skills.rewriting_order import cased, ordered
from harness.models.skills.rewriting_orders import Way, ways_asked
from harness.models.skills.rewriting_rules import rules_asked
from harness.models.skills.rewriting_short_forms import expanded
from harness.models.skills.summarising_words import to_mention

ASK = "Give me the text that I should rewrite."
_UNTRANSLATED = "\n(I can only write English; the text is left untranslated.)"
_CAN = "politer, plainer, shorter, formal or casual, in another tense or person, or corrected"
_MOST_CHARS = 20_000
_WORD_WAYS = frozenset("upper lower title sentence-case sort reverse fillers".split())
_PERSONS = (
    ("they", r"\bthey\b|\bplural\b"),
    ("he", r"\bhe\b|\bhis\b|\bmale\b"),
    ("she", r"\bshe\b|\bher\b|\bfemale\b"),
)


def rewrite(reading: Reading) -> Outcome:
    """The text again in the manner asked for."""
    text = "\n".join(reading.data).strip() or reading.question
    text = _bare(re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]{3,}", "  ", text)))[:_MOST_CHARS]
    if not text:
        return Outcome(ASK, ASK)
    asked = " ".join(reading.prompt.instructions) or reading.prompt.directions
    ways = ways_asked(asked)
    if not ways and reading.prompt.examples:
        ways = [Way("polite")]
    limits = limits_asked(asked)
    if (
        re.search(
            r"\bhalf (?:as long|the (?:length|words|size))|\b(?:by|in|to) half\b", asked, re.I
        )
        and not limits.any
    ):
        limits = Limits(words=max(3, len(text.split()) // 2))
    rules = rules_asked(asked)
    said = text if not ways and (limits.any or rules) else _made(text, ways, asked)
    for rule in rules:
        said = rule(said)
    names = {way.name for way in ways}
    if limits.sentences and not names & {"list", "split", "join"}:
        said = _in_sentences(said, limits.sentences)
    if limits.words and limits.exact and len(said.split()) != limits.words:
        said = condense.exactly(said, limits.words)
    elif limits.words and len(said.split()) > limits.words:
        keep = to_mention(asked)
        said = (
            condense.fitted(condense.freed(said), limits.words, keep=keep)
            or condense.fitted(condense.freed(said), limits.words)
            or cut_words(said, limits.words)
        ).rstrip(".") + "."
    if limits.characters and len(said) > limits.characters:
        said = condense.within(condense.freed(said), limits.characters)
    if names == {"translate"} or (not names and reading.found.kinds.lang >= 0.5):
        said = _untranslated(asked)
    elif _is_english(asked, text):
        pass
    elif "expand" not in names and (reading.found.kinds.lang >= 0.5 or "translate" in names):
        said += _UNTRANSLATED
    return Outcome(said, said)


def _is_english(asked: str, text: str) -> bool:
    """Whether English is asked for and the text is English already."""
    if not re.search(r"\b(?:in|into|to) (?:[a-z]+ ){0,3}English\b", asked):
        return False
    small = re.findall(r"\b(?:the|i|we|you|is|are|can|to|and|it|of|for|my|this)\b", text, re.I)
    return len(small) >= 2


def _in_sentences(text: str, most: int) -> str:
    """The text in no more than so many sentences: thanks go first, then neighbours are joined."""
    pieces = [p.text.strip() for p in split_passages(text)]
    if len(pieces) > most:
        pieces = [
            p
            for p in pieces
            if not re.fullmatch(r"(?:many )?thank(?:s| you)(?: very much)?\W*", p, re.I)
        ]
    while (
        len(pieces) > most and len(pieces) > 1 and sum(len(p.split()) for p in pieces) < 60 * most
    ):
        at = min(range(len(pieces) - 1), key=lambda i: len(pieces[i]) + len(pieces[i + 1]))
        first, last = pieces[at], pieces[at + 1]
        glue = " – " if first.endswith("?") else ", and "
        small = (
            last
            if re.match(r"(?:I|[A-Z]\w*['’]?\w* [A-Z])\b", last) or not _opens_small(last)
            else last[:1].lower() + last[1:]
        )
        pieces[at : at + 2] = [first.rstrip(".!?") + glue + small]
    return " ".join(pieces[:most])


def _opens_small(sentence: str) -> bool:
    """Whether the first word of a sentence is no name."""
    first = re.sub(r"\W.*", "", sentence).lower()
    return is_listed(first)


def _untranslated(asked: str) -> str:
    """One honest line in place of a translation."""
    mark = re.search(r"\b(?:into|in|to|ins?) (?P<name>[A-Z]?[a-z]{4,14})\b", asked)
    name = (
        f" into {mark['name'].capitalize()}"
        if mark and mark["name"].lower() not in ("this", "that", "plain", "these", "simple")
        else ""
    )
    if name == " into English":
        return "I cannot translate: English is the only language that I work in."
    return f"I cannot translate{name}: I can only write English."


def cut_words(text: str, most: int) -> str:
    """The first words of a text, closed with a full stop where any were cut."""
    words = text.split()
    return text if len(words) <= most else " ".join(words[: max(1, most)]).rstrip(",;:.") + "."


def _bare(text: str) -> str:
    """Without the quotes around all of it."""
    text = text.strip()
    if len(text) > 2 and text[0] in '"“«' and text[-1] in '"”»' and text[1:-1].count(text[0]) == 0:
        return text[1:-1].strip()
    return text.strip("“”") if text.count('"') > 1 else text.strip('"“”').strip()


def _made(text: str, ways: list[Way], asked: str) -> str:
    """The text after all the changes, or a line that says what could not be done."""
    able = [way for way in ways if way.name not in ("unable", "translate")]
    unable = next((way for way in ways if way.name == "unable"), None)
    if not able and unable is not None:
        return f"I cannot do “{unable.what}”: I change texts by rules. I can make it {_CAN}."
    if not able and not any(way.name == "translate" for way in ways):
        said = (
            tone.tidy(tone.polite(text)) if re.search(r"\breply\b|\banswer\b", asked, re.I) else ""
        )
        if said and said != text:
            return said
        return f"I am not sure how it should read. I can make it {_CAN}; say which."
    said = text
    for way in able:
        changed = _one(said, way, asked)
        if changed is None:
            return f"I could not find a way to do that ({way.what}) with this text: “{text[:200]}”"
        said = changed
    if not {way.name for way in able} & (_WORD_WAYS | {"list", "email"}) and "\n" not in said:
        said = (
            tone.tidy(said)
            if not all(way.name.startswith(("hide", "replace", "drop")) for way in able)
            else said
        )
    return said


def _one(text: str, way: Way, asked: str) -> str | None:
    """The text after one change; None where it cannot be made."""
    name = way.name
    if name == "replace":
        return edits.replaced(text, way.what, way.by)
    if name.startswith("hide-"):
        return hidden(text, way.what, way.by)
    if name.startswith("drop-"):
        return edits.dropped(text, name.removeprefix("drop-"), int(way.what))
    if name in ("upper", "lower", "title", "sentence-case"):
        return cased(text, name)
    if name in ("sort", "reverse"):
        return ordered(text, asked, backwards=name == "reverse")
    if name == "expand":
        return expanded(text, asked)
    if name == "email":
        return edits.letter(
            tone.polite(text) if re.search(r"polite|friendly", asked, re.I) else text, asked
        )
    if name in ("first", "second", "third"):
        return _in_person(text, name, asked)
    if name in _TURNED:
        return _turned(text, _TURNED[name])
    return _MANNERS[name](text)


_MEANT = re.compile(
    r"(?P<front>^|[.!?]\s+)(?:All |The |Our |Every )?(?:[A-Z]?[a-z]{3,14} )?[A-Za-z]?[a-z]{3,14}s"
    r"(?=\s(?:must|should|may|can|cannot|have to|need to|are|will|shall|do)\b)"
)
"""People in the plural of whom a rule speaks: "Guests must …"."""


_ONE_MEANT = re.compile(
    r"(?P<front>^|[.!?]\s+)(?:The|An?|Each|Every) [a-z]{3,16} (?P<verb>[a-z]{2,16}s)\b"
)


def _by_pronoun(mark: re.Match[str]) -> str:
    """`The climber checks` as `She checks`, where a verb follows the one who is meant."""
    is_verb = en.lemma_of(mark["verb"], "s") or mark["verb"] in ("is", "has", "does", "was")
    return f"{mark['front']}She {mark['verb']}" if is_verb else mark[0]


def _in_person(text: str, which: str, asked: str) -> str:
    if which == "second":
        text = _MEANT.sub(lambda m: f"{m['front']}You", text)
        if re.search(r"\b(?:she|he|her|his)\b", text):
            text = _ONE_MEANT.sub(_by_pronoun, text)
    if which != "third":
        return forms.in_person(text, "I" if which == "first" else "you")
    name = re.search(
        r"\b(?:named?|called|as|of|about|for|is|using)\s+(?:the (?:name|"
        r"person)\s+)?[\"“']?(?P<name>[A-Z][a-z]+)",
        asked,
    )
    who = next((pronoun for pronoun, pattern in _PERSONS if re.search(pattern, asked, re.I)), "")
    if not who:
        who = (
            "he"
            if name and name["name"][-1] not in "aeidy"
            else ("she" if name else "they" if re.search(r"\bwe\b", text) else "he")
        )
    return forms.in_person(text, who, name["name"] if name else "")


def _turned(text: str, turn: Callable[[str], str | None]) -> str | None:
    """Every sentence turned that can be; None where none can."""
    out, found = [], False
    for piece in re.split(r"(?<=[.!?])\s+", text.strip())[:40]:
        changed = turn(piece)
        found = found or changed is not None
        out.append(changed or piece)
    return " ".join(out) if found else None


def _as_list(text: str) -> str:
    body = re.sub(r"^.{0,60}?\b(?:need|buy|want|are|have|includes?|bring|with)\b:? ", "", text)
    body = body if body.count(",") >= 1 else text
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", body.rstrip("."))
    if (
        len(re.findall(r"[.!?](?:\s|$)", text)) > 1
        or len(parts) < 2
        or max(len(part.split()) for part in parts) > 14
    ):
        parts = [p.text for p in split_passages(text)]
    return "\n".join(f"- {part.strip().rstrip('.')}" for part in parts if part.strip())


_TURNED: dict[str, Callable[[str], str | None]] = {
    "passive": mood.passive,
    "active": mood.active,
    "question": mood.question,
    "statement": mood.statement,
    "negate": mood.negated,
    "affirm": mood.affirmed,
}
_MANNERS: dict[str, Callable[[str], str]] = {
    "polite": tone.polite,
    "casual": tone.casual,
    "sorry": tone.sorry,
    "formal": tone.formal,
    "plain": tone.plain,
    "short": tone.short,
    "normal": tone.calm,
    "fillers": tone.short,
    "grammar": lambda text: tone.tidy(corrected(text)) if "\n" not in text else corrected(text),
    "list": _as_list,
    "past": lambda text: forms.each_sentence(text, forms.to_past),
    "present": lambda text: forms.each_sentence(text, forms.to_present),
    "future": lambda text: forms.each_sentence(text, forms.to_future),
    "join": edits.sentences_joined,
    "split": edits.sentence_split,
}
