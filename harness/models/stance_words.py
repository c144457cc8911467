"""The words in which prompts speak of gaps in a source: patterns for stance.py.

Runs in the model worker (zone G); pure. Every gap inside a pattern is bounded, so a hostile
sentence costs what an honest one costs.
"""

from __future__ import annotations

import re

SOURCE = (
    r"(?:text|documents?|docs?|articles?|context|sources?|manual|pages?|passages?|sheet|material|"
    r"excerpts?|extracts?|policy|handbook|guide|leaflet|notes?|file|book|report|"
    r"terms|record|contract|"
    r"brochure|paper|message|mail|email|transcript|knowledge base|content|bulletin|logs?|recipe|"
    r"letters?|minutes|folder|briefing|interview|ledger|cards?|wiki|poster|charts?|deed|flyer|"
    r"clipping|memo|syllabus|dossier|annex|booklet|testimony|survey|exhibit|catalogue|pamphlet|"
    r"agreement|price list|entries|evidence|scan|notice|statute|board|register|timetable|"
    r"by-law|regulations?|(?:the|house|our|club|these|those) rules|diary|snippets?|specs?|wording|"
    r"facts? (?:given|supplied)|"
    r"information (?:given|supplied|provided)|what(?:'s| is| was| has been| have been| it|"
    r" they| you| i)\b.{0,20}(?:says?|written|states?|given|gave?|provided|supplied|"
    r"shown))"
)
ABSENCE = (
    r"(?:not (?:found|stated|covered|there|mentioned|specified|available|given|"
    r"present|known|on file|"
    r"in (?:the|my|this|our|there)|say|know|contain|cover|mention|answered|sure|"
    r"certain|included|provided|possible to)|"
    r"(?:is|are|be) no help|"
    r"unknown|n/?a\b|no (?:\w+ )(?:covers|mentions|says|answers|states)|"
    r"have nothing on|has nothing on|(?:don'?t|do not|doesn'?t|does not|didn'?t|"
    r"did not) (?:know|have|say|state|mention|cover|contain|tell|include|specify|"
    r"show|list|carry|name|disclose|establish|help|settle|record|print|hold|quote|"
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
SAYING = (
    r"(?:say|says|saying|admit|admits|admitting|admission|tell|tells|telling|reply|"
    r"replies|replying|state|states|stating|answer|answers|answering|"
    r"write|writes|writing|respond|responds|responding|output|mention|mentioning|"
    r"put|return|returning|mark|report|reporting|"
    r"confess|confessing|acknowledge|acknowledging|concede|declare|use|using|note|"
    r"indicate|claim|claiming|let \w+(?: \w+)? know|inform\w*|"
    r"explain|point out|call it|phrases?|words|announce|reveal|conceal|hide|hiding|"
    r"disclose|being open about|flag|fall back (?:on|to))"
)
CONCEPTS: dict[str, tuple[str, ...]] = {
    "admit_absence": (
        rf"\b{SAYING}\b[^.;]{{0,60}}?\b{ABSENCE}",
        rf"\b{SAYING}\b (?:so\b|that plainly|nothing\b)",
        r"\b(?:refus(?:e|es|ing|al)|declin(?:e|es|ing)|abstain\w*|pass on the question)\b",
        r"\b(?:leave|leaving|keep)\b[^.;]{0,25}\b(?:blank|empty|null|open|unanswered)",
        r"\b(?:i )?(?:don'?t know|do not know)\b[\"”']?",
        r"(?:→|->|=>|:|=|\bthen\b|\belse\b|\botherwise\b)\s*[\"“']?(?:write |say |"
        r"reply |put |return )?[\"“']?"
        r"(?:n/?a\b|unknown|null|not[ _](?:found|stated|specified|given|covered)|"
        r"no[ _]answer|missing|none\b)",
        rf"\b(?:ok(?:ay)?|fine|allowed|permitted|acceptable|free|able|"
        rf"alright)\b[^.;]{{0,30}}\b(?:not know|be unsure|{ABSENCE})",
        r"\bno answer is (?:better|preferable|fine|ok(?:ay)?|acceptable)",
        r"\b(?:honest(?:y)?|open|upfront|transparent|frank) about (?:what|gaps?|not|it|"
        r"that|missing)",
        r"\b(?:own(?:s|ing)? up|come back empty|turn(?:s|ing)? (?:the|a|that|any) (?:question|"
        r"request) "
        r"down|(?:be|keep|stay|remain) (?:silent|quiet|undecided)|let (?:it|them) be (?:wanting|"
        r"missing|"
        r"open|silent)|be told (?:\w+ )?that|(?:know|see|spell out|mind) the limits? of|report the "
        r"(?:silence|gap)|leav(?:e|ing) (?:it|the \w+|that|them|those) (?:out|open|empty|blank))\b",
        rf"[\"“'](?:[^\"”]{{0,30}}\b)?(?:{ABSENCE})",
        r"\bmake (?:it |this )?(?:\w+ )?(?:clear|plain|known) (?:to|when|that|if)\b|\bclear to\b",
        r"\b(?:uncertainty|ignorance|your doubts?|gaps in)\b",
        r"^(?:an? |the )?(?:honest |plain )?(?:[\"']?(?:blank|silence|nothing|empty|"
        r"no answer|unknown|not found|i don't know)\b)",
        r"\b(?:a |the )?(?:missing|blank|empty|absent|lacking) (?:answer|reply|field|value)s?\b",
    ),
    "stay_inside": (
        rf"\b(?:only|solely|strictly|exclusively|just|purely|nothing but|nothing except|"
        rf"alone|sole|single)\b[^.;]{{0,50}}\b(?:{SOURCE}|information|facts?)\b",
        rf"\b{SOURCE}\b[^.;,]{{0,14}}\b(?:only|alone|exclusively|and nothing (?:else|more))\b",
        rf"\b(?:restrict|limit|limited|limiting|confine|confined|stick|stay|keep|adhere|"
        rf"bound|bind|restricted|remain|sticking|staying|"
        rf"tied)\b[^.;]{{0,34}}\b(?:{SOURCE}|there)\b",
        rf"\b(?:(?:must|has to|have to|should|needs? to|can) (?:all )?(?:be|come|appear|"
        rf"stand|stem|rest)|traceable|trace|traced|backed|supported|grounded|derivable|"
        rf"based|found|rest)\b[^.;]{{0,40}}\b(?:in|from|to|by|on|"
        rf"out of)\b[^.;]{{0,20}}\b{SOURCE}\b",
        r"\b(?P<flip>not )?(?:your |the )?(?:sole|single|only|one and only) source\b",
        rf"\b{SOURCE} (?:is|are) (?P<flip>not )?(?:all|everything) (?:that )?you\b",
        r"\bnothing\b[^.;]{0,30}\b(?:outside|beyond|elsewhere|else)\b",
        r"\bleave (?:it |them |that |anything |everything )?(?:else )?out\b",
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
        r"\b(?:even (?:if|when|though|where)|regardless|whether or not)\b[^.;]{0,50}",
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
        r"\b(?:go|going|goes|reach|look|looking|step|stray|wander|move|"
        r"venture)(?:ing)? (?:\w+ )?(?:past|beyond|further|outside|elsewhere|away)\b",
        r"\b(?:guess(?:es|ing|work)?|invent(?:s|ing|ions?|ed)?|making (?:things?|stuff|"
        r"facts?|it) up|made up|make (?:it |things |something |stuff |facts |details |"
        r"answers |anything )?up|making up|assum(?:e|ing|ptions?)|infer\w*|estimat\w+|"
        r"speculat\w+|improvis\w+|extrapolat\w+|fabricat\w+|embellish\w*|imagin(?:e|"
        r"ing)|best (?:guess|bet)|plausible|likely (?:ones?|answer|value)|conjecture\w*|"
        r"surmise)\b",
        r"\b(?:fill|filling|filled|close|closing|complete|completing|plug|"
        r"bridge)\b[^.;]{0,30}\b(?:gaps?|holes?|open|missing|thin|blanks?|unknown|sensibly|"
        r"with what)\b",
        r"\b(?:already know|from memory|what you (?:already )?(?:know|learned|remember)|"
        r"you have (?:read|learned)|know(?:s)? better|world knowledge|your training|"
        r"your memory|your experience|your knowledge|knowledge of (?:the|your))\b",
        r"\b(?:add|adding|bring|bringing|supply|include|mix|weave|draw on|supplement|"
        r"enrich)\b[^.;]{0,40}\b(?:facts?|details?|information|background|anything|"
        r"something|things|elsewhere|of your own|from outside|in)\b",
        rf"\b(?:besides|in addition to|apart from|other than|beyond|"
        rf"outside(?: of)?)\b[^.;]{{0,12}}\b(?:{SOURCE})\b",
        r"\b(?:beyond|past) (?:what|that)\b",
        rf"\b(?:suppl(?:y|ying)|quot(?:e|ed|ing)|nam(?:e|ing)|assert(?:ed|ing)?|settle|add(?:ing)?|"
        rf"giv(?:e|en|ing)|fill(?:ing)? in|round(?:ing)? out|know|provid(?:e|ing)|affirm|"
        rf"stat(?:e|ing))\b"
        rf"[^.;]{{0,40}}\b{SOURCE}\b[^.;,]{{0,14}}(?:\bnot\b|n't\b|\bhas no\b|\bfails?\b|"
        rf"\blacks?\b|"
        rf"\bleaves?\b|\bomits?\b|\bnever\b)",
        r"\b(?:paper(?:ed|ing)? over|round(?:ed|ing)? out|dress(?:ed|ing)? up|sell (?:me |us |"
        r"them )?an? "
        r"(?:maybe|guess|hunch)|bluff(?:ing)?|happen to know|hopes into facts)\b",
        rf"\bmore than\b[^.;]{{0,24}}\b(?:{SOURCE}|supports?|says|shows|gives)",
        r"\belsewhere\b",
    ),
}
SAYS_THE_UNSAID = re.compile(
    r"\b(?:answer|say|state|claim|write|tell|assert|know|contain|include|give|"
    r"invent|estimate|infer|add|a (?:value|figure|number))\b"
    r"[^.;,]{0,20}\b(?:what|things|facts|details|figures|values|anything|question|"
    r"missing field)\b[^.;,]{0,30}(?:\bnot\b|n't\b|n't$|lacks|leaves|missing)"
    r"|\b(?:invent|make up|estimate|infer)\b[^.;,]{0,24}\bmissing\b"
)
CONCEPT_PATTERNS = {name: [re.compile(p) for p in patterns] for name, patterns in CONCEPTS.items()}
