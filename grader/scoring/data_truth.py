"""What is wrong with the table of a data exercise, and what is so: hidden/defects.toml.

Runs in T; read from the author's room, never shown to anybody before the work is in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

PLACE = "hidden/defects.toml"
COLUMNS = ("row_id", "split", "text", "label", "pred")
"""What the public table needs; it may have more."""
Effect = Literal["up", "down", "unknown"]
_frozen = ConfigDict(frozen=True, extra="forbid")


class Defect(BaseModel):
    """One planted defect."""

    model_config = _frozen

    id: str = Field(pattern=r"^D\d\d?$")
    """D1."""
    about: str = Field(min_length=1, max_length=160)
    """What is wrong, in a few words."""
    effect: tuple[Effect, ...] = Field(min_length=1)
    """What it does to the reported number; more than one where more than one can be defended."""
    rows: tuple[str, ...] = Field(min_length=1)
    """The rows that it is made of."""
    also: tuple[str, ...] = ()
    """Rows that may be listed with them; they count neither way."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Twins that are meant, for the check of near-duplicates."""
    drops: bool = False
    """Whether its rows are left out of the mended number; otherwise the right label mends them."""
    weight: float = Field(default=1.0, gt=0)
    """How much finding it counts."""

    @property
    def named(self) -> frozenset[str]:
        """Every row that it speaks of."""
        twins = (row for pair in self.pairs for row in pair)
        return frozenset((*self.rows, *self.also, *twins))


class Oddity(BaseModel):
    """Something that looks odd and is harmless."""

    model_config = _frozen

    id: str = Field(pattern=r"^O\d\d?$")
    """O1."""
    about: str = Field(min_length=1, max_length=160)
    """What it is."""
    rows: tuple[str, ...] = Field(min_length=1)
    """Where."""


class Absent(BaseModel):
    """Something that the table cannot tell; people hold the card against it."""

    model_config = _frozen

    about: str = Field(min_length=1, max_length=160)
    """What."""


class DefectSheet(BaseModel):
    """defects.toml."""

    model_config = _frozen

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    table: str
    """A CSV file of public/, with COLUMNS."""
    headline: float = Field(gt=0, le=1)
    """The reported number: share of test rows in which label and pred are the same."""
    test: str = "test"
    """What split says of a test row."""
    right: str
    """A CSV file of hidden/: row_id and right, for each row whose label is wrong."""
    fresh: str
    """A JSONL file of hidden/: rows that nobody is given."""
    defects: tuple[Defect, ...] = Field(min_length=1)
    """What is planted."""
    oddities: tuple[Oddity, ...] = ()
    """What is harmless."""
    absent: tuple[Absent, ...] = ()
    """What no row shows."""


class Fresh(BaseModel):
    """One row of the second table."""

    model_config = _frozen

    id: str = Field(min_length=1)
    """Its id."""
    text: str = Field(min_length=1)
    """As it came in."""
    label: str
    """As it was labelled."""
    right: str
    """What is so."""
    pred: str
    """What the model under test said."""
    defect: str | None = None
    """The defect that it has as well; None for none."""
    channel: str = ""
    """For people."""
    annotator: str = ""
    """For people."""


@dataclass(frozen=True)
class Row:
    """One row of the public table.

    Attributes:
        id: its id.
        text: the note.
        label: as it was labelled.
        pred: what the model said.
        right: what is so.
        is_test: whether the reported number counts it.
    """

    id: str
    text: str
    label: str
    pred: str
    right: str
    is_test: bool


@dataclass(frozen=True)
class Table:
    """Sheet, public rows, and the second table.

    Attributes:
        sheet: defects.toml.
        rows: by id, in the order of the file.
        fresh: the second table.
    """

    sheet: DefectSheet
    rows: Mapping[str, Row]
    fresh: tuple[Fresh, ...]

    @property
    def dropped(self) -> frozenset[str]:
        """Ids of defects whose rows are left out of a number."""
        return frozenset(one.id for one in self.sheet.defects if one.drops)

    @property
    def odd(self) -> frozenset[str]:
        """Rows that are odd and harmless."""
        return frozenset(row for one in self.sheet.oddities for row in one.rows)

    @property
    def clean(self) -> frozenset[str]:
        """Rows with which nothing is wrong, by construction."""
        named = {row for one in self.sheet.defects for row in one.named}
        return frozenset(
            row.id for row in self.rows.values() if row.id not in named and row.label == row.right
        )

    def mended(self, only: str | None = None) -> dict[str, bool]:
        """Return for each row that a mended number counts whether the model is right.

        Args:
            only: mend this defect alone; None mends all of them.
        """
        picked = [one for one in self.sheet.defects if only in (None, one.id)]
        out = {row for one in picked if one.drops for row in one.rows}
        anew = {row for one in picked for row in one.rows}
        return {
            row.id: row.pred == (row.right if only is None or row.id in anew else row.label)
            for row in self.rows.values()
            if row.is_test and row.id not in out
        }

    def lived(self) -> list[bool]:
        """Return for each countable row of the second table whether the model is right."""
        return [one.pred == one.right for one in self.fresh if one.defect not in self.dropped]

    def reported(self) -> float:
        """Return the number as the table has it; 0 without test rows."""
        test = [row.pred == row.label for row in self.rows.values() if row.is_test]
        return sum(test) / len(test) if test else 0.0
