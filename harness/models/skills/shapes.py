"""What values look like in a text, and which words in a field's name ask for which shape.

Runs in the model worker; pure. Every pattern is bounded: the text they meet is hostile.
"""

from __future__ import annotations

import re

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
DATE = (
    rf"\b(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}(?:,? \d{{4}})?|"
    rf"{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|"
    rf"(?:next |last |this )?{DAY}|{MONTH} \d{{4}}|tomorrow|today|yesterday|end of (?:the )?"
    rf"(?:week|month|year)|next (?:week|month|year))\b"
)
MONEY = (
    r"(?:(?:[€$£]|\b(?:EUR|USD|GBP|CHF)\b)\s?\d[\d.,]*\d|(?:[€$£]|\b(?:EUR|USD|GBP|CHF)\b)\s?\d|"
    r"\b\d[\d.,]*\s?(?:(?:million|billion|thousand) )?(?:euros?|dollars?|pounds?|eur|usd|gbp|chf|"
    r"cents?|€|\$|£))"
)
CODES = {"€": "EUR", "$": "USD", "£": "GBP", "euro": "EUR", "dollar": "USD", "pound": "GBP"}
EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,20}){1,4}"
PHONE = r"(?<![\w.,-])\+?\d[\d /()-]{6,18}\d(?![\w-]|[.,]\d)"
URL = r"(?:https?://|www\.)[^\s<>\"')]{2,200}"
ID = (
    r"\b(?:\d{3,12}-[A-Z]{1,4}|[A-Z]{1,5}-?\d{2,12}(?:-\d{1,8})*|\d{4,12})\b|"
    r"#\d{2,12}|\bno\.? \d{2,12}"
)
TIME = r"\b\d{1,2}(?:[:.]\d\d)(?: ?[ap]\.?m\.?)?\b|\b\d{1,2} ?(?:[ap]\.?m\.?|o'clock)\b|\bnoon\b"
NUMBER = r"\d[\d.,]*\d|\d"
THING = re.compile(
    r"\b(?:ordered|bought|purchased|order(?:ed)? of|received|returned?|buy|order|sent me|deliver(?:"
    r"ed)?|looking for|for)\s+(?:me |us )?(?:the |a |an |my |our |your |one |two |three |four |"
    r"some "
    r"|\d+ )((?:[a-z][\w-]* ){0,2}?[a-z][\w-]+)(?= (?:and|from|on|in|at|for|with|but|that|which|is|"
    r"was|arrived|came|last|a week|yesterday|\()|[.,;(!?]|$)|"
    r"\b(?:my|the|your)\s+(?!name\b)((?:[a-z][\w-]* ){0,1}[a-z][\w-]+) (?:is|was|has|have|does|did|"
    r"doesn't|"
    r"won't|keeps|stopped|broke|arrived|came|makes|made|never)\b"
)
BROKEN = re.compile(
    r"\b(?:broke\w*|broken|faulty|fail\w*|error|defect\w*|wrong|missing|late|"
    r"damaged|crack\w*|leak\w*"
    r"|not work\w*|does(?:n't| not)|did(?:n't| not)|cannot|can't|won't|never|twice|crash\w*|"
    r"problem|"
    r"issue|lost|stopped|unable|delay\w*|cold|rude|slow|noisy|noise|blurry|stuck)\b",
    re.I,
)
WANTS = re.compile(
    r"\b(?:could you|can you|would you|please|i(?:'d| would) like|i want|we want|we need|i need|"
    r"let me know|kindly|send|will|should|must|has to|have to)\b",
    re.I,
)
URGENT = re.compile(
    r"\b(?:urgent\w*|blocking|block(?:s|ed)|asap|immediately|at once|outage|down|right away|"
    r"before (?:\w+day|noon|tonight|tomorrow)|cannot work|can't work|critical|emergency|today)\b",
    re.I,
)
CALM = re.compile(
    r"\b(?:not urgent|no rush|no hurry|whenever|not important|low priority|cosmetic|minor)\b", re.I
)
COURTESY = re.compile(
    r"^\W*(?:hi|hello|dear|hey|regards|best|kind|cheers|thanks|thank you|sincerely|"
    r"yours)\b.{0,40}$",
    re.I,
)
WORDS = {
    w: i for i, w in enumerate("zero one two three four five six seven eight nine ten".split())
}
SHAPES = (
    (r"e-?mail", EMAIL),
    (r"\burl\b|\blink\b|website|web ?site|homepage", URL),
    (r"phone|telephone|mobile|\btel\b|fax|call ?back", PHONE),
    (r"deadline|due|until|by when|expir", DATE),
    (r"\bdates?\b|\bday\b|\bwhen\b|birth|\bstart\b|\bend\b|departure|arrival|"
     r"check ?(?:in|out)", DATE),
    (r"\btimes?\b|\bhour|clock|opening", TIME),
    (r"currency", MONEY),
    (r"amount|price|cost|total|\bsum\b|fee|budget|salary|paid|fine|value|balance|refund|discount",
     MONEY),
    (r"quantity|qty|count|how many|number of|seats|guests|persons|pieces", NUMBER),
    (
r"order|invoice|ticket|number|\bid\b|reference|code|serial|booking|policy|"
r"account|tracking|iban",
     ID),
)  # fmt: skip
# words that stand before the value meant; the empty pattern meets every other field
KIN: dict[str, frozenset[str]] = {
    r"deadline|due|until|expir": frozenset({"before", "by", "until", "due", "deadline", "than"}),
    r"start|arrival|check ?in|from": frozenset({"from", "starting", "arriving", "on"}),
    r"end|departure|check ?out": frozenset({"to", "until", "till", "leaving"}),
    r"total|sum|amount": frozenset({"total", "altogether", "paid", "sum"}),
    "": frozenset(),
}
PEOPLE = re.compile(
    r"\b(?:name|customer|person|people|sender|author|contact|owner|assignee|who|attendees?|"
    r"participants?|employee|applicant|candidate|signatory|mayor|guest|client|speaker|recipient|"
    r"responsible)s?\b",
    re.I,
)
PLACES = re.compile(
    r"\b(?:places?|city|cities|town|location|country|venue|destination|where)s?\b", re.I
)
FIRMS = re.compile(
    r"\b(?:company|companies|vendor|merchant|supplier|shop|organi[sz]ation|employer|store|seller|"
    r"bank|hotel|restaurant|brand)s?\b",
    re.I,
)
THINGS = re.compile(
    r"\b(?:product|item|article|device|goods|things?|ordered|service|subject|object|dish|food)s?\b",
    re.I,
)
