"""Draw the numbers of exercise 3: the metered day, the meter, the rows of try_plan.

    python -m scripts.cost_day

Writes hidden/day.csv (4,000 mails as kind, language and counts, no text), proctor/tools/meter.csv
(each stage on each of the 200 mails) and proctor/tools/try_plan.csv (the 40 labelled mails). All
three come from the one set of draws below; lengths of automatic and short mails go by those that
were written, the others by `scripts.cost_mails.LENGTHS`. The same seed gives the same bytes.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.authoring.token_count import count_tokens
from scripts.cost_mails import LENGTHS, ROOM, WRONG, Mail, compose, write

DAY_SEED, OPEN_SEED = 4_000, 200
ROWS = 4_000
KINDS = {"automatic": 0.18, "short": 0.51, "thread": 0.25, "long": 0.045, "pasted": 0.015}
LANGS = {"en": 0.74, "de": 0.08, "es": 0.06, "fr": 0.04, "pl": 0.04, "tr": 0.04}
STAGES = ("S1", "S2", "S3")
OUT_SIGMA = 0.25
WORDY = {"de": 1.12, "es": 1.06, "fr": 1.08, "pl": 1.18, "tr": 1.2}
"""How much longer S3's reply is than an English one."""
NEW_WORDS = (55, 0.35)
"""Median and sigma of a thread's new words, tokens."""
IN_HISTORY, BELOW = 0.02, 0.2
"""Share of threads whose cause stands in the history alone, and whose new words stand below it."""
AFTER = {"long": 0.5, "pasted": 0.4}
"""Share of mails whose cause is told after what was pasted."""
RANKS = ((1, 0.78), (2, 0.90), (4, 0.9635), (8, 0.977), (16, 0.9854), (32, 0.994), (64, 1.0))
"""Of mails that somebody wrote: share whose right template is among so many that a search finds."""
NOWHERE = 9_999_999
BASE_ERRORS = {"S1": 1, "S2": 2, "S3": 3}
"""Of the 40, how many the large model gets wrong besides those whose label is wrong."""
HEAD = ("kind", "lang", "tokens", "quoted", "at", "at_stripped", "rank",
        "tries1", "tries2", "tries3", "out1", "out2", "out3")  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """One mail as numbers, in the order of HEAD."""

    kind: str
    lang: str
    tokens: int
    quoted: int
    at: int
    at_stripped: int
    rank: int
    tries: tuple[int, int, int]
    out: tuple[int, int, int]

    def row(self) -> list[object]:
        """Return it as a row; the kind by its first letter."""
        read = (self.tokens, self.quoted, self.at, self.at_stripped, self.rank)
        return [self.kind[0], self.lang, *read, *self.tries, *self.out]


def truth() -> dict[str, Any]:
    """Return hidden/cost.toml."""
    found: dict[str, Any] = tomllib.loads(
        (ROOM / "hidden" / "cost.toml").read_text(encoding="utf-8")
    )
    return found


def draw_calls(lang: str, sheet: dict[str, Any], generator: np.random.Generator) -> tuple[Any, Any]:
    """Return tries and answer tokens of the three stages."""
    tries, out = [], []
    for stage in STAGES:
        one = sheet["stages"][stage]
        tries.append(1 + int(generator.random() < one["retries"]))
        mean = one["out"] * (WORDY.get(lang, 1.0) if stage == "S3" else 1.0)
        out.append(max(8, round(mean * np.exp(generator.normal(0, OUT_SIGMA) - OUT_SIGMA**2 / 2))))
    return tuple(tries), tuple(out)


def rank_at(place: float) -> int:
    """Return the rank at a place (0 to 1) of the distribution."""
    low, before = 0, 0.0
    for high, share in RANKS:
        if place < share:
            return low + 1 + int((high - low) * (place - before) / (share - before))
        low, before = high, share
    return 64


def draw_lengths(
    kind: str, own: dict[str, tuple[float, float]], generator: np.random.Generator
) -> tuple[int, int, int, int]:
    """Return tokens, those of quoted history, and how far one has to read, with it and without."""
    median, sigma = own[kind] if kind in own else LENGTHS[kind]
    tokens = max(12, round(median * float(np.exp(generator.normal(0, sigma)))))
    if kind == "thread":
        new = round(NEW_WORDS[0] * float(np.exp(generator.normal(0, NEW_WORDS[1]))))
        quoted = max(0, tokens - new)
        chance = generator.random()
        if chance < IN_HISTORY:
            return tokens, quoted, round(tokens * generator.uniform(0.1, 0.6)), NOWHERE
        at = tokens if chance < IN_HISTORY + BELOW else tokens - quoted
        return tokens, quoted, at, tokens - quoted
    if kind in AFTER:
        at = tokens if generator.random() < AFTER[kind] else 70
        return tokens, 0, at, at
    at = 0 if kind == "automatic" else tokens
    return tokens, 0, at, at


