"""Give a text one of the labels that the prompt offers, whatever they are.

Runs in the model worker; the text is hostile and only read. Similarity to the label's words, its
definition and its examples decides; what words such as "bug" usually mean (the written bank) helps
only where the prompt names such a label. What fools it: labels told apart by a rule rather than by
meaning ("more than three items").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.labels import Label, humanise
from harness.models.reading import Reading
from harness.models.skills.label_kin import kin_of, least_likeness
from harness.models.skills.outcome import Outcome
from harness.models.skills.tie_rules import rule_winner
from harness.models.tasks import is_question

Scores = NDArray[np.float64]

_MARGIN = 0.11  # a typical gap in cosine between the right label and the next
_MENTIONED = 0.22  # cosine from which a sentence counts as being about what is asked
_SPEAKS_FOR = 0.24  # cosine from which a clause counts as speaking of a label
_SAME_WORD = 0.8
_ASKS = 0.8  # margins that the form of a question adds to the label for questions
_PARTLY_KNOWN = 0.3  # weight of usual meanings where the bank knows some of the labels only
_LIKENESS = 0.45  # cosine between two texts of one class; two strangers have about 0.1
_SAME_MEANING = 0.55
_MOST_PARTS = 12
_OUTSIDE_NAMES = 0.23
_OUTSIDE_DEFINED = 0.22
_ORDER_IN_DATA = re.compile(
    r"\b(?:ignore|disregard|forget|override|skip)\b[^.\n]{0,50}\b(?:instructions?|"
    r"rules?|above|previous|prior|prompt|task)\b"
    r"|\b(?:answer|reply|respond|output|say|print) (?:only )?(?:with|exactly|just)\b"
    r"|\b(?:classify|label|mark|tag|treat|count) (?:this|it|me|the (?:message|text)) as\b"
    r"|\b(?:must|should|has to|is to) be (?:labelled|labeled|classified|marked|tagged|treated|"
    r"filed) (?:as )?\w+|\bcorrect (?:label|category|answer) is\b|(?:^|\n)\s{0,4}(?:system|"
    r"assistant)\s*:|"
    r"\bnote (?:to|for) (?:the )?(?:ai|model|assistant|classifier|filter|bot|system|router|"
    r"reader)\b|"
    r"\bdear (?:filter|ai|model|classifier|bot|assistant)\b|\b(?:right|correct|proper) "
    r"(?:answer|label) is\b|"
    r"\b(?:output|label|verdict)(?: is)? ?:? ?[A-Z_]{3,}\b(?=\W*$)",
    re.I,
)
_WANTS = re.compile(r"\b(?:can|could|would|will) you\b|\bplease\b", re.I)
_SEVERAL = re.compile(
    r"\ball (?:the )?(?:\w+ )?(?:labels|tags|that apply|that fit)\b|\bseveral (?:are "
    r")?possible\b|\bmore than one (?:is |may |can )?(?:possible|apply|"
    r"fit)\w*|\bmultiple (?:labels|tags|"
    r"are|possible|allowed)\b|\b(?:all|every|any)\b(?: \w+){0,3} that (?:apply|applies|fit|"
    r"fits|match)\b|\bmulti-?label\b|"
    r"\bone or (?:more|several)\b|\bas many (?:\w+ )?as\b|"
    r"\bcan (?:have|carry) (?:several|more than one)\b",
    re.I,
)
_ASKED_OF_TEXT = re.compile(
    r"\b(?:does|do|did|is|if|whether)\b(?: \w+){0,4}? ((?:ask\w*|request\w*|want\w*|complain\w*|"
    r"mention\w*|contain\w*|talk\w*|report\w*|express\w*|about|describe\w*|"
    r"refer\w*)\b[^.?\n]{3,80})",
    re.I,
)
_YES_NO = frozenset({"yes", "no", "true", "false"})


@dataclass(frozen=True)
class _Labels:
    """The offered labels, prepared once for a text."""

    labels: tuple[Label, ...]
    outside: int | None
    columns: tuple[int | None, ...]

    @property
    def known_share(self) -> float:
        """Share of the labels whose usual meaning the bank knows."""
        inside = [c for i, c in enumerate(self.columns) if i != self.outside]
        return sum(c is not None for c in inside) / max(1, len(inside))


def classify(
    bank: Bank,
    reading: Reading,
    pressure: Pressure,
    luck: Luck,
    *,
    lean: Scores | None = None,
) -> Outcome:
    """One label for the data of a prompt.

    Args:
        bank: the fitted bank.
        reading: the prompt, understood.
        pressure: what the prompt does to the tier's faults.
        luck: the seeded luck of this sample.
        lean: what is added to each label's score, in margins, from what the text does by its words.
    """
    text = (
        "\n".join(reading.data).strip()
        or reading.question
        or " ".join(reading.prompt.instructions[-1:])
    )
    labels = reading.labels
    if len(labels) < 2:
        said = "I need the labels to choose from: list them, best with a line on what each means."
        return Outcome(said, said)
    item = " ".join(text.lower().split())[:600]
    order = _ORDER_IN_DATA.search(text)
    plain = _without_orders(text) if order else text
    is_polar = {humanise(label.name) for label in labels} <= _YES_NO
    if not is_polar:
        _encode_at_once(bank, labels, _parts(plain))
    known = _prepare(bank, labels)
    if is_polar:
        scores = _yes_no_scores(bank, reading, labels, plain)
        mixed: tuple[int, ...] = ()
    else:
        scores, mixed = _scores(bank, known, plain)
    if lean is not None:
        scores = scores + lean
        mixed = () if np.sort(lean)[-1] >= 1.0 > np.sort(lean)[-2] else mixed
    if _SEVERAL.search(" ".join(reading.prompt.instructions)):
        return _several(bank, known, plain)
    noise = pressure.label_noise()
    noisy = scores + np.array(
        [noise * luck.normal("label." + one.name.lower(), item) for one in labels]
    )
    chosen, faults = int(noisy.argmax()), []
    if len(mixed) > 1:
        chosen = _settle_mixed(reading, labels, mixed, chosen, pressure, luck, item)
    if order:
        target = _ordered_label(labels, text[order.start() :])
        if target is not None and luck.draw("obeys", item) < chance(pressure.obeys_data()):
            chosen, faults = target, ["obeyed_data"]
    if not faults and chosen != int(scores.argmax()) and len(mixed) < 2:
        faults.append("wrong_label")
    label = labels[chosen]
    confidence = float(1 / np.exp(noisy - noisy.max()).sum())
    return Outcome(
        f"Category: {label.name}",
        label.name,
        {"confidence": round(min(0.99, confidence), 2)},
        tuple(faults),
        f"It matches the definition: {label.definition}." if label.definition else "",
    )


def _encode_at_once(bank: Bank, labels: Sequence[Label], texts: Sequence[str]) -> None:
    """Have the encoder read labels, what tells them apart and the text in one go."""
    names = [humanise(label.name) for label in labels]
    meant = [label.definition[:300] or name for label, name in zip(labels, names, strict=True)]
    shown = [one for label in labels for one in _told_apart(label)]
    bank.features.encoder.encode([*names, *meant, *shown, *texts])


def _told_apart(label: Label) -> list[str]:
    """Definition and examples of a label, as they are encoded."""
    if not label.definition:
        return [one[:400] for one in label.examples]
    meant = [f"{humanise(label.name)}: {label.definition[:400]}", label.definition[:400]]
    return [*meant, *(one[:400] for one in label.examples)]


def _prepare(bank: Bank, labels: Sequence[Label]) -> _Labels:
    """Which label means 'none of these', and which head of the bank knows each of the others."""
    encoder = bank.features.encoder
    near = encoder.encode([humanise(label.name) for label in labels]) @ bank.alias_rows.T
    outside: int | None = None
    columns: list[int | None] = []
    names = bank.heads.after("concept.")
    meant = encoder.encode([label.definition[:300] or humanise(label.name) for label in labels])
    near_meaning = meant @ bank.alias_rows.T
    for i, label in enumerate(labels):
        best, by_meaning = int(near[i].argmax()), int(near_meaning[i].argmax())
        concept = ""
        if near[i, best] >= _SAME_WORD:
            concept = bank.alias_of[best]
        elif label.definition and near_meaning[i, by_meaning] >= _SAME_MEANING:
            concept = bank.alias_of[by_meaning]
        if concept == "other" and outside is None:
            outside = i
        columns.append(names.index(concept) if concept in names else None)
    doubled = {c for c in columns if c is not None and columns.count(c) > 1}
    return _Labels(tuple(labels), outside, tuple(None if c in doubled else c for c in columns))


def _parts(text: str) -> list[str]:
    """A text and, if there are several, its sentences and clauses."""
    parts = [
        p
        for p in re.split(r"(?<=[.!?;])\s+|\n+|,\s+(?=and |but |because )", text[:6_000])
        if len(p) > 8
    ]
    parts = parts[: _MOST_PARTS // 2] + parts[_MOST_PARTS // 2 :][-_MOST_PARTS // 2 :]
    return [text[:1_200], *(parts if len(parts) > 1 else [])]


def _scores(bank: Bank, known: _Labels, text: str) -> tuple[Scores, tuple[int, ...]]:
    """A score for each label, in margins, and the labels that different parts speak for."""
    texts = _parts(text)
    similar = _similarities(bank, known, texts)
    table = similar / _MARGIN
    if known.known_share > 0:
        rows = bank.features.rows(texts)
        prior = bank.heads.log_odds(rows, "concept.")
        usual = np.zeros_like(table)
        for i, column in enumerate(known.columns):
            if column is not None:
                usual[:, i] = np.clip(prior[:, column], -4, 4)
        trusted = known.known_share >= 0.99
        table = (0.35 * table + 0.8 * usual) if trusted else table + _PARTLY_KNOWN * usual
        for i, column in enumerate(known.columns):
            if column is not None and bank.heads.after("concept.")[column] == "question":
                table[:, i] += [_ASKS * _asks(one) for one in texts]
    if known.outside is not None:
        inside = [i for i in range(len(known.labels)) if i != known.outside]
        kin = kin_of(bank.features.encoder.encode([humanise(known.labels[i].name) for i in inside]))
        defined = any(label.definition for label in known.labels)
        least = least_likeness(kin, _OUTSIDE_DEFINED if defined else _OUTSIDE_NAMES)
        gap = (least - similar[:, inside].max()) / _MARGIN  # a courtesy fits no label, and need not
        table[:, known.outside] = np.delete(table, known.outside, axis=1).max(1) + 2.0 * gap
    if len(texts) == 1:
        return table[0], ()
    return _combine(table)


def likeness(bank: Bank, labels: Sequence[Label], texts: Sequence[str]) -> Scores:
    """Cosine of each text with each label's words, definition and examples."""
    known = _Labels(tuple(labels), None, (None,) * len(labels))
    return _similarities(bank, known, texts)


