"""What passes between the grader's stages and into report.json: frozen records, nothing hidden.

Runs in T. Everything here was made by us out of hostile material: texts in it are a candidate's
words all the same and are escaped wherever they are shown.

    Submission -intake-> Attempt (grader.intake) -replay-> Replay -score-> Score -signals-> Signals
    all of it -> Evidence -> the report's page and JSON, and the review notebook
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from grader.held import CostHeld, DataHeld, PromptHeld, TriageHeld
from harness.core.card import Slug
from harness.core.records import Identifier, Record

Status = Literal["scored", "unscored", "error"]
ModelGroup = Literal["mutant", "counted", "shown"]
"""mutant: a planted fault; counted: harmless, a refusal is a false alarm; shown: must pass,
shown apart (B1 to B3)."""
Verdict = Literal["ship", "no_ship", "error"]
CellWord = Literal[
    "same", "different", "error_then", "error_now", "not_reached", "timed_out",
    "cell_gone", "not_recorded", "not_run",
]  # fmt: skip
"""How a replayed cell compares with the record. error_then: raised in the session and not now;
error_now: the reverse; cell_gone: leans on a cell that was run and is no longer there;
not_recorded: asked for an answer that the tape does not hold; not_run: never run in the session
and not needed."""


class Moment(Record):
    """A place in the record that a statement rests on."""

    label: str = Field(max_length=200)
    """What is to be seen there, in words."""
    seq: int | None = Field(default=None, ge=0)
    """The journal's entry."""
    cell_id: str | None = None
    """The notebook cell."""
    call_id: Identifier | None = None
    """The ledger's row."""
    share: float | None = Field(default=None, ge=0, le=1)
    """Share of the candidate's own time, idle stretches folded; None without a time."""


class Finding(Record):
    """Something that intake or a later stage found odd, for people."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    """Which kind, for machines."""
    level: Literal["note", "look", "stop"]
    """note: good to know; look: a reviewer should look; stop: no Attempt can be made of it."""
    message: str = Field(min_length=1, max_length=600)
    """What was found where, and what follows from it."""
    place: str = Field(default="", max_length=200)
    """Member, cell or line it was found in."""
    moments: tuple[Moment, ...] = ()
    """Where to look."""


class Miss(Record):
    """A request that the tape does not hold."""

    cell_id: str | None
    """The cell that asked."""
    what: str
    """Which door: chat, ask, hypothesis, check, budget, submit or a path."""
    model: str | None = None
    """The alias, for a chat."""
    key: str | None = None
    """Key of the request."""
    nearest: str = Field(default="", max_length=4000)
    """Where it differs from the nearest recorded request: which message, which words; safe to
    print, empty when there is none of its kind."""


class CellReplay(Record):
    """One cell, then and now."""

    cell_id: str
    """Its id; "#n" for the n-th cell where ids are missing or doubled."""
    index: int = Field(ge=0)
    """Place in the submitted notebook, all cells counted."""
    word: CellWord
    """The verdict."""
    why: str = Field(default="", max_length=600)
    """In plain words; of one that is the same, whose answers it got if not simply its own."""
    diff: str = Field(default="", max_length=20_000)
    """Unified diff of normalised outputs, then against now; empty when same."""
    fallbacks: int = Field(default=0, ge=0)
    """Calls answered by the session's order, not by this cell's own record."""
    reused: int = Field(default=0, ge=0)
    """Calls answered once more with an answer already given: it was asked more often than then."""
    calls: int = Field(default=0, ge=0)
    """Calls answered from the tape."""
    misses: tuple[Miss, ...] = ()
    """Calls that were not."""


class Replay(Record):
    """A submission run again from its tape. Equal runs give equal records."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    submission: Identifier
    """Which."""
    kind: Literal["submitted"] = "submitted"
    """As submitted: the notebook's cells from the top."""
    status: Literal["whole", "partial", "error"]
    """whole: every cell reached; partial: it ended early; error: it could not be run at all."""
    why: str = ""
    """Why it is not whole."""
    rung: str
    """The sandbox it ran in."""
    cells: tuple[CellReplay, ...] = ()
    """Code cells in the notebook's order."""
    recorded_calls: int = Field(default=0, ge=0)
    """Calls on the tape."""
    rekeyed_calls: int = Field(default=0, ge=0)
    """Of the recorded calls, those keyed by another version and keyed anew from their requests."""
    unread_calls: int = Field(default=0, ge=0)
    """Those of a version whose requests this program cannot read; they answer nothing."""


class Component(Record):
    """One measure."""

    value: float | None
    """The number; None unless scored."""
    low: float | None = None
    """Lower end of the 80% interval."""
    high: float | None = None
    """Upper end."""
    status: Status
    """Whether there is a value."""
    why: str = Field(max_length=600)
    """How it reads ("31 of 38 by weight"), or why there is none."""
    evidence: tuple[Moment, ...] = ()
    """Where to look."""


