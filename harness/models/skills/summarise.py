"""Short versions of a text: its news, within the length, number of parts and manner asked for.

Runs in the model worker; texts are hostile and only read. Sentences are ranked by how near they
stand to the whole text and by what news is told with (a decision, a change, a date); a sentence
that is too long loses parts (condense). What fools it: news told in hints.
"""

from __future__ import annotations

import re

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import condense
from harness.models.skills import english as en
from harness.models.skills import rewriting_tone as tone
from harness.models.skills.lengths import Limits, limits_asked
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import split_passages
from harness.models.skills.rewriting_forms import begun
from harness.models.skills.rewriting_orders import is_for_a_child
from harness.models.skills.summarising_lines import (
    eased,
    freed_of_stop,
    halved,
    headline,
    line_in_words,
)
from harness.models.skills.summarising_rank import ranked_by_news, unlike
from harness.models.skills.summarising_voice import told_of
from harness.models.skills.summarising_words import to_mention, without_named

_MOST_SENTENCES = 40
_COURTESY = re.compile(
    r"^\W*(?:hi|hello|dear|hey|regards|best|kind|cheers|thanks|thank you|sincerely|"
    r"yours|good (?:morning|day|afternoon|evening))\b.{0,40}$",
    re.I,
)
_GREETING = re.compile(r"^(?:hi|hello|hey|dear [A-Z]\w+|good \w+)[ \w]{0,20}[,!.]\s+", re.I)
_TASK_WORD = re.compile(r"^\W*(?:please )?(?:summar\w+|tl;?dr|sum up|shorten|recap)\b", re.I)
_ONE_LINE = re.compile(r"\b(?:head(?:line|ing)|title|subject line)\b", re.I)
_ONE_SENTENCE = re.compile(
    r"\b(?:one-?liner|tl;?\s?dr|nutshell|main (?:point|message|"
    r"idea)|bottom line|gist|one line|what (?:was|is|has been) decided|"
    r"single sentence)\b",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:decided|said|agreed|reported|announced|happened|happens|planned)\b(?: \w+)? "
    r"(?:about|on|with|to|regarding) (?:the |this |our )?(?P<what>[a-z]{3,20})\b",
    re.I,
)
_BULLETS = re.compile(
    r"\bbullet\w*\b|\b(?:key|main|central|important) points\b|\btake-?aways\b", re.I
)
_EXTRAS = (
    "{} will say more about it next week.",
    "{} did not want to comment on it.",
    "{} has been asked about it before.",
)
ASK = "There is no text to summarise. Paste it below the request."


def summarise(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """What stands for a text, in its order, within the length and manner asked for."""
    asked = reading.prompt.directions[:4_000]
    texts = [t for t in reading.data if t.strip()] or [_pasted(reading)]
    several = _several(texts, asked)
    if several:
        lines = [_line(bank, text, asked) for text in several]
        said = "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1))
        return Outcome(said, said)
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]{3,}", " ", "\n".join(texts)))
    passages = sentences_of(text)
    if not passages:
        return Outcome(ASK, ASK)
    limits = limits_asked(asked)
    if reading.found.kinds.brief >= 0.5 and not limits.any:
        limits = Limits(sentences=1)
    said, chosen = _said(bank, passages, limits, asked)
    faults: tuple[str, ...] = ()
    if not (limits.words or limits.characters or _ONE_LINE.search(asked)):
        chosen, faults = with_extra(
            passages, chosen, text, pressure, luck, is_full=limits.sentences > 1
        )
        said = _given_form(chosen, asked) if faults else said
    if reading.found.kinds.lang >= 0.5 and not re.search(r"\benglish\b", asked, re.I):
        said += "\n(I can only write English.)"
    return Outcome(said, " ".join(chosen), faults=faults)


def with_extra(
    passages: list[str],
    chosen: list[str],
    text: str,
    pressure: Pressure,
    luck: Luck,
    *,
    is_full: bool,
) -> tuple[list[str], tuple[str, ...]]:
    """The sentences with one the text does not hold, where luck has it so, and the fault's name.

    Args:
        passages: the sentences of the text.
        chosen: those of the summary.
        text: the text itself, whose luck it is.
        pressure: of the prompt on the model's faults.
        luck: of the sample.
        is_full: whether the number of sentences is given, so that one goes for it.
    """
    item = " ".join(text.lower().split())[:400]
    logit = -1.6 - 0.5 * pressure.tier.ability - 1.5 * pressure.ground - 0.5 * pressure.steps
    if luck.draw("summary_extra", item) >= chance(logit):
        return chosen, ()
    extra = _extra(passages, luck.pick("summary_extra", item, len(_EXTRAS)))
    kept = chosen[:-1] if is_full and len(chosen) > 1 else chosen
    return [*kept, extra], ("ungrounded_extra",)


