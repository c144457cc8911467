"""Requests that no text settles: harm, code, translation, poems, explanations, advice, a cut end.

Runs in the model worker (zone G); the text is hostile; patterns are anchored or bounded. Only the
last message of the user is looked at, and only where it brings no text to work on (a request to
sum up a recipe is no request for a recipe). What is found gets its one sentence here, whatever the
reading took it for. Aliases of exercises do not come here.
"""

from __future__ import annotations

import re

from harness.models.skills.honest import bare_order, cannot, infinitive, quoted

_MOST_CHARS = 700
_MAKES = (
    r"(?:write|give|make|show|code|generate|create|need|want|build|implement|get|provide|produce|"
    r"compose|draft|invent|think of|come up with|make up|tell|sing|do|recite|suggest|design|plan)"
)
_HARM = re.compile(
    r"\b(?:(?:build|make|make|making|cook|synthesi[sz]e|brew|buy|get|construct)\b[^.?!\n]{0,30}\b"
    r"(?:bombs?|explosives?|grenades?|pipe ?bomb|nerve gas|ricin|meth|crystal meth|crack|heroin|"
    r"napalm|molotov\w*|silencer|poison(?! ivy))|"
    r"(?:hack|break|get|log)\s?(?:in|into|in to)\b (?:to )?(?:my|his|her|their|an?|the|"
    r"someone(?: else)?'?s|"
    r"somebody(?: else)?'?s) (?:ex|boss|neighbou?r|wife|husband|girlfriend|boyfriend|partner|"
    r"friend|sister|"
    r"brother|teacher|colleague|manager|school|bank|company)\w*'?s?\b|"
    r"(?:hack|break)\s?(?:in|into|through|past|in to)\b[^.?!\n]{0,40}\b(?:account|phone|"
    r"e-?mail|wi-?fi|computer|house|flat|car|system|server|network|profile|instagram|facebook|"
    r"router|laptop|shed|home)|"
    r"\bhack (?:my|his|her|their|an?|the|into)|"
    r"pick (?:a|the|my|his|her) (?:\w+ )?lock(?! for)|hot-?wire|"
    r"(?:forge|fake|falsify|counterfeit|doctor|backdate)\b[^.?!\n]{0,40}\b(?:bill|papers?|"
    r"passport|document|id|licen[cs]e|certificate|signature|invoice|receipt|permit|money|notes?|"
    r"diploma|prescription|sick note|reference|visa|will|contract|cmr|lading)|"
    r"(?:fake|forged|counterfeit|false) (?:id|passport|money|bank ?notes?|prescription|papers|"
    r"licen[cs]e|invoices?|receipts?|reviews|certificate|doctor'?s note)|"
    r"(?:smuggle|launder|embezzle|shoplift|blackmail|extort|bribe|stalk|poison|strangle|kill|"
    r"murder|drug|kidnap|threaten|spy on|sabotage)\b (?:\w+ ){0,2}?(?:my|his|her|the|an?|some|"
    r"somebody|someone|people|him|them|cigarettes|money|goods|drugs|neighbou?rs?|cats?|dogs?)\b|"
    r"(?:steal|nick)\b[^.?!\n]{0,24}\b(?:from|car|bike|identity|data|money|passwords?|card)|"
    r"(?:without (?:him|her|them|anyone|anybody|my \w+|the \w+) (?:knowing|noticing|finding out)|"
    r"so (?:that )?(?:nobody|no one|customs|the police|the tax office|he|she|they) (?:does "
    r"?n[o']?t|"
    r"doesnt|don'?t|dont|won'?t|can'?t|never)? ?(?:notices?|finds? out|knows?|sees?|catch\w*))|"
    r"(?:evade|dodge|cheat on|avoid paying) (?:\w+ )?(?:tax\w*|customs|duty)|"
    r"(?:phish\w*|scam|ransomware|keylogger|malware|computer virus|ddos)\b)",
    re.I,
)
_LURES = re.compile(
    r"\b(?:trick\w*|scare\w*|gets?|convinc\w+|fool\w*|pressure\w*|so that|makes?|making|"
    r"persuad\w+|"
    r"bull(?:y|ies)|forc\w+)\b"
    r"[^.?!\n]{0,50}\b(?:password|passcode|pin(?: code)?|card (?:number|details)|credentials|login|"
    r"bank details|her money|his money|savings)\b",
    re.I,
)
_HARMLESS = re.compile(
    r"\b(?:protect|prevent|avoid (?:being|getting)|recogni[sz]e|spot|detect|report|against|defend|"
    r"is this|was this|spam|summari[sz]e|classify|label|translate)\b",
    re.I,
)
_SELF_HARM = re.compile(
    r"\b(?:kill(?:ing)? myself|end (?:it all|my (?:own )?life)|suicid\w+|hurt(?:ing)? myself|"
    r"harm(?:ing)? myself|cut(?:ting)? myself (?:again|on purpose)|don'?t want to live|"
    r"want to die)\b",
    re.I,
)
_LANGUAGE = (
    r"(?:german|french|spanish|italian|portuguese|dutch|polish|japanese|swedish|danish|czech|"
    r"turkish|russian|chinese|mandarin|arabic|greek|norwegian|finnish|hungarian|latin|korean|"
    r"hindi|welsh|irish|icelandic|romanian|ukrainian|croatian|serbian|slovak|hebrew|esperanto|"
    r"klingon|deutsch|französisch|englisch|spanisch|catalan|basque|estonian|latvian)"
)
_TRANSLATES = re.compile(
    rf"\b(?:translat\w+|übersetz\w*|traduc\w+|tradui\w+)\b[^\n]{{0,300}}?\b(?:in|into|to|ins|auf|"
    rf"en|al) (?P<to>{_LANGUAGE})\b|"
    rf"^(?:\W*(?:please|now|and|say (?:it|that|this)|the same|again|put (?:it|that|this))\b[ ,]*)*"
    rf"(?:in|into|to) (?P<to2>{_LANGUAGE})(?: please| now| too)?\W*(?:$|[:\n])|"
    rf"\bhow (?:do|would|can) (?:you|i|we|one) say\b[^\n?]{{1,120}}\bin (?P<to3>{_LANGUAGE})\b|"
    rf"\bwhat(?:'s| is)\b[^\n?]{{1,60}}\bin (?P<to4>{_LANGUAGE})\W*$",
    re.I,
)
_LANGUAGES_OF_CODE = (
    r"(?:sql|python|javascript|typescript|java|bash|shell|regex|regexp|regular expression|c\+\+|"
    r"c#|rust|golang|html|css|powershell|awk|sed|excel formula|perl|php|ruby|kotlin|swift|vba|"
    r"latex|jq|cron(?:tab)?(?: (?:line|expression|entry))?)"
)
_CODE = (
    re.compile(
        rf"^(?:{_MAKES}\b ?)?(?:me |us )?(?:(?:an?|the|some|one|short|small|simple|quick|working|"
        rf"little|single|valid|correct|only)\b ?){{0,3}}(?P<what>{_LANGUAGES_OF_CODE})\b"
        r"(?! (?:course|class|snake|conference|book|club|team|workshop|lessons?|documentation)\b)",
        re.I,
    ),
    re.compile(
        rf"\b(?P<what>{_LANGUAGES_OF_CODE}) (?:query |script |function |code |program |statement |"
        r"snippet |one-?liner |command |expression |pattern |class )?(?:for|that|to|which|of|"
        r"matching|please|needed|wanted|query|script|function|code|program|statement|snippet|"
        r"one-?liner|command)\b",
        re.I,
    ),
    re.compile(
        rf"^(?:{_MAKES}\b ?)(?:me |us )?(?:an?|the|some)? ?(?:[\w-]+ ){{0,3}}(?P<what>function|"
        r"script|program|algorithm|unit test|shell command|one-?liner|query|regex|app|web ?site|"
        r"web ?page|class|method|macro)\b(?=$|[\s,.:;?!])(?! (?:teacher|room|list|letter|party|"
        r"night|of \d)\b)",
        re.I,
    ),
    re.compile(
        r"^\W*tables?:? \w{2,30} ?\([\w ,]{3,200}\)(?P<what>)[^\n]{0,200}\b(?:sql|query|select|"
        r"statement|how many|count|list|number|per|get|find|which|all)\b",
        re.I,
    ),
)
_VERSE = re.compile(
    r"\b(?P<what>poems?|haikus?|limericks?|sonnets?|songs?|lyrics|raps?|verses?|ballads?|rhymes?|"
    r"riddles?|stor(?:y|ies)|fairy ?tales?|fables?|novels?|essays?|screenplays?|speech(?:es)?|"
    r"toasts?|jingles?|blog ?posts?|business plans?|recipes?|tongue ?twisters?|plays?|dialogues?|"
    r"puns?|crosswords?|acrostics?|proverbs?|anagrams?|scenes?|monologues?|nursery rhymes?)\b",
    re.I,
)
_IDEAS = re.compile(
    rf"^{_MAKES}\b (?:me |us )?(?:up )?(?:(?:with|of) )?(?:an? |some |a few |the |\d+ |two |three |"
    r"four |five |six |ten )(?:[\w-]+,? ){0,4}?(?P<what>names?|ideas?|synonyms?|antonyms?|slogans?|"
    r"taglines?|titles?|facts?|tips?|examples?|puzzles?|questions?|metaphors?|similes?|words? that|"
    r"words? for|rhymes?|compliments?|excuses?|sentences? about|sentences? (?:with|without|in "
    r"which|on)|paragraphs? (?:about|on)|menu|plan|itinerary|alternatives|captions?|lines? about|"
    r"hashtags?|passwords?|user ?names?)\b",
    re.I,
)
_DESCRIBES = re.compile(
    r"^(?:explain|describe|define|teach|discuss|analy[sz]e|imagine|tell (?:me |us )?(?:something )?"
    r"(?:about|how|why|what)|what(?:'s| is) the difference between|how do(?:es)?\b(?! (?:you|i|it|"
    r"he|she|they|we|this|that|the (?:text|author)))|compare\b(?! (?:the|these|this|both|them|a "
    r"and b)\b))",
    re.I,
)
_MEDICAL = re.compile(
    r"\b(?:pain|ache|hurts?|fever|rash|dizzy|pregnan\w+|pills?|tablets?|ibuprofen|paracetamol|"
    r"aspirin|antibiotic\w*|dose|medicine|medication|symptoms?|blood pressure|headache|diagnos\w+|"
    r"swallowed|bleeding|infection|allergic|vomit\w*|numb|insulin|mole|lump|cough\w*|vaccin\w+)\b",
    re.I,
)
_ACUTE = re.compile(
    r"\b(?:chest pain|pain in (?:my|his|her) chest|can'?t breathe|cannot breathe|numb|swallowed|"
    r"overdos\w*|unconscious|bleeding (?:heavily|a lot)|stroke|seizure)\b",
    re.I,
)
_LEGAL = re.compile(
    r"\b(?:landlord|tenant|evict\w*|kick me out|sue\b|suing|lawyer|legal\w*|illegal|court|contract|"
    r"divorce|custody|inherit\w*|fired|notice period|deposit|fined?|police|warranty|copyright|"
    r"visa|tax(?:es)?|liab\w+)\b",
    re.I,
)
_MONEY = re.compile(
    r"\b(?:invest\w*|shares?|stocks?|crypto\w*|bitcoin|coins?|mortgage|pension|savings|loan)\b",
    re.I,
)
_ADVISES = re.compile(
    r"^(?:\W*(?:so|ok|hi|hey|hello|please|quick|question)\b\W*){0,3}"
    r"(?:can|could|may|should|must|do|does|am|is|are|will|would|what|which|how|when)\b[^.\n]{0,160}"
    r"\b(?:i|we|my|me|our)\b|\b(?:should|can|may|must|do) (?:i|we|my|he|she)\b[^.\n]{0,140}\?|"
    r"\b(?:ok|okay|safe|fine|enough) (?:to|if|for)\b|\bis it (?:ok|okay|safe|legal|allowed|"
    r"dangerous|bad|normal)\b|\bis (?:this|that|it) (?:serious|dangerous|normal|bad|legal|"
    r"safe|ok|okay|harmful|risky)\b|"
    r"\bwhat (?:should|do|can) (?:i|we)\b",
    re.I,
)
_OPEN_END = re.compile(
    r"\b(?:the|an?|of|to|and|or|for|with|in|on|at|from|that|which|because|my|your|about|into|if|"
    r"by|is|are|was|but|than|as|its|their|every|between|sounds? (?:more|less)|(?:more|less|"
    r"very|so that|"
    r"such|these|those|whose|where|and then|following)|(?:when|if|that|because|while|before|"
    r"after|whether|"
    r"unless|until) (?:you|i|we|they|he|she|it|the \w+))\s*(?:\.{3}|…)?\s*$|,\s*$",
    re.I,
)
_WHOLE_END = re.compile(
    r"\b(?:what|who|where|which|how|whom)\b[^.?!]{2,80}\b(?:of|to|for|with|in|on|at|from|about|by|"
    r"is|are|was|as)\s*$|\b(?:log|come|go|sign|hand|turn|let|move|bring|hold|carry|set|think|"
    r"agree|look|what is it|this is|that is|who|it) (?:on|in|to|at|by|about|of|for|with|is|"
    r"was)\s*$",
    re.I,
)
_ONE_WORD = re.compile(
    r"\b(?:in|with|as|using|only)? ?(?:a|one|exactly one|single|a single) (?:single )?word\b|"
    r"\bone-word\b|\b(?:just|only) (?:yes or no|one word)\b",
    re.I,
)
_AT_LENGTH = re.compile(
    r"\b(?:in detail|detailed|several paragraphs|(?:two|three|four|five|\d+|many) (?:long )?"
    r"paragraphs|at (?:great )?length|at least \d{2,} words|step by step|long explanation|essay|"
    r"full explanation|extensively)\b",
    re.I,
)
_QUESTION = re.compile(
    r"(?:^|(?<=[.!?:\n] ))((?:is|are|was|were|do|does|did|can|could|will|would|has|have|what|who|"
    r"where|when|why|which|how)\b[^.?!\n]{3,160}\?)",
    re.I,
)


