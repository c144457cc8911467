"""Draw the numbers of a cost exercise that was made by `exercise new --kind cost`.

    python -m scripts.cost_draw FOLDER

Reads hidden/cost.toml, hidden/draw.toml, hidden/messages.csv and the messages and prompts of
public/; writes hidden/day.csv (the metered day: counts, no text), proctor/tools/meter.csv (each
stage on each message) and proctor/tools/try_plan.csv with try_plan.toml (what the tool answers
from). The same folder gives the same bytes; nothing else is touched, and nothing at all is written
when something does not fit.
"""

from __future__ import annotations

import csv
import io
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.scoring.cost_truth import STAGES, CostSheet
from harness.core.errors import BadExercise
from scripts.cost_tokens import count_tokens
from scripts.cost_trial import trial_sheet

_Form = TypeVar("_Form", bound=BaseModel)
NOWHERE = 9_999_999
HEAD = ("kind", "lang", "tokens", "quoted", "at", "at_stripped", "rank",
        "tries1", "tries2", "tries3", "out1", "out2", "out3")  # fmt: skip
NEW_WORDS = 40
"""Tokens after which the point of a message has been told, where it stands at the top."""


class Draw(BaseModel):
    """draw.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    seed: int = Field(ge=0)
    """Of all draws."""
    rows: int = Field(ge=1, le=20_000)
    """Of the day."""
    messages: str
    """The file of public/ with mail_id, subject, body."""
    jitter: float = Field(ge=0, le=2)
    """Sigma of the logarithm by which a row's length differs from the written message's."""
    out_sigma: float = Field(ge=0, le=2)
    """Likewise of answers."""
    in_history: float = Field(ge=0, le=1)
    """Share of the day's threads whose point stands in the quoted part alone."""
    ranks: tuple[tuple[int, float], ...]
    """Rank and the share of messages whose right template stands there or before; ends at 1."""
    prompts: dict[str, str]
    """Stage to file of public/."""
    kinds: dict[str, float]
    """Kind to share of the day."""
    wrong: dict[str, int]
    """Stage to how many of the labelled the large model gets wrong."""


@dataclass(frozen=True)
class Message:
    """One written message in counts.

    Attributes:
        kind: one of draw.toml's.
        tokens: of subject and body.
        quoted: of the quoted lines.
        is_at_end: whether its point is told at its end.
    """

    kind: str
    tokens: int
    quoted: int
    is_at_end: bool

    def reach(self, own_kind: str) -> tuple[int, int]:
        """Return how far one has to read, with the quoted part and without."""
        if self.kind == own_kind:
            return 0, 0
        if self.is_at_end:
            return self.tokens, self.tokens - self.quoted
        far = min(self.tokens - self.quoted, NEW_WORDS)
        return far, far


