"""Names, addresses and numbers of people hidden behind marks that tell them apart, the rest spared.

Runs in the model worker; pure, linear in the text. One person has one mark, by whichever part of
the name they are called. What fools it: a place that is not behind in, at or from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills.making_mentions import Found, kinds_in, mentions

_MOST_CHARS = 8_000
_VERBS = re.compile(
    r"\b(?:redact\w*|anonymi[sz]e\w*|pseudonymi[sz]e\w*|de-?identify|"
    r"mask\w*|censor\w*|hide|black(?:en)? out|blank out|x out|replace\w*|"
    r"substitut\w+|swap\w*|exchange|put|turn|change)\b",
    re.I,
)
_SURE_VERBS = re.compile(
    r"\b(?:redact\w*|anonymi[sz]e\w*|pseudonymi[sz]e\w*|de-?identify|"
    r"mask\w*|censor\w*|black(?:en)? out|blank out|x out)\b",
    re.I,
)
_KEEP = re.compile(
    r"\b(?:keep|leave|spare|except(?: for)?|but not|not the|do(?: not|"
    r"n['’]t) (?:touch|change|redact|mask|replace|alter|hide)|without "
    r"(?:touching|changing|replacing)|other than|apart from|don['’]?t touch|"
    r"ignore|preserve|retain)\b[^.;\n]{0,120}"
    r"|(?:\b[\w'’-]+,? ){1,8}(?:must |should |may |can |shall )?(?:stays?|"
    r"remains?)\b[^.;\n]{0,40}|(?:\b[\w'’-]+ ){1,6}(?:(?:is|are) (?:fine|ok|"
    r"okay|public)|(?:must|should) be (?:kept|left)\b[^.;\n]{0,30})",
    re.I,
)
_MARK = re.compile(
    r"(?P<open>[\[<({⟨«*_]{0,2})(?P<word>[A-Za-z][A-Za-z]{0,19}(?:[ "
    r"_-][A-Za-z]{2,12})?)(?P<gap>[ _#-]?)(?P<n>[1A0])(?P<close>[\]>)}⟩»*_]{"
    r"0,2})(?![\w])"
)
_PUT = re.compile(
    r"\b(?:with|by|to|as|into|using|use|behind|->|→)\s+(?:an? |the |single |"
    r"fixed )*(?:numbered |placeholders?|marks?|labels?|codes?|word |token |"
    r"like |such as |of the form |in the form |text |string "
    r")*(?P<by>\[[^\]\n]{1,30}\]|<[^>\n]{1,30}>|\{[^}\n]{1,30}\}|"
    r"[\"“'][^\"”'\n]{1,30}[\"”']|[A-Z][A-Z_]{1,19}\b|[*X_█#]{1,12}|…)"
)
_NUMBERED = re.compile(
    r"\bnumber(?:ed|ing)\b|\bsame (?:person|name|number|placeholder|mark|"
    r"one)\b|\bconsistent\w*\b|\bnumber (?:them|each|the)\b|\b(?:unique|"
    r"distinct|different) (?:placeholder|number|code|id|mark)s?\b|\bper "
    r"person\b|\b[\[<]?[A-Z]\w*[ _]?1[\]>]?\W+(?:and )?[\[<]?[A-Z]\w*[ "
    r"_]?2\b|\b(?:counting|counted) (?:up|through)\b",
    re.I,
)


def masked(asked: str, text: str) -> str | None:
    """The text with what the order names hidden; None where it wants no marks of its own."""
    asked = re.sub(r"\bw/ ?", "with ", asked)
    verb = _VERBS.search(asked) or re.search(r"\bbecomes?\b|\binstead of\b|->|→", asked)
    if verb is None or not text.strip() or len(text) > _MOST_CHARS:
        return None
    spared = " ; ".join(m[0] for m in _KEEP.finditer(asked))
    wanted = _KEEP.sub(" ; ", asked)
    kinds = kinds_in(wanted[:400])
    if not kinds and _SURE_VERBS.search(asked):
        kinds = ["person", "email", "phone"]
    kinds = [k for k in kinds if k not in kinds_in(spared)] if spared else kinds
    if not kinds:
        return None
    is_numbered = bool(_NUMBERED.search(asked)) or bool(_template(wanted, kinds, text))
    own = _own_marks(wanted)
    fixed = _PUT.search(wanted) if re.search(r"\breplace|\bsubstitut", asked, re.I) else None
    is_fixed = fixed is not None and fixed["by"][:1] in "\"“'" and kinds == ["person"]
    if (
        not is_numbered
        and not spared
        and not own
        and not is_fixed
        and not re.search(r"\bwith (?:an? )?\[", asked)
    ):
        return None
    if not own and not (
        _SURE_VERBS.search(asked) or _PUT.search(wanted) or _template(wanted, kinds, text)
    ):
        return None
    hits = mentions(text, kinds, spared)
    return _put(text, hits, wanted, kinds, own=own, numbered=is_numbered) if hits else None


def _own_marks(asked: str) -> dict[str, str]:
    """The mark of each kind, where the order gives each its own: "names become [N], phones [P]"."""
    marks = list(
        re.finditer(
            r"\[[A-Za-zÀ-ÿ_ ]{1,20}\]|<[A-Z_ ]{1,20}>|\{[A-Z_ ]{1,20}\}|\bX{3,8}\b|"
            r"#{3,8}|\*{3,8}|█{2,8}",
            asked,
        )
    )
    out: dict[str, str] = {}
    at = 0
    for mark in marks[:8]:
        for kind in kinds_in(asked[at : mark.start()]):
            out.setdefault(kind, mark[0])
        at = mark.end()
    return out


def _template(asked: str, kinds: Sequence[str], text: str) -> str:
    """The mark with {} for its number, as the order shows it; empty where it shows none."""
    if re.search(r"\b(?:with|by|to|as|into|using) (?:the )?(?:letters? )?A,? ?(?:and )?B\b", asked):
        return "{A}"
    for mark in _MARK.finditer(asked):
        if mark[0] in text or (mark["n"] == "A" and not (mark["gap"] or mark["open"])):
            continue
        front = asked[max(0, mark.start() - 40) : mark.start()]
        before_two = re.search(
            r"2|B\b|etc|\.\.\.|…|and so on|onwards?", asked[mark.end() : mark.end() + 40]
        )
        if (
            mark["open"]
            or before_two
            or re.search(r"\b(?:with|by|to|as|into|using|use|like)\W+(?:\w+ )?$", front)
        ):
            return (
                f"{mark['open']}{mark['word']}{mark['gap']}{'{A}' if mark['n'] == 'A' else '{}'}"
                f"{mark['close']}"
            )
    return ""


def _put(
    text: str,
    hits: Sequence[Found],
    asked: str,
    kinds: Sequence[str],
    *,
    own: dict[str, str],
    numbered: bool,
) -> str:
    shown = _template(asked, kinds, text)
    single = _PUT.search(asked)
    plain = single["by"].strip("\"“”'") if single else ""
    numbers: dict[str, dict[str, int]] = {}
    marks = {} if numbered else own
    out: list[str] = []
    at = 0
    for one in hits:
        known = numbers.setdefault(one.kind if not shown or len(kinds) > 1 else "all", {})
        number = known.setdefault(_same(one, known), len(known) + 1)
        mark = marks.get(one.kind) or _mark(
            one.kind, number, shown, plain, kinds, numbered=numbered
        )
        if mark[:1].islower() and re.search(r"(?:^|[.!?]\s)\s*$", text[: one.start]):
            mark = mark[:1].upper() + mark[1:]
        out += [text[at : one.start], mark]
        at = one.end
    return "".join(out) + text[at:]


def _same(one: Found, known: dict[str, int]) -> str:
    """The key under which a thing counts as one that came before."""
    bare = re.sub(r"^(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? ", "", one.who)
    if one.kind != "person":
        return bare.lower()
    parts = set(bare.split())
    for key in known:
        if parts & set(key.split()) and (parts <= set(key.split()) or set(key.split()) <= parts):
            return key
    return bare


def _mark(
    kind: str, number: int, shown: str, plain: str, kinds: Sequence[str], *, numbered: bool
) -> str:
    names = {"person": "NAME" if "person" in kinds else "PERSON"}
    name = names.get(kind, kind.upper())
    if shown and (len(kinds) == 1 or kind == kinds[0] or kind == "person"):
        return shown.replace("{A}", chr(64 + min(26, number))).replace("{}", str(number))
    if not numbered:
        return plain or f"[{name}]"
    if plain and len(kinds) == 1:
        inner = re.match(r"([\[<({]?)(.*?)([\]>)}]?)$", plain)
        return (
            f"{inner[1]}{inner[2]}{'_' if inner[1] else ' '}{number}{inner[3]}"
            if inner
            else f"{plain}{number}"
        )
    return f"[{name}_{number}]"
