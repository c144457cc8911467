"""Things with their figures: who or what each figure of a text belongs to.

Runs in the model worker; the text is hostile and capped. "The red bag weighs 8 kg and the grey
one 5 kg" gives two items; "Fan Ora: 80 W, 2.5 kg" one with two figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harness.models.skills.reckoning_dates import Moment, moments
from harness.models.skills.reckoning_figures import Figure, figures

_MOST_ITEMS = 80
Amount = Figure | Moment

_VERB = re.compile(
    r"\s(?:is|are|was|were|be|costs?|cost|weigh(?:s|ed)?|has|have|had|holds?|held|"
    r"takes?|took|runs?|ran|"
    r"leaves?|left|departs?|arrives?|measures?|stands?|lasts?|lasted|starts?|"
    r"begins?|opens?|closes?|"
    r"ends?|sells?|sold|scored?|scores|got|gets?|made|makes?|earns?|earned|pays?|"
    r"paid|needs?|needed|"
    r"burns?|used?|uses|carries|carry|carried|seats|lies|reach(?:es|ed)?|comes?|came|goes|went|can|"
    r"could|will|would|walks?|walked|jumps?|jumped|threw|swam|counts?|counted|contains?|offers?|"
    r"offered|asks?|charges?|charged|wants?|reads?|wrote|grew|grows?|lifts?|moves?|finished|turned|"
    r"drinks?|brings?|brought|gave|gives?|collected|picked|caught|baked|bought|received|attended|"
    r"drew|dates? from|rose|fell|serves?|says?|goes for|at|for|in|on|with|only|"
    r"just|around|aged|about|"
    r"by|to|from|weighing|costing|measuring|turns?|does|did|manages?|managed|shows?|showed|boils?|"
    r"climbs?|covers?|covered|rents?|won|lost|built|opened|founded|dated|due|mide|"
    r"pesa|cuesta|kostet|"
    r"wiegt|ist|hat|coûte|pèse|est|tiene)\b",
    re.I,
)
_LEAD = re.compile(
    r"^(?:[\s,;:.*•()|–—-]|\d{1,2}[.)]\s|\b(?:and|but|while|whereas|or|then|also|"
    r"und|y|et|for|with|of|"
    r"to|as|that|when|because|on|at|in|only|just)\b\s?)+",
    re.I,
)
_PRONOUN = re.compile(r"^(?:it|its|they|their|he|his|she|her|this|that|there|which|who)\b", re.I)
_ARTICLE = re.compile(r"^(?:the|an?|our|my|der|die|das|el|la|le|les|los)\s+", re.I)


@dataclass(frozen=True)
class Item:
    """One thing of a text.

    Attributes:
        label: what it is called, without its article.
        amounts: its figures, dates and times, in order.
        with_article: whether the text writes "the" before it.
    """

    label: str
    amounts: tuple[Amount, ...]
    with_article: bool = False

    @property
    def named(self) -> str:
        """How an answer names it: "the grey one", "Fan Ora"."""
        return f"the {self.label}" if self.with_article and self.label[:1].islower() else self.label


def items_of(text: str) -> list[Item]:
    """The things of a text that have figures, in order; things of one name are one."""
    when = moments(text)
    spans = [(m.start, m.end) for m in when]
    amounts: list[Amount] = sorted([*figures(text, spans), *when], key=lambda a: a.start)
    out: list[Item] = []
    last_end = 0
    for amount in amounts:
        before = text[last_end : amount.start]
        line = re.split(r"\n|(?<=[a-z\d)][.!?;])\s+(?=[A-Z\"“])", before)
        is_fresh = len(line) > 1 or last_end == 0
        label = _label(line[-1], is_fresh=is_fresh)
        last_end = amount.end
        if not label and isinstance(amount, Figure) and amount.noun and amount.unit is None:
            label = amount.noun if is_fresh or not out else _after_comma(before, amount)
        if not label or (_PRONOUN.match(label) and not re.search(r" [A-ZÀ-Ý]", label)):
            if out:
                out[-1] = replace(out[-1], amounts=(*out[-1].amounts, amount))
            continue
        is_the = bool(
            re.search(rf"\bthe {re.escape(label)}$|\bthe {re.escape(label)}\b", before, re.I)
        )
        out.append(Item(_short(label), (amount,), is_the))
        if len(out) >= _MOST_ITEMS:
            break
    return _joined(out)


def _after_comma(before: str, amount: Figure) -> str:
    """`12 pens, 9 rulers`: a count behind a comma begins a thing of its own."""
    return amount.noun if re.fullmatch(r"\W*(?:and|und|y|et|or)?\W*", before[-8:].strip()) else ""


def _label(before: str, *, is_fresh: bool) -> str:
    """The name of a thing out of what stands before its figure."""
    piece = before
    colon = re.match(r"(.{1,80}?):\s+(?=.*\w)(.+)$", piece, re.S)
    if colon and re.search(r"\w{2}", colon[2]) and not _VERB.match(" " + colon[2].strip() + " "):
        piece = colon[2]
    parts = re.split(r",\s+|;\s+|\s(?:and|but|while|whereas|und|mais|pero)\s", piece)
    named = [p for p in parts if re.search(r"\w{2}|\w\d", _LEAD.sub("", p))]
    piece = named[0] if is_fresh and named else named[-1] if named else ""
    piece = _LEAD.sub("", piece, count=1)
    verb = _VERB.search(f" {piece} ")
    if verb and verb.start() > 0:
        piece = f" {piece} "[: verb.start()]
    elif verb and verb.start() == 0:
        return ""
    piece = re.sub(r"[\s:=–—>(@*\"“”|-]+$", "", piece.strip(' ,;:"“”*'))
    return _ARTICLE.sub("", piece.strip())[:60]


def _short(label: str) -> str:
    """`our uncle Bo` is Bo; `grey one` stays."""
    if len(label.split()) <= 2:
        return label
    capital = re.search(
        r"((?:[A-ZÀ-Ý][\w'&.-]*|&|de|van|von)(?: (?:[A-ZÀ-Ý][\w'&.-]*|&|de|van|von|\d+))*)$", label
    )
    if capital and capital[1][:1].isupper() and capital.start() > 0:
        return capital[1]
    return label


def _joined(found: list[Item]) -> list[Item]:
    """Things of one name are one thing."""
    out: dict[str, Item] = {}
    for item in found:
        key = item.label.lower()
        if key in out:
            known = out[key]
            out[key] = replace(known, amounts=(*known.amounts, *item.amounts))
        else:
            out[key] = item
    return list(out.values())
