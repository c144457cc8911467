"""What is wrong in English and what is put for it, as patterns, in the order of their use.

Runs in the model worker; data alone.
"""

from __future__ import annotations

_SINGULAR_S = r"lens|series|species|corps|mattress|means|news|perhaps|sometimes|always|yes|times"
_NOUNS_OWNED = (
    r"own|house|home|car|dog|cat|friends?|mother|father|mum|dad|"
    r"parents|sister|brother|children|kids|"
    r"bags?|tickets?|keys?|names?|teacher|boss|garden|flat|room|office|work|team|phones?|coats?|"
    r"shoes|money|job|bikes?|lunch|dinner|luggage|train|bus|boat|shop|customers?"
)
# [what is wrong, what is put]
PATTERNS: tuple[tuple[str, str], ...] = (
    (r"\b(could|should|would|must|might) of\b", r"\1 have"),
    (
        r"\b(?:more|most) (?=better\b|worse\b|best\b|worst\b|\w{3,"
        r"}(?:ier|iest)\b|(?:fast|tall|small|cheap|old|"
        r"young|strong|long|short|high|quick|great|big+|hot+)(?:er|est)\b)",
        "",
    ),
    (rf"\b(?:there|they['’]re) (?={_NOUNS_OWNED}\b)(?!\w+ (?:is|are) there)", "their "),
    (r"\b(?:their|they['’]re) (?=(?:is|are|was|were|will be|has been|have been)\b)", "there "),
    (
        r"\b(?:their|there) (?=(?:going|coming|late|not|waiting|working|"
        r"looking|getting|very|so)\b)",
        "they're ",
    ),
    (
        r"\byour (?=(?:welcome|right|wrong|late|not|going|the|a|an|"
        r"very|so|invited|looking|coming|doing)\b)",
        "you're ",
    ),
    (rf"\byou['’]re (?={_NOUNS_OWNED}\b)", "your "),
    (
        r"\bits (?=(?:a|an|the|not|been|going|very|too|so|raining|"
        r"late|cold|hot|time|good|bad|hard|easy|"
        r"important|possible|nice|my|your|his|her|our)\b)",
        "it's ",
    ),
    (
        r"(?<=\w )it['’]s (?=(?:own|collar|tail|name|colour|color|"
        r"lid|door|roof|price|wheels?|legs?|head|place|"
        r"keys?|owner|staff|members|customers|battery|screen|engine|"
        r"size|weight|nest|eyes|paws?|ears|wings?|"
        r"best|doors|windows|walls|way|mother|young|food|bowl|bone|"
        r"toy|meaning|value|end|job)\b)",
        "its ",
    ),
    (r"\b(\w+er|more \w+|less|other|rather) then\b", r"\1 than"),
    (
        r"\b(is|was|are|were|far|much|it['’]s) to (?=(?:much|many|"
        r"late|big|small|expensive|cold|hot|long|short|"
        r"loud|slow|fast|heavy|hard|early|old|young|high|low)\b)",
        r"\1 too ",
    ),
    (r"\bto (?=(?:much|many)\b)", "too "),
    (
        r"\btoo (?=(?:the|a|an|my|your|our|his|her|their|this|that|it|him|them|"
        r"us|me|you)\b(?! (?:too|as well)\b))",
        "to ",
    ),
    (r"\bto loose\b", "to lose"),
    (r"\bloosing (?=my|your|his|her|our|their|the|time|money)", "losing "),
    (r"\bwhos (?=(?:the|there|coming|that|this|going)\b)", "who's "),
    (r"\bbetween (\w+) and I\b", r"between \1 and me"),
    (r"(?:^|(?<=[.!?] ))[Mm]e and (my \w+|\w+)(?= \w)", r"\1 and I"),
    (
        r"(?:^|(?<=[.!?] ))((?:my |our |the )?\w+(?: \w+)?) and me "
        r"(?=(?:was|were|went|is|are|am|have|has|had|go|goes|do|will|can|like|live|\w+ed)\b)",
        r"\1 and I ",
    ),
    (
        r"\b((?:two|three|four|five|many|some|most|several|all|both|few|none) of (?:them|us|you|"
        r"(?:the|my|our|these|those) \w+s)) (?:was|is)(?= (?!an?\b))",
        r"\1 were",
    ),
    (
        r"\b(forgot|forget|lost|left|took|brought|packed|sold|found|miss|missed|need|"
        r"with|in|for) are "
        r"(?=[a-z]+s?\b)",
        r"\1 our ",
    ),
    (r"\b(was|were|is|are|been|got) damage(?= |[.,!?]|$)", r"\1 damaged"),
    (
        r"\b(was|were|is|are|been) (cancel|deliver|order|clean|repair|finish|"
        r"delay)(?=[.,!?]|$| by\b)",
        r"\1 \2ed",
    ),
    (
        r"\b(was|were|is|are|been) (close|change|remove|replace|receive)(?= by\b|[.,!?]|$)",
        r"\1 \2d",
    ),
    (r"(?:^|(?<=[.!?] ))[Hh]er and (?:me|I)(?= \w)", "She and I"),
    (r"(?:^|(?<=[.!?] ))[Hh]im and (?:me|I)(?= \w)", "He and I"),
    (r"(?:^|(?<=[.!?] ))[Tt]hem (?=are|were|have|is|was|go|will|can)", "they "),
    (
        r"\b(?:much|less) (?=(?:people|children|things|tickets|cars|"
        r"chairs|books|days|hours|friends|students)\b)",
        "many ",
    ),
    (
        r"\bmany (?=(?:money|water|time|work|traffic|luggage|furniture|"
        r"information|advice|homework|rain|snow)\b)",
        "much ",
    ),
    (r"\b(many|several|two|three|four|five|six|seven|eight|nine|ten|few) fishes\b", r"\1 fish"),
    (r"\bthis (?=(?:people|children|men|women|these)\b)", "these "),
    (
        rf"\b(?:an?) (?=(?!(?:{_SINGULAR_S})\b)[a-z]{{2,}}(?:[bdfgkmnprtlw]|"
        rf"[blpmn]e)s\b(?! ?['’]))",
        "",
    ),
    (r"\b(?:an?) (?=(?:information|advice|furniture|luggage|homework|news)\b)", ""),
    (r"\bwhere are the (\w+)(?=\.)", r"where the \1 are"),
    (r"\band me neither\b", "and neither do I"),
    (
        r"\b(know|tell (?:me|us|him|her|you)|ask|asked|wonder|see|show me|remember) "
        r"(where|what|who|when|how) (is|are|was|were) ((?:the|my|your|our|his|her|their) \w+)",
        r"\1 \2 \4 \3",
    ),
    (r"\bhow (\w+) is it called\b", r"what is it called"),
    (r"\b(discuss|discussed|discusses) about\b", r"\1"),
    (r"\b(married) with\b", r"\1 to"),
    (r"\b(depends?) of\b", r"\1 on"),
    (r"\b(listen(?:ed|ing|s)?) (?=(?:music|radio|the|him|her|me)\b)", r"\1 to "),
    (r"\b(interested|interest) (?:on|for)\b", r"\1 in"),
    (r"\b(arrived|arrive|arrives) to\b", r"\1 at"),
    (r"\bin (?=(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b)", "on "),
    (r"\b(?:on|in) the night\b", "at night"),
    (r"\bi\b", "I"),
    (r"\bi(?=['’](?:m|ve|ll|d)\b)", "I"),
)
