"""Read the polarity of an instruction towards its source: admit a gap, or answer all the same?

Runs in the model worker (zone G); the text is hostile. Embeddings are blind to negation, so this
is parsed: a concept, times the parity of the negations that reach it. One sentence at a time;
every gap in a pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST = 420
_SOURCE = (
    r"(?:text|documents?|docs?|articles?|context|sources?|manual|pages?|passages?|sheet|material|"
    r"excerpts?|extracts?|policy|handbook|guide|leaflet|notes?|file|book|report|"
    r"terms|record|contract|"
    r"brochure|paper|message|mail|email|transcript|knowledge base|content|"
    r"facts? (?:given|supplied)|"
    r"information (?:given|supplied|provided)|what (?:is|was|has been|have been|it|"
    r"they|you|i)\b.{0,20}(?:says?|written|states?|given|gave?|provided|supplied|"
    r"shown))"
)
_ABSENCE = (
    r"(?:not (?:found|stated|covered|there|mentioned|specified|available|given|"
    r"present|known|on file|"
    r"in (?:the|my|this|our|there)|say|know|contain|cover|mention|answered|sure|"
    r"certain|included|provided|possible to)|"
    r"unknown|n/?a\b|no (?:\w+ )(?:covers|mentions|says|answers|states)|"
    r"have nothing on|has nothing on|(?:don'?t|do not|doesn'?t|does not|didn'?t|"
    r"did not) (?:know|have|say|state|mention|cover|contain|tell|include|specify|"
    r"answer|address|give)|"
    r"(?:can'?t|cannot|can not|couldn'?t|could not|unable to) (?:find|answer|tell|"
    r"say|be (?:found|answered)|determine|help|know)|"
    r"missing|absent|absence|(?:a |the )?gaps?\b|lacks?\b|lacking|no (?:information|"
    r"answer|record|idea|such|data|mention|details?)|silent|unanswer(?:able|ed)|"
    r"none\b|null\b|not_?found|no_?answer|unspecified|unavailable|isn'?t (?:in|"
    r"stated|there|covered|mentioned|specified|given|known|available|answered|"
    r"present)|"
    r"aren'?t (?:in|stated|there|covered)|wasn'?t (?:in|stated|there)|insufficient|"
    r"ignorance|left out|leaves? (?:it |that )?open|nothing (?:about|on|found)|"
    r"(?:do|does|did|is|was|are)(?: not|n't)$)"
)
_SAYING = (
    r"(?:say|says|saying|admit|admits|admitting|admission|tell|tells|telling|reply|"
    r"replies|replying|state|states|stating|answer|answers|answering|"
    r"write|writes|writing|respond|responds|responding|output|mention|mentioning|"
    r"put|return|returning|mark|report|reporting|"
    r"confess|confessing|acknowledge|acknowledging|concede|declare|use|using|note|"
    r"indicate|claim|claiming|let \w+(?: \w+)? know|inform\w*|"
    r"explain|point out|call it|phrases?|words|announce|reveal|conceal|hide|hiding|"
    r"disclose|being open about|flag|fall back (?:on|to))"
)
_CONCEPTS: dict[str, tuple[str, ...]] = {
    "admit_absence": (
        rf"\b{_SAYING}\b[^.;]{{0,60}}?\b{_ABSENCE}",
        rf"\b{_SAYING}\b (?:so\b|that plainly|nothing\b)",
        r"\b(?:refus(?:e|es|ing|al)|declin(?:e|es|ing)|abstain\w*|pass on the question)\b",
        r"\b(?:leave|leaving|keep)\b[^.;]{0,25}\b(?:blank|empty|null|open|unanswered)",
        r"\b(?:i )?(?:don'?t know|do not know)\b[\"”']?",
        r"(?:→|->|=>|:|=|\bthen\b|\belse\b|\botherwise\b)\s*[\"“']?(?:write |say |"
        r"reply |put |return )?[\"“']?"
        r"(?:n/?a\b|unknown|null|not[ _](?:found|stated|specified|given|covered)|"
        r"no[ _]answer|missing|none\b)",
        rf"\b(?:ok(?:ay)?|fine|allowed|permitted|acceptable|free|able|"
        rf"alright)\b[^.;]{{0,30}}\b(?:not know|be unsure|{_ABSENCE})",
        r"\bno answer is (?:better|preferable|fine|ok(?:ay)?|acceptable)",
        r"\b(?:honest(?:y)?|open|upfront|transparent|frank) about (?:what|gaps?|not|it|"
        r"that|missing)",
        r"\b(?:uncertainty|ignorance|your doubts?|gaps in)\b",
        r"^(?:an? |the )?(?:honest |plain )?(?:[\"']?(?:blank|silence|nothing|empty|"
        r"no answer|unknown|not found|i don't know)\b)",
        r"\b(?:a |the )?(?:missing|blank|empty|absent|lacking) (?:answer|reply|field|value)s?\b",
    ),
    "stay_inside": (
        rf"\b(?:only|solely|strictly|exclusively|just|purely|nothing but|nothing except|"
        rf"alone|sole|single)\b[^.;]{{0,50}}\b(?:{_SOURCE}|information|facts?)\b",
        rf"\b{_SOURCE}\b[^.;,]{{0,14}}\b(?:only|alone|exclusively|and nothing (?:else|more))\b",
        rf"\b(?:restrict|limit|limited|limiting|confine|confined|stick|stay|keep|adhere|"
        rf"bound|bind|restricted|remain|sticking|staying|"
        rf"tied)\b[^.;]{{0,34}}\b(?:{_SOURCE}|there)\b",
        rf"\b(?:(?:must|has to|have to|should|needs? to|can) (?:all )?(?:be|come|appear|"
        rf"stand|stem|rest)|traceable|trace|traced|backed|supported|grounded|derivable|"
        rf"based|found|rest)\b[^.;]{{0,40}}\b(?:in|from|to|by|on|"
        rf"out of)\b[^.;]{{0,20}}\b{_SOURCE}\b",
        r"\b(?P<flip>not )?(?:your |the )?(?:sole|single|only|one and only) source\b",
        rf"\b{_SOURCE} (?:is|are) (?P<flip>not )?(?:all|everything) (?:that )?you\b",
        rf"\bnothing\b[^.;]{{0,30}}\b(?:outside|beyond|elsewhere|else)\b",
        rf"\bleave (?:it |them |that |anything |everything )?(?:else )?out\b",
    ),
    "always_answer": (
        r"\balways\b[^.;]{0,24}\b(?:give|provide|answer|have|offer|produce|supply|"
        r"deliver|find|come up with|respond)\b(?! (?:that|with|not|\"|only))",
        r"\b(?:must|should|have to|has to|needs? to|will|shall)\b[^.;]{0,14}\b(?:be|get|"
        r"have|receive|give|provide|offer)\b[^.;]{0,10}\b(?:an?|some) (?:full |"
        r"complete |definite |real |clear )?(?:answer|reply|response)",
        r"\b(?:an? )?(?:answer|reply|response)\b[^.;]{0,20}\b(?:is )?(?:required|needed|"
        r"expected|compulsory|mandatory|owed)",
        r"\b(?:every|each|any|all|no matter (?:what|which|the)|"
        r"whatever)\b[^.;]{0,16}\b(?:questions?|query|queries|asked|case|cost)\b",
        rf"\b(?:even (?:if|when|though|where)|regardless|whether or not)\b[^.;]{{0,50}}",
        r"\b(?:sound|be|appear|seem|remain|stay|come across as) (?:\w+ )?(?:confident|"
        r"certain|sure|decisive)",
        r"\b(?:give|gives|giving|provide|produce|offer|deliver|write|want|expect|need|"
        r"with|in)\b[^.;]{0,20}\b(?:complete|full|confident|definite|definitive|"
        r"decisive)\b[^.;]{0,24}\b(?:answer|reply|response)",
        r"\b(?:answer|reply|respond)\w*\b[^.;]{0,16}\b(?:confidently|completely|fully|"
        r"in full|with confidence)",
        r"\banswer anyway\b|\bsome answer\b|\banswer all the same\b|\bin any case\b|"
        r"\bno exceptions?\b|\bat all costs?\b",
    ),
    "go_outside": (
        r"\b(?:answer|say|state|claims?|write|tell|assert|know|contain|include|give|"
        r"add)\b (?:anything |something |things |what(?:ever)? |facts |details |points |"
        r"claims )(?:that |which )?[^.;,]{0,26}(?:\bnot\b|n't\b|lacks|leaves|never)",
        r"\bclaims?\b that [^.;,]{0,26}(?:\bnot\b|n't\b)",
        r"\bwhat it (?:does not|doesn't) say\b[^.;]{0,12}\b(?:you can|you may|add)",
        r"\b(?:made-up|invented|pretend to|come up with|cover (?:it|that|this) up|"
        r"something sensible|wrong one|wrong answer|false)\b",
        r"\b(?:outside|external|prior|general|own|common|background|world|trade|"
        r"personal|domain) (?:\w+ ){0,2}(?:knowledge|opinions?|facts?|information|"
        r"experience|sense|sources?|judge?ment|details?|expertise|material|ideas)\b",
        rf"\b(?:go|going|goes|reach|look|looking|step|stray|wander|move|"
        rf"venture)(?:ing)? (?:\w+ )?(?:past|beyond|further|outside|elsewhere|away)\b",
        r"\b(?:guess(?:es|ing|work)?|invent(?:s|ing|ions?|ed)?|making (?:things?|stuff|"
        r"facts?|it) up|made up|make (?:it |things |something |stuff |facts |details |"
        r"answers |anything )?up|making up|assum(?:e|ing|ptions?)|infer\w*|estimat\w+|"
        r"speculat\w+|improvis\w+|extrapolat\w+|fabricat\w+|embellish\w*|imagin(?:e|"
        r"ing)|best (?:guess|bet)|plausible|likely (?:ones?|answer|value)|conjecture\w*|"
        r"surmise)\b",
        r"\b(?:fill|filling|filled|close|closing|complete|completing|plug|"
        r"bridge)\b[^.;]{0,30}\b(?:gaps?|holes?|open|missing|thin|blanks?|sensibly|"
        r"with what)\b",
        r"\b(?:already know|from memory|what you (?:already )?(?:know|learned|remember)|"
        r"you have (?:read|learned)|know(?:s)? better|world knowledge|your training|"
        r"your memory|your experience|your knowledge|knowledge of (?:the|your))\b",
        r"\b(?:add|adding|bring|bringing|supply|include|mix|weave|draw on|supplement|"
        r"enrich)\b[^.;]{0,40}\b(?:facts?|details?|information|background|anything|"
        r"something|things|elsewhere|of your own|from outside|in)\b",
        rf"\b(?:besides|in addition to|apart from|other than|beyond|"
        rf"outside(?: of)?)\b[^.;]{{0,12}}\b(?:{_SOURCE})\b",
        r"\b(?:beyond|past) (?:what|that)\b",
        r"\belsewhere\b",
    ),
}
_SAYS_THE_UNSAID = re.compile(
    r"\b(?:answer|say|state|claim|write|tell|assert|know|contain|include|give|"
    r"invent|estimate|infer|add|a (?:value|figure|number))\b"
    r"[^.;,]{0,20}\b(?:what|things|facts|details|figures|values|anything|question|"
    r"missing field)\b[^.;,]{0,30}(?:\bnot\b|n't\b|n't$|lacks|leaves|missing)"
    r"|\b(?:invent|make up|estimate|infer)\b[^.;,]{0,24}\bmissing\b"
)
_COMPILED = {name: [re.compile(p) for p in patterns] for name, patterns in _CONCEPTS.items()}
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
    rf"\b{_ABSENCE}|\bunsure\b|\bin doubt\b|\bthin\b|\bshort on\b|\b(?:if|"
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
    text = _normal(sentence)
    if len(text) < 4:
        return Stance()
    found: dict[str, float] = {}
    orders, situation = _orders(text)
    for order, sign in orders:
        for name, patterns in _COMPILED.items():
            value = _concept(order, patterns, name)
            if value and name not in found:
                found[name] = value * sign
    if found.get("admit_absence") and _SAYS_THE_UNSAID.search(text):
        del found["admit_absence"]
    _special_forms(text, situation, found)
    return Stance(**found)


def _normal(sentence: str) -> str:
    text = " ".join(sentence[:_LONGEST].lower().replace("’", "'").split())
    text = _IDIOMS.sub(" please ", text).rstrip(" .!")
    return re.sub(r"[*_`#<>]{1,3}(?=\w)|(?<=\w)[*`#]{1,3}", "", text)


def _orders(text: str) -> tuple[list[tuple[str, float]], str]:
    """The commanding clauses with a sign, and the situation they are for."""
    situation = " ".join(m[1] for m in _CONDITION.finditer(text))
    main = _CONDITION.sub(" ", text).strip()
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
    count = len(_NEGATOR.findall(before))
    after = order[mark.end() : mark.end() + 60]
    if name != "always_answer" or not before.strip().startswith("no"):
        count += bool(_AFTER.search(after))
    if name == "admit_absence" and re.match(r"(?:hide|hiding|conceal)", mark[0]):
        count += 1
    return count


def _special_forms(text: str, situation: str, found: dict[str, float]) -> None:
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
        text,
    )
    if without:
        before = text[: without.start()] + without[1]
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
        _answer_to_a_gap(text, found)


_ANYWAY = re.compile(
    r"\b(?:anyway|all the same|nevertheless|nonetheless|still (?:answer|give|reply)|"
    r"yourself|likely|sensible|educated|best|"
    r"somehow|regardless|an answer|a reply|add|speak)\b"
)
_TELLING = re.compile(
    r"\b(?:say|tell|reply|state|answer|write|respond|flag|admit|report|note|mention|"
    r"stop|be (?:upfront|honest|open|clear)|so do you|ask|keep quiet|move on|warn)\b"
)


def _answer_to_a_gap(text: str, found: dict[str, float]) -> None:
    """What to do about a gap when no known concept names it: tell, keep silent, or carry on."""
    refused = re.search(r"\b(?:do not|don't|never|give no|neither)\b", text)
    if _ANYWAY.search(text):
        found["always_answer"] = -1.0 if refused else 1.0
    elif refused and re.search(r"\b(?:give|answer|provide|supply|one|any)\b", text):
        found["admit_absence"] = 1.0
    elif _TELLING.search(text):
        found["admit_absence"] = -1.0 if refused else 1.0


def read_stance(sentences: Iterable[str]) -> Stance:
    """The stance of a whole prompt: on each axis the mean of the sentences that take one."""
    totals: dict[str, list[float]] = {}
    for sentence in sentences:
        one = read_sentence(sentence)
        for axis in ("admit_absence", "stay_inside", "always_answer", "go_outside"):
            value = float(getattr(one, axis))
            if value:
                totals.setdefault(axis, []).append(value)
    return Stance(**{axis: sum(values) / len(values) for axis, values in totals.items()})
