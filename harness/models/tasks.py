"""Which task a prompt sets: classify, extract, qa, summarise, rewrite, judge or chat.

Runs in the model worker (zone G); the text is hostile. Meaning, cues and structure each add to a
score; an explicit question over a document outweighs cue words, which are easy to scatter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.features import Bank
from harness.models.handover import SORTS

NAMES = ("classify", "extract", "qa", "summarise", "rewrite", "judge", "chat")
_CUES: dict[str, tuple[tuple[float, str], ...]] = {
    "classify": (
        (
            0.9,
            r"\b(?:pile|queue|mood|severity|bucketed|annotate|designate|characteri[sz]e)\b|"
            r"\broute to\b|\bone of \w+\b|\b(?:grade|mark|stars?) from \w+ (?:down )?to\b|"
            r"\bcode the\b|\b(?:one|a) tag\b|\bsort \w+ (?:mails|messages|texts|letters)\b|"
            r"\bor not \w+\?",
        ),
        (
            1.1,
            r"\bclassif\w+|\bcategori[sz]\w+|\bwhich (?:category|class|label|intent|group|"
            r"bucket|kind|type|team|queue|topic)\b|\bto which class\b",
        ),
        (
            0.8,
            r"\blabels?\b|\bcategor(?:y|ies)\b|\bclass(?:es)?\b|\bintents?\b|\btriage\w*\b|"
            r"\bsentiment\b|\bpigeonholes?|\bbuckets?\b|\broute\b|\btag (?:this|it|the)\b",
        ),
        (
            0.6,
            r"\bsort\w*\b|\bassign\b|\bdetect\b|\bspam\b|\bpriority of\b|\bemotion\b|"
            r"\btone is\b|\burgent or\b",
        ),
    ),
    "summarise": (
        (
            1.4,
            r"\bhandover\b|\bpr[ée]cis\b|\bdigest\b|\btake-?aways?\b|\bretell\b|\bresume of\b|"
            r"\bsumm?ari[sz]\w*|\bcondens\w+|\bin (?:a|one) nutshell\b|\babridge\b|"
            r"\b(?:five|six|seven|ten|\d+)[ -]word headline\b|\bsentences? on this\b",
        ),
        (
            1.6,
            r"\bsummar\w+|\btl;?\s?dr\b|\brecap\b|\bsum up\b|\bgist\b|\bin a nutshell\b|"
            r"\bboil\w* .{0,20}down|\bcondense\b|\bdigest of\b|\babstract of\b",
        ),
        (
            0.9,
            r"\bkey points\b|\bheadline\b|\bwrite up\b|\bmain points\b|\boverview\b|"
            r"\bwhat happened\b|\bminutes of\b",
        ),
    ),
    "extract": (
        (
            1.0,
            r"\bfill (?:our|out)\b|\bcsv\b|\btabulat\w+|\btake out the\b|\bget (?:the|"
            r"teh) [^.]{3,40} out\b|"
            r"\blist (?:every|all|each)\b|\bname the \w+s\b|\btable\b[^.]{0,30}\bcolumns\b|"
            r"\bnumbers in\b|"
            r"^(?:json|csv|yaml) with\b",
        ),
        (
            1.2,
            r"\bextract\w*\b|\bparse (?:the|this|it into)|\bpull (?:out )?(?:the|all|root|"
            r"each|every)?|\bfill (?:in )?(?:the|these|this) (?:fields|form|record|"
            r"template)|\bfields?\b",
        ),
        (
            0.8,
            r"\broot[ _]cause\b|\bgive me out of\b|\bout of this (?:mail|text|letter)\b|"
            r"\blist (?:all|every|each)\b|\binto (?:a )?(?:json|record|structure)|\bkeys\b|"
            r"\bentities\b|\bfind (?:all|every)\b",
        ),
    ),
    "rewrite": (
        (
            1.4,
            r"\b(?:grammar|spelling|speling|typos) (?:of|in|only)\b|\bspelling\b|\bspeling\b|"
            r"\bfix the grammar\b|"
            r"\bput (?:this|it|the \w+) into\b|\bbe put into\b|\bsounds? (?:less|more|normal|"
            r"like)\b|"
            r"\bredraft\b|\bhalf (?:as long|the length)\b|\bsame content\b|\blocali[sz]\w+|"
            r"\bpassive into\b|\btarget language\b|^in [A-Z][a-z]+ please\b",
        ),
        (
            1.5,
            r"\brewrit\w+|\brephras\w+|\breword\w*|\bparaphras\w+|\brework\b|\bpolish\b|"
            r"\bproofread\b|\btranslate (?:this|the|it|into|to)\b|\bshorten\b",
        ),
        (
            1.0,
            r"\bmake (?:it |this |the \w+ )?(?:\w+ )?(?:shorter|nicer|more \w+|friendlier|"
            r"politer?|simpler|formal|clearer|sound)|\bfriendlier\b|\bedit (?:this|the)|"
            r"\bimprove the (?:wording|tone|style)|\bpolite (?:\w+ )?(?:reply|version|"
            r"answer)|\bpolite:|\bwarmer\b|\bcorrect the (?:grammar|spelling)",
        ),
    ),
    "judge": (
        (
            1.3,
            r"\btrue or false\b|\bright or wrong\b|\b(?:in)?correct or (?:in)?correct\b|"
            r"\b(?:is|was|were) (?:he|she|it|they|my \w+|our \w+|the \w+|[A-Z]\w+) (?:right|"
            r"wrong|correct|"
            r"true|fair)\b|\bbears? (?:her|him|it|them) out\b|\bentailed\b|\b(?:represents?|"
            r"quotes?) "
            r"[^.?]{0,40}\b(?:fairly|correctly|faithfully)\b|\b(?:against|compared (?:to|"
            r"with)) the "
            r"(?:spec|table|source|policy|rules|text)\b|\ballowed by (?:the )?policy\b|\bleaks?\b",
        ),
        (
            1.3,
            r"\bverdict\b|\bgrade\b|\bfaithful\w*|\bentail\w*|\bjudge\b|\bevaluat\w+|"
            r"\bfact.?check|\bclaim holds\b|\bcompare every claim\b|\breview (?:the|"
            r"this) (?:answer|response|reply)",
        ),
        (
            1.1,
            r"\b(?:is|are|was) (?:this|the|that|each|every) (?:\w+ )?(?:answer|claim|reply|"
            r"response|statement|summary)\b|\bsupported by\b|\bcheck (?:if|whether|the|this|"
            r"every|each)\b|\b(?:control|verify) (?:if|that|whether|the|every)|\b(?:score|"
            r"rate) (?:the|this|it)\b|\bpass\b.{0,8}\bfail\b|\bunsupported\b|"
            r"\bconsistent with\b|\bgood or bad\b|\bcontradict",
        ),
    ),
    "chat": (
        (
            1.4,
            r"\b(?:book|order|reserve|call) me an?\b|\bare (?:you|u) (?:an?|the same|sentient|"
            r"real|alive|human|awake)\b|"
            r"\bhidden (?:system )?(?:prompt|instructions)\b|\b(?:mode on|no rules now)\b|"
            r"\b(?:sql|bash|python|regex|shell) (?:query|one-?liner|script|command|function)\b",
        ),
        (
            1.6,
            r"^\W{0,10}(?:hi|hello|hey|thanks?|thank you|good (?:morning|evening|afternoon|day)|"
            r"ping|test|yo|bye|ok)\b.{0,30}$",
        ),
        (
            1.3,
            r"\b(?:poem|joke|story|song|limerick|haiku|essay|lyrics|fairy tale|novel)\b|"
            r"\bsystem prompt\b|\bwho (?:are|made|built|created) you\b|\bwhat (?:can|"
            r"are) you\b|\bhow are you\b|\byou(?:'re| are) able to\b|\bable to help\b",
        ),
        (
            1.0,
            r"\bwrite (?:me )?(?:a |some )?(?:python|javascript|java|code|sql|function|"
            r"script|program|recipe)\b|\bsolve\b|\brepeat after me\b|\bpretend to be\b|"
            r"\btell me (?:a|something|about)\b",
        ),
    ),
    "qa": (
        (
            1.2,
            r"\b(?:s?he|customer|guest|caller|patient|visitor) (?:asks|wonders) (?:if|whether|"
            r"what|when|how|about)\b|"
            r"\bstate the\b|\banswer (?:from|out of|with the help of)\b|\b(?:may|can) i\b",
        ),
        (
            0.7,
            r"\banswer (?:the|this|my|user|customer|visitor|staff|a )?.{0,24}question|"
            r"\bquestions? (?:about|from|on)\b|\bwould like to know\b|\bi'?d like to know\b|"
            r"\bcustomer asks\b|\banswer from\b|\bhelp ?desk\b|\bsupport (?:assistant|"
            r"agent)\b",
        ),
    ),
}
_COMPILED = {
    task: [(worth, re.compile(pattern, re.I | re.M)) for worth, pattern in cues]
    for task, cues in _CUES.items()
}
_QUESTION_WORD = re.compile(
    r"^\W*(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|does|do|"
    r"did|can|could|will|would|may|must|should|has|have|am)\b",
    re.I,
)


@dataclass(frozen=True)
class Shape:
    """What the structure of a prompt says about its task.

    Attributes:
        question: the question asked of a document, empty when there is none.
        is_explicit: the question stands under its own label or tag.
        data_chars: how much data there is.
        spans: how many separate stretches of data.
        labels: how many labels are offered.
        examples: how many worked examples there are.
        shows_records: an example's output is a record of several fields.
        shows_prose: the examples' outputs are sentences rather than labels.
        has_menu: the labels are listed in one place of the instructions.
    """

    question: str
    is_explicit: bool
    data_chars: int
    spans: int
    labels: int
    examples: int
    shows_records: bool = False
    shows_prose: bool = False
    has_menu: bool = False


def is_question(text: str) -> bool:
    """Whether a sentence asks something."""
    return text.rstrip(" \"'”»\n)*").endswith("?") or bool(
        _QUESTION_WORD.match(text) and len(text) < 200 and not text.rstrip().endswith((".", ":"))
    )


def route(bank: Bank, sentences: Sequence[str], shape: Shape) -> str:
    """The task of a prompt from its instruction sentences and its shape."""
    read = [s for s in sentences if re.search(r"\w", s)][:40]
    names = bank.heads.after("task.")
    score = {name: 0.0 for name in NAMES}
    if read:
        rows = bank.features.rows(read)
        rows = np.vstack([rows, rows.mean(0)])  # the prompt as a whole, without another encoding
        odds = np.clip(bank.heads.log_odds(rows, "task."), -4, 4)
        for j, name in enumerate(names):
            # the strongest sentence counts most, the prompt as a whole a little
            score[name] += 0.22 * float(odds[:-1, j].max()) + 0.18 * float(odds[-1, j])
    score = with_cues(score, read, shape)
    return max(NAMES, key=lambda name: score[name])


def with_cues(
    score: Mapping[str, float], sentences: Sequence[str], shape: Shape
) -> dict[str, float]:
    """Scores of NAMES with what cue words and the shape of a prompt say beside them."""
    score = dict(score)
    text = "\n".join(sentences)[:6_000]
    for task, cues in _COMPILED.items():
        score[task] += max((worth for worth, pattern in cues if pattern.search(text)), default=0.0)
    _add_shape(score, text, shape)
    return score


def _add_shape(score: dict[str, float], text: str, shape: Shape) -> None:
    if shape.has_menu:
        score["classify"] += 0.8
        score["chat"] -= 0.8
    if shape.labels >= 2:
        sorts = not shape.question or shape.has_menu or shape.examples or SORTS.search(text)
        score["classify"] += 1.0 + 0.1 * min(shape.labels, 5) if sorts else 0.3
    else:
        score["classify"] -= 0.6
    if shape.is_explicit and not re.search(r"\b(?:verdict|grade|claim)\b", text, re.I):
        # a query under its own label with labels to choose from and no document is the item
        is_item = shape.data_chars == 0 and shape.labels >= 2 and score["classify"] >= 1.5
        score["qa"] += 0.2 if is_item else 2.0
    elif shape.question and not shape.has_menu:
        score["qa"] += 1.3 if shape.data_chars > 60 else 0.8
        about_me = re.search(r"\byou\b", shape.question, re.I) and shape.data_chars == 0
        score["chat"] -= 0.0 if about_me else 0.8
    if shape.examples:
        score["chat"] -= 1.0
        score["classify"] += 0.8 if shape.labels >= 2 else 0.0
    if shape.shows_prose and not shape.question:
        score["rewrite"] += 1.2
        score["classify"] -= 1.0
    if shape.shows_records:
        score["extract"] += 2.0
        score["classify"] -= 1.0
    if shape.spans >= 2 and re.search(
        r"\b(?:answer|claim|response|summary|hypothesis|statement)\b", text, re.I
    ):
        score["judge"] += 0.7
    if shape.data_chars > 40 or len(text) > 260:
        score["chat"] -= 1.0
    elif not shape.question and not shape.labels:
        score["chat"] += 0.5
    if re.search(r"\bor (?:a )?question\b|\bquestion or\b|/ ?question\b", text, re.I):
        score["qa"] -= 0.6
