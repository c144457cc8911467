"""An order for a note or mail taken apart: its kind, for whom, by whom, what to say, what to obey.

Runs in the model worker; the text is hostile: capped, every pattern is bounded. Only parts are found
here; making_notes writes them out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.lengths import limits_asked

_KIND = (
    r"out-of-office(?: (?:note|message|reply|mail|notice))?|absence note|letter|e-?mail|mail|message|msg|note|notice|postcard|post card|sms|text message|text|memo|"
    r"announcement|invitation|invite|reminder|sign|door sign|reply|thank-?you(?: (?:note|card))?|card|post|heads-?up|update|apology|complaint|request|cancellation|"
    r"voicemail|auto-?reply|chat message|slack message|whatsapp(?: message)?|line|nachricht|brief"
)
_ORDER = re.compile(
    r"(?:^|(?<=[.!?:\n] )|(?<=\n))\W{0,3}(?:(?:please|pls|hi|hello|hey|can you|could you|would you|i need you to|help me(?: to)?|now|just|quick(?:ly)?)\W+){0,3}"
    r"(?:write|draft|compose|send|make|prepare|word|formulate|create|need|want|i need|i want|put together|give me|turn (?:this|these|that|it|the (?:notes|points|following))(?: \w+)? into|schreib\w*)\b(?: me| us| up)*"
    rf"(?: (?:an?|the|my|our|one|eine?n?))? ?(?P<how>(?:[\w'’-]+,? ){{0,5}}?)(?P<kind>{_KIND})\b",
    re.I,
)
_TITLED = re.compile(rf"^\W{{0,3}}(?:(?:short|quick|brief|polite|friendly|formal|an?|the) )*(?P<how>)(?P<kind>{_KIND})\b(?=(?: (?:to|for) [^:\n]{{2,50}})?:[ \n])", re.I)
_ITEM = re.compile(r"(?:^|\n)[ \t]*(?:[-*•–+]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+|(?<=\s)(?:\(\d{1,2}\)|\([a-z]\)|\d{1,2}\)|[a-h]\))[ \t]+|\s[-–•*] (?=[\w\"“])")
_ASIDE = re.compile(r"\b(?:no|not|a) [\w ]{0,20}(?:longer|shorter|more) than (?:one|a|two|\d+) (?:line|sentence|word)s?\b(?! (?:of|or))(?<!more than \d\d words)|\bone-line\b", re.I)
_META = re.compile(r"^\W*(?:(?:the )?(?:requirements?|points?|content|contents|details|notes?|facts|info|include|it should|must|as follows|with|that|which|and|the following|following|these|saying|says|where|please|should|needs? to|has to|it|conditions?|rules|constraints|key|all|using|use|from|cover|covering|of|this|in|a|for|to|mail|letter|note|message|e-?mail|the)\W*)+$", re.I)
_LENGTH = re.compile(r"\b(?:(?:at most|max\.?(?:imum)?(?: of)?|no more than|not more than|up to|under|fewer than|less than|below|within|about|around|exactly|in|keep it (?:under|below|to)) )*(?:\d{1,3}|one|two|three|four|five|six|seven|eight|ten|twenty|thirty|forty|fifty) (?:words?|sentences?|lines?|characters?|chars?)\b(?:,? (?:max\.?|at most|or (?:fewer|less)|tops))?|\b(?:max\.?|under|below) \d{2,3} ?(?:words?|w)\b", re.I)
_TO = re.compile(
    r"^[\s(]*(?:from (?P<by>[^:,.\n]{2,40}?) )?(?:to|for|an) (?P<who>(?:(?:Mr|Mrs|Ms|Dr|Prof|St)\. ?)?[^:\n.;]{2,80}?)"
    r"(?=\s*(?:[:;.\n…]|,\s|$)|\s+\((?!a\)|1\))|\s+(?:that|which|who|saying|says|telling|to say|to tell|to let|to ask|asking|asks|about|because|informing|explaining|explains|inviting|thanking|and|in|with|from|where|reminding|announcing|apologi[sz]ing|confirming|requesting)\b|\s*-\s)",
    re.I,
)
_SIGN = re.compile(
    r"\b(?:sign(?:ed)?(?: it| off| this)?(?: as| with| by| from| off)?|signature|yours|from|sender|it is from|i am|i'm|my name is|ending with|end(?: it)?(?: with)?|close(?: it)?(?: with)?|finish(?: it)?(?: with)?|last line|closing)\b\s*(?:is|the (?:words?|line|phrase|name))?[: ]+[\"“'‘]?(?P<name>[^\"”’\n;]{2,60}?)[\"”’']?\s*[.)]?\s*$",
    re.I,
)
_END = re.compile(r"^(?:(?:it |the (?:note|mail|message|text) )?(?:must |should )?)?(?:end|ends|ending|close|closes|finish|finishes|last line|closing)\b(?: it)?(?: (?:with|by|on|in|is))?(?: the (?:words?|line|phrase|sentence|signature))?[: ]+", re.I)
_BEGIN = re.compile(r"^(?:(?:it |the (?:note|mail|message|text) )?(?:must |should )?)?(?:start|starts|begin|begins|open|opens|first line|opening|greeting|greet(?: them| him| her)?)\b(?: it)?(?: (?:with|by|is|as))?(?: the (?:words?|line|phrase|greeting))?[: ]+", re.I)
_BAN = re.compile(r"\b(?:no|without|avoid|skip|leave out|do(?: not|n['’]t) (?:use|write|mention|say|include|contain|add)|(?:must|should|may|does|do|can) ?(?:not|n['’]t) (?:appear|contain|use|include|mention|occur)|never (?:use|mention|say|write)|not the word)\b", re.I)
_SUBJECT = re.compile(r"\bsubject(?: line)?\b", re.I)
_FORM = re.compile(r"^(?:(?:please |must |should )?(?:be |keep (?:it |the tone )?|tone|style|make it |sound )\W*(?:\w+ ?){1,6}|(?:very |quite )?(?:polite|friendly|formal|informal|short|brief|casual|warm|professional|neutral|concise|plain|simple|cheerful|matter-of-fact)(?:,? (?:and |but )?(?:polite|friendly|formal|informal|short|brief|casual|warm|professional|neutral|concise|plain|simple))*(?: (?:tone|language|style))?|(?:plain|simple) (?:text|language|english)|no (?:comments?|explanations?|preamble|placeholders?)|(?:output|give|return|send)\b.{0,20}\bonly\b.{0,30}|only the .{2,30}|nothing else|in english|(?:exactly |only |at most )?one (?:question|exclamation) mark|greeting and (?:sign-off|closing|signature)|with (?:a )?greeting.{0,30})\W*$", re.I)


@dataclass(frozen=True)
class Points:
    """What an order for a note gives.

    Attributes:
        kind: note, mail, letter, sign, sms and so on, in lower case.
        how: the words before the kind ("short polite").
        to: for whom, empty where it is not said.
        by: who signs; empty where it is not said.
        begin: the words it has to begin with; empty where none are given.
        end: the words it has to end with.
        says: what it is to say, a piece for each.
        bans: words, signs and parts that must not be in it.
        words: the most words; 0 for no limit.
        sentences: the most sentences.
        characters: the most characters.
        subject: whether a subject line is asked for, or its text.
    """

    kind: str
    how: str = ""
    to: str = ""
    by: str = ""
    begin: str = ""
    end: str = ""
    says: tuple[str, ...] = ()
    bans: tuple[str, ...] = ()
    words: int = 0
    sentences: int = 0
    characters: int = 0
    subject: str = ""


def points_of(said: str) -> Points | None:
    """The parts of an order for a note; None where a message orders none or gives no content."""
    order = _ORDER.search(said[:1_200]) or _TITLED.match(said[:200])
    if order is None or len(said) > 2_500:
        return None
    kind = order["kind"].lower()
    if re.search(r"\b(?:make|turn|prepare|put together) (?:this|that|the|my|our) (?:[\w'’-]+ ){0,5}$", said[order.start() : order.start("kind")], re.I) and not re.search(r"\binto\b", order[0]):
        return None
    if re.match(r"[\s-]*(?:subject|headline|title|address|signature|template|in the (?:past|present)|to (?:json|csv|yaml))", said[order.end() :], re.I):
        return None
    if kind in ("text", "line", "request", "post", "update", "reply", "sign", "card", "letter", "message") and re.match(r"\s*(?:file|message|above|below|box|s\b|of|in (?:upper|lower|capital)|to (?:upper|lower)|the|that (?:stands|follows))|[\"“]?\s*[a-z][\"”]?(?:\s|$)", said[order.end() :]):
        return None
    before, rest = said[: order.start()].strip(), said[order.end() :]
    pieces = _pieces(rest)
    head, items = pieces[0], pieces[1:]
    to = _TO.match(head)
    by = ""
    who = ""
    if to:
        who, by = to["who"].strip(), (to["by"] or "").strip()
        head = re.sub(r"^\s*\([^)\n]{1,60}\)", "", head[to.end() :])
    elif (front := re.search(r"\bto (?:my |our |the )?[\w ]{2,30}$", order["how"].strip())) is not None:
        who = front[0][3:]
    limits = limits_asked(_ASIDE.sub(" ", f"{order['how']} {rest}"))
    head = re.sub(r"\(\s*[,;]?\s*\)", "", _LENGTH.sub("", head))
    says: list[str] = []
    bans: list[str] = []
    items = [s for item in items for s in (_sentences(item) or [item])]
    todo = [*(_sentences(head) if head.strip(" :,.;-\n…") else []), *items]
    if before and len(before) < 1_200 and not re.match(r"\W*(?:system|you are)\b", before, re.I):
        todo = [*[s for b in _pieces(before) for s in _sentences(b)], *todo]
    out: dict[str, str] = {"begin": "", "end": "", "subject": "", "by": by, "to": who}
    for raw in todo:
        for piece in _parts(raw):
            _sorted(piece, out, says, bans)
    words = limits.words
    told = re.search(r"\b(?:telling|asking|reminding|informing|inviting|thanking|let) (?P<who>[A-Z][\w'’-]+|the [a-z]+)\b", said)
    out["to"] = out["to"] or (told["who"] if told else "")
    return Points(
        kind, order["how"].strip(" ,"), out["to"], out["by"], out["begin"], out["end"], tuple(says), tuple(bans),
        words, limits.sentences, limits.characters, out["subject"],
    )  # fmt: skip


def _pieces(text: str) -> list[str]:
    """What stands before the first item of a list, then each item; without items sentence by sentence."""
    marks = list(_ITEM.finditer(text))
    if len(marks) < 2:
        return [text]
    out = [text[: marks[0].start()]]
    for mark, end in zip(marks, [*(m.start() for m in marks[1:]), len(text)], strict=True):
        body = text[mark.end() : end]
        line, _, more = body.partition("\n")
        out.append(line.strip(" ,;"))
        out += [part.strip() for part in more.split("\n") if part.strip()] if end == len(text) else [more.strip()] if more.strip() else []
    return [piece for i, piece in enumerate(out) if i == 0 or piece]


def _sentences(text: str) -> list[str]:
    text = re.sub(r"^[\s:,.;–-]+", "", text.strip())
    return [p.strip() for p in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý\"“])|(?<=[\w)]);\s+|\n+", text) if re.search(r"\w", p)]


def _parts(piece: str) -> list[str]:
    """A piece, its asides about form and its several acts apart."""
    apart = [p for p in re.split(r",? and (?=(?:end|close|finish|sign|start|begin|open)(?:s|ed|ing)? (?:it )?(?:with|off|as)\b)|(?<=[\w)]),? (?:and (?:then )?)?(?=(?:asking|requesting|mentioning|telling|thanking|saying|inviting|reminding|explaining|apologi[sz]ing|confirming|offering|suggesting|proposing|wishing|announcing|asks?|says|thanks|reminds|mentions|offers|invites|explains|apologi[sz]es|confirms|proposes|suggests)\b (?!of\b))", piece) if p.strip()]
    if len(apart) > 1:
        return [q for p in apart for q in _parts(p)]
    bare = _LENGTH.sub("", piece)
    if bare != piece:
        bare = re.sub(r"\(\s*\)|^\W*(?:keep it|it should be|make it|length|no more|in)?\W*$", "", bare).strip(" ,.;")
        bare = re.sub(r",?\s*(?:keep it|it should be|make it)\s*$", "", bare)
        return [bare] if re.search(r"\w", bare) else []
    return [piece]


def _sorted(piece: str, out: dict[str, str], says: list[str], bans: list[str]) -> None:
    """Put one piece where it belongs: a line to begin or end with, a ban, a matter of form, a content."""
    bare = re.sub(r"^(?:that|which)\s+", "", piece.strip(" \n:…").strip(".").strip())
    if not bare or _META.match(bare):
        return
    headed = re.match(r"(?:notes|points|facts|content|details|information|keywords)(?: (?:for|of|on|about) (?:an?|the|my|our) [\w -]{3,20}?)?(?: (?:to|for) (?P<who>[^:]{2,50}))?:\s*", bare, re.I)
    if headed:
        out["to"] = out["to"] or headed["who"] or ""
        bare = bare[headed.end() :]
    if _META.match(bare):
        return
    end, begin = _END.match(bare), _BEGIN.match(bare)
    if end and not re.match(r"by\b", bare[end.end() :]) and not re.search(r"\b(?:midnight|noon|o'clock|\d{1,2}[:.]\d\d)\b", bare):
        out["end"] = _unquoted(bare[end.end() :])
        return
    if begin and (bare[begin.end() :][:1] in "\"“'‘" or re.search(r"with|greet|first line|:", begin[0], re.I)):
        out["begin"] = _unquoted(bare[begin.end() :])
        return
    sign = _SIGN.match(bare) or re.search(r"(?:^|[,.;]\s*|\band )\bsign(?:ed)?(?: it| off| this)?(?: as| with| by| from| off)?[: ]+[\"“'‘]?(?P<name>[^\"”’\n;]{2,60}?)[\"”’']?\s*$", bare, re.I)
    if sign and len(sign["name"].split()) <= 8:
        out["by"] = _unquoted(sign["name"])
        rest = bare[: sign.start()].strip(" ,.;")
        if rest:
            _sorted(rest, out, says, bans)
        return
    to = re.match(r"(?:it is |it's |is |addressed )?to (?P<who>(?:the |my |our |(?:Mr|Mrs|Ms|Dr|Prof)\. )?[^,.;]{2,50}?)(?:,? (?:and )?from (?P<by>[^,.;]{2,40}))?$", bare)
    if to and not out["to"] and not re.match(r"(?:be|have|go|come|say|ask|tell|let|make|bring)\b", to["who"]):
        out["to"], out["by"] = to["who"], to["by"] or out["by"]
        return
    if _SUBJECT.search(bare) and len(bare.split()) <= 14:
        named = re.search(r"subject(?: line)?(?: is| should be| must be)?[: ]+[\"“]?(?P<s>[^\"”]{3,80})", bare, re.I)
        no = _BAN.search(bare) or re.search(r"\b(?:needed|necessary|required|optional)\b", bare, re.I)
        out["subject"] = "" if no else (named["s"].strip() if named and not re.match(r"(?:of|with|in|under|max|at most|too|included?|please|as well)\b", named["s"]) else "yes")
        return
    if re.match(r"no (?:greeting|line|sentence|paragraph)s? (?:longer|shorter|more) than", bare, re.I):
        return
    if _BAN.search(bare) and _is_ban(bare):
        bans.append(bare)
        return
    if _FORM.match(bare):
        return
    if re.search(r"\w", bare):
        says.append(bare.strip(" ,;"))


def _is_ban(bare: str) -> bool:
    """Whether a "no …" is about the words of the note and not a thing that it is to say."""
    return bool(
        re.search(r"\b(?:exclamation|question) (?:marks?|points?)|\b(?:words?|phrase|emojis?|emoticons?|greeting|subject|jargon|abbreviations?|brackets|bullet|lists?|headings?|hashtags?|names? of|placeholders?|commas?|digits?|numbers?|adjectives?|apolog\w+|capital)\b", bare, re.I)
        or re.search(r"[\"“'‘][^\"”’]{1,30}[\"”’']", bare)
        or re.match(r"(?:avoid|do(?: not|n['’]t) (?:use|mention|say|include|write)|never (?:use|mention|say))\b", bare, re.I)
    )


def _unquoted(text: str) -> str:
    text = text.strip().strip(".") if not re.search(r"[\"”’'][.]?$", text.strip()) else text.strip().rstrip(".")
    return text.strip().strip("\"“”‘’'").strip()