def said_of(text: str, *, has_text: bool) -> str:
    """The one sentence for a request that is beyond the model; empty where it is none.

    Args:
        text: the last message of the user.
        has_text: whether the prompt holds a text that the request could be about.
    """
    head = text.strip()
    if not head or len(head) > _MOST_CHARS:
        return ""
    bare = bare_order(head)
    harm = _harm(head)
    if harm:
        return harm
    translation = _translation(head, bare)
    if translation:
        return translation
    if _ACUTE.search(head) and not re.search(r"[\"“\n:]", head) and (urgent := _advice(head)):
        return urgent
    if has_text or holds_text(head):
        return ""
    return (
        _counted(head)
        or _cut_off(head)
        or _code(head, bare)
        or _contradiction(head)
        or _made_up(head, bare)
        or _advice(head)
    )


def holds_text(message: str) -> bool:
    """Whether a message brings a text of its own beside what it asks for.

    A quotation of four words, five words behind a colon or on lines of their own, or a statement.
    """
    if any(
        len(m[1].split()) >= 4 for m in re.finditer(r"[\"“«„]([^\"“”«»„]{8,4000})[\"”»“]", message)
    ):
        return True
    led = re.search(r":\s+(\S[^\0]{12,})$", message)
    if led and len(led[1].split()) >= 4 and not message[: led.start()].lower().endswith("question"):
        return True
    lines = [line for line in message.split("\n") if len(line.split()) >= 4]
    if len(lines) >= 2:
        return True
    parts = [p for p in re.split(r"(?<=[.!?])\s+", message.strip()) if len(p.split()) >= 5]
    told = [
        p
        for p in parts
        if not p.rstrip(' "”)').endswith("?")
        and not infinitive(p)
        and not re.match(r"\W*(?:i|we|my|you)\b|\W*(?:at most|no more|exactly|in)\b", p, re.I)
    ]
    return len(parts) >= 2 and bool(told)


