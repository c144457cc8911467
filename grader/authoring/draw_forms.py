"""What a cost exercise's numbers are drawn from: read, and held to one another.

Runs in T, on the author's machine.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.authoring.token_count import count_tokens
from grader.scoring.cost_truth import STAGES, CostSheet
from harness.core.errors import BadExercise

_Form = TypeVar("_Form", bound=BaseModel)
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


def read_text(path: Path) -> str:
    """Return a file's text.

    Raises:
        BadExercise: it is not there, or no UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise BadExercise(f"{path} cannot be read ({type(problem).__name__}); mend it") from problem


def read_form(folder: Path, name: str, model: type[_Form]) -> _Form:
    """Return a TOML file of hidden/ in its form.

    Raises:
        BadExercise: it cannot be read, or has another form.
    """
    try:
        return model.model_validate(tomllib.loads(read_text(folder / "hidden" / name)))
    except (tomllib.TOMLDecodeError, ValidationError) as problem:
        raise BadExercise(f"hidden/{name}: {str(problem)[:300]}; mend it there") from problem


def check_prompts(folder: Path, sheet: CostSheet, draw: Draw) -> None:
    """Refuse prompts that are not as long as cost.toml says, and ranks that end nowhere."""
    for stage in STAGES:
        name = draw.prompts.get(stage)
        if name is None:
            raise BadExercise(f"hidden/draw.toml, prompts: {stage} is missing; name its file")
        counted, said = count_tokens(read_text(folder / "public" / name)), sheet.stages[stage].fixed
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


def read_messages(folder: Path, sheet: CostSheet, draw: Draw) -> list[Message]:
    """Return the written messages in counts, in their order.

    Raises:
        BadExercise: one has no note in hidden/messages.csv, or there are too few or too many.
    """
    texts = _rows(folder / "public" / draw.messages, ("mail_id", "subject", "body"))
    notes = _rows(folder / "hidden" / "messages.csv", ("mail_id", "kind", "told_at"), skip=1)
    said = {row["mail_id"]: row for row in notes}
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


def _rows(path: Path, columns: tuple[str, ...], skip: int = 0) -> list[dict[str, str]]:
    """Return a table's rows with all of these columns filled; `skip` lines stand above its head."""
    lines = read_text(path).splitlines(keepends=True)[skip:]
    rows = []
    for number, row in enumerate(csv.DictReader(lines), 1):
        lacks = [name for name in columns if not row.get(name)]
        if lacks:
            where = "/".join(path.parts[-2:])
            raise BadExercise(f"{where}, row {number}: {', '.join(lacks)} is missing; fill it in")
        rows.append(row)
    return rows