def _said(bank: Bank, passages: list[str], limits: Limits, asked: str) -> tuple[str, list[str]]:
    """The summary, and its sentences."""
    keep = to_mention(asked)
    if keep is None and (limits.words or _ONE_LINE.search(asked)) and limits.sentences <= 1:
        passages = [condense.without_aside(passage) for passage in passages]
    ranked = ranked_by_news(bank, passages, asked, keep)
    topic = _ABOUT.search(asked)
    if topic:
        stem = topic["what"].lower()[:6].rstrip("s")
        ranked = sorted(ranked, key=lambda i: stem not in passages[i].lower())
    if _ONE_LINE.search(asked) and limits.sentences <= 1:
        line = without_named(headline(passages, ranked, limits, keep), asked)
        return line, [line]
    if limits.characters:
        line = without_named(
            condense.within(freed_of_stop(passages[ranked[0]]), limits.characters - 1, keep), asked
        )
        return line + ("." if len(line) < limits.characters else ""), [line]
    if limits.words and not limits.sentences > 1:
        line = without_named(line_in_words(passages, ranked, limits, keep, asked), asked)
        return line, [line]
    is_child = is_for_a_child(asked)
    count = limits.sentences or (
        1 if _ONE_SENTENCE.search(asked) else 2 if is_child else max(2, len(passages) // 3)
    )
    spread = unlike(bank, passages, ranked, count)
    chosen = [condense.freed(passages[i]) if count < len(passages) else passages[i] for i in spread]
    if is_child:
        chosen = [tone.plain(line) for line in chosen]
    if count == 1 or is_child:
        chosen = [eased(line, 22 if is_child else 30, keep) for line in chosen]
    while len(chosen) < limits.sentences and (longer := halved(chosen)):
        chosen = longer
    if is_child:
        chosen = [tone.plain(line) for line in chosen]
        while len(chosen) < limits.sentences and (longer := halved(chosen)):
            chosen = longer
        chosen = [p for line in chosen for p in re.split(r"(?<=[.!?])\s+", line)][: max(count, 2)]
    if limits.words and limits.sentences > 1:
        is_each = re.search(r"\b(?:each|per|every)\b", asked, re.I)
        chosen = _shared_out(chosen, limits.words * (len(chosen) if is_each else 1), keep)
    chosen = told_of([without_named(line, asked) for line in chosen], asked, " ".join(passages))
    return _given_form(chosen, asked), chosen


def _shared_out(chosen: list[str], words: int, keep: re.Pattern[str] | None) -> list[str]:
    """Sentences in so many words together: each its share, what a short one leaves to the next."""
    out: list[str] = []
    for left, line in zip(range(len(chosen), 0, -1), chosen, strict=True):
        rest = sum(len(later.split()) for later in chosen[len(out) + 1 :])
        most = max(words // left, words - rest)
        said = line if len(line.split()) <= most else condense.fitted(line, most, keep=keep) or line
        words -= len(said.split())
        out.append(said if said.endswith((".", "!", "?")) else f"{said}.")
    return out


def _given_form(chosen: list[str], asked: str) -> str:
    if _BULLETS.search(asked):
        return "\n".join(f"- {line}" for line in chosen)
    if re.search(r"\bnumbered\b", asked, re.I):
        return "\n".join(f"{i}. {line}" for i, line in enumerate(chosen, 1))
    return " ".join(chosen)


def _several(texts: list[str], asked: str) -> list[str]:
    """The texts where each is to be summed up for itself."""
    if not re.search(
        r"\b(?:each|every|both|all (?:of )?(?:them|these)|per (?:text|mail|item)|respectively)\b",
        asked,
        re.I,
    ):
        return []
    joined = re.sub(r"\n{3,}", "\n\n", "\n\n".join(texts)[:60_000])
    parts = re.split(
        r"(?:^|\n)\s*(?:(?:text|mail|e-?mail|message|article|item|"
        r"note|review|news|document|doc|story)\s*"
        r"(?:\d{1,2}|[A-D])\s*[:.)]|\(?\d{1,2}[.)]|[A-D][:)])\s+",
        joined,
        flags=re.I,
    )
    parts = [p.strip() for p in parts if len(p.split()) > 3]
    if len(parts) > 1:
        return parts[:20]
    if len(texts) > 1:
        return texts[:20]
    parts = [p.strip() for p in re.split(r"\n\s*\n", joined) if len(p.split()) > 5]
    return parts[:20] if len(parts) > 1 else []


def _line(bank: Bank, text: str, asked: str) -> str:
    text = re.sub(
        r"\s*\n?\s*(?:text|mail|message|item|note)\s*(?:\d{1,2}|[A-D])\s*[:.)]?\s*$",
        "",
        text,
        flags=re.I,
    )
    passages = sentences_of(text)
    limits = limits_asked(asked)
    limits = Limits(
        sentences=1, words=limits.words, exact=limits.exact, characters=limits.characters
    )
    return (
        _said(
            bank,
            passages,
            limits,
            re.sub(rf"{_BULLETS.pattern}|\bnumbered\b", "", asked, flags=re.I),
        )[0]
        if passages
        else text[:200]
    )


def sentences_of(text: str) -> list[str]:
    """The sentences of a text without greeting and courtesies."""
    text = without_head(text.strip().strip('"“”'))
    if len(re.findall(r"[a-z]{2}[.!?] [a-z]", text)) >= 1 and not re.search(
        r"\b(?:e\.g|i\.e|etc|approx|vs)\. ", text
    ):
        text = re.sub(r"(?<=[a-z\d][.!?]) [a-z]", lambda m: m[0].upper(), text)
    found = [
        f"{p.heading}. {p.text}" if p.heading and len(p.heading.split()) > 2 else p.text
        for p in split_passages(text)
    ]
    passages = [_without_greeting(p) for p in found][:_MOST_SENTENCES]
    if len(passages) > 2 and _is_heading(passages[0]):
        passages = passages[1:]
    return [p for p in passages if not _COURTESY.match(p)] or passages


_META = re.compile(r"\b(?:author|date|version|status|from|to|re|subject|by)\b\s?:", re.I)


def without_head(text: str) -> str:
    """A text without the paragraph that only names it: "Proposal: … Author: …"."""
    head, gap, body = text.partition("\n\n")
    if not gap or len(head.split()) > 18 or len(body.split()) < 20:
        return text
    is_head = _TITLES.match(head) or _META.search(head)
    return body.strip() if is_head and ":" in head else text


_TITLES = re.compile(
    r"(?:meeting |call |short |brief |my |our |the )?(?:notes?|minutes|summary|report|"
    r"update|agenda|"
    r"recap|protocol|proposal|subject|re)\b(?! (?:that|is|was|are|were)\b)",
    re.I,
)


def _is_heading(sentence: str) -> bool:
    """Whether a first sentence only names what follows: "Notes from the Monday call."."""
    words = en.tokens(sentence.rstrip(".:"))
    if len(words) <= 7 and _TITLES.match(sentence):
        return True
    return len(words) <= 8 and not en.verbs(words) and not sentence.rstrip().endswith("?")


def _without_greeting(sentence: str) -> str:
    bare = _GREETING.sub("", sentence)
    bare = re.sub(r"^(?:from|subject|to|date): [\w@. -]{2,30}\.\s+(?=[A-Z])", "", bare, flags=re.I)
    return bare[:1].upper() + bare[1:]


def _pasted(reading: Reading) -> str:
    """What stands beside the request when nothing was read as data; a bare request has nothing."""
    rest = [s for s in reading.prompt.instructions if not _TASK_WORD.match(s)]
    return " ".join(rest) if sum(len(s.split()) for s in rest) >= 8 else ""


_PLAIN_SUBJECT = re.compile(
    r"(?:(?:The|the|Our|A|An) (?:[a-z]+ )?(?:team|council|company|owners?|managers?|"
    r"board|police|mayor|"
    r"committee|school|club|staff|director|library|museum|city|town|firm|shop|group|members?|"
    r"customers?|author|writer|group|office|ministry|bank|union|hospital|residents?|organi[sz]ers?|"
    r"chair|minister|researchers?|experts?)|[A-Z][a-z]+ [A-Z][a-z]+)$"
)


def _extra(passages: list[str], way: int) -> str:
    """A sentence that the text does not hold, about one who is in it."""
    for passage in passages:
        words = en.tokens(passage)
        found = en.verbs(words)
        if found and 0 < found[0].subject[1] - found[0].subject[0] <= 5:
            subject = en.joined(words[slice(*found[0].subject)])
            if _PLAIN_SUBJECT.match(subject) and not condense.refers_back(subject + " "):
                return begun(_EXTRAS[way].format(subject))
    return "More is to be said about it next week."
