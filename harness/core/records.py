"""What crosses a wire or lands in a file: one frozen record each, strict about every field.

Runs in every zone. Announcements come from S and are claims until G has taken them; entries,
heads, calls and receipts are G's own. Longer than 400 lines: each record is a dozen lines of
fields, and whoever reads a journal wants them in one place.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, field_serializer

from harness.core.canonical import canonical_json
from harness.core.card import ExerciseCard, Slug
from harness.core.clock import to_wire

Identifier = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_.:\-]+$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

ServerKind = Literal[
    "session_start", "heartbeat", "execute_request", "execute_input", "execute_reply", "stream",
    "execute_result", "display_data", "update_display_data", "error", "clear_output",
    "input_request", "input_reply", "comm_open", "comm_msg", "comm_close", "complete_request",
    "inspect_request", "debug_request", "interrupt_request", "shutdown_request", "other_request",
    "self_executed", "refused_message", "status", "kernel_start", "kernel_stop", "kernel_restart",
    "kernel_died", "save",
]  # fmt: skip
"""What the candidate's server may announce."""

AWAITED: frozenset[ServerKind] = frozenset({
    "execute_request", "input_reply", "comm_open", "comm_msg", "comm_close", "complete_request",
    "inspect_request", "debug_request", "interrupt_request", "shutdown_request", "other_request",
})  # fmt: skip
"""Requests: the server passes one on to the kernel only when the proctor has it in memory."""

ProctorKind = Literal[
    "session_open", "llm_call", "tool_call", "ask", "hypothesis", "check", "part_delivered",
    "submit", "time_back", "pause", "resume", "extend", "signing_key", "clock_start",
]  # fmt: skip
"""What the proctor witnesses itself."""

_set = object.__setattr__  # a frozen record's own refuses
GENESIS = "0" * 64
"""What the first entry names as the one before it."""


class Record(BaseModel):
    """Base of everything that is written down: frozen, no extra fields, one spelling of time."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @field_serializer("*", mode="wrap", when_used="json")
    def _one_spelling(self, value: Any, usual: Any) -> Any:
        if isinstance(value, dt.datetime):
            return to_wire(value)
        if isinstance(value, Decimal):
            return format(value, "f")
        return usual(value)

    def to_value(self) -> dict[str, Any]:
        """Return the record as plain JSON values."""
        return self.model_dump(mode="json", by_alias=True)

    def to_bytes(self) -> bytes:
        """Return the record's canonical JSON."""
        return canonical_json(self.to_value())

    @classmethod
    def of_checked(cls, **fields: Any) -> Self:
        """Return a record of values that are the proctor's own or were checked already.

        Each model call makes four; checking them again was a twentieth of its cost.

        Args:
            **fields: by the names they have in the class; what has a default may be left out.

        Raises:
            TypeError: a field is missing or unknown.
        """
        whole = _defaults(cls) | fields
        if whole.keys() != cls.__pydantic_fields__.keys():
            odd = sorted(whole.keys() ^ cls.__pydantic_fields__.keys())
            raise TypeError(f"a {cls.__name__} with other fields: {odd}")
        made = cls.__new__(cls)
        _set(made, "__dict__", whole)
        _set(made, "__pydantic_fields_set__", set(fields))
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made

    @classmethod
    def from_value(cls, value: object) -> Self:
        """Return the record in plain JSON values.

        Raises:
            pydantic.ValidationError: a field is missing, unknown or out of range.
        """
        return cls.model_validate(value)


@cache
def _defaults(kind: type[Record]) -> dict[str, Any]:
    fields = kind.__pydantic_fields__.items()
    return {name: field.default for name, field in fields if not field.is_required()}


class Announcement(Record):
    """One thing the candidate's server saw, told to the proctor before it goes on."""

    id: Identifier
    """Unique in the session; the same id twice is one event."""
    at: AwareDatetime
    """The server's time when it saw it, UTC."""
    kind: ServerKind
    """What it is."""
    exercise: Slug | None = None
    """Slug of the notebook it belongs to; None outside any."""
    kernel_id: Identifier | None = None
    """The kernel it went to or came from."""
    cell_id: Identifier | None = None
    """The notebook cell, where the message names one."""
    msg_id: Identifier | None = None
    """For requests their own id; for replies and outputs the request's."""
    payload: dict[str, JsonValue] = Field(default_factory=dict)
    """The content: source whole, outputs capped (with what was cut)."""


