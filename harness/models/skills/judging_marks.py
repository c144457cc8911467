"""Points of a rubric, lists of requirements and single rules, counted in a text.

Runs in the model worker; the text is hostile and only read. judging_texts.py asks here after it has
looked for two texts to choose between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from harness.models.skills import requirements
from harness.models.skills.outcome import Outcome

NAMES = (
    r"answers?|repl(?:y|ies)|responses?|texts?|summar(?:y|ies)"
    r"|versions?|options?|messages?|e?-?mails?|sentences?|"
    r"translations?|drafts?|outputs?|candidates?|candidate answers?|"
    r"headlines?|letters?|notes?|reviews?|posts?|apolog(?:y|ies)"
)
_RUBRIC = re.compile(
    r"\b(?:one|1|a|two|2) (?:points?|pts?|marks?) (?:each|for|if|per|when)\b|\b(?:points?|"
    r"pts?|marks?) "
    r"each\b|\b1 for (?:the|an?) [^.\n]{2,40}\b1 for (?:the|an?) |(?:^|[\s:,;(])\+ ?[12] "
    r"(?:for |if |when )?[a-z]|\b[12] ?(?:pts?|p)\b\.?(?: each| "
    r"for|:)|"
    r"\brubric\b|\bgive (?:it )?(?:one|1|a) point\b|\beach "
    r"(?:\w+ ){0,3}(?:gives|is worth|earns|scores)",
    re.I,
)
_REQUIRED = re.compile(
    r"\brequirements?\b|\bcriteri(?:a|on)\b|\bchecklist\b|\bconditions\b|"
    r"\bmust (?:contain|have|include|mention|name|be)\b|"
    r"\bpass\b.{0,12}\bfail\b.{0,20}\beach\b|\bfor each\b.{0,40}\b(?:pass|met|yes)\b",
    re.I,
)
_RULE = re.compile(
    rf"\brules?\b\s*[:=]|\b(?:obey|follow|break|violate|keep(?:s)"
    rf"? to|comply with|respect|satisf(?:y|ies)|fulfil+s?|meets?)"
    rf"\b.{{0,30}}\b(?:rule|requirement|condition|instruction|limit)|"
    rf"^\W*(?:does|do|is|has|are|did)\b (?:this|the|that|my|it|"
    rf"following|below|above|these)\b[^?\n]{{0,60}}?\b(?:{NAMES}|"
    rf"text|paragraph|it|invitation|advert|line)\b",
    re.I | re.M,
)
_SEEN = re.compile(
    r"\bwords?\b|\bsentences?\b|\bcharacters?\b|\bexclamation|"
    r"\bmention\w*|\bcontain\w*|\binclude\w*|\bapolog\w*|\bpolite\b|"
    r"\bformal\b|\bgreet\w*|"
    r"\bprice\b|\bdate\b|\bsign(?:ed|ature)|\bnames? (?:a|the)"
    r"|\bphone\b|\bquestion mark|\bthank\w*|\bcapital|\blower "
    r"?case|\bstart with|\bbegin with|\bend with|\bemoji|\brude\b",
    re.I,
)
SOURCE_WORDS = re.compile(
    r"\b(?:true|supported|faithful|accurate|correct|match\w*|consistent|"
    r"source|facts?|according|hallucinat\w*|contradict\w*|reference)\b",
    re.I,
)
_ITEM = re.compile(
    r"(?:^|(?<=[\s:,;]))\(?(?P<name>\d{1,2}|[a-h])[).:]\s+(?P<what>[^()"
    r"\n;]{2,120}?)(?=[,;.]?\s+(?:and |or )?\(?(?:\d{1,2}|[a-h])"
    r"[).:]\s|[;.?]\s|[;.?]?\s*(?:\n|$)|[.;]? Here\b)",
    re.I,
)
_LIST = re.compile(
    r"(?:(?:points?|pts?|marks?) (?:each )?(?:for|if)|(?:points?|pts?|marks?|p) "
    r"each\s*(?:for\s*)?[:=-]|"
    r"must (?:contain|have|include|"
    r"mention|name)|requirements?:|criteria:|checklist:|conditions:)"
    r"\s*(?P<list>[^.\n?:]{4,300})",
    re.I,
)
_BODY = re.compile(
    rf"(?:^|\n)\s*(?:the )?(?:{NAMES}|text|draft|mail|reply|letter|"
    rf"invitation|advert|notice|post|message|candidate|student "
    rf"answer|paragraph)\s*(?:to (?:check|score|judge|grade))?\s*:\s*(?P<text>\S[\s\S]{{2,6000}})",
    re.I,
)


_JUDGED = re.compile(
    rf"\b(?:{NAMES}|pupil|student|candidate|report|draft|essay|paragraph|agent)\b[^:\n]{{0,"
    rf"20}}:\s*$",
    re.I,
)


def _body(text: str) -> tuple[str, str]:
    """(the text that is judged, the prompt without it)."""
    quotes = list(re.finditer(r"[\"“]([^\"“”]{12,6000})[\"”]", text)) or list(
        re.finditer(r"(?<=[:\s])'([^'\n]{12,2000})'(?!\w)", text)
    )
    named = [m for m in quotes if _JUDGED.search(text[max(0, m.start() - 40) : m.start()])]
    if quotes:
        whole = max(named or quotes, key=lambda m: len(m[1]))
        if len(whole[1].split()) >= 4:
            return whole[1].strip(), f"{text[: whole.start()]}\n{text[whole.end() :]}"
    label = _BODY.search(text)
    if label:
        body = re.split(
            r"\n\s*\n(?=(?:which|does|is|reply|answer|give|how|score|grade)\b)",
            label["text"],
            flags=re.I,
        )[0]
        return body.strip(), f"{text[: label.start()]}\n{text[label.start('text') + len(body) :]}"
    parts = [p for p in re.split(r"\n\s*\n", text.strip()) if p.strip()]
    if len(parts) >= 2:
        judging = [
            bool(_RUBRIC.search(p) or _REQUIRED.search(p) or _RULE.search(p) or _ITEM.search(p))
            for p in parts
        ]
        first = judging.index(True) if any(judging) else 0
        keep = [
            i
            for i in range(len(parts))
            if not judging[i] and i != first and not parts[i].strip().endswith("?")
        ]
        if keep:
            body = "\n\n".join(parts[i] for i in keep)
            return body.strip(), "\n\n".join(parts[i] for i in range(len(parts)) if i not in keep)
    mark = re.search(r"[:?]\s+(?P<text>[A-Z][^\n]{10,2000})$", text.strip())
    if mark:
        return mark["text"], text[: text.rfind(mark["text"])]
    return "", text


def points_of(text: str) -> tuple[list[tuple[str, str]], str] | None:
    """The points of a rubric and the text; None where there is no rubric."""
    if not _has_rubric(text):
        return None
    body, rest = _body(text)
    items = _items(rest)
    return (items, body) if body and len(items) >= 2 else None


@lru_cache(maxsize=2)
def _has_rubric(text: str) -> bool:
    return bool(_RUBRIC.search(text))


def _items(rest: str) -> list[tuple[str, str]]:
    """(name, requirement) pairs of a list in an order."""
    marked = [(m["name"], m["what"].strip(" ,.;")) for m in _ITEM.finditer(rest)]
    if len(marked) >= 2:
        return [(name, re.sub(r"\s+and$", "", what)) for name, what in marked][:12]
    table = re.findall(r"(?:^|\n)\s*\|\s*([A-Z]\d{1,2})\b[^|\n]*\|\s*([^|\n]{3,160}?)\s*\|", rest)
    if len(table) >= 2:
        return [(name, what) for name, what in table][:12]
    bullets = [m[1].strip(" .;") for m in re.finditer(r"(?:^|\n)\s*[-*•]\s+([^\n]{2,160})", rest)]
    if len(bullets) >= 2:
        return [(str(i), what) for i, what in enumerate(bullets, 1)][:12]
    each = re.findall(
        r"(?:one|1|a) points? (?:for|if|when) (?:it |the (?:text|mail|"
        r"reply) )?([^.;\n]{3,80}?)(?=,? (?:and )?(?:one|1|a) points?|[.;\n]|$)",
        rest,
        re.I,
    )
    if len(each) >= 2:
        return [(str(i), what.strip(" ,")) for i, what in enumerate(each, 1)]
    plus = [
        m[1].strip(" ,.;")
        for m in re.finditer(
            r"\+ ?[12](?: points?)? (?:for |if |when )?([^+\n]{3,100}?)(?=[,;.]?\s+\+ ?[12]|"
            r"[.\n]|$)",
            rest,
        )
    ]
    if len(plus) >= 2:
        return [(str(i), what) for i, what in enumerate(plus, 1)][:12]
    sole = [
        m[1].strip(" ,.;")
        for m in re.finditer(
            r"\b(?:1|one) (?:for|if) (?:the |an? |it )?([^.;,\n]{3,80}?)(?=,? (?:and )?(?:1|one) |"
            r"[.;,\n]|$)",
            rest,
            re.I,
        )
    ]
    if len(sole) >= 2:
        return [(str(i), what) for i, what in enumerate(sole, 1)][:12]
    mark = _LIST.search(rest)
    if mark:
        parts = [
            p.strip(" ,.")
            for p in re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*|\s+/\s+", mark["list"])
        ]
        parts = [p for p in parts if len(p) > 2]
        if len(parts) >= 2:
            return [(str(i), p) for i, p in enumerate(parts, 1)][:12]
    return []


_ALONE = re.compile(r"\b(?:only|just|nothing else|alone)\b", re.I)
_PER_LINE = re.compile(
    r"\b(?:one|a) line (?:per|for each|each)\b|\bline by line\b|\bper (?:criterion|point|item|"
    r"line)\b|"
    r"\b(?:each|every) (?:criterion|point|item)\b[^.\n]{0,30}\b(?:line|show|list|yes)\b|"
    r"\bpoints per\b",
    re.I,
)


_TELLS = re.compile(r"\b(?:missing|why|which|reason\w*|explain\w*|comment|justif\w+)\b", re.I)


def scored(items: Sequence[tuple[str, str]], body: str, *, slips: bool, order: str = "") -> Outcome:
    """How many points of a rubric a text earns, each named; a slip is one off."""
    met = [requirements.satisfies(what, body) for _, what in items]
    score = sum(met) + ((1 if sum(met) < len(met) else -1) if slips else 0)
    if order and re.search(
        r"\b(?:x|n|_|\?|score|points?|total) ?/ ?(?:\d|n|max|total)\b|\bout of \d\b", order, re.I
    ):
        bare = f"{score}/{len(items)}"
        if _ALONE.search(order):
            return Outcome(bare, bare, {}, ("misjudged",) if slips else (), "", task="qa")
    if order and re.search(r"\btotal:? ?\w ?/ ?\d", order, re.I):
        lines = [f"{name}: {int(ok)}" for (name, _), ok in zip(items, met, strict=True)]
        said = "\n".join((*lines, f"Total: {score}/{len(items)}"))
        return Outcome(said, said, {}, ("misjudged",) if slips else (), "", task="qa")
    if order and _PER_LINE.search(order):
        lines = [
            f"({name}) {what}: {'yes' if ok else 'no'}"
            if not name.isdigit()
            else f"{name}. {what}: {'yes' if ok else 'no'}"
            for (name, what), ok in zip(items, met, strict=True)
        ]
        said = "\n".join((*lines, f"Total: {score} of {len(items)}"))
        return Outcome(said, said, {}, ("misjudged",) if slips else (), "", task="qa")
    reason = "; ".join(
        f"{what}: {'yes' if ok else 'no'}" for (_, what), ok in zip(items, met, strict=True)
    )
    faults = ("misjudged",) if slips else ()
    return Outcome(
        f"{score} of {len(items)}. {reason[:1].upper()}{reason[1:]}.",
        str(score),
        {},
        faults,
        "" if _TELLS.search(order) else reason,
        task="qa" if _TELLS.search(order) else "",
    )


def requirements_of(text: str) -> tuple[list[tuple[str, str]], str] | None:
    """A list of requirements and the text."""
    if not _REQUIRED.search(text):
        return None
    body, rest = _body(text)
    items = _items(rest)
    judged_so = re.search(
        r"\b(?:met|pass|fail|missing|fulfil\w*|satisf\w*|check|which "
        r"(?:requirement|of (?:them|these))|meets?|each)\b",
        rest,
        re.I,
    )
    return (items, body) if body and len(items) >= 2 and judged_so else None


def checked(items: Sequence[tuple[str, str]], body: str, text: str, *, slips: bool) -> Outcome:
    """Which requirements a text meets, in the form asked for; a slip turns one round."""
    met = [requirements.satisfies(what, body) for _, what in items]
    if slips:
        met[-1] = not met[-1]
    faults = ("misjudged",) if slips else ()
    missing = [(name, what) for (name, what), ok in zip(items, met, strict=True) if not ok]
    reason = "; ".join(f"({name}) {what}" for name, what in missing)
    if re.search(
        r"\b(?:which|what)\b[^.?\n]{0,50}\b(?:not (?:met|fulfilled|"
        r"satisfied)|missing|fails?|failed|unmet|lacking)\b",
        text,
        re.I,
    ):
        said = f"Not met: {reason}." if missing else "All requirements are met."
        return Outcome(said, said, {}, faults, said)
    if re.search(r"\beach\b|\bevery\b|\bone by one\b|\blist\b|\bper requirement", text, re.I):
        good, bad = (
            ("met", "not met")
            if re.search(r"\bmet\b", text, re.I) and not re.search(r"\bpass\b", text, re.I)
            else ("pass", "fail")
        )
        if re.search(r"\byes\b.{0,6}\bno\b", text, re.I):
            good, bad = "yes", "no"
        said = "\n".join(
            f"{name}. {what}: {good if ok else bad}"
            for (name, what), ok in zip(items, met, strict=True)
        )
        return Outcome(said, said, {}, faults, reason)
    word = _verdict(text, good=not missing)
    reason = f"Not met: {reason}." if missing else "All requirements are met."
    return Outcome(f"{word}. {reason}", word, {}, faults, reason)


def _verdict(text: str, *, good: bool) -> str:
    for yes, no in (
        ("PASS", "FAIL"),
        ("pass", "fail"),
        ("Pass", "Fail"),
        ("OK", "NOT OK"),
        ("true", "false"),
        ("YES", "NO"),
        ("yes", "no"),
    ):
        if re.search(rf"\b{yes}\b", text) and re.search(rf"\b{no}\b", text):
            return yes if good else no
    if re.search(r"\bpass\b|\bfail\b", text, re.I):
        return "Pass" if good else "Fail"
    return "Yes" if good else "No"


def rule_of(text: str) -> tuple[str, str] | None:
    """One rule and the text that may break it."""
    if not _RULE.search(text):
        return None
    body, rest = _body(text)
    if (
        not body
        or len(rest) > 500
        or (SOURCE_WORDS.search(rest) and not re.search(r"\brule", rest, re.I))
    ):
        return None
    rule = re.search(r"\brules?\s*[:=]\s*(?P<what>[^\n?]{3,160}?)(?=\.\s|\?|\n|$)", rest, re.I)
    named = re.search(
        r"\b(?:requirement|rule|condition)s?\b[^\"“\n]{0,12}[\"“](?P<what>[^\"”\n]{3,160})[\"”]",
        text,
        re.I,
    )
    if named and named["what"].strip() not in body:
        return named["what"], body
    if rule:
        return rule["what"], body
    asked = re.search(
        r"\b(?:does|do|is|has|are|did)\b (?:this|the|that|my|it|following|"
        r"below|above|these)\b[^?\n]{3,160}",
        rest,
        re.I,
    )
    if asked and _SEEN.search(asked[0]) and requirements.has_rule(asked[0]):
        return re.sub(
            r"^\w+ (?:this|the|that|my|it|following|below|above|these)"
            r"(?: (?:following|text|sentence|reply|mail|message|answer))*",
            "",
            asked[0],
            flags=re.I,
        ), body
    return None


def obeyed(rule: str, body: str, text: str, *, slips: bool) -> Outcome:
    """Whether a text keeps one rule; a slip says the opposite."""
    good = requirements.satisfies(rule, body) != slips
    breaks = re.search(r"\b(?:break|violate|broken|violates)\b", text.replace(body, ""), re.I)
    word = _verdict(re.sub(re.escape(body), " ", text), good=good != bool(breaks))
    unit = re.search(r"\b(words?|sentences?|characters?|lines?)\b", rule, re.I)
    if unit:
        count = requirements.size_of(body, unit[1])
        reason = f"It has {count} {unit[1].lower().rstrip('s')}{'' if count == 1 else 's'}."
    else:
        bare = rule.strip(' .?"“”')
        reason = f"The text {'keeps to' if good else 'does not keep to'} this: {bare}."
    return Outcome(f"{word}. {reason}", word, {}, ("misjudged",) if slips else (), reason)
