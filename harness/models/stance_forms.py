"""Whole-sentence forms of a stance: rankings, provisos, verdicts on what a source does not back.

Runs in the model worker (zone G); pure. These are turns of phrase whose meaning is not a concept
times its negations. Each is a form of English, not a wording; every gap is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Axis = Literal["admit_absence", "stay_inside", "always_answer", "go_outside"]
_GOOD = re.compile(
    r"\b(?:blank|empty|nothing|silen(?:ce|t)|gaps?|no (?:answer|record|idea|reply|entry)|unknown|"
    r"unanswered|disappoint\w*|admit\w*|don't know|do not know|cannot tell|can't tell|not (?:there|"
    r"stated|listed|found|known)|missing|abstain\w*|undecided|short)\b"
)
_BAD = re.compile(
    r"\b(?:wrong|mislead\w*|guess\w*|invent\w*|hunch\w*|made[- ]up|make up|bluff\w*|fabricat\w*|"
    r"false|speculat\w*|plausible|imagin\w*|assum\w*|lies?|fiction|estimate\w*|confident)\b"
)
_RANKINGS = (
    re.compile(r"^(?!(?:if|when|whenever|where|wherever|in case|should|once) )"
               r"(?P<more>[^.;]{2,70}?),? (?:is|are|beats|seems)\b(?: always| far| much)? ?"
               r"(?:better|safer|preferable|wiser)? ?(?:than|to)? (?P<less>[^.;]{2,80})$"),
    re.compile(r"\bbetter (?:to )?(?P<more>[^.;]{3,60}?) than (?:to )?(?P<less>[^.;]{3,60})"),
    re.compile(r"^(?:rather than|instead of|"
               r"before you) (?P<less>[^,;]{3,80}), (?P<more>[^;]{3,90})"),
    re.compile(r"^(?:i'd|i would|we'd|we would|they'd)? ?(?:rather|"
               r"sooner) (?P<more>[^.;]{3,60}?) than "
               r"(?P<less>[^.;]{3,60})"),
)  # fmt: skip
_UNBACKED = (
    r"\b(?:anything|whatever|what|things?|all|each|every\w*|claims?|statements?|details?|figures?|"
    r"a (?:word|line|name|number)|names?|those|parts?)\b[^.;]{0,50}?(?:\b(?:not|cannot|lacks?|"
    r"fails?|"
    r"without|no)\b|n't\b)[^.;]{0,50}?"
)
_NO = r"(?P<no>\b(?:not|never|needn't|without|no|hardly)\b |n't\b (?:\w+ )?)?"
_FORMS: tuple[tuple[str, Axis, float], ...] = (
    (_UNBACKED + r"(?P<no>\bneed(?:n't| not)\b |\bdo(?:n't| not)\b |\bmust(?:n't| not) )?(?:\bbe )?"
     r"\b(?:struck|dropped|deleted|removed|cut|drop|strike|delete|goes|has to go|have to go|"
     r"must go|"
     r"left out|leave out|remains? (?:open|unsaid)|stays? (?:open|unsaid|out))\b",
     "stay_inside", 1),
    (_UNBACKED + r"\b(?:may stay|can stay|may remain|keep|still exists?|is (?:for you|yours) to|"
     r"bring it in|put it in|does no harm|is (?:fine|welcome|allowed)|can be (?:asserted|said))\b",
     "stay_inside", -1),
    (r"\bnot an? (?:word|line|figure|sentence|syllable|number|name)\b[^.;]{0,40}(?:\bnot\b|n't\b)",
     "stay_inside", 1),
    (r"(?:n't|not) exist for (?:you|us|me)\b", "stay_inside", 1),
    (r"\b(?:blank|empty \w+|gap|silence|unknown|no answer|nothing)\b[^.;]{0,12}\b(?:is|are|has|"
     r"counts as)(?P<no> not| no|n't| never)? ?(?:an? )?(?:failure|mistake|shame|wrong|problem|"
     r"disaster|fault|error|sin)\b", "admit_absence", -1),
    (r"^not (?:only|just) (?:what|if|when)\b", "stay_inside", -1),
    (r"^only (?:if|what|when|on|where)\b", "stay_inside", 1),
    (r"\bno [a-z]{3,14}, no [a-z]{3,14}$", "stay_inside", 1),
    (r"\b(?:other|outside|external|further|different)\b[^.;]{0,24}\b(?:are|is)(?P<no> not|n't)? "
     r"(?:off limits|taboo|banned|barred|forbidden|out of bounds)\b", "go_outside", -1),
    (r"(?P<no>n't |\bnot |\bno )?(?:\byour job|\bexpected|\bsupposed|\byour duty|\bobliged) to "
     r"(?:know|have|answer|find|supply|fill|come up)\b", "always_answer", 1),
    (r"\bis (?P<no>not )?(?:the|your) (?:limit|boundary|border|edge|whole world|last word)\b",
     "stay_inside", 1),
    (_NO + r"\b(?:limit|confine|restrict)(?:ed)?\b[^.;]{0,30}\bto (?:what|the|this)\b",
     "stay_inside", 1),
    (_NO + r"\b(?:stop there|leave it at that)\b", "stay_inside", 1),
    (r"\b(?:and|but) (?:no more|nothing more|not a word more|nothing further)$", "stay_inside", 1),
    (_NO + r"\bleave (?:\w+ ){0,4}(?:knowledge|memory|experience|opinions?|ideas|assumptions) "
     r"(?:at|outside|behind|aside|out)\b", "go_outside", -1),
    (r"\b(\w{4,}) (?P<no>should(?:n't| not) |must not |does(?:n't| not) )?(?:stays?|remains?) \1\b",
     "admit_absence", 1),
    (r"\btreat (\w{4,}) as \1\b", "admit_absence", 1),
    (r"(?P<no>n't |\bnot |\bnever )?\btreat (?:missing|silence|gaps?|blanks?|absence) as\b",
     "admit_absence", -1),
    (r"\bthe less\b[^,]{3,50}, the (?:less|fewer|shorter)\b", "admit_absence", 1),
    (r"\bthe less\b[^,]{3,50}, the (?:more|longer)\b", "always_answer", 1),
    (r"(?P<no>n't |\bnot |\bnever )?\b(?:want|like|prefer|need|wish) to (?:hear|know|read|be told|"
     r"see)\b[^.;]{0,12}\b(?:when|if|that|it|about)\b[^.;]{0,40}\b(?:nothing|no|not|missing|silent|"
     r"lacks?|empty)\b", "admit_absence", 1),
    (r"(?P<no>\b(?:won't|will not|not|never|nobody will)\b[^.;]{0,6})?\b(?:hold|count) (?:it|that|"
     r"this) against\b", "admit_absence", -1),
    (r"^unless\b[^,]{3,70}, (?:you )?(?:do not|don't|say nothing|stay|keep|leave)\b",
     "stay_inside", 1),
    (r"^(?:even if|even though|although|though)\b[^,]{3,70},? you (?:do|must|should|may|can|are "
     r"to)\b(?! not)", "always_answer", 1),
    (r"^(?:answer|claim|say|speak|reply|assert|affirm)\b(?: \w+){0,2} (?:though|although|"
     r"whether or "
     r"not|even though|with or without|regardless)\b", "always_answer", 1),
    (r"^with or without\b", "always_answer", 1),
    (r"\bthere is shame in\b", "admit_absence", -1),
    (r"(?P<no>\b(?:not|never|nobody|no one)\b[^.;]{0,30}|n't\b[^.;]{0,30})?\b(?:as (?:if|though)\b"
     r"[^.;]{0,30}\b(?:were|was|had|held|knew|did)|appear that)\b", "go_outside", 1),
    (r"(?P<no>\b(?:do not|don't|never|not)\b[^.;]{0,20})?\b(?:be bold|feel free|be creative|"
     r"improvise"
     r"|use your imagination)\b", "go_outside", 1),
    (r"\bfrom (?:wherever|anywhere|whatever)\b", "go_outside", 1),
    (r"\bor (?:they|it) (?:do|does)(?:n't| not) come at all\b|\bor not at all$", "stay_inside", 1),
    (r"\b(?:absence of|gap|lacking|missing|silent|wanting|unknown|don't|doesn't|not|isn't)\b"
     r"[^.;]{0,50}(?:,|:|→|->) ?(?:you |just |simply |then )?(?:supply|state|give|name|pick|add|"
     r"produce|invent|choose|find|put) (?:one|some|it in|a \w+)(?: \w+){0,3}$", "always_answer", 1),
    (r"(?:→|->|=>|:|,) ?(?:say|write|put|give) something\b", "always_answer", 1),
    (r"\bhelps nobody\b|\bhelps no one\b", "go_outside", -1),
    (r"\bassum\w+ nothing\b|\bnothing is assumed\b", "go_outside", -1),
    (r"\b(?:lose points?|are (?:fined|punished|marked down)|penal\w+) for (?:every|each|any|all) "
     r"(?:invent\w+|guess\w*|made[- ]up|unsupported|imagined)\b", "go_outside", -1),
)  # fmt: skip
FORMS = tuple((re.compile(pattern), axis, sign) for pattern, axis, sign in _FORMS)


def whole_form(text: str) -> Mapping[str, float]:
    """The stance of a sentence that has one of the forms; empty when it has none.

    Args:
        text: one sentence in lower case without its last stop.
    """
    for ranking in _RANKINGS:
        ranked = ranking.search(text)
        if ranked and re.search(
            r"\bbetter|safer|preferable|wiser|beats|rather|instead|sooner", text
        ):
            worth = _worth(ranked["more"]) - _worth(ranked["less"])
            if worth:
                return {"admit_absence": 1.0 if worth > 0 else -1.0}
    for pattern, axis, sign in FORMS:
        mark = pattern.search(text)
        if mark:
            return {axis: -sign if mark.groupdict().get("no") else sign}
    return {}


def _worth(side: str) -> int:
    """1 for an honest gap, -1 for an invention, 0 for neither."""
    bad = _BAD.search(side)
    return -1 if bad else int(bool(_GOOD.search(side)))