def draw_tables(folder: Path) -> dict[str, str]:
    """Return path below the folder to text, for each of the four files.

    Args:
        folder: the exercise's.

    Raises:
        BadExercise: a file is not there, cannot be read, or does not fit the others.
    """
    sheet, draw = _read(folder, "cost.toml", CostSheet), _read(folder, "draw.toml", Draw)
    _check_prompts(folder, sheet, draw)
    messages = _messages(folder, sheet, draw)
    generator = np.random.default_rng(draw.seed)
    opened = [_row(one, sheet, draw, generator) for one in messages]
    day = _day(messages, sheet, draw, generator)
    canary = _text(folder / "hidden" / "cost.toml").split("\n")[0]
    return {
        "hidden/day.csv": f"{canary}\n" + _csv([HEAD, *day]),
        "proctor/tools/meter.csv": _csv(_meter(opened, sheet, generator)),
        "proctor/tools/try_plan.csv": _csv(_trial(opened, sheet, draw, generator)),
        "proctor/tools/try_plan.toml": trial_sheet(sheet),
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise BadExercise(f"{path} cannot be read ({type(problem).__name__}); mend it") from problem


def _read(folder: Path, name: str, model: type[_Form]) -> _Form:
    try:
        return model.model_validate(tomllib.loads(_text(folder / "hidden" / name)))
    except (tomllib.TOMLDecodeError, ValidationError) as problem:
        raise BadExercise(f"hidden/{name}: {str(problem)[:300]}; mend it there") from problem


def _check_prompts(folder: Path, sheet: CostSheet, draw: Draw) -> None:
    """Refuse prompts that are not as long as cost.toml says, and ranks that end nowhere."""
    for stage in STAGES:
        name = draw.prompts.get(stage)
        if name is None:
            raise BadExercise(f"hidden/draw.toml, prompts: {stage} is missing; name its file")
        counted, said = count_tokens(_text(folder / "public" / name)), sheet.stages[stage].fixed
        if counted != said:
            raise BadExercise(
                f"hidden/cost.toml, stages.{stage}: fixed is {said} and {name} has {counted} "
                f"tokens; write {counted}"
            )
    weakest = {
        tuple(sorted(sheet.prices, key=lambda one: -sheet.stages[stage].loss.get(one, 0.0)))
        for stage in ("S1", "S2")
    }
    if len(weakest) > 1:
        raise BadExercise("hidden/cost.toml: one model is the weaker in S1 and the better in S2; "
                          "merged, nobody could say which gets what; keep one order")  # fmt: skip
    if not draw.ranks or draw.ranks[-1] != (sheet.templates, 1.0):
        raise BadExercise(f"hidden/draw.toml: ranks have to end with [{sheet.templates}, 1.0]")


def _messages(folder: Path, sheet: CostSheet, draw: Draw) -> list[Message]:
    texts = list(csv.DictReader(io.StringIO(_text(folder / "public" / draw.messages), newline="")))
    below = _text(folder / "hidden" / "messages.csv").split("\n", 1)[1]
    said = {row["mail_id"]: row for row in csv.DictReader(io.StringIO(below))}
    found = []
    for row in texts:
        note = said.get(row["mail_id"])
        if note is None or note["kind"] not in draw.kinds:
            raise BadExercise(
                f"hidden/messages.csv: message {row['mail_id'][:20]} has no row with a kind of "
                f"draw.toml ({', '.join(draw.kinds)}); add it"
            )
        quoted = "\n".join(line for line in row["body"].splitlines() if line.startswith(">"))
        tokens = count_tokens(f"{row['subject']}\n{row['body']}")
        found.append(Message(note["kind"], tokens, count_tokens(quoted), note["told_at"] == "end"))
    if len(found) != sheet.labelled:
        raise BadExercise(
            f"hidden/cost.toml: labelled is {sheet.labelled}, and {draw.messages} has "
            f"{len(found)} messages; the trial runs over all of them"
        )
    return found


def _row(
    one: Message, sheet: CostSheet, draw: Draw, generator: np.random.Generator
) -> dict[str, int | str]:
    tries, out = [], []
    for stage in STAGES:
        told = sheet.stages[stage]
        tries.append(1 + int(generator.random() < told.retries))
        spread = np.exp(generator.normal(0, draw.out_sigma) - draw.out_sigma**2 / 2)
        out.append(max(8, round(told.out * float(spread))))
    at, stripped = one.reach(sheet.own_kind)
    place = float(generator.random())
    rank = 1 if one.kind == sheet.own_kind else _rank(place, draw)
    numbers = (one.tokens, one.quoted, at, stripped, rank, *tries, *out)
    return dict(zip(HEAD, (one.kind[0], "en", *numbers), strict=True))


def _rank(place: float, draw: Draw) -> int:
    low, before = 0, 0.0
    for high, share in draw.ranks:
        if place < share:
            return low + 1 + int((high - low) * (place - before) / (share - before))
        low, before = high, share
    return low


def _day(
    messages: list[Message], sheet: CostSheet, draw: Draw, generator: np.random.Generator
) -> list[list[int | str]]:
    """Return the day's rows; ranks are spread evenly, or a search's loss would be a day's luck."""
    rows: list[list[int | str]] = []
    for kind, share in draw.kinds.items():
        written = [one for one in messages if one.kind == kind]
        count = round(share * draw.rows)
        if not written and count:
            raise BadExercise(f"hidden/draw.toml, kinds: no message is {kind!r}; write one")
        places = (generator.permutation(count) + 0.5) / max(1, count)
        lost = round(draw.in_history * count) if kind == "thread" else 0
        for number in range(count):
            one = written[number % len(written)]
            stretch = float(np.exp(generator.normal(0, draw.jitter) - draw.jitter**2 / 2))
            tokens, quoted = round(one.tokens * stretch), round(one.quoted * stretch)
            row = _row(Message(kind, tokens, quoted, one.is_at_end), sheet, draw, generator)
            if kind != sheet.own_kind:
                row["rank"] = _rank(float(places[number]), draw)
            if number < lost:
                row |= {"at": tokens, "at_stripped": NOWHERE}
            rows.append(list(row.values()))
    return [rows[int(place)] for place in generator.permutation(len(rows))]


def _meter(
    rows: list[dict[str, int | str]], sheet: CostSheet, generator: np.random.Generator
) -> Iterable[Iterable[object]]:
    yield ("stage", "mail_id", "tokens_in", "tokens_out", "tries", "latency_s")
    for n, stage in enumerate(STAGES, 1):
        for number, row in enumerate(rows, 1):
            tries, out = int(row[f"tries{n}"]), int(row[f"out{n}"])
            sent = sheet.stages[stage].fixed + int(row["tokens"])
            wait_s = tries * (0.6 + out / 80 + sent / 20_000) * generator.uniform(0.85, 1.3)
            yield (stage, number, tries * sent, tries * out, tries, f"{wait_s:.1f}")


def _trial(
    rows: list[dict[str, int | str]], sheet: CostSheet, draw: Draw, generator: np.random.Generator
) -> Iterable[Iterable[object]]:
    """Yield the labelled messages: counts, where the large model is right, even draws of luck."""
    count = len(rows)
    luck = [(generator.permutation(count) + 0.5) / count for _ in STAGES]
    bases = []
    for place, stage in enumerate(STAGES):
        calm = [n for n in range(count) if luck[place][n] > 0.3]
        off = set(generator.choice(calm, draw.wrong.get(stage, 0), replace=False).tolist())
        bases.append([int(n not in off) for n in range(count)])
    yield ("automatic", *HEAD[2:], "base1", "base2", "base3", "draw1", "draw2", "draw3")
    for n, row in enumerate(rows):
        is_own = int(row["kind"] == sheet.own_kind[0])
        numbers = [row[name] for name in HEAD[2:]]
        yield (is_own, *numbers, *(base[n] for base in bases), *(f"{one[n]:.4f}" for one in luck))


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def write_tables(folder: Path, tables: Mapping[str, str]) -> None:
    """Write what `draw_tables` gave into the folder."""
    for place, text in tables.items():
        (folder / place).write_text(text, encoding="utf-8")


def main() -> None:
    """Draw for the folder on the command line."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit("say whose numbers: python -m scripts.cost_draw FOLDER")
    folder = Path(sys.argv[1])
    try:
        write_tables(folder, draw_tables(folder))
    except BadExercise as problem:
        raise SystemExit(f"{problem}; nothing was written") from problem


if __name__ == "__main__":
    main()