def draw_day(mails: list[Mail]) -> list[Drawn]:
    """Return the metered day."""
    generator, sheet = np.random.default_rng(DAY_SEED), truth()
    own = {}
    for kind in ("automatic", "short"):
        logs = np.log([mail.tokens for mail in mails if mail.kind == kind])
        own[kind] = (float(np.exp(np.median(logs))), float(np.std(logs)))
    kinds = [kind for kind, share in KINDS.items() for _ in range(round(share * ROWS))]
    rows = []
    for place in generator.permutation(len(kinds)):
        kind = kinds[int(place)]
        lang = str(generator.choice(list(LANGS), p=list(LANGS.values())))
        rank = 1 if kind == "automatic" else rank_at(float(generator.random()))
        lengths = draw_lengths(kind, own, generator)
        rows.append(Drawn(kind, lang, *lengths, rank, *draw_calls(lang, sheet, generator)))
    return rows


def draw_open(mails: list[Mail]) -> list[Drawn]:
    """Return the 200 mails: lengths as they are, the rest drawn as for the day."""
    generator, sheet = np.random.default_rng(OPEN_SEED), truth()
    rows = []
    for mail in mails:
        quoted = count_tokens(mail.middle) if mail.kind == "thread" else 0
        at = mail.tokens if mail.below else mail.tokens - count_tokens(mail.middle)
        at = 0 if mail.kind == "automatic" else at
        stripped = at - quoted if mail.below else at
        if mail.body.startswith("Nothing yet."):
            at, stripped = round(mail.tokens * 0.4), NOWHERE
        rank = 1 if mail.kind == "automatic" else rank_at(float(generator.random()))
        rows.append(Drawn(mail.kind, mail.lang, mail.tokens, quoted, at, stripped, rank,
                          *draw_calls(mail.lang, sheet, generator)))  # fmt: skip
    return rows


def meter_rows(rows: list[Drawn]) -> list[list[object]]:
    """Return the meter's table."""
    generator, sheet = np.random.default_rng(OPEN_SEED + 1), truth()
    table: list[list[object]] = [
        ["stage", "mail_id", "tokens_in", "tokens_out", "tries", "latency_s"]
    ]
    for n, stage in enumerate(STAGES):
        for number, row in enumerate(rows, 1):
            tries, one = row.tries[n], sheet["stages"][stage]
            sent = one["fixed"] + row.tokens
            wait_s = tries * (0.7 + row.out[n] / 70 + sent / 15_000) * generator.uniform(0.85, 1.3)
            table.append([stage, number, tries * sent, tries * row.out[n], tries, f"{wait_s:.1f}"])
    return table


def trial_rows(mails: list[Mail], rows: list[Drawn]) -> list[list[object]]:
    """Return the labelled mails: what they take, and where each stage is right.

    base1 to base3: whether the large model agrees with the label. draw1 to draw3: spread evenly
    over 0 to 1; a change that loses 5 points is wrong where the draw is below .05.
    """
    generator = np.random.default_rng(OPEN_SEED + 2)
    picked = [n for n, mail in enumerate(mails) if mail.label]
    groups = [[n for n in picked if mails[n].kind == kind] for kind in KINDS]
    halves: list[list[int]] = [[], []]
    for group in groups:  # so that the first 20 are like the second 20
        for place, n in enumerate(generator.permutation(group)):
            halves[(place + (len(group) == 1)) % 2].append(int(n))
    order = [n for half in halves for n in sorted(half)]
    count = len(order)
    draws = [(generator.permutation(count) + 0.5) / count for _ in STAGES]
    ranks = [rank_at(float(p)) for p in (generator.permutation(count) + 0.5) / count]
    wrong = [WRONG.get(mails[n].subject, (None, None)) for n in order]
    bases = []
    for s, stage in enumerate(STAGES):
        off = {place for place, one in enumerate(wrong) if s < 2 and one[s] is not None}
        rest = [place for place in range(count) if place not in off and draws[s][place] > 0.3]
        off |= {int(place) for place in generator.choice(rest, BASE_ERRORS[stage], replace=False)}
        bases.append([int(place not in off) for place in range(count)])
    table: list[list[object]] = [
        ["automatic", *HEAD[2:], "base1", "base2", "base3", "draw1", "draw2", "draw3"]
    ]
    for place, n in enumerate(order):
        row = rows[n].row()[2:]
        row[4] = 1 if mails[n].kind == "automatic" else ranks[place]
        table.append([int(mails[n].kind == "automatic"), *row, *(base[place] for base in bases),
                      *(f"{draw[place]:.4f}" for draw in draws)])  # fmt: skip
    return table


def main() -> None:
    """Write the three tables."""
    mails = compose()
    rows = draw_open(mails)
    write(ROOM / "proctor" / "tools" / "meter.csv", meter_rows(rows))
    write(ROOM / "proctor" / "tools" / "try_plan.csv", trial_rows(mails, rows))
    canary = (ROOM / "hidden" / "cost.toml").read_text(encoding="utf-8").split("\n")[0]
    day = ROOM / "hidden" / "day.csv"
    write(day, [list(HEAD), *(row.row() for row in draw_day(mails))])
    day.write_text(f"{canary}\n{day.read_text(encoding='utf-8')}", encoding="utf-8")


if __name__ == "__main__":
    main()