def _harm(text: str) -> str:
    if _SELF_HARM.search(text) and not _HARMLESS.search(text):
        return (
            "I am sorry that it is so hard, and I am only a small practice model: please talk to "
            "somebody you trust, a doctor or a helpline, or call the emergency number now."
        )
    found = _HARM.search(text) or _LURES.search(text)
    if found is None or _HARMLESS.search(text):
        return ""
    asks = re.match(
        rf"\W*(?:(?:please|hey|hi|hello|ok|so|can you|could you|for a (?:novel|friend|film)|"
        rf"tell me|"
        rf"explain|quick question)\b[\s,:]*)*(?:how|what|where|which|best way|is there|{_MAKES}|"
        r"help|hack|i (?:want|need|would like)|teach|give|list|steps)\b",
        text,
        re.I,
    )
    orders = re.search(
        r"\b(?:write|make|give|help|show|tell|draft|create|explain|teach)\b", text, re.I
    )
    if asks is None and len(text.split()) > 25 and not orders:
        return ""
    return f"I will not help with that ({quoted(text)}), as it could do harm or break the law."


def _translation(text: str, bare: str) -> str:
    found = _TRANSLATES.search(text[:400])
    if found is None:
        return ""
    to = next(one for one in found.groupdict().values() if one)
    if to.lower() in ("englisch",):
        return ""
    return f"I cannot translate into {to[:1].upper()}{to[1:]}: I only write English."