class Event(Record):
    """One entry of the record, opened."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    session: Identifier
    """The session's pseudonymous id."""
    seq: int = Field(ge=0)
    """Place in the chain, from 0, without gaps."""
    id: Identifier
    """Unique in the session."""
    at: AwareDatetime
    """When it happened, by the clock of who saw it."""
    received_at: AwareDatetime
    """When the proctor had it, by the proctor's clock."""
    kind: ServerKind | ProctorKind
    """What it is."""
    exercise: Slug | None = None
    """The exercise it belongs to."""
    kernel_id: Identifier | None = None
    """The kernel it belongs to."""
    cell_id: Identifier | None = None
    """The cell it belongs to."""
    msg_id: Identifier | None = None
    """The request it belongs to."""
    payload: dict[str, JsonValue]
    """The content."""


class Entry(Record):
    """One link of the chain as it is kept: the event with its payload sealed."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    session: Identifier
    """The session's pseudonymous id."""
    seq: int = Field(ge=0)
    """Place in the chain."""
    id: Identifier
    """Unique in the session."""
    at: AwareDatetime
    """When it happened, by the clock of who saw it."""
    received_at: AwareDatetime
    """When the proctor had it."""
    kind: ServerKind | ProctorKind
    """What it is."""
    exercise: Slug | None = None
    """The exercise it belongs to."""
    kernel_id: Identifier | None = None
    """The kernel it belongs to."""
    cell_id: Identifier | None = None
    """The cell it belongs to."""
    msg_id: Identifier | None = None
    """The request it belongs to."""
    sealed: str
    """The payload under the candidate's key, base64."""
    prev: Sha256
    """Hash of the entry before; GENESIS for the first."""

    def to_value(self) -> dict[str, Any]:
        """Return the record as plain JSON values; a hundred thousand are spelled in a verify."""
        value = dict(self.__dict__)
        value["schema"] = value.pop("schema_")
        value["at"], value["received_at"] = to_wire(self.at), to_wire(self.received_at)
        return value


class Head(Record):
    """The proctor's signed word: at this time the chain was this long and ended in this hash."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    session: Identifier
    """Whose chain."""
    seq: int = Field(ge=0)
    """The last entry it covers."""
    hash: Sha256
    """That entry's hash."""
    at: AwareDatetime
    """When it was signed."""
    key_id: str
    """Which key signed."""
    signature: str
    """Ed25519 over the canonical JSON of all fields above, base64."""

    def signed_bytes(self) -> bytes:
        """Return what the signature covers."""
        value = self.to_value()
        del value["signature"]
        return canonical_json(value)


class Usage(Record):
    """Tokens and money of one call."""

    prompt_tokens: int = Field(ge=0)
    """Tokens read."""
    completion_tokens: int = Field(ge=0)
    """Tokens written."""
    cost_usd: Decimal = Field(ge=0)
    """US dollars by the proctor's price table."""

    def to_value(self) -> dict[str, Any]:
        """Return the record as plain JSON values."""
        return {**self.__dict__, "cost_usd": format(self.cost_usd, "f")}


class Call(Record):
    """One call of a model, or one use of a tool, as the ledger keeps it."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    id: Identifier
    """The call's id."""
    session: Identifier
    """Whose call."""
    exercise: Slug | None
    """On whose purse."""
    at: AwareDatetime
    """When the request arrived."""
    kernel_id: Identifier | None
    """The kernel it came from."""
    cell_id: Identifier | None
    """The cell that was running when it arrived."""
    msg_id: Identifier | None
    """The execute request that was running when it arrived."""
    alias: str
    """The model's name in this exercise; "tool:" and the name for a tool."""
    route: Literal["simulated", "provider", "litellm", "tape", "tool"]
    """Who answered."""
    key: str
    """Key of the canonical request ("k1:" and a SHA-256)."""
    occurrence: int = Field(ge=0)
    """How many equal requests came before in this session."""
    status: Literal["open", "settled", "failed", "abandoned"]
    """How it ended; open is a call whose end was never seen."""
    http_status: int | None
    """What the kernel was told; None while open."""
    streamed: bool
    """Whether the answer went out in pieces."""
    reserved_usd: Decimal
    """What was set aside before the call."""
    usage: Usage | None
    """What it took; None while open or when nothing was used."""
    latency_s: float | None = Field(default=None, ge=0)
    """Seconds from arrival to the last byte."""
    request: dict[str, JsonValue]
    """The canonical request."""
    response: dict[str, JsonValue] | None
    """The answer or the error, as the kernel got it."""

    @property
    def is_tool(self) -> bool:
        """Whether a tool was used and no model called."""
        return self.route == "tool"

    def to_value(self) -> dict[str, Any]:
        """Return the record as plain JSON values; request and response are its own, not copies."""
        value = dict(self.__dict__)
        value["schema"] = value.pop("schema_")
        value["at"] = to_wire(self.at)
        value["reserved_usd"] = format(self.reserved_usd, "f")
        value["usage"] = self.usage and self.usage.to_value()
        return value


