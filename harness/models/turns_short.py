"""Tell a turn that only asks for another form, and take the bare value out of the last answer.

Runs in the model worker (zone G); the text is hostile; only short turns are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.labels import humanise
from harness.models.turns_values import stems, values

_MOST_WORDS = 26
_FORM = re.compile(
    r"\b(?:as|in|into|using|use)\b (?:an? |the |one |plain |valid |all |[a-z-]+ )?(?:json|csv|"
    r"yaml|xml|"
    r"markdown|table|bullets?|bullet points?|bulleted|numbered|list|lists|array|line|lines|words?|"
    r"sentences?|capitals?|caps|upper[- ]?case|lower[- ]?case|brackets|quotes|letters|steps|form|"
    r"paragraph|prose|text|headline|title|tweet|emoji|characters)\b"
    r"|\b(?:json|csv|yaml|bullets?|bullet points|bulleted|numbered list|one word|single word|one "
    r"line|"
    r"one sentence|two sentences|semi-?colons?|commas?|comma[- ]separated|alphabetic\w*|upper[- "
    r"]?case|lower[- ]?case|"
    r"capitals|all caps|stichpunkte\w*|viñetas|yes or no)\b"
    r"|\b(?:shorter|longer|briefer|simpler|politer|friendlier|nicer|plainer|clearer|warmer|softer|"
    r"stricter|kürzer|einfacher|más corto|plus court|half (?:as long|the length|of that)|"
    r"(?:more|less) (?:short|brief|concise|detailed|formal|casual|polite|friendly|simple|stiff|"
    r"direct|"
    r"technical|wordy|personal)|too (?:long|short|formal|stiff|complicated|wordy)|"
    r"(?:shorten|simplify|condense|trim|rephrase|reword|paraphrase|rewrite|soften) (?:it|that|"
    r"this|your answer|the answer)|"
    r"again but)\b"
    r"|\b(?:bit|little|rather|very|so|quite|sounds?) (?:too )?(?:stiff|formal|long|"
    r"wordy|cold|harsh|"
    r"blunt|dry)\b|\bhow (?:you['’]d|you would|people) (?:say|write|put)\b|\bsay sorry\b"
    r"|\b(?:only|just|at most|no more than|the first|the top)\b (?:one|two|three|four|five|six|"
    r"\d{1,2})\b(?! of\b)"
    r"|\b(?:plain|running) (?:text|prose)\b|\bprose\b|\bno table\b"
    r"|\bin (?:a |one )?(?:full|whole|complete|proper) sentences?\b"
    r"|\bin (?:the )?[\w -]{2,20} format\b|\bas a (?:full |whole |complete )?(?:sentence|"
    r"question|date)\b"
    r"|\b(?:only|just)\b (?:the |a |with the |give me the |tell me the |say the )?(?:[a-z]+ "
    r")?(?:labels?|name|names|number|"
    r"figure|value|word|date|day|time|year|amount|price|place|letter|code|answer|result|verdict|"
    r"category|town|city)\b"
    r"|\b(?:label|name|number|figure|value|word|date|day|time|letter|code|answer|category|"
    r"verdict)s? (?:only|alone)\b"
    r"|\b(?:without|no|drop|skip|leave out|omit|lose|not as|don'?t|instead of)\b (?:the |any |a |"
    r"your |as |add )?"
    r"(?:reasons?|explanations?|why|comments?|intro\w*|prefix|category|label|quotes|bullets?|"
    r"numbers|"
    r"full stop|period|punctuation|sentence|sentences|bullet points|list|numbering|explaining)\b"
    r"|\b(?:with|add|give|include)\b (?:me )?(?:the |a |an |your |one )?(?:reasons?|explanation|"
    r"confidence|quote|"
    r"certainty|probability)\b",
    re.I,
)
_NOT_FORM = re.compile(r"\b(?:what|who|when|where|which|how|why)\b[^.?!\n]{3,80}\?", re.I)
_REWRITING = re.compile(
    r"\b(?:short\w*|longer|brief\w*|simpl\w+|polite\w*|friendl\w+|nicer|plain\w*|clear\w*|"
    r"warm\w*|soft\w*|kürzer|"
    r"einfacher|corto|court|half (?:as long|the length|of that)|concise\w*|condense|trim|"
    r"formal\w*|casual\w*|stiff|"
    r"rephrase|reword|paraphrase|rewrite|simplify|too long|wordy|complicated|technical|detailed|"
    r"one sentence|two sentences|(?:\d+|three|four|five|six|seven|eight|ten|twelve) words)\b",
    re.I,
)
_LABEL_ALONE = re.compile(
    r"\b(?:only|just)\b[^.\n]{0,16}\b(?:label|word|category|verdict|letter|code|answer|result)\b|"
    r"\b(?:label|word|category|verdict|letter|code|answer)s? (?:only|alone)\b|\bone word\b|"
    r"\bsingle word\b|"
    r"\b(?:without|no|drop|skip|leave out|omit|lose|don'?t)\b[^.\n]{0,14}\b(?:reason|explan\w+|"
    r"why|comment|intro\w*|prefix|category)",
    re.I,
)
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\b(?:number|figure|amount|price|value|year|digits?)\b", ("number",)),
    (r"\b(?:time|hour)\b", ("time",)),
    (r"\b(?:date)\b", ("date", "day", "month")),
    (r"\b(?:day|weekday)\b", ("day",)),
    (r"\b(?:month)\b", ("month",)),
    (r"\b(?:names?|place|town|city)\b", ("name",)),
    (r"\b(?:one|single|a) words?\b", ("day", "number", "name", "time", "month")),
)
_POLITE = re.compile(
    r"^\W{0,3}(?:(?:ok(?:ay)?|thanks?|thank you|good|great|now|and|again|but|please|pls|no|sorry|"
    r"can you|"
    r"could you|would you|i want it|i'd like it|i need it|give it|say it|put it|make it|make that|"
    r"the same|same|all that|that|it|this|do it|do that|write it|answer|reply|respond|have it|"
    r"you)\b[ ,.!;:]{0,3}){1,5}",
    re.I,
)


def is_form(turn: str) -> bool:
    """Whether a turn asks for nothing but another form of what was said."""
    head = turn.strip()
    if not head or len(head.split()) > _MOST_WORDS or len(head) > 200 or _NOT_FORM.search(head):
        return False
    if re.search(r"[\"“„«][^\"“”»]{20,}[\"”»]", head):
        return False
    found = _FORM.search(head)
    return found is not None and (
        len(head.split()) <= 8 or bool(_POLITE.match(head)) or found.start() < 12
    )


def is_rewriting(turn: str) -> bool:
    """Whether the words of the last answer are to change rather than its layout."""
    return bool(_REWRITING.search(turn)) and not _LABEL_ALONE.search(turn)


def form_order(turn: str) -> str:
    """The turn as an order of its own: "half as long please" is "Make this half as long."."""
    bare = _POLITE.sub("", turn.strip()).strip(" ,.!?;:")
    bare = re.sub(
        r"[ ,]{0,2}\b(?:please|pls|thanks?|thank you|again|though|instead)\W*$",
        "",
        bare,
        flags=re.I,
    )
    bare = re.sub(r"^(?:too (?:long|wordy))\b.*", "shorter", bare, flags=re.I)
    bare = re.sub(r"^(?:too (?:formal|stiff))\b.*", "less formal", bare, flags=re.I)
    bare = re.sub(
        r"^(?:a )?(?:bit|little|rather|very|so|quite) (?:too )?(?:stiff|formal)\b",
        "less formal",
        bare,
        flags=re.I,
    )
    bare = re.sub(
        r"^(?:a )?(?:bit|little|rather|very|so|quite) (?:too )?(?:long|wordy)\b",
        "shorter",
        bare,
        flags=re.I,
    )
    bare = re.sub(
        r"^(?:a )?(?:bit|little|rather|very|so|quite) (?:too )?(?:cold|harsh|blunt|dry)\b",
        "friendlier",
        bare,
        flags=re.I,
    )
    bare = re.sub(r"^(?:too (?:complicated|technical))\b.*", "simpler", bare, flags=re.I)
    bare = re.sub(
        r"\b(?:shorten|trim|condense) (?:it|that|this|your answer|the answer)\b",
        "shorter",
        bare,
        flags=re.I,
    )
    if not bare:
        return turn.strip()
    if re.match(
        r"(?:shorter|longer|half|simpler|politer|friendlier|nicer|plainer|clearer|warmer|"
        r"softer|"
        r"briefer|more|less|a bit|much|very|even|in)\b",
        bare,
        re.I,
    ):
        if re.match(r"in\b", bare, re.I):
            return f"{bare[:1].upper()}{bare[1:]}."
        shorter = (
            "shorter, "
            if re.match(
                r"half|briefer|less (?:long|wordy|detailed)|more (?:short|brief|concise)",
                bare,
                re.I,
            )
            else ""
        )
        return f"Rewrite this text {shorter}{bare}:"
    return f"{bare[:1].upper()}{bare[1:]}."


_COUNTED = re.compile(
    r"\b(?:in )?((?:at most|no more than|not more than|exactly|under|about|max(?:imum)?|up to|"
    r"fewer than|less than) )?"
    r"(\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)[ -]"
    r"(short )?(words?|sentences?|lines?|bullets?|bullet points|characters)\b",
    re.I,
)


def counted(turn: str) -> str:
    """The length a turn asks for, as "in at most five words"; empty where it names none."""
    found = _COUNTED.search(turn)
    if not found:
        return ""
    return f"in {(found[1] or '').lower()}{found[2]} {found[3] or ''}{found[4]}"


def shortened(answer: str, turn: str, labels: Sequence[str], question: str = "") -> str:
    """The bare value of the last answer, where a turn asks for it alone; empty where it is unclear.

    Args:
        answer: what was said before.
        turn: a turn that asks for a form.
        labels: the labels offered, empty when nothing was sorted.
        question: what was asked.
    """
    if labels and _LABEL_ALONE.search(turn):
        low = f" {humanise(answer[:400])} "
        found = sorted(
            (low.find(humanise(name)), -len(name), name) for name in labels if humanise(name) in low
        )
        return found[0][2] if found else ""
    if not re.search(r"\b(?:only|just|alone|nothing but|one word|single word)\b", turn, re.I):
        return ""
    if len(answer.split()) == 1 and re.search(r"\bwords?\b", turn, re.I):
        return answer.strip(" .!")
    there = values(answer[:1_000])
    wanted = stems(question)
    for cue, kinds in _KINDS:
        if not re.search(cue, turn, re.I):
            continue
        for kind in kinds:
            fits = [
                (a, b)
                for k, a, b in there
                if k == kind
                and not (
                    k == "name"
                    and a == 0
                    and len(answer[a:b].split()) == 1
                    and len(answer.split()) > 3
                )
            ]
            if fits:
                a, b = max(
                    fits, key=lambda f: len(wanted & stems(answer[max(0, f[0] - 12) : f[1] + 16]))
                )
                return answer[a:b]
    return ""