def _code(text: str, bare: str) -> str:
    if len(text.split()) > 70:
        return ""
    for pattern in _CODE:
        found = pattern.search(bare)
        if found:
            what = found["what"] or "SQL"
            named = {"sql": "SQL", "html": "HTML", "css": "CSS", "query": "SQL"}.get(
                what.lower(),
                what if what.lower() in ("regex", "awk", "sed", "bash") else what.capitalize(),
            )
            if infinitive(text):
                return cannot(text, f"I write no code ({named}), I only work on plain texts")
            return f"I cannot write {named} code for {quoted(text)}: I only work on plain texts."
    return ""


def _contradiction(text: str) -> str:
    short, long = _ONE_WORD.search(text), _AT_LENGTH.search(text)
    if not (short and long):
        return ""
    asked = _QUESTION.findall(text)
    rest = f", and I know no facts about the world to answer {quoted(asked[-1])}" if asked else ""
    return (
        f"The two orders contradict each other (“{short[0].strip()}” and “{long[0].strip()}”),"
        f" so I "
        f"can only follow one of them{rest}."
    )


def _made_up(text: str, bare: str) -> str:
    first = re.split(r"(?<=[.!?])\s", bare, maxsplit=1)[0]
    if re.search(
        r"\b(?:this|that|these|those|above|below|following|it)\b(?! (?:is|was|has|looks))",
        first,
        re.I,
    ) and (not _VERSE.search(first)):
        return ""
    verse = _VERSE.search(first)
    orders = re.match(rf"(?:{_MAKES}|i (?:want|need|would like)|an? |another )\b", bare, re.I)
    led = (
        verse
        and re.match(r"(?:an? |\w+ )?$", first[: verse.start()], re.I)
        and re.match(
            r"\s*(?:about|on|for|with|of|in|to|please|from)\b|\W*$", first[verse.end() :], re.I
        )
    )
    if (
        verse
        and (orders or (led and not re.match(r"the\b", first, re.I)))
        and len(text.split()) <= 60
    ):
        return (
            cannot(text) if infinitive(text) else f"I cannot write {_one(verse[0], text)}: {_WHY}."
        )
    if _IDEAS.match(bare) or (_DESCRIBES.match(bare) and len(text.split()) <= 60):
        why = (
            "I know nothing of the world beyond the texts that I am given"
            if not _IDEAS.match(bare)
            else "I make up nothing of my own and only work on texts that I am given"
        )
        if infinitive(text):
            return cannot(text, why)
        return f"I cannot tell you {quoted(text)}: {why}."
    return ""


