"""A line of so many words out of the sentences of a text: headline, subject line, exact lengths.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re

from harness.models.skills import condense
from harness.models.skills import english as en
from harness.models.skills import rewriting_edits as edits
from harness.models.skills.lengths import Limits
from harness.models.skills.rewriting_forms import begun


def freed_of_stop(sentence: str) -> str:
    """The sentence without lead, brackets and full stop."""
    return condense.freed(sentence).rstrip(".")


def eased(line: str, most: int, keep: re.Pattern[str] | None) -> str:
    """A line cut to so many words, where it has more."""
    if len(line.split()) <= most:
        return line
    return (condense.fitted(line, most, keep=keep) or line).rstrip(".") + "."


def headline(
    passages: list[str], ranked: list[int], limits: Limits, keep: re.Pattern[str] | None
) -> str:
    """The news without the full stop."""
    best = freed_of_stop(passages[ranked[0]])
    if limits.characters:
        return condense.within(best, limits.characters, keep)
    most = limits.words or 9
    topic, colon, _ = passages[0].partition(": ")
    if colon and not limits.exact and re.match(r"(?:how|why|what|when|where)\b", topic, re.I):
        topic = topic if len(topic.split()) <= most else _CLAUSE.split(topic, maxsplit=1)[0]
        if len(topic.split()) <= most:
            return topic
    if not limits.exact and len(best.split()) > most:
        best = _DAY_FIRST.sub("", _FOUND.sub("", condense.without_lead(best)))
        best = _telegraphic(begun(best))
    if limits.exact:
        return condense.fitted(best, most, exact=True, keep=keep) or _nearest(best, most)
    line = condense.fitted(best, most, keep=keep)
    if not line and keep is None:
        first = _AND.split(best, maxsplit=1)[0]
        line = condense.fitted(first, most) if en.verbs(en.tokens(first)) else ""
    return line or _nearest(best, most)


_AND = re.compile(r",? (?:and|but|while|because|so that) ")
_FOUND = re.compile(
    r"^(?:An?|The|New|One|Our) (?:[a-z]+ ){0,2}(?:study|survey|report|analysis|test|"
    r"trial|poll|review|"
    r"audit)\b[^,.;]{0,60}? (?:found|finds|shows?|showed|suggests?|says|has (?:found|shown)) that ",
)
_DAY_FIRST = re.compile(
    r"^(?:(?:yesterday|today|tonight|tomorrow|(?:last|this|next) [a-z]+|(?:early |late "
    r")?on [A-Z][a-z]+day)"
    r"(?: (?:morning|evening|night|afternoon))?,? )(?=(?:the|an?|[A-Z]|two|three|our|some)\b)",
    re.I,
)


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


def line_in_words(
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
    best = freed_of_stop(passages[ranked[0]])
    if limits.exact:
        best = condense.without_lead(best)
        for i in ranked[:3]:
            line = condense.fitted(
                freed_of_stop(passages[i]),
                limits.words,
                exact=True,
                keep=keep if i == ranked[0] else None,
            )
            if line and i == ranked[0]:
                return line + "."
            if line and len(best.split()) < limits.words:
                break
        for i in ranked[1:4]:  # one sentence has too few words: the next joins it
            both = f"{best}, and {_small(freed_of_stop(passages[i]))}"
            line = condense.fitted(both, limits.words, exact=True, keep=keep)
            if line:
                return line + "."
        return _nearest(best, limits.words) + "."
    if limits.sentences == 1 and len(best.split()) <= limits.words:
        return _joined(passages, ranked, best, limits.words, keep)
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


_CLAUSE = re.compile(r",?\s(?:while|when|if|because|before|after|until|so that|without|and)\s")


def _joined(
    passages: list[str], ranked: list[int], best: str, most: int, keep: re.Pattern[str] | None
) -> str:
    """The news as one sentence, with what comes next in it where there is room for both."""
    room = 0 if condense.refers_back(best) else most - len(best.split()) - 1
    for i in sorted(ranked[1:3]):
        if room < 6 or condense.refers_back(passages[i]):
            continue
        more = condense.fitted(_small(freed_of_stop(passages[i])), room, keep=keep)
        if len(more.split()) >= 4 and i > ranked[0]:
            first = more.split()[0]
            is_name = any(f" {first}" in passage for passage in passages)
            return f"{best}, and {more if is_name else more[:1].lower() + more[1:]}."
    return f"{best}."


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


def halved(chosen: list[str]) -> list[str]:
    """The longest line as two, where it has two clauses; empty where none has."""
    for i in sorted(range(len(chosen)), key=lambda k: -len(chosen[k])):
        pieces = re.split(r"(?<=[.!?])\s+", edits.sentence_split(chosen[i]))
        if len(pieces) > 1:
            return [*chosen[:i], pieces[0], " ".join(pieces[1:]), *chosen[i + 1 :]]
        rest = condense.without_lead(chosen[i])
        lead = chosen[i][: len(chosen[i]) - len(rest)].strip(" ,")
        if re.match(r"(?:because of|owing to|due to|thanks to|since|as)\b", lead, re.I):
            lead = re.sub(r"^(?:owing|due) to\b", "because of", lead, flags=re.I)
            cause = f"That is {lead[:1].lower()}{lead[1:]}."
            return [*chosen[:i], rest, cause, *chosen[i + 1 :]]
    return []
