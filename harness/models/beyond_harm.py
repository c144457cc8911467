"""What is refused because it does harm, and what only a doctor, lawyer or banker should answer.

Runs in the model worker (zone G); the text is hostile; patterns are bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.honest import infinitive, quoted

MAKES = (
    r"(?:write|give|make|show|code|generate|create|need|want|build|implement|get|provide|produce|"
    r"compose|draft|invent|think of|come up with|make up|tell|sing|do|recite|suggest|design|plan)"
)
"""Verbs that order something made."""
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
_MEDICAL = re.compile(
    r"\b(?:pain|ache|hurts?|fever|rash|dizzy|pregnan\w+|pills?|tablets?|ibuprofen|paracetamol|"
    r"fatal|aspirin|antibiotic\w*|dose|medicine|medication|symptoms?|blood pressure|headache|"
    r"diagnos\w+|"
    r"swallowed|bleeding|infection|allergic|vomit\w*|numb|insulin|mole|lump|cough\w*|vaccin\w+)\b",
    re.I,
)
ACUTE = re.compile(
    r"\b(?:chest pain|pain in (?:my|his|her) chest|can'?t breathe|cannot breathe|numb|swallowed|"
    r"overdos\w*|unconscious|bleeding (?:heavily|a lot)|stroke|seizure)\b",
    re.I,
)
_LEGAL = re.compile(
    r"\b(?:landlord|tenant|evict\w*|kick me out|sue\b|suing|lawyer|legal\w*|illegal|court|contract|"
    r"divorce|custody|inherit\w*|fired|notice period|deposit|fined?|police|warranty|copyright|"
    r"rent|neighbou?rs? (?:make|force|allowed)|"
    r"visa|tax(?:es)?|liab\w+)\b",
    re.I,
)
_MONEY = re.compile(
    r"\b(?:invest\w*|shares?|stocks?|crypto\w*|bitcoin|coins?|mortgage|pension|savings|loan)\b",
    re.I,
)
_PET = re.compile(
    r"\bmy (?:\w+ )?(?:cat|dog|puppy|kitten|rabbit|hamster|parrot|horse|guinea "
    r"pig)\b[^.?!\n]{0,40}\b"
    r"(?:ate|eaten|chewed|swallowed|licked|drank|limp\w*|vomit\w*|bleed\w*|sick|threw up)\b",
    re.I,
)
_RENT = re.compile(
    r"\b(?:not|stop|skip|withhold|hold back|keep back)\b[^.?!]{0,24}\b(?:pay\w*|rent)\b", re.I
)
_ADVISES = re.compile(
    r"^(?:\W*(?:so|ok|hi|hey|hello|please|quick|question)\b\W*){0,3}"
    r"(?:can|could|may|should|must|do|does|am|is|are|will|would|what|which|how|when)\b[^.\n]{0,160}"
    r"\b(?:i|we|my|me|our)\b|\b(?:should|can|may|must|do) (?:i|we|my|he|she)\b[^.\n]{0,140}\?|"
    r"\b(?:ok|okay|safe|fine|enough) (?:to|if|for)\b|\bis it (?:ok|okay|safe|legal|allowed|"
    r"dangerous|bad|normal)\b|\bis (?:this|that|it) (?:serious|dangerous|normal|bad|legal|"
    r"safe|ok|okay|harmful|risky)\b|"
    r"\b(?:is|are) (?:it|that|this|they)\?\?|\bfatal\b[^\n]{0,30}\?|\bwhat (?:should|do|can) "
    r"(?:i|we)\b|\bsue (?:me|us)\b|\bam i liable\b|\bliable for\b",
    re.I,
)


def harm(text: str) -> str:
    """The refusal of what does harm, or a word to somebody in need; empty where it is neither."""
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
        rf"explain|quick question)\b[\s,:]*)*(?:how|what|where|which|best way|is there|{MAKES}|"
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


def _before(text: str) -> str:
    """A warning to somebody who wants to pay no more."""
    return " before you hold any money back, as that may be a breach" if _RENT.search(text) else ""


def advice(text: str) -> str:
    """Who should be asked about health, law or money; empty where no advice is wanted."""
    if _PET.search(text) and "?" in text and len(text.split()) <= 60:
        return (
            f"I cannot give medical advice on {quoted(text)}: I am a small practice model and no "
            "vet, so please call one now, as some plants and foods are poison to animals."
        )
    if infinitive(text) or not _ADVISES.search(text) or len(text.split()) > 60:
        return ""
    if _MEDICAL.search(text):
        now = (
            "do not wait, call the emergency number or poison control now"
            if ACUTE.search(text)
            else "please ask a doctor or a pharmacist"
        )
        return (
            f"I cannot give medical advice on {quoted(text)}: I am a small practice model, "
            f"so {now}."
        )
    if _LEGAL.search(text):
        return (
            f"I cannot give legal advice on {quoted(text)}: I know no law, so please ask a lawyer "
            f"or an advice centre{_before(text)}, or paste the rules and I read them."
        )
    if _MONEY.search(text):
        return (
            f"I cannot advise you on money ({quoted(text)}): I know no markets and no prices, so "
            "please ask somebody who does."
        )
    return ""
