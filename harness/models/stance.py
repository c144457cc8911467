"""Read the polarity of an instruction towards its source: admit a gap, or answer all the same?

Runs in the model worker (zone G); the text is hostile. Embeddings are blind to negation, so this
is parsed: a concept, times the parity of the negations that reach it. One sentence at a time;
every gap in a pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from harness.models.stance_forms import whole_form
from harness.models.stance_words import ABSENCE, CONCEPT_PATTERNS, SAYS_THE_UNSAID

_LONGEST = 420
_NEGATOR = re.compile(
    r"\b(?:never|not|no|none|nor|neither|nobody|without|avoid(?:s|ing)?|stop|"
    r"refrain(?:ing)? from|resist|cannot|"
    r"nothing|rather than|instead of|forbid(?:s|den)?|prohibit(?:s|ed)?|refuse to|"
    r"free from|steer clear of|"
    r"needn|ignor(?:e|ing)|forget(?:ting)?|disregard\w*|set aside|leave aside|"
    r"exclud(?:e|ing)|hates?|dislikes?|hard(?:ly)?|rarely|seldom|wrong to|"
    r"mistake to|unacceptable to|error to|pointless to|ban(?:s|ned)?|against|"
    r"bother)\b|n't\b|\bno need\b"
)
_AFTER = re.compile(
    r"^(?:(?!\b(?:what|that|which|who|when|if|where)\b)[^.;,]){0,36}?\b(?:(?:is|are|"
    r"be|was)(?:n't| not| never| no)|(?:is |are )?(?:forbidden|prohibited|banned|"
    r"unacceptable|wrong|"
    r"off limits|taboo|irrelevant|useless|excluded|unwanted|out of (?:it|this|here|"
    r"the (?:reply|answer))|out of the question|undesired|unwelcome|discouraged|"
    r"a (?:mistake|failure|fault|sin|no-go))|"
    r"(?:may|must|should|can|will|does|do|counts?)(?:n't| not| never| no)|"
    r"not (?:allowed|permitted|an option|ok|fine|acceptable|wanted|good|welcome|"
    r"needed|required|necessary))"
)
_RELATIVE = re.compile(
    r"\b(?:questions?|things?|points?|cases?|fields?|whatever|anything|what) (?:(?:that|which) )?"
    r"[^,.;:]{0,30}?(?:\b(?:do|does|did|is|are|can)(?:n't| not)|\bcannot) (?:\w+ ){0,2}?"
    r"(?=(?:gets?|is|are|has|have|should|must|deserves?) )"
)
"""What a thing is told by, not what is forbidden: "questions that it does not settle get …"."""
_IDIOMS = re.compile(
    r"\b(?:(?:do not|don't|never) (?:hesitate|be (?:afraid|shy|ashamed)|fear|fail|"
    r"forget|shy away from)(?: to| of)?|"
    r"there is (?:no (?:shame|harm|problem)|nothing wrong)(?: in| with)?|"
    r"no (?:shame|harm|problem) (?:in|with)|"
    r"not (?:only|just|a problem|wrong|bad) (?:to|if)|nothing wrong (?:in|with)|"
    r"if not|why not|whether or not|"
    r"not matter|no matter|without (?:hesitation|fear|shame))\b"
)
_BETTER = re.compile(
    r"\b(?:is |are |be )?(?:much |far |always )?(?:better|preferable|safer|"
    r"preferred|best|wiser|more useful|more welcome|beats?|"
    r"outranks?)\b[^.;]{0,12}?\b(?:than|to|over)\b"
    r"|\bbeats\b|\brather than\b|\binstead of\b"
)
_WORSE = re.compile(r"\b(?:is |are )?(?:much |far |always )?(?:worse|less useful|costlier) than\b")
_PREFER = re.compile(
    r"\b(?:prefers?|favou?rs?|choose|would rather(?: \w+)?|rather (?:hear|read|see|"
    r"get|have))\b([^.;]{3,90}?)\b(?:over|to (?:an?|any|the|guess|invent|sil|no)|"
    r"than|above)\b"
)
_CONDITION = re.compile(
    r"(?:^|(?<=[,;:(-] )|(?<=\bthat )|(?<=\band )|(?<=\bbut )|(?<=\bso )|"
    r"(?<=\bthen ))\s*(?:if|when|where|should|in case|whenever|wherever|once|"
    r"for (?:any|every|all)(?: \w+){0,3}? (?:that|which)|as soon as|"
    r"whatever|anything (?:that )?|(?:a )?field that)\b([^,;→>]{3,140}?)(?:,|;|→|->|"
    r"=>|\bthen\b|:)\s*"
)
_THING_LACKING = re.compile(
    r"\b(?:any|each|every|all|an?|the) (?:\w+ )?(?:fields?|details?|values?|items?|"
    r"information|things?|points?) (?:that |which )?"
    r"[^,.;]{0,40}?(?:\bnot|n't|\bnever|\blacks?|"
    r"\bleaves out)\b[^,.;]{0,30}?(?=\b(?:should|must|is|are|becomes?|gets?|has to|"
    r"have to)\b)"
)
_CONDITION_WITHOUT_COMMA = re.compile(
    r"\b(?:if|when|where|whenever)\b [^,;.]{3,80}?(?:\bnot|n't|\bno|\bmissing|"
    r"\babsent|\bsilent|\bunknown|\blacks?)\b[^,;.]{0,40}?"
    r"(?= (?:she|he|you|it|we|they|i|then|just|simply|please) (?:just |simply |"
    r"then |please |only |must |should |always |never |do not |don't )*"
    r"(?:says?|writes?|repl(?:y|ies)|answers?|tells?|puts?|returns?|states?|"
    r"responds?|outputs?|uses?|leaves?|admits?|guess|invents?|make|give)\b)"
)
_TRAILING = re.compile(
    r"\b(?:if|when|where|whenever|unless|because|since|in case|so that|for fear)\b [^.;]{4,}$"
)
_CONDITIONAL_REFUSAL = re.compile(
    r"\b(?:do not|don't|never|not|cannot|can't) (?:try to |attempt to |"
    r"ever )?(?:answer|reply|respond|give an answer)\b(?! (?:with|that|by|solely|"
    r"only|just|from|n/?a|unknown|not|null|no |none|\"|'))"
)
_ONLY_IF = re.compile(r"(?<!not )\b(?:only|just) (?:answer|reply|respond|give an answer|speak)\b")
_EVEN = re.compile(r"\b(?:even (?:if|when|where|though)|regardless|whether or not|no matter)\b")
_GAP = re.compile(
    rf"\b{ABSENCE}|\bunsure\b|\bin doubt\b|\bthin\b|\bshort on\b|\b(?:if|"
    rf"what) you (?:don't|do not|can't|cannot)\b"
    r"|\bvague\b|\bunclear\b|\bleaves? [^.;]{0,16}(?:out|open)\b|\bis short\b|"
    r"\bsays? nothing\b|\bgives? (?:none|nothing|no)\b|\bstays? silent\b"
    r"|\bnot (?:written|clear|given|said|there)\b|\bnothing\b|\bno (?:section|part|"
    r"clause|sentence|paragraph|line|match)\b"
)


@dataclass(frozen=True)
class Stance:
    """How a prompt wants gaps in its source treated, each from -1 (the opposite) to 1."""

    admit_absence: float = 0.0
    stay_inside: float = 0.0
    always_answer: float = 0.0
    go_outside: float = 0.0

    @property
    def grounded(self) -> float:
        """Above 0 when the prompt on the whole asks for the source and for honest gaps."""
        return self.admit_absence + self.stay_inside - self.always_answer - self.go_outside


def read_sentence(sentence: str) -> Stance:
    """The stance of one instruction sentence; zeros when it has none."""
    return _read_normal(_normal(sentence))


@lru_cache(maxsize=2_048)
def _read_normal(text: str) -> Stance:
    if len(text) < 4:
        return Stance()
    found: dict[str, float] = {}
    orders, situation = _orders(text)
    for order, sign in orders:
        for name, patterns in CONCEPT_PATTERNS.items():
            value = _concept(order, patterns, name)
            if value and name not in found:
                found[name] = value * sign
    if found.get("admit_absence") and SAYS_THE_UNSAID.search(text):
        del found["admit_absence"]
    _special_forms(text, " ".join(order for order, _ in orders), situation, found)
    whole = whole_form(text)
    return Stance(**(whole or found))


def _normal(sentence: str) -> str:
    text = " ".join(sentence[:_LONGEST].lower().replace("’", "'").split())
    text = _IDIOMS.sub(" please ", text).rstrip(" .!")
    return re.sub(r"[*_`#<>]{1,3}(?=\w)|(?<=\w)[*`#]{1,3}", "", text)


def _orders(text: str) -> tuple[list[tuple[str, float]], str]:
    """The commanding clauses with a sign, and the situation they are for."""
    asked, asks, rest = text.partition("? ")
    situation = " ".join(m[1] for m in _CONDITION.finditer(text))
    main = _CONDITION.sub(" ", text).strip()
    if asks and len(rest) > 3 and len(asked) < 90:  # "Nothing there? Tell me."
        situation, main = f"{situation} {asked}", rest
    for open_ended in (_THING_LACKING, _CONDITION_WITHOUT_COMMA):
        mark = open_ended.search(main)
        if mark:
            situation += " " + mark[0]
            main = (main[: mark.start()] + " " + main[mark.end() :]).strip()
    if len(main) < 4:
        main = text
    trailing = _TRAILING.search(main)
    if trailing and trailing.start() > 7:
        situation += " " + trailing[0]
        main = main[: trailing.start()]
    even = _EVEN.search(main)
    if even and even.start() > 3:
        situation += " " + main[even.start() :]
        main = main[: even.start()].removesuffix("not ")
    for compare, left_sign in ((_WORSE, -1.0), (_BETTER, 1.0)):
        mark = compare.search(main)
        if mark:
            before = main[: mark.start()]
            left = [(before, left_sign)] if len(before) > 3 else []
            return [*left, *_compared(main[mark.end() :], -left_sign)], situation
    preferred = _PREFER.search(main)
    if preferred:
        return [(preferred[1], 1.0), *_compared(main[preferred.end() :], -1.0)], situation
    return [(main, 1.0)], situation


def _compared(rest: str, sign: float) -> list[tuple[str, float]]:
    """What a comparison is made with, and the plain order that may follow it."""
    parts = re.split(r"[,;:]\s", rest, maxsplit=1)
    return [(parts[0], sign)] + ([(parts[1], 1.0)] if len(parts) > 1 else [])


def _concept(order: str, patterns: Iterable[re.Pattern[str]], name: str) -> float:
    for pattern in patterns:
        mark = pattern.search(order)
        if mark:
            flips = _negations(order, mark, name) + bool(mark.groupdict().get("flip"))
            return -1.0 if flips % 2 else 1.0
    return 0.0


def _negations(order: str, mark: re.Match[str], name: str) -> int:
    before = order[max(0, mark.start() - 70) : mark.start()]
    before = re.split(
        r"[,;:(]\s|\bbut\b|\bhowever\b|\byet\b|\bjust\b(?! )|\band (?:then|instead)\b", before
    )[-1]
    if name == "admit_absence":
        before = _RELATIVE.sub(" ", before)
    count = len(_NEGATOR.findall(before))
    after = order[mark.end() : mark.end() + 60]
    if name != "always_answer" or not before.strip().startswith("no"):
        count += bool(_AFTER.search(after))
    if name == "admit_absence" and re.match(r"(?:hide|hiding|conceal)", mark[0]):
        count += 1
    return count


def _special_forms(text: str, order: str, situation: str, found: dict[str, float]) -> None:
    """Forms whose meaning is not concept times parity."""
    gap = bool(_GAP.search(situation))
    refusal = _CONDITIONAL_REFUSAL.search(text)
    if refusal and (gap or _GAP.search(text) or re.search(r"\b(?:unless|if|when)\b", text)):
        found["admit_absence"] = 1.0
        found.pop("always_answer", None)
    if _ONLY_IF.search(text) and not re.search(r"\b(?:not|n't|never)\b[^.;]{0,12}\bonly\b", text):
        found["stay_inside"] = 1.0
    if _EVEN.search(text) and re.search(
        r"\b(?:answer|reply|respond|give|help|provide|claims?|say|write|speak)\b", text
    ):
        found["always_answer"] = -1.0 if refusal else 1.0
    without = re.search(
        r"\b(?:leave|leaves|left|leaving|send|go|goes|be|"
        r"is)\b([^.;]{0,40})\b(?:without an? (?:answer|reply|response)|unanswered|"
        r"without one|question open)",
        order,
    )
    if without:
        before = order[: without.start()] + without[1]
        negated = bool(
            re.search(
                r"\b(?:never|not|no|nobody|hates?|avoid|don't|must not|can't|cannot|dislike)\b|"
                r"n't\b",
                before,
            )
        )
        found["always_answer"] = 1.0 if negated else -1.0
        if found.get("admit_absence", 0) and "admit" not in text and "say" not in text:
            found["admit_absence"] = -1.0 if negated else 1.0
    if gap and not found:
        _answer_to_a_gap(text, order if _TELLING.search(order) else text, found)


_ANYWAY = re.compile(
    r"\b(?:anyway|all the same|nevertheless|nonetheless|still (?:answer|give|reply)|"
    r"yourself|likely|sensible|educated|best|"
    r"somehow|regardless|an answer|a reply|add|speak)\b"
)
_TELLING = re.compile(
    r"\b(?:say|tell|reply|state|answer|write|respond|flag|admit|report|note|mention|"
    r"stop|be (?:upfront|honest|open|clear)|so do you|ask|keep quiet|move on|warn)\b"
)


def _answer_to_a_gap(text: str, order: str, found: dict[str, float]) -> None:
    """What to do about a gap when no known concept names it: tell, keep silent, or carry on.

    Args:
        text: the sentence.
        order: what it commands, without what it is for: "when the rules do not" forbids nothing.
        found: stances so far; added to.
    """
    refused = re.search(r"\b(?:do not|don't|never|give no|neither)\b", order)
    if _ANYWAY.search(text):
        found["always_answer"] = -1.0 if refused else 1.0
    elif refused and re.search(r"\b(?:give|answer|provide|supply|one|any)\b", text):
        found["admit_absence"] = 1.0
    elif _TELLING.search(text):
        found["admit_absence"] = -1.0 if refused else 1.0


def read_stance(sentences: Iterable[str]) -> Stance:
    """The stance of a whole prompt: on each axis the mean of the sentences that take one."""
    return mean_stance(map(read_sentence, sentences))


def mean_stance(stances: Iterable[Stance]) -> Stance:
    """On each axis the mean of those that take a side on it."""
    totals: dict[str, list[float]] = {}
    for one in stances:
        for axis in ("admit_absence", "stay_inside", "always_answer", "go_outside"):
            value = float(getattr(one, axis))
            if value:
                totals.setdefault(axis, []).append(value)
    return Stance(**{axis: sum(values) / len(values) for axis, values in totals.items()})
