"""Which small talk or out-of-scope request a message is, if it is one.

Runs in the model worker; the text is hostile and only read.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MOST = 600
# name, what shows it; the first that fits counts
_TOPICS: tuple[tuple[str, str], ...] = (
    (
        "bye",
        r"^\W*(?:(?:ok(?:ay)?|great|thanks?|thank you|cheers|good|"
        r"fine|perfect|right|and|that'?s all|that is all|all done)"
        r"[ ,.!]*){0,4}(?:bye|goodbye|good ?bye|see you|see ya|cu|"
        r"good night|farewell|so long|have a (?:nice|good) (?:day|"
        r"evening|one|weekend)|until (?:next time|tomorrow)|ciao)\b",
    ),
    (
        "thanks",
        r"^\W*(?:(?:ok(?:ay)?|great|perfect|good|nice|super|wonderful|"
        r"ah|oh|many|well done|that'?s it|lovely|brilliant|awesome|"
        r"excellent)[ ,.!]*){0,3}(?:thanks|thank you|thx|cheers|ty|"
        r"merci|danke|gracias)\b.{0,60}$",
    ),
    (
        "window",
        r"\bcontext (?:window|length|size|limit)\b|\bhow (?:many|much|"
        r"long)\b.{0,40}\b(?:tokens?|words|text)\b.{0,30}\b(?:you|"
        r"fit|read|take|handle|process|window|context)\b|\bhow long "
        r"(?:a )?(?:text|prompt|document|message)s? can you\b|"
        r"\b(?:token|input|prompt) limit\b|\bmax(?:imum)? (?:tokens|"
        r"length|input|context)\b.{0,20}\b(?:you|your)\b",
    ),
    (
        "date",
        r"\b(?:what(?:'?s| is)?|which|tell me|do you know|give me)"
        r"\b.{0,20}\b(?:today'?s date|the date(?: today)?|the (?:current "
        r")?(?:time|date|day|year|month)|day (?:is it|of the week|"
        r"is today)|time is it|year is it|month is it|the time)\b|"
        r"\bwhat (?:day|date|time|year|month)\b.{0,20}\b(?:it|today|"
        r"now|we)\b|\btoday'?s date\b|\bis it (?:monday|tuesday|wednesday|"
        r"thursday|friday|saturday|sunday)\b",
    ),
    (
        "model",
        r"\b(?:which|what) (?:ai |language |llm |exact )?(?:model|"
        r"llm|version|ai)\b.{0,30}\b(?:you|this|running|talking)\b|"
        r"\bwhat (?:exactly )?(?:are|r) (?:you|u)\b|\bwho (?:are you|r u|made you|owns you|"
        r"built you|created you|trained you|developed you|is behind you)\b|\bwh(?:ich|at) "
        r"(?:company|"
        r"lab|firm) (?:\w+ )?(?:made|built|trained|owns|created|developed|runs) you\b|\bhow (?:big|"
        r"large|old) (?:are|r) (?:you|u)\b(?! (?:allowed|able))|\bhow many parameters\b|"
        r"\bparameters do you\b|"
        r"\b(?:same (?:thing|model|one)?) ?as (?:chat ?gpt|claude|gemini)\b|"
        r"\bare (?:you|u) (?:an? |the |really |actually |based on "
        r"|some )*(?:real|gpt|chatgpt|claude|gemini|llama|llm|human|"
        r"person|bot|robot|ai|script|machine|alive|sentient|conscious|"
        r"language model|large)\b|\byour (?:name|version|knowledge "
        r"cutoff|training data|cutoff)\b|"
        r"\bwhat'?s your name\b|\bwho am i (?:talking|speaking|chatting) (?:to|with)\b|\bwhat "
        r"(?:should|can|do) i call (?:you|u)\b|\bintroduce yourself\b|\bare you (?:there|awake|"
        r"online)\b",
    ),
    (
        "model",
        r"\bam i (?:talking|speaking|chatting|writing) (?:to|with) (?:an? )?(?:real |actual )?"
        r"(?:person|human|bot|robot|machine|computer|ai)\b|\bis this (?:an? )?(?:real )?(?:bot|ai|"
        r"person|human|robot)\b|\b(?:person|human) or (?:just )?(?:an? )?(?:bot|machine|ai|robot|"
        r"computer)\b",
    ),
    ("model", r"\b(?:what|which|how many) languages?\b[^?\n]{0,20}\b(?:you|u)\b"),
    (
        "rules",
        r"\b(?:system prompt|hidden (?:prompt|instructions)|your (?:hidden "
        r"|system |secret )?(?:instructions|rules|prompt))\b",
    ),
    (
        "can",
        r"\bwhat (?:can|could|do) you (?:do|offer|help)\b|\bwhat are "
        r"you (?:able|good|capable)\b|\bwhat (?:are|can) your (?:capabilit|"
        r"skill|abilit)\w*|\bhow (?:can|do) you help\b|\bwhat (?:tasks|"
        r"things|languages) (?:can|do) you\b|\bhelp me understand what you\b|"
        r"\bwhat (?:can|should|may) i (?:ask|do|try)\b|^\W*help\W*$|"
        r"\bare you able to help\b|\bhow do (?:i use you|you work)\b",
    ),
    (
        "limits",
        r"\bwhat (?:can['’]?t|cannot|can you not|don['’]?t|do you not|are you (?:bad|"
        r"not good|weak))\b[^?\n]{0,12}"
        r"\b(?:you|at|do)\b|\b(?:your|any) (?:limits?|limitations?|weak(?:ness(?:es)?| "
        r"points?)|flaws)\b|"
        r"\b(?:can|could|do|will) you (?:ever |sometimes |often )?(?:make mistakes|get "
        r"things wrong|err|"
        r"hallucinate|make things up|lie|be wrong)\b|\bhow (?:reliable|accurate|good|"
        r"smart|trustworthy) are you\b|"
        r"\bcan i trust you\b",
    ),
    (
        "browse",
        r"\b(?:can|could|do|are|will) you\b.{0,30}\b(?:browse|google|"
        r"surf|search|look (?:\w+ )?up|open|access|visit|go)\b.{0,"
        r"30}\b(?:web\w*|internet|online|google|link|url|page|site|"
        r"news)\b|\b(?:internet|web) (?:access|connection)\b|"
        r"\b(?:browse|search|google|look up|open|visit|fetch)\b.{0,"
        r"12}\b(?:the (?:web|internet)|online|https?://|www\.)",
    ),
    (
        "memory",
        r"\b(?:do|can|will|could) you (?:still )?(?:remember|recall|"
        r"forget|store|save|memori[sz]e|learn from)\b|\b(?:yesterday|"
        r"last (?:time|week)|earlier) .{0,20}\b(?:we|i) (?:talked|"
        r"discussed|said|told)\b|\bdo you (?:know|have) (?:my name|"
        r"me|who i am|a memory|memory)\b",
    ),
    (
        "sure",
        r"^\W*(?:are you (?:really |quite |absolutely )?(?:sure|certain)"
        r"|really|you sure|is that (?:right|correct|true))\b[^.\n]{0,40}\?*\s*$",
    ),
    (
        "joke",
        r"\b(?:tell|know|make|crack|give|have)\b.{0,20}\bjokes?\b|"
        r"\bmake me laugh\b|\bsay something funny\b|\bsomething funny\b",
    ),
    (
        "how",
        r"\bhow (?:are|r) (?:you|u|things)\b|\bhow(?:'?s| is| are)"
        r" (?:it|your day|life|things|everything|you)\b(?: going| "
        r"doing)?|\bhow do you (?:feel|do)\b|\bwhat'?s up\b|\bhow "
        r"you doing\b|\byou (?:ok|okay|well|alright)\s*\?",
    ),
    (
        "feel",
        r"\bdo you (?:like|love|enjoy|hate|prefer|dream|sleep|eat|"
        r"feel|think|have (?:feelings|friends|hobbies|a favou?rite)"
        r")\b|\bwhat(?:'?s| is) your (?:favou?rite|opinion|hobby)\b|"
        r"\bare you (?:happy|sad|bored|tired|lonely|angry)\b|\bdo you want\b",
    ),
    (
        "poem",
        r"\b(?P<what>poems?|haikus?|limericks?|sonnets?|songs?|lyrics|"
        r"raps?|verses?|stor(?:y|ies)|fairy ?tales?|novels?|essays?|"
        r"screenplays?|ballads?|scripts? for a (?:play|film)|speech|"
        r"rhymes?|riddles?|recipes?|blog ?posts?|business plans?|cover "
        r"letters?|jingles?|slogans?)\b",
    ),
    (
        "code",
        r"\b(?:python|java(?:script)?|typescript|c\+\+|rust|golang|"
        r"sql|bash|html|css|regex(?:p|es)?|shell|powershell|excel)"
        r"\b.{0,40}\b(?:function|script|code|query|program|class|one-?liner|"
        r"snippet|command|formula|that|for|to)\b|\b(?:write|give|code|"
        r"generate|make|create|need|implement)\b.{0,30}\b(?:code|functions?|"
        r"scripts?|programs?|algorithms?|regex(?:p|es)?|(?:sql )?quer(?:y|"
        r"ies)|class|unit tests?|web ?pages?)\b|"
        r"^\W*(?:sql|regex|bash|python)\b.{0,120}$|\bdebug (?:this|my)\b",
    ),
    (
        "act",
        r"\b(?:phone|ring|book|order|reserve|buy|pay|send|mail|e-?mail|"
        r"message|remind|wake|schedule|play|turn (?:on|off)|set (?:a "
        r"|an )?(?:alarm|timer|reminder)|download|print|transfer|post|"
        r"upload)\b.{0,40}\b(?:for me|me an?|to (?:my|him|her|them|"
        r"\w+@)|an? (?:alarm|timer|reminder|taxi|table|flight|room|"
        r"ticket|pizza|plumber|doctor)|the (?:plumber|doctor|lights?|"
        r"office|bank|restaurant)|my (?:\w+ )?(?:lights?|mum|boss|"
        r"bank|brother|sister|calendar))\b|"
        r"^\W*(?:please )?(?:call|phone|ring) (?:the|my|an?) \w+",
    ),
    (
        "weather",
        r"\b(?:weather|forecast|temperature outside|will it (?:rain|"
        r"snow)|is it (?:raining|snowing|sunny|cold))\b",
    ),
    (
        "news",
        r"\b(?:latest|current|today'?s|recent|this week'?s) (?:news|"
        r"headlines|price|score|exchange rate|stock)\b|\bwhat happened "
        r"(?:today|yesterday|in the news)\b|\bstock price\b|\bexchange rate\b",
    ),
    (
        "image",
        r"\b(?:draw|paint|sketch|generate|make|create|show)\b.{0,30}\b(?:picture|"
        r"image|photo|drawing|diagram|logo|painting|chart|video)\b",
    ),
    (
        "advice",
        r"\b(?:should i (?:see|marry|quit|sue|invest|take|buy|leave)"
        r"|medical advice|legal advice|what should i (?:do|eat|wear|"
        r"cook|read|watch|name))\b|\b(?:recommend|suggest) (?:me )"
        r"?(?:a|some|an) (?:good )?(?:film|movie|book|restaurant|hotel|"
        r"song|series|name|gift|holiday|present)",
    ),
    ("translate", r"\bhow do you say\b|\btranslate\b.{0,60}\b(?:to|into) \w+\s*$"),
    (
        "sum",
        r"\b(?:what(?:'?s| is)|how much is|calculate|compute|work "
        r"out|solve|add(?: up)?|sum(?: up)?|total(?: of)?|multiply|minus)\b[^a-z]{0,6}[\d(]|"
        r"^\W{0,6}(?=[\d(])(?=[^a-w\n]{0,40}(?:[-+*/x×÷^]|plus|minus|times|divided))"
        r"(?:[\d\s.,()+*/x×÷^-]|plus|minus|times|divided by){3,80}=?\s{0,3}\??\s*$|"
        r"\b\d+(?:\.\d+)? (?:times|plus|minus|divided by|multiplied "
        r"by|to the power of) \d|\bsquare root of\b|\b\d+ ?% of \d",
    ),
    (
        "world",
        r"^\W*(?:(?:hey|hi|ok|so|please|quick question|tell me|do "
        r"you know)[ ,:]*)*(?:who (?:is|was|won|wrote|invented|discovered|"
        r"painted|founded|directed|sang|killed)|what(?:'?s| is| are|"
        r" was) the (?:capital|population|boiling point|melting point|"
        r"height|distance|speed|meaning|largest|highest|longest|"
        r"oldest|currency|formula|chemical|president|prime minister|"
        r"area|national|biggest|smallest|atomic)|what (?:does|is) "
        r"(?:an? )?\w+ mean\s*\?|what(?:'?s| is) the \w+(?: \w+)? "
        r"of (?-i:[A-Z])|when (?:was|did|is) (?-i:[A-Z])\w+|where "
        r"is (?-i:[A-Z])\w+|how (?:far|tall|high|old|big|deep|many "
        r"people) (?:is|live|are)|"
        r"why (?:is|are|do|does) (?:the (?:sky|sea|sun|moon|grass|"
        r"ocean|earth)|cats|dogs|birds|leaves|people|humans)\b|which "
        r"(?:country|planet|city|year|team|river|animal)|explain (?:quantum|"
        r"relativity|photosynthesis|gravity|blockchain|how \w+ works?)"
        r"|name (?:the|all|three|five) )",
    ),
    (
        "free",
        r"^\W*(?:please |can you |could you |would you |now )*(?:describe|write|"
        r"compose|invent|imagine|make up|come up with|think of|explain|tell me about)\b"
        r"(?! (?:this|that|it|these|those|them|down|out|up)\b)[^.!?\n:]{4,160}[.!?]?\s*$",
    ),
    (
        "hello",
        r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon|day)"
        r"|nice to meet you|yo|ping|test|greetings|hallo|hola|bonjour|"
        r"moin|servus|ciao|salut)\b.{0,40}$",
    ),
)
_COMPILED = tuple((name, re.compile(pattern, re.I)) for name, pattern in _TOPICS)
_NEED_NO_TEXT = frozenset(
    "window date model rules can limits browse memory joke how weather "
    "image act bye thanks sure feel".split()
)
_TASK = re.compile(
    r"\b(?:summ?ari[sz]\w*|classif\w*|extract\w*|rewrite|rephrase|"
    r"label|categor\w+|json|the (?:text|document|article|notice|"
    r"mail|message|passage|leaflet|policy|table|list)|this (?:text|"
    r"mail|message|sentence|review|article))\b|:\s*\S.{40}|\n\s*\n|"
    r"[\"“][^\"”]{20,}[\"”]",
    re.I | re.S,
)


def topics(text: str) -> list[str]:
    """All that a message touches, in order of the list; at most six."""
    return list(_topics(" ".join(text[:_MOST].split())))


@lru_cache(maxsize=16)
def _topics(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, pattern in _COMPILED if pattern.search(text)))[:6]


def asked_for(text: str, topic: str) -> str:
    """The words that named a topic, in small letters."""
    said = " ".join(text[:_MOST].split())
    mark = next((m for name, one in _COMPILED if name == topic and (m := one.search(said))), None)
    if not mark:
        return ""
    said = mark.groupdict().get("what") or mark[0]
    return said.strip().lower()


def is_talk(text: str, *, has_data: bool) -> bool:
    """Whether a message is small talk, or asks for what only the world or a hand could give.

    Args:
        text: the last message of the user.
        has_data: whether the prompt holds a text that a question could be about.
    """
    if len(text) > 400 or _TASK.search(text):
        return False
    found = topics(text)
    if not found:
        return False
    if has_data:
        return found[0] in ("bye", "thanks") and len(text.split()) < 14
    bare = [name for name in found if name != "hello"] or found
    return bare[0] in _NEED_NO_TEXT or len(text.split()) <= 45