_WHY = "I am a small practice model and only work on texts that I am given"


def _one(what: str, text: str) -> str:
    """The thing asked for with what it is about: "a haiku about a broken lift"."""
    at = text.lower().find(what.lower())
    words = text[at:].strip(" .!?").split()[:12]
    article = "" if what.lower().endswith("s") or what.lower() == "lyrics" else "a "
    return f"{article}{' '.join(words)}"


def _advice(text: str) -> str:
    if infinitive(text) or not _ADVISES.search(text) or len(text.split()) > 60:
        return ""
    if _MEDICAL.search(text):
        now = (
            "do not wait, call the emergency number or poison control now"
            if _ACUTE.search(text)
            else "please ask a doctor or a pharmacist"
        )
        return (
            f"I cannot give medical advice on {quoted(text)}: I am a small practice model, "
            f"so {now}."
        )
    if _LEGAL.search(text):
        return (
            f"I cannot give legal advice on {quoted(text)}: I know no law, so please ask a lawyer "
            "or an advice centre, or paste the rules and I read them."
        )
    if _MONEY.search(text):
        return (
            f"I cannot advise you on money ({quoted(text)}): I know no markets and no prices, so "
            "please ask somebody who does."
        )
    return ""


def _counted(text: str) -> str:
    """Numbers in a row: "count from 3 to 12"."""
    found = re.match(
        rf"\W*(?:please |can you |now )*count (?:up |down )?(?:from (?P<low>\d{{1,3}}|"
        rf"{_NUMBERS}) )?(?:up |down )?to "
        rf"(?P<high>\d{{1,3}}|{_NUMBERS})\b",
        text,
        re.I,
    )
    if found is None:
        return ""
    words = _NUMBERS.split("|")
    low, high = (
        int(one) if one.isdigit() else words.index(one.lower())
        for one in (found["low"] or "1", found["high"])
    )
    row = range(low, high + 1) if low <= high else range(low, high - 1, -1)
    return ", ".join(map(str, row)) if len(row) <= 120 else ""


_NUMBERS = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"


def _cut_off(text: str) -> str:
    """A message that stops in the middle of its sentence."""
    if len(text.split()) < 3 or not _OPEN_END.search(text) or _WHOLE_END.search(text):
        return ""
    if text.rstrip().endswith(("?", "!", '"', "”")) or "\n" in text.strip():
        return ""
    end = " ".join(text.rstrip(" .…").split()[-5:])
    return f"Your message seems to be cut off after “{end}”; please send the rest of it."
