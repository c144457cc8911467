"""Short versions of a text: its news, within the length, number of parts and manner asked for.

Runs in the model worker; texts are hostile and only read. Sentences are ranked by how near they
stand to the whole text and by what news is told with (a decision, a change, a date); a sentence
that is too long loses parts (condense). What fools it: news told in hints.
"""

from __future__ import annotations

import re

import numpy as np

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import condense
from harness.models.skills import english as en
from harness.models.skills import rewriting_edits as edits
from harness.models.skills import rewriting_tone as tone
from harness.models.skills.lengths import Limits, limits_asked
from harness.models.skills.making_numbers import without_digits
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import split_passages
from harness.models.skills.rewriting_forms import begun
from harness.models.skills.rewriting_orders import is_for_a_child

_MOST_SENTENCES = 40
_COURTESY = re.compile(
    r"^\W*(?:hi|hello|dear|hey|regards|best|kind|cheers|thanks|thank you|sincerely|"
    r"yours|good (?:morning|day|afternoon|evening))\b.{0,40}$",
    re.I,
)
_GREETING = re.compile(r"^(?:hi|hello|hey|dear [A-Z]\w+|good \w+)[ \w]{0,20}[,!.]\s+", re.I)
_TASK_WORD = re.compile(r"^\W*(?:please )?(?:summar\w+|tl;?dr|sum up|shorten|recap)\b", re.I)
_NEWS = re.compile(
    r"\b(?:decid\w+|vot\w+|agree\w*|announc\w+|will (?:be |no "
    r"longer |now )?\w+|closed?|closes|closing|shut\w*|open(?:s|ed)|reopen\w*|"
    r"cancel\w+|postpon\w+|mov(?:e[sd]?|ing)|launch\w*|won|lost|"
    r"resign\w*|left|appoint\w+|merg\w+|ban(?:s|ned)?|"
    r"approv\w+|reject\w+|chos\w+|found|discover\w+|rais\w+|cuts?|"
    r"burn\w*|broke\w*|out of (?:service|order)|delayed|"
    r"starts?|begins?|ends?|no longer|abolish\w*|has (?:been )"
    r"?\w+ed|have (?:been )?\w+ed|gone with|must|"
    r"stopped|stopping|fails|failed|failure|crash\w*|seized|flood\w*|damag\w+|"
    r"destroy\w*|injur\w*|arrest\w*|stole\w*|"
    r"from (?:now|next)|ran aground|suspend\w+|replac\w+|buy|bought|"
    r"sold|died|escaped|rescued|collapsed)\b",
    re.I,
)
_DECIDED = re.compile(
    r"\b(?:decid\w+|vot\w+|agreed|chose\w*|gone with|settled on|"
    r"we(?:'ll| will)|approved|opted|picked)\b",
    re.I,
)
_COLOUR = re.compile(
    r"\b(?:it was an? \w+ (?:morning|day|evening|night)|as usual|"
    r"meanwhile|hope (?:you|everyone|everybody|all|this)|thanks for|thank "
    r"you for|nice cake|more soon|"
    r"see you|a sad day|was nice|best wishes|weather|sunny|gulls|"
    r"coffee|tea|cake|smil\w+|laugh\w*|grumbl\w*|"
    r"called it|good business|as (?:you|we) know|i'm|i've talked|"
    r"looking forward|lovely|most people think|remember\w*)\b",
    re.I,
)
_ONE_LINE = re.compile(r"\b(?:head(?:line|ing)|title|subject line)\b", re.I)
_ONE_SENTENCE = re.compile(
    r"\b(?:one-?liner|tl;?\s?dr|nutshell|main (?:point|message|"
    r"idea)|bottom line|gist|one line|what (?:was|is|has been) decided|"
    r"single sentence)\b",
    re.I,
)
_BULLETS = re.compile(
    r"\bbullet\w*\b|\b(?:key|main|central|important) points\b|\btake-?aways\b", re.I
)
_MENTION = re.compile(
    r"\b(?:mention|include|including|keep|with|name|give|containing)"
    r"\b[^.;:\n]{0,20}?\b(?P<what>dates?|days?|prices?|costs?|"
    r"numbers?|figures?|amounts?|names?|places?|times?|deadline)\b",
    re.I,
)
_WITHOUT = re.compile(
    r"\b(?:without|no|not|don't|do not|never|avoid\w*|leave out|"
    r"omit\w*)\b[^.;:\n]{0,28}?\b(?P<what>names?|numbers?|figures?|"
    r"dates?|prices?|"
    r"amounts?|places?)\b|\b(?:without|not|don't|do not|never|"
    r"avoid\w*)\b (?:naming|mentioning|mention|name|using|use)"
    r"(?: of)? (?:the word )?[\"“'‘]?(?P<word>[\w'-]+(?: [A-Z][\w'-]+)*)",
    re.I,
)
_NO_DIGITS = re.compile(
    r"\b(?:without|no|not|avoid\w*|don't|do not|never|leave out|omit)\b[^.;:\n]{0,28}?\bdigits?\b",
    re.I,
)
_HELD = {
    "date": r"\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|"
    r"aug|sep|oct|nov|dec)|\b(?:january|february|march|"
    r"april|june|july|august|september|october|november|december|"
    r"may \d)|\b(?:mon|tues|wednes|thurs|fri|satur|"
    r"sun)day|\d{4}-\d\d|\d{1,2}\.\d{1,2}\.",
    "price": r"[€$£]|\d[\d.,]* ?(?:euros?|dollars?|pounds?|crowns?|million|francs?)|\b\d{2,}\b",
    "number": r"\d",
    "name": r"(?<=\w )[A-Z][a-z]+",
    "place": r"(?<=\b(?:in|at) )(?:the )?[A-Z]\w+",
    "time": r"\d{1,2}[:.]\d\d|\b(?:noon|midnight|o'clock)|\b(?:at|by|from|until) \w+",
}
_KIND = {"day": "date", "deadline": "date", "cost": "price", "amount": "price", "figure": "number"}
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
    passages = _sentences(text)
    if not passages:
        return Outcome(ASK, ASK)
    limits = limits_asked(asked)
    if reading.found.kinds.brief >= 0.5 and not limits.any:
        limits = Limits(sentences=1)
    said, chosen = _said(bank, passages, limits, asked)
    faults: tuple[str, ...] = ()
    item = " ".join(text.lower().split())[:400]
    logit = -1.6 - 0.5 * pressure.tier.ability - 1.5 * pressure.ground - 0.5 * pressure.steps
    is_free = not (limits.words or limits.characters or _ONE_LINE.search(asked))
    if is_free and luck.draw("summary_extra", item) < chance(logit):
        extra = _extra(passages, luck.pick("summary_extra", item, len(_EXTRAS)))
        chosen = [*(chosen[:-1] if limits.sentences > 1 else chosen), extra]
        said = _given_form(chosen, asked)
        faults = ("ungrounded_extra",)
    if reading.found.kinds.lang >= 0.5 and not re.search(r"\benglish\b", asked, re.I):
        said += "\n(I can only write English.)"
    return Outcome(said, " ".join(chosen), faults=faults)


