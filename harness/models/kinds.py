"""Which kinds of instruction a prompt gives, and how strongly.

Runs in the model worker (zone G); the text is hostile. Three readers are averaged for each
sentence (meaning, wording, cues), structure adds what sentences do not show, and polarity
(stance.py) takes back what was said in the negative.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from harness.models.features import Bank
from harness.models.labels import Label
from harness.models.stance import read_sentence

NAMES = (
    "ground",
    "abstain",
    "cite",
    "schema",
    "defs",
    "tiebreak",
    "data",
    "steps",
    "fewshot",
    "brief",
    "cutoff",
    "lang",
)
_MOST_SENTENCES = 60
_UNCUED = -1.1
"""What a sentence without a kind's cue loses of its log-odds for that kind."""
_CUES = {
    "ground": r"\bonly (?:use|from|what|on|the (?:text|doc\w*|context|article|information|"
    r"facts|page))\b|\b(?:solely|strictly|exclusively|sole|alone)\b|"
    r"outside (?:knowledge|information|of|from)|"
    r"nothing (?:else|more|beyond|outside)|not (?:invent|make up|guess)|go beyond|"
    r"context only|only context|must come from|nothing (?:but|except|save)\b|\bexhaustive\b|"
    r"\bconfined to\b|nothing from (?:memory|experience)|\bgoing by (?:nothing|the)\b|"
    r"the (?:sole|only) (?:permitted )?(?:source|authority)|end of it\b",
    "abstain": r"\b(?:if|when|where|whenever|should|otherwise|else|unless)\b.{0,70}\b(?:not|"
    r"n't|missing|absent|silent|unknown|lacks?|no)\b|"
    r"\bnot (?:found|stated|specified|mentioned|covered|given)\b|don'?t know|"
    r"\bnull\b|unanswerable|\bunknown\b|\bn/?a\b|no information|couldn'?t find|"
    r"blank|empty|\bsilent\b|keeps? quiet|\bowns? up\b|rather than (?:picking|guessing|choosing)|"
    r"nothing on (?:it|that|file)|if[_ ]absent|d(?:oes|o)s?nt say",
    "cite": r"\brests? on\b|\brel(?:y|ied) (?:up)?on\b|\bwent by\b|\bwhich file\b|by copying\b|"
    r"reproduc\w+ (?:the|of the)|\bcit(?:e|es|ation|ations|ing)\b|\bquot(?:e|es|ing)\b|"
    r"(?:supporting|with a|"
    r"literal) quotation|\bevidence\b|verbatim|word for word|(?:exact|"
    r"original) (?:sentence|words|wording)|\bsource:|"
    r"excerpt that|\breferences? (?:to|the|each|for)\b|line numbers?|"
    r"passage (?:that|you|which)|(?:line|sentence|place) (?:you|that|which|from|"
    r"where)|section number|proves?\b",
    "schema": r"\bjson\b|schema|\byaml\b|\bcsv\b|\bxml\b|\{\s*\"|only the (?:label|digit|word|"
    r"tag|name|category)|(?:one|single) (?:word|token|label)|nothing else|"
    r"output[_ ]format|\bkeys?\b|\bfields?\b|\bparse|label only|intent only|"
    r"no (?:other|extra) text|\btable\b|\bcolumns?\b|tab-separated|"
    r"\brows? as\b|\w= ?;|\w=<|form is|respond as\b|capital letters|one per line|"
    r"exact(?:ly)? (?:one|the) (?:label|format)",
    "defs": r"\b(?:means|is when|describes|stands for|definitions?|covers)\b|\w\s=\s\w|"
    r"category \w+:",
    "tiebreak": r"\bprevails?\b|\bco-?occur|\bif several\b|(?:two|several|both) \w+ (?:seem|"
    r"look|fit|"
    r"match|apply)|more th[ae]n one|(?:goes|comes|first) (?:first|to count)|by the worst|"
    r"\bboth\b|ambigu|\btie\b|precedence|\bprefer\b|(?:in|when in|case of) doubt|"
    r"\bmixed\b|\bwins?\b|\bwinner\b|\bbeats?\b|borderline|more than one|"
    r"two (?:labels|categories|classes|are|fit)|several (?:labels|categories)|"
    r"\boutranks?|\btrumps?\b|unclear|whichever|default to|torn",
    "data": r"\bno (?:force|say|authority|power)\b|\bnot orders\b|\bn[o']t (?:\w+ )?addressed\b|"
    r"\baddressed to you\b|instruct you\b|\bspecimen\b|disregard such|\bhostile\b|act on it\b|"
    r"do what it says|\bobeyed\b|\bexecuted\b|instead of following|construed as|"
    r"\b(?:as|is|are) (?:just |only |purely )?(?:data|input|material|text to)\b|"
    r"untrusted|(?:not|never|n't|no) (?:\w+ )?(?:follow|obey|execute|act|commands?|"
    r"instructions?|orders?|authority)\b|"
    r"ignore (?:all|any|every) (?:instructions|commands|orders)|injection|attacker|"
    r"malicious|\btrick\b|(?:not|n't) (?:change|override) (?:your|these|"
    r"the) (?:rules|task|instructions)|not commands|command you|"
    r"is (?:just )?a quotation",
    "steps": r"step by step|step-by-step|chain of thought|\bthink(?:ing)?\b|"
    r"\breason(?:ing)?\b|\bfirst\b.{3,120}\b(?:then|after|finally|before)\b|"
    r"\bsteps?\b:|one by one|one at a time|before (?:you )?(?:answer|decid|writ|"
    r"judg)|then decide\b|only then\b|\bworking\b|for and against|numbering each|"
    r"^\W*1[.)].{0,200}2[.)]|\bdeduce\b|aloud|after this\b|only at the end|and then\b",
    "brief": r"concise|\bbrief|\bshort(?:er|est|ly)?\b|tl;?\s?dr|(?:one|two|three|a|single|1|"
    r"2|3) (?:line|sentence|sentance|bullet|paragraph)s?\b|ceiling\b|max_\w+|half (?:as long|the "
    r"length)|exceed\w*|[- ]words? headline|\bwords (?:at most|tops)\b|sentences: \d|(?:max|"
    r"maximum|most|under|than|"
    r"limit|within|up to|just|in)\W{1,3}(?:\w+ )?(?:\w+) (?:words?|sentences?|"
    r"tokens?|bullets?|characters?|lines?)|"
    r"(?<!\d)\d+ words|\bterse|few words|\bone-liner\b|no longer than",
    "cutoff": r"cut-?off|up.to.date|\btrain(?:ing|ed)\b|\brecent\b|\blatest\b|live (?:data|"
    r"source|access)|\bbrowse\b|\boutdated\b|\bstale\b|time.sensitive|too new|"
    r"newer than|later than that|events? after|current (?:facts|events)",
    "lang": r"\b(?:in|auf|en|only|into|to|language:?|speaks?|reads?|reply|use|"
    r"always) (?:german|french|spanish|italian|portuguese|english|dutch|polish|"
    r"japanese|swedish|danish|czech|turkish|russian|chinese|arabic|greek|norwegian|"
    r"finnish|deutsch|englisch|français|español|italiano)\b|\btranslat|"
    r"same language|language of the",
    "fewshot": r"\bshots:|\bbecomes\b|\bexamples\b|\bexample:|e\.g\.|for instance|\bsamples?\b|"
    r"->|=>|→|\bas in\b|"
    r"like this",
}
_CUE = {name: re.compile(pattern, re.I | re.S) for name, pattern in _CUES.items()}
_TEMPLATE = re.compile(r"\{\s*\"?\w+\"?\s*:|```(?:json|yaml)|\{\"?\w+\"?(?:\s*,\s*\"?\w+\"?)+\}")
_SHOWS_ABSENCE = re.compile(
    r"\b(?:does not|doesn't) (?:say|state|mention)|not (?:found|stated)|\bunknown\b", re.I
)
_SHOWS_QUOTE = re.compile(r"[\[(][“\"][^\n]{8,200}[”\"][\])]|\[(?:section )?\d+\]", re.I)
_FUNCTION_WORDS = frozenset(
    """the a an is are was were be do does did can could should would may must i me my you your
    it its we our of in on at to for from by with what how when where which who why there
    this that these those and or but if any not no nothing only than then as so please
    just all every anything something about""".split()
)