class Flag(Record):
    """A question for the debrief; lowers nothing and decides nothing."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    """Which kind."""
    message: str = Field(max_length=600)
    """As a question: "The log shows X; help me understand"."""
    evidence: tuple[Moment, ...] = ()
    """Where to look."""


class ModelRun(Record):
    """The candidate's suite against one model with a planted fault, or a harmless one."""

    id: str = Field(pattern=r"^[MB]\d\d?$")
    """M01, B4."""
    about: str
    """What the model does, in a few words."""
    group: ModelGroup
    """How it counts."""
    weight: float = Field(ge=0)
    """How much a miss hurts; 0 for harmless ones."""
    seeds: tuple[Verdict, ...]
    """Verdict of the whole suite, one a seed."""
    resamples: tuple[Verdict, ...] = ()
    """Verdict over resampled cases, for the interval; at most 200."""
    headlines: tuple[float, ...] = ()
    """The suite's number, one a seed; fewer where it gave none."""
    cost_eur_per_1000: float | None = None
    """What the model costs users on the holdout under the facts, EUR a thousand messages."""
    fired: int = Field(default=0, ge=0)
    """How many of the candidate's own cases set the fault off; 0 explains a miss."""


class Score(Record):
    """All measures of one submission. `audition score --json` prints it without runs."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    submission: Identifier
    """Which."""
    exercise: Slug
    """Of which exercise."""
    exercise_version: str
    """Which version."""
    index: float | None
    """The diagnostic, 0 to 100; no report shows it."""
    is_partial: bool
    """Whether a component was left out."""
    components: dict[str, Component]
    """By name: K, FA, J, G, rho, A, L …, in the order they are shown."""
    flags: tuple[Flag, ...] = ()
    """Questions."""
    runs: tuple[ModelRun, ...] = ()
    """The kill matrix, as it was run."""
    cost: CostHeld | None = None
    """For a cost exercise: the estimate against the truth."""
    prompt: PromptHeld | None = None
    """For a mended prompt: answers before and after, by kind of question."""
    triage: TriageHeld | None = None
    """For a triage: what was planted beside what was claimed."""
    data: DataHeld | None = None
    """For a labelled table: findings and number against what is so."""
    facts: dict[str, str] = Field(default_factory=dict)
    """Small things shown beside it: cases, strata touched, calls a case, share from the export."""
    scorer: str
    """Name of the scorer."""
    scorer_version: str
    """Its version; another meaning is another version."""


class Signal(Record):
    """One piece of process evidence: never points, never speed."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    """Which: looked_at_data, hypothesis_before_change, prompt_edit_sizes, number_provenance …"""
    title: str
    """For the page."""
    status: Status
    """Whether there is a value."""
    value: str = Field(default="", max_length=200)
    """In words and figures: "78 of 97 messages, 12 of 16 kinds"."""
    why: str = Field(default="", max_length=600)
    """What it was read from, or why there is none."""
    misleads: str = Field(max_length=400)
    """How it misleads: the rule for the reader."""
    moments: tuple[Moment, ...] = ()
    """Where to look, oldest first."""


class Totals(Record):
    """The record in numbers."""

    events: int = Field(ge=0)
    """Journal entries."""
    calls: int = Field(ge=0)
    """Model calls in the ledger of this exercise."""
    tools: int = Field(default=0, ge=0)
    """Uses of its own tools, likewise."""
    cost_usd: Decimal
    """Spent on it."""
    saves: int = Field(ge=0)
    """Saved versions."""
    questions: int = Field(ge=0)
    """Asked of the stakeholder."""


class About(Record):
    """What a submission is and how far it can be trusted."""

    submission: Identifier
    """Its id."""
    session: Identifier
    """Whose, by a pseudonym."""
    exercise: Slug
    """Of which exercise."""
    exercise_version: str
    """Which version."""
    title: str
    """The exercise's title."""
    number: int = Field(ge=1)
    """1 for the first submission of the exercise."""
    began_seq: int | None = None
    """Place in the session's journal of the first cell run in it: which exercise came first."""
    recorded: bool
    """False for one made from plain files."""
    self_attested: bool
    """True when kernels ran without walls."""
    published: bool
    """Whether the form lies in a public repository."""
    rung: str
    """Sandbox of the session."""
    verified: Literal["whole", "altered", "unsigned"]
    """What verify said; unsigned: no pinned key to hold it against."""
    verify_why: str = ""
    """Where it was altered, or which key is missing."""
    sha256: str
    """Of the archive without its key."""
    manifest_sha256: str = ""
    """Of the archive's list of its parts: what the candidate's receipt shows."""
    key_id: str
    """Which proctor's key signed the receipt."""
    head_hash: str
    """End of the chain in it."""
    totals: Totals
    """The record in numbers."""
