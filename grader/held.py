"""What a submission's claims were held against, as scores hold it and pictures draw it.

Runs in T. One form a kind of exercise; claims in them are a candidate's.
"""

from __future__ import annotations

from pydantic import Field

from harness.core.records import Identifier, Record


class CostOffer(Record):
    """One plan for a cheaper pipeline, and what it comes to over the metered day."""

    words: str = Field(max_length=200)
    """In short."""
    saving: float
    """Share of the daily cost, up to 1."""
    loss: float = Field(ge=0)
    """Points of agreement that the worst stage loses."""
    is_allowed: bool
    """Whether loss and deadlines hold."""


class CostHeld(Record):
    """A cost estimate held against the metered day."""

    truth_usd: float
    """A day, in truth."""
    daily_usd: float | None = None
    """As estimated; None where no number could be read."""
    low_usd: float | None = None
    """Lower end of the estimated range."""
    high_usd: float | None = None
    """Upper end."""
    shares: dict[str, float]
    """Atom (S1.static …) to its true share, largest first."""
    named: tuple[str, ...] = ()
    """Atoms that were named as drivers, in order."""
    allowed_loss: float = Field(ge=0)
    """Points that a stage may lose."""
    own: CostOffer | None = None
    """The plan that was handed in; None where nothing is changed."""
    offers: tuple[CostOffer, ...] = ()
    """Each single change of the menu, for comparison."""
    without: CostOffer | None = None
    """The plan with one of its changes taken back, where that saves more; words name the change."""
    one_more: CostOffer | None = None
    """The plan with one more allowed change of the menu, where that saves more; likewise."""
    frontier: tuple[CostOffer, ...] = ()
    """One or two allowed changes that no others beat, by loss."""


class StratumHeld(Record):
    """Questions of one kind, under the prompt as given and as submitted."""

    name: str = Field(max_length=60)
    """Which kind."""
    kept: int = Field(ge=0)
    """Right under both."""
    gained: int = Field(ge=0)
    """Right under the submitted one alone."""
    lost: int = Field(ge=0)
    """Right under the given one alone: a regression."""
    open: int = Field(ge=0)
    """Right under neither."""
    invented_before: int = Field(ge=0)
    """Invented under the given one."""
    invented_after: int = Field(ge=0)
    """Invented under the submitted one."""

    @property
    def count(self) -> int:
        """Questions in it."""
        return self.kept + self.gained + self.lost + self.open


class PromptHeld(Record):
    """A mended prompt held against questions that nobody was given; never a question itself."""

    strata: tuple[StratumHeld, ...]
    """In the holdout's order."""


class TriageLine(Record):
    """One planted cause or red herring, and what was said of it."""

    id: str = Field(pattern=r"^[RH][1-9]$")
    """R1 … a cause, H1 … a herring."""
    about: str = Field(max_length=160)
    """What it is."""
    share: float = Field(ge=0, le=1)
    """Of the bad answers that all causes make; 0 for a herring."""
    is_harm: bool
    """Whether it is to be contained first."""
    is_found: bool
    """Claimed, with evidence that was seen and bears on it."""
    proof: tuple[str, ...] = ()
    """Ids by which it was found."""
    p: float | None = None
    """How sure the candidate is of it; None where it is not named."""
    share_said: float | None = None
    """Its share, as claimed."""


class TriageLook(Record):
    """One use of a tool that took simulated minutes."""

    words: str = Field(max_length=90)
    """What was looked at, or changed."""
    minutes: float = Field(ge=0)
    """What it took."""
    ended: float = Field(ge=0)
    """Minutes gone when it was done."""
    is_new: bool
    """Whether it is a look that informs a cause, for the first time."""
    call_id: Identifier
    """The ledger's row."""


class TriageHeld(Record):
    """A triage held against what was planted."""

    lines: tuple[TriageLine, ...]
    """Causes, then herrings."""
    looks: tuple[TriageLook, ...] = ()
    """In order."""
    unmatched: tuple[str, ...] = ()
    """Claimed causes that a reviewer has to match."""
    minutes: float = Field(ge=0)
    """Simulated minutes there were."""
    sign_at: float | None = None
    """When the first sign of the harm was there."""
    contained_at: float | None = None
    """When it was contained."""


class DefectHeld(Record):
    """One planted defect of a table, and whether it was found."""

    id: str = Field(max_length=10)
    """D1."""
    about: str = Field(max_length=200)
    """What is wrong, in a few words."""
    rows: int = Field(ge=0)
    """How many rows it has."""
    finding: int | None = None
    """Number of the finding that comes nearest; None where none has a row of it."""
    overlap: float = Field(ge=0, le=1)
    """Jaccard of the rows."""
    is_found: bool
    """Whether that is enough."""
    is_effect_right: bool
    """Whether its effect on the number is one that is accepted."""


class ClaimHeld(Record):
    """One finding of a candidate's, as a reviewer has to see it; texts are the candidate's."""

    number: int = Field(ge=1)
    """Its place."""
    claim: str = Field(max_length=300)
    """What is said to be wrong."""
    rows: int = Field(ge=0)
    """Rows of the table that it names."""
    clean: int = Field(ge=0)
    """Of them, those with which nothing is wrong by construction."""
    effect: str = Field(max_length=10)
    """up, down, unknown; empty where it was none of them."""
    matches: str = Field(max_length=60)
    """Which defect it is, or is near to, or that it is unmatched."""


class DataHeld(Record):
    """Findings about a table and its corrected number, held against what is so."""

    headline: float = Field(ge=0, le=1)
    """As reported."""
    mended: float = Field(ge=0, le=1)
    """On the public rows that are left when all is mended."""
    truth: float = Field(ge=0, le=1)
    """On the second table."""
    accuracy: float | None = None
    """As corrected; None where no number could be read."""
    low: float | None = None
    """Lower end of the range."""
    high: float | None = None
    """Upper end."""
    on: str = Field(default="", max_length=300)
    """On which rows, in the candidate's words."""
    defects: tuple[DefectHeld, ...]
    """What is planted."""
    findings: tuple[ClaimHeld, ...] = ()
    """What was found."""
