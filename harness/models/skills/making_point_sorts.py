"""One point of an order for a note put where it belongs: first words, signature, ban, content.

Runs in the model worker; the text is hostile: every pattern is bounded.
"""

from __future__ import annotations

import re

_META = re.compile(
    r"^\W*(?:(?:the )?(?:requirements?|points?|content|contents|details|"
    r"notes?|facts|info|include|it should|must|as follows|with|that|which|"
    r"and|the following|following|these|saying|says|where|please|should|"
    r"needs? to|has to|it|conditions?|rules|constraints|key|all|using|use|"
    r"from|cover|covering|of|this|in|a|for|to|mail|letter|note|message|"
    r"e-?mail|the)\W*)+$",
    re.I,
)


LENGTH = re.compile(
    r"\b(?:(?:at most|max\.?(?:imum)?(?: of)?|no more than|not more than|up "
    r"to|under|fewer than|less than|below|within|about|around|exactly|in|"
    r"keep it (?:under|below|to)) )*(?:(?:\d{1,2}|one|two|three|four) (?:or|"
    r"to) |\d{1,2}[-–])?(?:\d{1,3}|one|two|three|four|five|six|"
    r"seven|eight|ten|twenty|thirty|forty|fifty) (?:words?|sentences?|"
    r"lines?|characters?|chars?)\b(?:,? (?:max\.?|at most|or (?:fewer|less)|"
    r"tops))?|\b(?:max\.?|under|below) \d{2,3} ?(?:words?|w)\b",
    re.I,
)


_SIGN = re.compile(
    r"\b(?:sign(?:ed)?(?: it| off| this)?(?: as| with| by| from| off)?|"
    r"signature|yours|from|sender|it is from|i am|i'm|my name is|ending "
    r"with|end(?: it)?(?: with)?|close(?: it)?(?: with)?|finish(?: it)?(?: "
    r"with)?|last line|closing)\b\s*(?:is|the (?:words?|line|phrase|"
    r"name))?[: ]+[\"“'‘]?(?P<name>[^\"”’\n;]{2,60}?)[\"”’']?\s*[.)]?\s*$",
    re.I,
)


_END = re.compile(
    r"^(?:(?:it |the (?:note|mail|message|text) )?(?:must |should "
    r")?)?(?:end|ends|ending|close|closes|finish|finishes|last line|"
    r"closing)\b(?: it)?(?: (?:with|by|on|in|is))?(?: the (?:words?|line|"
    r"phrase|sentence|signature))?[: ]+",
    re.I,
)


_BEGIN = re.compile(
    r"^(?:(?:it |the (?:note|mail|message|text) )?(?:must |should "
    r")?)?(?:start|starts|begin|begins|open|opens|first line|opening|"
    r"greeting|greet(?: them| him| her)?)\b(?: it)?(?: (?:with|by|is|"
    r"as))?(?: the (?:words?|line|phrase|greeting))?[: ]+",
    re.I,
)


_BAN = re.compile(
    r"\b(?:no|without|avoid|skip|leave out|do(?: not|n['’]t) (?:use|write|"
    r"mention|say|include|contain|add)|(?:must|should|may|does|do|can) "
    r"?(?:not|n['’]t) (?:appear|contain|use|include|mention|occur)|never "
    r"(?:use|mention|say|write)|not the word)\b",
    re.I,
)


_SUBJECT = re.compile(r"\bsubject(?: line)?\b", re.I)


_FORM = re.compile(
    r"^(?:(?:please |must |should )?(?:be |keep (?:it |the tone )?|tone|"
    r"style|make it |sound )\W*(?:\w+ ?){1,6}|(?:very |quite )?(?:polite|"
    r"friendly|formal|informal|short|brief|casual|warm|professional|neutral|"
    r"concise|plain|simple|cheerful|matter-of-fact)(?:,? (?:and |but "
    r")?(?:polite|friendly|formal|informal|short|brief|casual|warm|"
    r"professional|neutral|concise|plain|simple))*(?: (?:tone|language|"
    r"style))?|(?:plain|simple) (?:text|language|english)|no (?:comments?|"
    r"explanations?|preamble|placeholders?)|(?:output|give|return|"
    r"send)\b.{0,20}\bonly\b.{0,30}|only the .{2,30}|nothing else|in "
    r"english|(?:exactly |only |at most )?one (?:question|exclamation) mark|"
    r"greeting and (?:sign-off|closing|signature)|with (?:a "
    r")?greeting.{0,30})\W*$",
    re.I,
)


def parts_of(piece: str) -> list[str]:
    """A piece, its asides about form and its several acts apart."""
    apart = [
        p
        for p in re.split(
            r",? and (?=(?:end|close|finish|sign|start|begin|open)(?:s|ed|ing)? "
            r"(?:it )?(?:with|off|as)\b)|(?<=[\w)]),? (?:and (?:then "
            r")?)?(?=(?:asking|requesting|mentioning|telling|thanking|saying|"
            r"inviting|reminding|explaining|apologi[sz]ing|confirming|offering|"
            r"suggesting|proposing|wishing|announcing|asks?|says|thanks|reminds|"
            r"mentions|offers|invites|explains|apologi[sz]es|confirms|proposes|"
            r"suggests)\b (?!of\b))",
            piece,
        )
        if p.strip()
    ]
    if len(apart) > 1:
        return [q for p in apart for q in parts_of(p)]
    bare = LENGTH.sub("", piece)
    if bare != piece:
        bare = re.sub(
            r"\(\s*\)|^\W*(?:keep it|it should be|make it|length|no more|in)?\W*$", "", bare
        ).strip(" ,.;")
        bare = re.sub(r",?\s*(?:keep it|it should be|make it)\s*$", "", bare)
        return [bare] if re.search(r"\w", bare) else []
    return [piece]


