"""What the candidate's server is started with: lab.json, read once and frozen.

Runs in zone S at start. The file is ours (written by `audition lab` or the hub), yet every
field is checked: a misspelt limit is a limit that is not there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from harness.core.card import tell_validation
from harness.core.records import Identifier
from harness.core.settings import SandboxSettings
from harness.lab.errors import BadGiven

RungName = Literal["bwrap+cgroup", "bwrap+rlimits", "none"]
_MAX_BYTES = 64 * 1024


class Hosted(BaseModel):
    """What is different under a hub."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listener: int = Field(ge=3)
    """Handle of the listener that was passed in."""
    base_url: str = Field(pattern=r"^/([A-Za-z0-9_.~-]+/)+$")
    """Where the proxy mounts us."""
    hub_api: str = Field(pattern=r"^http\+unix://[A-Za-z0-9%._-]+(/[a-z]+)+$")
    """The hub's API."""
    hub_token: str = Field(min_length=16)
    """Our own token for it."""
    client_id: str = Field(min_length=1)
    """What the hub calls us when a browser signs in."""
    access_scopes: tuple[str, ...] = Field(min_length=1)
    """What a browser's user has to hold."""


class Given(BaseModel):
    """One sitting's server, as its starter wants it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session: Identifier
    """The pseudonymous id."""
    proctor: str = Field(pattern=r"^http://[A-Za-z0-9.\-]+:[0-9]{1,5}$")
    """The proctor's address."""
    lab_token: str = Field(min_length=16)
    """Opens the proctor's doors for the server."""
    kernel_socket: Path | None
    """The proctor's unix socket for kernels."""
    kernel_token: str = Field(min_length=16)
    """Opens the proctor's doors for kernels."""
    spool: Path
    """Where events wait until the proctor has them."""
    home: Path
    """The server's own folder: settings, runtime files."""
    work: Path
    """What a kernel sees as /home/candidate."""
    proctor_socket: Path | None = None
    """The proctor's unix socket for servers without a network; None takes its address."""
    hosted: Hosted | None = None
    """What is different under a hub; None on one machine."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """TCP port on 127.0.0.1; None under a hub alone."""
    browser_token: str | None = Field(default=None, min_length=16)
    """What the browser's address carries; None under a hub alone."""
    open_path: str = Field(max_length=300)
    """The notebook to open first, relative to work."""
    rung: RungName
    """The sandbox rung kernels run on."""
    sandbox: SandboxSettings
    """Limits of a kernel."""
    prepared_kernel: bool = False
    """Whether a kernel waits, prepared, for the next start; behind walls alone."""
    output_message_bytes: int = Field(ge=1024)
    """How much of one output is recorded."""
    output_cell_bytes: int = Field(ge=1024)
    """How much output of one cell is recorded."""

    @field_validator("spool", "home", "work", "kernel_socket", "proctor_socket")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_absolute():
            raise ValueError(f"{str(value)!r} is relative; write the whole path")
        return value

    @model_validator(mode="after")
    def _has_a_door(self) -> Given:
        on_one_machine = self.port is not None and self.browser_token is not None
        if on_one_machine == (self.hosted is not None):
            raise ValueError("give either port and browser_token, or hosted")
        return self

    @property
    def is_self_attested(self) -> bool:
        """Whether nothing parts the kernel from this server, so that the record is its word."""
        return self.rung == "none"


def read_given(path: Path) -> Given:
    """Return what lab.json holds.

    Args:
        path: the file.

    Raises:
        BadGiven: missing, too large, not JSON, a field unknown, missing or out of range, or
            no work folder where it says.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as problem:
        raise BadGiven(f"{path} cannot be read: {problem.strerror}") from problem
    if len(data) > _MAX_BYTES:
        raise BadGiven(f"{path} has more than {_MAX_BYTES} bytes; this is not a lab.json")
    try:
        given = Given.model_validate_json(data)
    except ValidationError as problem:
        raise BadGiven(f"{path}: {tell_validation(problem)}") from problem
    if not given.work.is_dir():
        raise BadGiven(f"{path}: there is no work folder {given.work}; start with: audition lab")
    return given