@dataclass(frozen=True)
class Kinds:
    """How strongly each kind of instruction is given, 0 to 1; .5 and more counts as given."""

    ground: float = 0.0
    abstain: float = 0.0
    cite: float = 0.0
    schema: float = 0.0
    defs: float = 0.0
    tiebreak: float = 0.0
    data: float = 0.0
    steps: float = 0.0
    fewshot: float = 0.0
    brief: float = 0.0
    cutoff: float = 0.0
    lang: float = 0.0

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the kinds that count as given."""
        return tuple(name for name in NAMES if getattr(self, name) >= 0.5)


@dataclass(frozen=True)
class KindReading:
    """Kinds of a prompt, with what the fault layer needs to know beside them.

    Attributes:
        count: how many separate instructions compete for attention.
    """

    kinds: Kinds
    count: float


def read_kinds(
    bank: Bank,
    sentences: Sequence[str],
    directions: str,
    labels: Sequence[Label],
    examples: Sequence[tuple[str, str]],
) -> KindReading:
    """Kinds of instruction in the sentences of a prompt.

    Args:
        bank: the fitted bank.
        sentences: cleaned instruction sentences, in order; only the first 60 are read.
        directions: the same text with its line breaks and markup.
        labels: the label set, to see whether labels are defined.
        examples: the worked (input, output) pairs the prompt gives.
    """
    read = [s for s in sentences if re.search(r"[^\W\d]", s)][:_MOST_SENTENCES]
    if not read:
        return KindReading(Kinds(fewshot=0.9 if examples else 0.0), 0.0)
    rows = bank.features.rows(read)
    order = [bank.heads.after("kind.").index(name) for name in NAMES]
    odds = bank.heads.log_odds(rows, "kind.")[:, order].astype(np.float64)
    cues = np.array([_cues(s) for s in read])
    odds = np.clip(odds, -5, 5) + np.where(cues, 1.3, _UNCUED)
    _apply_polarity(read, odds)
    short = np.array([len(re.findall(r"[^\W\d_]{2,}", s)) <= 2 for s in read])
    odds[short[:, None] & ~cues] -= 2.0
    soup = np.array([_is_soup(s, row) for s, row in zip(read, cues, strict=True)])
    odds[soup] = -6.0
    strength = 1 / (1 + np.exp(-(odds - 0.6)))
    best = strength.max(0)
    best = np.where(best >= 0.5, best, best**2)
    values = {name: float(best[i]) for i, name in enumerate(NAMES)}
    values |= structure(values, directions, labels, examples)
    kinds = Kinds(**{name: round(value, 2) for name, value in values.items()})
    return KindReading(kinds, count_orders(read, odds, soup))


def has_cue(kind: str, sentence: str) -> bool:
    """Whether a sentence has a word that often gives this kind of instruction."""
    return bool(_CUE[kind].search(sentence))


def _apply_polarity(
    sentences: Sequence[str], odds: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> None:
    """A sentence read as 'answer all the same' cannot count as grounding, and the reverse."""
    ground, abstain = NAMES.index("ground"), NAMES.index("abstain")
    for i, sentence in enumerate(sentences):
        stance = read_sentence(sentence)
        if stance.stay_inside < 0 or stance.go_outside > 0:
            odds[i, ground] = -6.0
        if stance.admit_absence < 0 or stance.always_answer > 0:
            odds[i, abstain] = -6.0
        if stance.stay_inside > 0:
            odds[i, ground] += 1.8
        elif stance.go_outside < 0:
            odds[i, ground] += 1.2
        if stance.admit_absence > 0:
            odds[i, abstain] += 2.2


def is_soup(sentence: str) -> bool:
    """Whether a line is a bag of keywords; such a line instructs nobody."""
    return _is_soup(sentence, _cues(sentence))


@lru_cache(maxsize=512)  # a sentence is read for its task, its kinds and its soup
def _cues(sentence: str) -> tuple[bool, ...]:
    """Whether a sentence has a cue of each of NAMES."""
    return tuple(bool(_CUE[name].search(sentence)) for name in NAMES)


def _is_soup(sentence: str, cues: Sequence[bool]) -> bool:
    """A bag of keywords: many cues, hardly a function word. It instructs nobody."""
    words = re.findall(r"[^\W\d_]+", sentence.lower())
    if len(words) < 7 or re.search(r"[:={]", sentence):
        return False
    share = sum(word in _FUNCTION_WORDS for word in words) / len(words)
    return share < 0.16 or (share < 0.3 and sum(cues) >= 3)


def structure(
    values: dict[str, float],
    directions: str,
    labels: Sequence[Label],
    examples: Sequence[tuple[str, str]],
) -> dict[str, float]:
    """What the shape of a prompt shows better than its sentences."""
    head = directions[:40_000]
    defined = sum(len(label.definition.split()) >= 2 for label in labels)
    out: dict[str, float] = {}
    if defined >= 2:
        out["defs"] = max(values["defs"], 0.9)
    elif labels and not defined:
        out["defs"] = values["defs"] * 0.6
    out["fewshot"] = max(values["fewshot"], 0.9) if examples else values["fewshot"] * 0.7
    shown = "\n".join(answer for _, answer in examples)
    if _SHOWS_ABSENCE.search(shown):
        out["abstain"] = max(values["abstain"], 0.75)
    if _SHOWS_QUOTE.search(shown):
        out["cite"] = max(values["cite"], 0.75)
    if _TEMPLATE.search(head):
        out["schema"] = max(values["schema"], 0.9)
    return out


def count_orders(
    sentences: Sequence[str],
    odds: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    soup: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> float:
    """How many instructions compete: new kinds count 1, repeats and plain orders one half.

    A numeral, a heading or a question is not an instruction.
    """
    seen: set[int] = set()
    count = 0.0
    for i, sentence in enumerate(sentences):
        words = re.findall(r"[^\W\d_]{2,}", sentence)
        if soup[i] or len(words) < 3 or sentence.rstrip().endswith("?"):
            continue
        top = int(odds[i].argmax())
        if odds[i, top] > 0 and top not in seen:
            seen.add(top)
            count += 1
        else:
            count += 0.5
    return count