def put_away(piece: str, out: dict[str, str], says: list[str], bans: list[str]) -> None:
    """Put one piece where it belongs: a line to begin or end with, a ban, a form, a content."""
    bare = re.sub(r"^(?:that|which)\s+", "", piece.strip(" \n:…").strip(".").strip())
    if out["kind"].startswith("thank") and re.match(r"for\b", bare):
        bare = f"thanks {bare.rstrip('?')}"
    if not bare or _META.match(bare):
        return
    headed = re.match(
        r"(?:notes|points|facts|content|details|information|keywords)(?: (?:for|"
        r"of|on|about) (?:an?|the|my|our) [\w -]{3,20}?)?(?: (?:to|for) "
        r"(?P<who>[^:]{2,50}))?:\s*",
        bare,
        re.I,
    )
    if headed:
        out["to"] = out["to"] or headed["who"] or ""
        bare = bare[headed.end() :]
    if _META.match(bare):
        return
    end, begin = _END.match(bare), _BEGIN.match(bare)
    if (
        end
        and not re.match(r"by\b", bare[end.end() :])
        and not re.search(r"\b(?:midnight|noon|o'clock|\d{1,2}[:.]\d\d)\b", bare)
    ):
        out["end"] = _unquoted(bare[end.end() :])
        return
    if begin and (
        bare[begin.end() :][:1] in "\"“'‘" or re.search(r"with|greet|first line|:", begin[0], re.I)
    ):
        out["begin"] = _unquoted(bare[begin.end() :])
        return
    sign = _SIGN.match(bare) or re.search(
        r"(?:^|[,.;]\s*|\band )\bsign(?:ed)?(?: it| off| this)?(?: as| with| by|"
        r" from| off)?[: ]+[\"“'‘]?(?P<name>[^\"”’\n;]{2,60}?)[\"”’']?\s*$",
        bare,
        re.I,
    )
    if sign and len(sign["name"].split()) <= 8:
        out["by"] = _unquoted(sign["name"])
        rest = bare[: sign.start()].strip(" ,.;")
        if rest:
            put_away(rest, out, says, bans)
        return
    to = re.match(
        r"(?:it is |it's |is |addressed )?to (?P<who>(?:the |my |our |(?:Mr|Mrs|"
        r"Ms|Dr|Prof)\. )?[^,.;]{2,50}?)(?:,? (?:and )?from "
        r"(?P<by>[^,.;]{2,40}))?$",
        bare,
    )
    if (
        to
        and not out["to"]
        and not re.match(r"(?:be|have|go|come|say|ask|tell|let|make|bring)\b", to["who"])
    ):
        out["to"], out["by"] = to["who"], to["by"] or out["by"]
        return
    if _SUBJECT.search(bare) and len(bare.split()) <= 14:
        named = re.search(
            r"subject(?: line)?(?: is| should be| must be)?[: ]+[\"“]?(?P<s>[^\"”]{3,80})",
            bare,
            re.I,
        )
        no = _BAN.search(bare) or re.search(
            r"\b(?:needed|necessary|required|optional)\b", bare, re.I
        )
        out["subject"] = (
            ""
            if no
            else (
                named["s"].strip()
                if named
                and not re.match(
                    r"(?:of|with|in|under|max|at most|too|included?|please|as well)\b", named["s"]
                )
                else "yes"
            )
        )
        return
    if re.match(
        r"no (?:greeting|line|sentence|paragraph)s? (?:longer|shorter|more) than", bare, re.I
    ):
        return
    if _BAN.search(bare) and _is_ban(bare):
        bans.append(bare)
        return
    if _FORM.match(bare) or re.fullmatch(
        r"(?:write it |it should be )?(?:all |in )+(?:caps|capitals)", bare, re.I
    ):
        return
    if re.search(r"\w", bare):
        says.append(bare.strip(" ,;"))


def _is_ban(bare: str) -> bool:
    """Whether a "no …" is about the words of the note and not a thing that it is to say."""
    return bool(
        re.search(
            r"\b(?:exclamation|question) (?:marks?|points?)|\b(?:words?|phrase|"
            r"emojis?|emoticons?|greeting|subject|insults?|threats?|jokes?|sarcasm|blame|jargon|abbreviations?|brackets|"
            r"bullet|lists?|headings?|hashtags?|names? of|placeholders?|commas?|"
            r"digits?|numbers?|adjectives?|apolog\w+|capital)\b",
            bare,
            re.I,
        )
        or re.search(r"[\"“'‘][^\"”’]{1,30}[\"”’']", bare)
        or re.match(
            r"(?:avoid|do(?: not|n['’]t) (?:use|mention|say|include|write)|never "
            r"(?:use|mention|say))\b",
            bare,
            re.I,
        )
    )


def _unquoted(text: str) -> str:
    text = (
        text.strip().strip(".")
        if not re.search(r"[\"”’'][.]?$", text.strip())
        else text.strip().rstrip(".")
    )
    return text.strip().strip("\"“”‘’'").strip()