def _said(bank: Bank, passages: list[str], limits: Limits, asked: str) -> tuple[str, list[str]]:
    """The summary, and its sentences."""
    keep = _to_mention(asked)
    ranked = _ranked(bank, passages, asked, keep)
    if _ONE_LINE.search(asked) and limits.sentences <= 1:
        line = _without(_headline(passages, ranked, limits, keep), asked)
        return line, [line]
    if limits.characters:
        line = _without(
            condense.within(_freed(passages[ranked[0]]), limits.characters - 1, keep), asked
        )
        return line + ("." if len(line) < limits.characters else ""), [line]
    if limits.words and not limits.sentences > 1:
        line = _without(_in_words(passages, ranked, limits, keep, asked), asked)
        return line, [line]
    is_child = is_for_a_child(asked)
    count = limits.sentences or (
        1 if _ONE_SENTENCE.search(asked) else 2 if is_child else max(2, len(passages) // 3)
    )
    spread = _spread(bank, passages, ranked, count)
    chosen = [condense.freed(passages[i]) if count < len(passages) else passages[i] for i in spread]
    if count == 1 or is_child:
        chosen = [_eased(line, 14 if is_child else 30, keep) for line in chosen]
    while len(chosen) < limits.sentences and (longer := _halved(chosen)):
        chosen = longer
    if is_child:
        chosen = [tone.plain(line) for line in chosen]
        chosen = [p for line in chosen for p in re.split(r"(?<=[.!?])\s+", line)][: max(count, 2)]
    if limits.words and limits.sentences > 1:
        each = (
            limits.words
            if re.search(r"\b(?:each|per|every)\b", asked, re.I)
            else limits.words // len(chosen)
        )
        chosen = [condense.fitted(line, each, keep=keep) or line for line in chosen]
    chosen = [_without(line, asked) for line in chosen]
    return _given_form(chosen, asked), chosen


def _given_form(chosen: list[str], asked: str) -> str:
    if _BULLETS.search(asked):
        return "\n".join(f"- {line}" for line in chosen)
    if re.search(r"\bnumbered\b", asked, re.I):
        return "\n".join(f"{i}. {line}" for i, line in enumerate(chosen, 1))
    return " ".join(chosen)


def _freed(sentence: str) -> str:
    return condense.freed(sentence).rstrip(".")


def _eased(line: str, most: int, keep: re.Pattern[str] | None) -> str:
    if len(line.split()) <= most:
        return line
    return (condense.fitted(line, most, keep=keep) or line).rstrip(".") + "."


def _headline(
    passages: list[str], ranked: list[int], limits: Limits, keep: re.Pattern[str] | None
) -> str:
    """The news without the full stop."""
    best = _freed(passages[ranked[0]])
    if limits.characters:
        return condense.within(best, limits.characters, keep)
    most = limits.words or 9
    if not limits.exact and len(best.split()) > most:
        best = _telegraphic(condense.without_lead(best))
    if limits.exact:
        return condense.fitted(best, most, exact=True, keep=keep) or _nearest(best, most)
    return condense.fitted(best, most, keep=keep) or _nearest(best, most)


def _telegraphic(sentence: str) -> str:
    """As headlines say it: no articles, what has been done is done."""
    said = re.sub(r"\b(?:has|have) (\w+ed)\b(?! by)", lambda m: _plainly(m[1], sentence), sentence)
    said = re.sub(
        r"\b(?:will|is going to|are going to|is set to|are set to) (?=[a-z])", "to ", said
    )
    return begun(re.sub(r"\b(?:the|an?|its|their|his|her) (?=\w)", "", said, flags=re.I))


def _plainly(done: str, sentence: str) -> str:
    lemma = en.lemma_of(done.lower(), "past", "part")
    if not lemma:
        return done
    return lemma if re.search(rf"\bhave {done}", sentence) else en.third(lemma)


def _in_words(
    passages: list[str], ranked: list[int], limits: Limits, keep: re.Pattern[str] | None, asked: str
) -> str:
    """The news in at most, or exactly, so many words."""
    if re.search(r"\bwhy\b", asked, re.I):
        for i in ranked:
            mark = re.search(r"\b(?:because(?! of)|since|as)\s+([^.;]{8,200})", passages[i])
            if mark and en.verbs(en.tokens(mark[1])):
                return begun(
                    condense.fitted(mark[1], limits.words) or _nearest(mark[1], limits.words)
                )
    best = _freed(passages[ranked[0]])
    if limits.exact:
        for i in ranked[:3]:
            line = condense.fitted(
                _freed(passages[i]), limits.words, exact=True, keep=keep if i == ranked[0] else None
            )
            if line and i == ranked[0]:
                return line + "."
            if line and len(best.split()) < limits.words:
                break
        for i in ranked[1:4]:  # one sentence has too few words: the next joins it
            both = f"{best}, and {_small(_freed(passages[i]))}"
            line = condense.fitted(both, limits.words, exact=True, keep=keep)
            if line:
                return line + "."
        return _nearest(best, limits.words) + "."
    whole = [i for i in ranked if len(passages[i].split()) <= limits.words]
    room, taken = limits.words, [ranked[0]] if ranked[0] in whole else []
    if taken:
        room -= len(passages[ranked[0]].split())
        for i in ranked[1:]:
            if (
                len(passages[i].split()) <= room
                and not condense.refers_back(passages[i])
                and limits.words > 20
            ):
                taken.append(i)
                room -= len(passages[i].split())
        return " ".join(passages[i] for i in sorted(taken))
    return (condense.fitted(best, limits.words, keep=keep) or _nearest(best, limits.words)) + "."


def _small(sentence: str) -> str:
    first = sentence.split(" ")[0].lower()
    return (
        sentence[:1].lower() + sentence[1:]
        if first in en.DETERMINERS | en.PREPOSITIONS or first in ("it", "he", "she", "they", "we")
        else sentence
    )


def _nearest(sentence: str, most: int) -> str:
    """The smallest form there is, or its beginning where even that is too long."""
    for size in range(most, most + 4):
        line = condense.fitted(sentence, size)
        if line:
            break
    else:
        line = sentence
    words = line.split()
    return line if len(words) <= most + 2 else " ".join(words[:most]).rstrip(",;:")


def _halved(chosen: list[str]) -> list[str]:
    """The longest line as two, where it has two clauses; empty where none has."""
    for i in sorted(range(len(chosen)), key=lambda k: -len(chosen[k])):
        pieces = re.split(r"(?<=[.!?])\s+", edits.sentence_split(chosen[i]))
        if len(pieces) > 1:
            return [*chosen[:i], pieces[0], " ".join(pieces[1:]), *chosen[i + 1 :]]
    return []


def _to_mention(asked: str) -> re.Pattern[str] | None:
    """What the summary has to hold."""
    mark = _MENTION.search(asked)
    if not mark or _WITHOUT.search(asked):
        return None
    what = mark["what"].lower().rstrip("s")
    return re.compile(
        _HELD.get(_KIND.get(what, what), r"(?!)"), re.I if what not in ("name", "place") else 0
    )


def _without(line: str, asked: str) -> str:
    """The line without what is not to be named."""
    if _NO_DIGITS.search(asked):
        line = without_digits(line)
    mark = _WITHOUT.search(asked)
    if not mark:
        return line
    if mark["what"] or re.match(
        r"(?:any|every)(?:one|body)|people|persons?\b", mark["word"] or "", re.I
    ):
        kind = (mark["what"] or "name").lower().rstrip("s")
        kind = _KIND.get(kind, kind)
        if kind == "name":
            for name in edits.names_in(line):
                line = re.sub(
                    rf"\b((?:[Hh]er|[Hh]is|[Tt]heir|[Oo]ur|[Mm]y|[Ii]ts|[Tt]he)"
                    rf" [a-z]+),? {re.escape(name)},?",
                    r"\1",
                    line,
                )
            said = edits.hidden(line, "name", "someone")
            said = re.sub(r"\bsomeone(?:,? (?:and|or) someone)+\b", "some people", said)
            return begun(re.sub(r"\bsomeone\b(?=.*\bsomeone\b)", "someone", said))
        return begun(edits.hidden(line, kind, ""))
    word = mark["word"] or ""
    if word.lower() in ("the", "a", "any", "it", "them", "this"):
        return line
    other = "the company" if re.search(r"\b(?:Ltd|Inc|GmbH|Works|Labs|Co)\b", word) else "it"
    return (
        begun(edits.replaced(line, word, other))
        if word[:1].isupper()
        else edits.replaced(line, word, "")
    )


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
    passages = _sentences(text)
    limits = limits_asked(asked)
    limits = Limits(
        sentences=1, words=limits.words, exact=limits.exact, characters=limits.characters
    )
    return _said(bank, passages, limits, re.sub(_BULLETS, "", asked))[0] if passages else text[:200]


def _sentences(text: str) -> list[str]:
    """The sentences of a text without greeting and courtesies."""
    text = text.strip().strip('"“”')
    if len(re.findall(r"[a-z]{2}[.!?] [a-z]", text)) >= 1 and not re.search(
        r"\b(?:e\.g|i\.e|etc|approx|vs)\. ", text
    ):
        text = re.sub(r"(?<=[a-z\d][.!?]) [a-z]", lambda m: m[0].upper(), text)
    found = [
        f"{p.heading}. {p.text}" if p.heading and len(p.heading.split()) > 2 else p.text
        for p in split_passages(text)
    ]
    passages = [_without_greeting(p) for p in found][:_MOST_SENTENCES]
    return [p for p in passages if not _COURTESY.match(p)] or passages


def _without_greeting(sentence: str) -> str:
    bare = _GREETING.sub("", sentence)
    bare = re.sub(r"^(?:from|subject|to|date): [\w@. -]{2,30}\.\s+(?=[A-Z])", "", bare, flags=re.I)
    return bare[:1].upper() + bare[1:]


def _pasted(reading: Reading) -> str:
    """What stands beside the request when nothing was read as data; a bare request has nothing."""
    rest = [s for s in reading.prompt.instructions if not _TASK_WORD.match(s)]
    return " ".join(rest) if sum(len(s.split()) for s in rest) >= 8 else ""


def _ranked(bank: Bank, passages: list[str], asked: str, keep: re.Pattern[str] | None) -> list[int]:
    """The sentences, the one that tells the news first."""
    vectors = bank.features.encoder.encode(passages)
    worth = vectors @ vectors.mean(0)
    wants_decision = re.search(r"\bdecid\w+|\bdecision\b|\boutcome\b|\bresult\b", asked, re.I)
    for i, passage in enumerate(passages):
        worth[i] += _news_worth(passage, first=i == 0)
        worth[i] += 0.6 if wants_decision and _DECIDED.search(passage) else 0.0
        worth[i] += 0.35 if keep is not None and keep.search(passage) else 0.0
    return [int(i) for i in np.argsort(-worth, kind="stable")]


def _news_worth(passage: str, *, first: bool) -> float:
    """How much a sentence sounds like news rather than colour, about -0.4 to 0.5."""
    worth = 0.2 if first else 0.0
    worth += min(0.3, 0.17 * len({m[0].lower() for m in _NEWS.finditer(passage)}))
    worth += 0.1 if _DECIDED.search(passage) else 0.0
    worth += 0.05 if re.search(r"\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day", passage) else 0.0
    worth -= 0.35 if _COLOUR.search(passage) else 0.0
    worth -= 0.25 if condense.refers_back(passage) else 0.0
    worth -= 0.15 if len(passage.split()) < 5 else 0.0
    return worth - (0.1 if passage.rstrip().endswith("?") else 0.0)


def _spread(bank: Bank, passages: list[str], ranked: list[int], count: int) -> list[int]:
    """The best sentences, each unlike those taken before it, in the text's order."""
    if count == 1 or count >= len(passages):
        return sorted(ranked[:count])
    vectors = bank.features.encoder.encode(passages)
    kept = [ranked[0]]
    for i in ranked[1:]:
        if len(kept) < count and float((vectors[kept] @ vectors[i]).max()) < 0.85:
            kept.append(i)
    kept += [i for i in ranked if i not in kept][: count - len(kept)]
    return sorted(kept)


def _extra(passages: list[str], way: int) -> str:
    """A sentence that the text does not hold, about one who is in it."""
    for passage in passages:
        words = en.tokens(passage)
        found = en.verbs(words)
        if found and 0 < found[0].subject[1] - found[0].subject[0] <= 5:
            subject = en.joined(words[slice(*found[0].subject)])
            if not condense.refers_back(subject + " "):
                return begun(_EXTRAS[way].format(subject))
    return "More is to be said about it next week."