class Budget(Record):
    """What is left in the purse of one exercise."""

    exercise: Slug
    """Which exercise."""
    usd_limit: Decimal
    """All there was."""
    usd_spent: Decimal
    """Settled so far."""
    usd_reserved: Decimal
    """Set aside by calls under way."""
    calls_limit: int
    """All calls there were."""
    calls_made: int
    """Calls accepted so far."""
    tokens_limit: int
    """All tokens there were."""
    tokens_used: int
    """Tokens so far."""
    last_call_usd: Decimal | None = None
    """Price of the last settled call."""
    minutes_limit: Decimal | None = None
    """All simulated minutes there were; None where no tool takes any."""
    minutes_used: Decimal | None = None
    """Those that tools took; None likewise."""


class ExerciseState(Record):
    """Where one exercise of a session stands."""

    card: ExerciseCard
    """The exercise."""
    opened_at: AwareDatetime | None = None
    """When its box began; None before the first run or when untimed."""
    ends_at: AwareDatetime | None = None
    """When its box ends; None if untimed."""
    hard_end_at: AwareDatetime | None = None
    """When models stop answering; five minutes after ends_at."""
    parts_delivered: int = Field(default=1, ge=1)
    """How many parts the candidate has."""
    submissions: int = Field(default=0, ge=0)
    """How many times it was submitted."""


class SessionCard(Record):
    """One sitting's session as its server and kernel may see it."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    session: Identifier
    """The pseudonymous id."""
    level: Literal["mid", "senior"]
    """Which bar applies."""
    created_at: AwareDatetime
    """When it was opened."""
    exercises: tuple[ExerciseState, ...]
    """In the order they were given."""
    lab_token: str | None = None
    """Only in the answer that makes it."""
    kernel_token: str | None = None
    """Only in the answer that makes it."""


class Receipt(Record):
    """The proctor's signed word that it holds a submission."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    submission: Identifier
    """The submission's id."""
    session: Identifier
    """Whose."""
    exercise: Slug
    """Of which exercise."""
    exercise_version: str
    """Which version of it."""
    number: int = Field(ge=1)
    """1 for the first submission of this exercise, 2 for the next."""
    at: AwareDatetime
    """When it was taken."""
    saved_at: AwareDatetime
    """When the state in it was saved."""
    manifest_sha256: Sha256
    """Hash of the manifest, which names every other member."""
    head_seq: int = Field(ge=0)
    """Last entry of the journal in it."""
    head_hash: Sha256
    """That entry's hash."""
    key_id: str
    """Which key signed."""
    signature: str
    """Ed25519 over the canonical JSON of all fields above, base64."""

    def signed_bytes(self) -> bytes:
        """Return what the signature covers."""
        value = self.to_value()
        del value["signature"]
        return canonical_json(value)


class Member(Record):
    """One file of a submission, as the manifest lists it."""

    name: str = Field(min_length=1, max_length=200)
    """Name in the archive."""
    size_bytes: int = Field(ge=0)
    """Its size."""
    sha256: Sha256
    """Its hash."""


class Manifest(Record):
    """What a submission holds."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    submission: Identifier
    """The submission's id."""
    session: Identifier
    """Whose."""
    exercise: Slug
    """Of which exercise."""
    exercise_version: str
    """Which version."""
    recorded: bool = True
    """False when made from plain files, without a witness."""
    self_attested: bool = False
    """True when the kernel ran without a sandbox: then the record is the candidate's word."""
    rung: str = "unknown"
    """The sandbox rung the kernels ran on."""
    key_check: str
    """Tells the right content key from a wrong one."""
    members: tuple[Member, ...]
    """Every member but manifest.json, receipt.json and key.json, sorted by name."""