def _several(bank: Bank, known: _Labels, text: str) -> Outcome:
    """Every label that a clause of the text speaks for, in the order of the prompt."""
    clauses = re.split(r"(?<=[.!?;])\s+|,\s+|\s+(?:and|but|while|though)\s+", text[:3_000])
    clauses = [c for c in clauses if len(c.split()) >= 2][:_MOST_PARTS] or [text[:1_200]]
    similar = _similarities(bank, known, clauses)
    best = {int(row.argmax()) for row in similar if row.max() >= _SPEAKS_FOR}
    whole = _similarities(bank, known, [text[:1_200]])[0]
    chosen = sorted(best or {int(whole.argmax())})
    names = [known.labels[i].name for i in chosen]
    return Outcome(", ".join(names), ", ".join(names), {"labels": names})


def _asks(text: str) -> bool:
    """Whether a text has the form of a question; "could you …?" is a request in its form."""
    return is_question(text) and not _WANTS.search(text)


def _combine(table: Scores) -> tuple[Scores, tuple[int, ...]]:
    """The whole text counts half, its parts the rest, clear parts more than vague ones."""
    ordered = np.sort(table[1:], axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    weight = margin**2 + 0.05
    combined: Scores = 0.5 * table[0] + 0.5 * (table[1:] * weight[:, None]).sum(0) / weight.sum()
    sure = {int(row.argmax()) for row, gap in zip(table[1:], margin, strict=True) if gap > 1.2}
    return combined, tuple(sorted(sure))


def _similarities(bank: Bank, known: _Labels, texts: Sequence[str]) -> Scores:
    """Cosine of each text with each label's words, definition and examples."""
    encoder = bank.features.encoder
    vectors = encoder.encode(list(texts))
    names = [humanise(label.name) for label in known.labels]
    by_name = vectors @ encoder.encode(names).T
    out: Scores = by_name.astype(np.float64)
    even = len({bool(label.examples) for label in known.labels}) == 1
    for i, label in enumerate(known.labels):
        if label.definition:
            meant = encoder.encode(
                [f"{names[i]}: {label.definition[:400]}", label.definition[:400]]
            )
            out[:, i] = 0.2 * out[:, i] + 0.8 * (vectors @ meant.T).mean(1)
        if label.examples:
            shown = (vectors @ encoder.encode([e[:400] for e in label.examples]).T).max(1)
            # a text is nearer to any text than to a bare name: without examples on every label
            # only a close likeness may count, or the labels without examples never win
            raised = 0.3 * out[:, i] + 0.7 * shown if even else out[:, i] + (shown - _LIKENESS)
            out[:, i] = np.maximum(out[:, i], raised)
    return out


def _yes_no_scores(bank: Bank, reading: Reading, labels: Sequence[Label], text: str) -> Scores:
    """Yes or no to 'is this ...?': the usual meaning of what is asked about, or its likeness."""
    asked = " ".join(reading.prompt.instructions)[:600]
    subject = re.search(
        r"\b(?:whether|if|is|are|does|do)\s+(?:this|it|the|that|following|a|"
        r"an)?\s*(?:\w+ ){0,2}?(?:is|are|a|an|about|contains?|express\w*|"
        r"mentions?)?\s*([\w -]{3,60})",
        asked,
        re.I,
    )
    asked_of = _ASKED_OF_TEXT.search(asked)
    if asked_of:
        return _mentions_it(bank, labels, asked_of[1], text)
    words = (
        re.sub(r"\b(?:answer|yes|or|no|true|false)\b.*$", "", subject[1], flags=re.I).strip()
        if subject
        else asked
    )
    encoder = bank.features.encoder
    word_rows = encoder.encode([w for w in words.lower().split()[-3:]] + [words])
    near = (word_rows @ bank.alias_rows.T).max(0)
    best = int(near.argmax())
    names = bank.heads.after("concept.")
    if near[best] >= _SAME_WORD and bank.alias_of[best] in names:
        odds = bank.heads.log_odds(bank.features.rows([text[:1_200]]), "concept.")
        lean = float(odds[0, names.index(bank.alias_of[best])])
    else:
        lean = (float(encoder.encode([text[:1_200], words]).prod(0).sum()) - 0.25) / _MARGIN
    agree = ("yes", "true")
    return np.array([lean if humanise(one.name) in agree else -lean for one in labels], np.float64)


def _mentions_it(bank: Bank, labels: Sequence[Label], subject: str, text: str) -> Scores:
    """Yes or no to 'does this text ask for X?': the sentence that comes closest to X decides."""
    sentences = [s for s in re.split(r"(?<=[.!?;])\s+|\n+", text[:3_000]) if s.strip()][
        :_MOST_PARTS
    ]
    vectors = bank.features.encoder.encode([*(sentences or [text[:1_200]]), subject])
    lean = (float((vectors[:-1] @ vectors[-1]).max()) - _MENTIONED) / _MARGIN
    return np.array([lean if humanise(one.name) in ("yes", "true") else -lean for one in labels])


def _without_orders(text: str) -> str:
    """The text less the sentences that give orders, or all of it when nothing else is there."""
    kept = [p for p in re.split(r"(?<=[.!?])\s+|\n+", text) if not _ORDER_IN_DATA.search(p)]
    return " ".join(kept) if any(re.search(r"\w{3}", p) for p in kept) else text


def _ordered_label(labels: Sequence[Label], order: str) -> int | None:
    """The label an order inside the data asks for."""
    low = humanise(order[:400])
    found = [(low.find(humanise(label.name)), i) for i, label in enumerate(labels)]
    hits = [(at, i) for at, i in found if at >= 0]
    if hits:
        return max(hits)[1]
    heads = [(low.find(humanise(label.name).split()[0]), i) for i, label in enumerate(labels)]
    hits = [(at, i) for at, i in heads if at >= 0]
    return max(hits)[1] if hits else None


def _settle_mixed(
    reading: Reading,
    labels: Sequence[Label],
    mixed: Sequence[int],
    chosen: int,
    pressure: Pressure,
    luck: Luck,
    item: str,
) -> int:
    """A text with two subjects: the prompt's rule, unless it is overlooked; else either."""
    winner = rule_winner(reading, labels, mixed)
    overlooked = chance(-2.6 - 0.7 * pressure.tier.ability + 0.4 * pressure.overload)
    if winner is not None and luck.draw("tiebreak", item) > overlooked:
        return winner
    if winner is None and luck.draw("mixed", item) < 0.4:
        return mixed[luck.pick("mixed", item, len(mixed))]
    return chosen
