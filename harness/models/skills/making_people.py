"""A text about another person: the name changed, he turned into she or back; du into Sie.

Runs in the model worker; pure, linear in the text. What fools it: a text with both a he and a she.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

from harness.models.encoder import DATA
from harness.models.skills.rewriting_edits import replaced

_TO_SHE = {
    "he": "she",
    "his": "her",
    "him": "her",
    "himself": "herself",
    "boy": "girl",
    "man": "woman",
    "mr": "Ms",
    "son": "daughter",
    "actor": "actress",
    "waiter": "waitress",
    "gentleman": "lady",
    "king": "queen",
    "prince": "princess",
    "husband": "wife",
    "father": "mother",
    "he's": "she's",
    "he'll": "she'll",
    "he'd": "she'd",
}
_TO_HE = {
    "she": "he",
    "hers": "his",
    "herself": "himself",
    "girl": "boy",
    "woman": "man",
    "ms": "Mr",
    "mrs": "Mr",
    "daughter": "son",
    "actress": "actor",
    "waitress": "waiter",
    "lady": "gentleman",
    "queen": "king",
    "princess": "prince",
    "wife": "husband",
    "mother": "father",
    "she's": "he's",
    "she'll": "he'll",
    "she'd": "he'd",
}
_TO_THEY = {
    "he": "they",
    "she": "they",
    "him": "them",
    "his": "their",
    "hers": "theirs",
    "himself": "themselves",
    "herself": "themselves",
}
_NAME = r"[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)?"
_RENAME = re.compile(
    rf"\b(?P<a>{_NAME}) (?:becomes|is now(?: called)?|turns into|should "
    rf"be(?:come)?(?: called)?|->|→|=>|to) (?P<b>{_NAME})|\b(?:rename|change|"
    rf"replace|turn|swap)\w* (?P<c>{_NAME}) (?:to|into|with|by|for|as) "
    rf"(?P<d>{_NAME})|\b(?P<f>{_NAME}) (?:instead of|in place of) "
    rf"(?P<e>{_NAME})"
)
_SHE = re.compile(
    r"\b(?:a |the )?(?:girl|woman|female|lady|she|her|feminine)\b|\bhe "
    r"(?:to|into|->|→|with|by) she\b|\bfemale\b",
    re.I,
)
_HE = re.compile(
    r"\b(?:a |the )?(?:boy|man|male|masculine)\b|\bshe (?:to|into|->|→|with|by) he\b|\binto a he\b",
    re.I,
)
_THEY = re.compile(
    r"\b(?:gender[- ]?neutral|singular they|they/them|neutral pronouns?|use "
    r"they|with they)\b|\b(?:he|she) (?:to|into|->|with|by) they\b",
    re.I,
)
_PRONOUNS = re.compile(
    r"\bpronouns?\b|\bgender\b|\bhe (?:to|into|->|→|with|by) she\b|\bshe "
    r"(?:to|into|->|→|with|by) he\b|\b(?:about|of|into|as|is|becomes|now) "
    r"an? (?:girl|woman|boy|man)\b|,? an? (?:girl|woman|boy|man)\b|"
    r"\bthey/them\b|\bsingular they\b",
    re.I,
)
_AFTER_OBJECT = re.compile(
    r"^(?:\s*[.,;:!?)]|\s*$|\s+(?:a|an|the|to|in|on|at|for|from|with|by|of|"
    r"and|or|but|that|who|when|where|because|if|as|into|about|after|before|"
    r"again|back|home|up|down|out|off|over|there|here|yesterday|today|"
    r"tomorrow|now|then|too|so|his|her|my|your|our|their|this|these|some|"
    r"any|no|every|one|two|it|them|was|is|will|has|had|could|would|not|very|"
    r"how|what|why|alone|away|once|twice|soon|well)\b)",
    re.I,
)


def repersoned(asked: str, text: str) -> str | None:
    """The text with the person changed as ordered; None where the order changes no pronouns."""
    if not text.strip() or len(text) > 8_000:
        return None
    if re.search(
        r"\bsie[- ](?:form|en)\b|\bformal(?:en|es)? sie\b|\bdu (?:to|into|in|zu|"
        r"->|→|durch) sie\b|\bsiez\w*\b",
        asked,
        re.I,
    ):
        return _to_sie(text)
    if not _PRONOUNS.search(asked):
        return None
    names = _RENAME.search(asked)
    old = (names["a"] or names["c"] or names["e"]) if names else ""
    new = (names["b"] or names["d"] or names["f"]) if names else ""
    if old and not re.search(rf"\b{re.escape(old.split()[0])}\b", text):
        return None
    has_he, has_she = (
        len(re.findall(rf"\b(?:{p})\b", text, re.I))
        for p in ("he|him|his|himself", "she|her|hers|herself")
    )
    if _THEY.search(asked):
        said = _swapped(text, "they")
    elif _SHE.search(asked) and has_he:
        said = _swapped(text, "she")
    elif _HE.search(asked) and has_she:
        said = _swapped(text, "he")
    elif re.search(
        r"\bswap|\bswitch|\bturn|\bchange|\badapt|\badjust|\btoo\b|\bas well\b", asked, re.I
    ) and (has_he or has_she):
        said = _swapped(text, "she" if has_he >= has_she else "he")
    else:
        return None
    return replaced(said, old, new) if old else said


def _swapped(text: str, to: str) -> str:
    """Every pronoun of the other gender as the wanted one; relatives stay as they are."""
    table = {"she": _TO_SHE, "he": _TO_HE, "they": _TO_THEY}[to]
    kin = frozenset(
        "boy man son father husband king prince girl woman daughter mother "
        "wife queen princess gentleman lady actor waiter actress waitress".split()
    )

    def put(mark: re.Match[str]) -> str:
        low = mark[0].lower().replace("’", "'")
        if low in kin and re.search(
            r"\b(?:his|her|a|the|their|my) $",
            mark.string[max(0, mark.start() - 6) : mark.start()],
            re.I,
        ):
            return mark[0]
        if low == "her" and to in ("he", "they"):
            is_object = bool(_AFTER_OBJECT.match(mark.string[mark.end() :]))
            said = (
                ("him" if is_object else "his")
                if to == "he"
                else ("them" if is_object else "their")
            )
        elif low == "his" and to == "she":
            said = "hers" if re.match(r"\s*(?:[.,;!?]|$)", mark.string[mark.end() :]) else "her"
        else:
            said = table.get(low, "")
        if not said:
            return mark[0]
        return said[:1].upper() + said[1:] if mark[0][:1].isupper() else said

    said = re.sub(r"\b[A-Za-z]+(?:['’](?:s|ll|d))?\b", put, text)
    if to == "they":
        said = re.sub(
            r"\b([Tt]hey) (was|is|has|does)\b",
            lambda m: f"{m[1]} {dict(was='were', **{'is': 'are'}, has='have', does='do')[m[2]]}",
            said,
        )
    return said


@cache
def _polite() -> tuple[dict[str, str], dict[str, str]]:
    """What du says and what it orders, and the polite form of each."""
    raw = tomllib.loads((DATA / "du_sie.toml").read_text(encoding="utf-8"))
    return raw["said"], raw["ordered"]


def _to_sie(text: str) -> str | None:
    """A German text with du in the polite form; None where nothing in it says du."""
    says, orders = _polite()

    def put(mark: re.Match[str]) -> str:
        low = mark[0].lower()
        at_front = (
            not mark.string[: mark.start()].strip()
            or mark.string[: mark.start()].rstrip()[-1:] in ".!?:"
        )
        if low in orders and (
            at_front
            or re.search(r"\b(?:dann|bitte|also|und|,)\s*$", mark.string[: mark.start()], re.I)
        ):
            verb = orders[low]
            said = f"{verb} Sie"
        elif low in says:
            said = says[low]
        elif re.fullmatch(r"[a-zäöüß]{3,}st", low) and _near_du(mark):
            stem = re.sub(r"(?:e?st|t)$", "", low) if low.endswith("est") else low[:-2]
            said = stem + ("n" if stem.endswith("e") else "en")
        else:
            return mark[0]
        return said[:1].upper() + said[1:] if mark[0][:1].isupper() else said

    said = re.sub(r"[A-Za-zÄÖÜäöüß]+", put, text)
    return said if said != text else None


def _near_du(mark: re.Match[str]) -> bool:
    around = mark.string[max(0, mark.start() - 12) : mark.end() + 12]
    return bool(re.search(r"\bdu\b", around, re.I))
