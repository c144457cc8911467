"""The one place that reads audition.toml and AUDITION_* variables.

Runs in every zone. Yields one frozen Settings that is passed down; an unknown key or
variable is an error, because a misspelt limit is a limit that is not there.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.core.card import tell_validation
from harness.core.errors import SettingsError
from harness.core.model_settings import Alias, AnyModel, EmbeddedModel, ModelSettings

PREFIX = "AUDITION_"
FILE_NAME = "audition.toml"
READ_ELSEWHERE = frozenset({"AUDITION_URL", "AUDITION_TOKEN"})
"""Set inside the sandbox for the kernel client; no setting of ours."""

_MIB = 1 << 20


_frozen = ConfigDict(frozen=True, extra="forbid")


class ProctorSettings(BaseModel):
    """The proctor's own."""

    model_config = _frozen

    port: int = Field(default=0, ge=0, le=65535)
    """TCP port on 127.0.0.1; 0 takes a free one."""
    simulate_latency: bool = True
    """Whether the embedded model takes as long as a hosted one would."""
    head_every_s: float = Field(default=30.0, gt=0, le=3600)
    """How often the chain's head is signed while events come, in seconds."""
    drain_s: float = Field(default=30.0, ge=0, le=3600)
    """How long calls under way may take to finish once the proctor is told to end, in seconds."""
    max_body_bytes: int = Field(default=4 * _MIB, ge=1024)
    """Largest request body taken."""
    session_usd: Decimal | None = Field(default=None, gt=0, le=100_000)
    """US dollars any one session may spend in all its exercises together; None is no limit."""
    session_tokens: int | None = Field(default=None, ge=1)
    """Prompt and answer tokens likewise."""
    session_calls: int | None = Field(default=None, ge=1)
    """Model calls likewise."""
    session_calls_per_minute: int | None = Field(default=None, ge=1)
    """Calls of one session that may begin in any 60 seconds."""
    reserve_usd: Decimal = Field(default=Decimal(5), gt=0, le=100_000)
    """What providers may take above what was set aside, in all, before every route closes."""
    pause_minutes: int = Field(default=10, ge=0, le=600)
    """How long a session without a round may stand still, in all; 0 is no pauses."""
    live_answer_within_s: float = Field(default=180.0, gt=0, le=3600)
    """How long a live interviewer has before the fact sheet answers, in seconds."""
    photographs: Path | None = None
    """Folder of the exercises' proctor sides; None takes the installed ones."""
    database: str = ""
    """postgresql://HOST/DATABASE, without user and password; empty is SQLite in the home."""
    database_passfile: Path | None = None
    """libpq's password file, mode 0600, a line a role; None leaves it to libpq."""


class SandboxSettings(BaseModel):
    """Limits of one candidate's kernel."""

    model_config = _frozen

    memory_bytes: int = Field(default=2048 * _MIB, ge=256 * _MIB)
    """Memory of all its processes together."""
    processes: int = Field(default=128, ge=8, le=4096)
    """Processes and threads."""
    file_bytes: int = Field(default=256 * _MIB, ge=_MIB)
    """Largest single file."""
    folder_bytes: int = Field(default=512 * _MIB, ge=_MIB)
    """Work folder, all files together."""
    uid: int = Field(default=61184, ge=1000, le=2_000_000_000)
    """Uid and gid of the kernel where the launcher is root."""
    cell_minutes: float = Field(default=30.0, gt=0, le=1440)
    """How long a candidate's cell may run before it is interrupted, in minutes."""
    trust_code: bool = False
    """Run without a sandbox where none can be had (your own machine only)."""


class LabSettings(BaseModel):
    """The candidate's workspace."""

    model_config = _frozen

    port: int = Field(default=8888, ge=0, le=65535)
    """Wanted port of JupyterLab; the next free one is taken if it is busy."""
    output_message_bytes: int = Field(default=64 * 1024, ge=1024)
    """How much of one output is kept in the record."""
    output_cell_bytes: int = Field(default=_MIB, ge=1024)
    """How much output of one cell is kept in the record."""
    prepared_kernel: bool = True
    """Keep one kernel prepared on one's own machine: a start takes half a second; some 110 MiB."""


class ReviewSettings(BaseModel):
    """The reviewer's desk."""

    model_config = _frozen

    rater: str = Field(default="A", pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$")
    """Who rates, by a pseudonym."""
    port: int = Field(default=8890, ge=0, le=65535)
    """Wanted port of the reviewer's JupyterLab; the next free one is taken if it is busy."""


class HubSettings(BaseModel):
    """The hosted workspace."""

    model_config = _frozen

    address: str | None = Field(default=None, pattern=r"^https?://[^\s/#?]+$")
    """Where candidates reach it; links begin with it. None is http://127.0.0.1 and the port."""
    ip: str = Field(default="127.0.0.1", pattern=r"^[0-9a-fA-F.:]+$")
    """Address it listens on; whoever ends TLS stands before it."""
    port: int = Field(default=8000, ge=1, le=65535)
    """TCP port it listens on."""
    memory_bytes: int = Field(default=3072 * _MIB, ge=512 * _MIB)
    """Memory of one candidate: server and kernels together."""
    processes: int = Field(default=512, ge=64, le=32768)
    """Processes and threads of one candidate."""
    cpus: float = Field(default=2.0, gt=0.05, le=1024)
    """Processors one candidate may fill."""
    first_uid: int = Field(default=61440, ge=1000, le=2_000_000_000)
    """Candidates' servers run as this uid and those above it."""

    @property
    def url(self) -> str:
        """Where candidates reach it, without a slash at the end."""
        return self.address or f"http://127.0.0.1:{self.port}"


class Settings(BaseModel):
    """Everything that can be set."""

    model_config = _frozen

    home: Path = Path(".audition")
    """Where Audition keeps its state."""
    exercises: tuple[Path, ...] = ()
    """Further exercise roots, private forms among them."""
    public_key: str | None = None
    """Pinned public keys, a line each; None takes home/proctor/keys/public.txt."""
    candidate_python: Path | None = None
    """Interpreter of the candidate's environment; None looks beside the checkout."""
    proctor: ProctorSettings = ProctorSettings()
    """The proctor's own."""
    sandbox: SandboxSettings = SandboxSettings()
    """Limits of a kernel."""
    lab: LabSettings = LabSettings()
    """The candidate's workspace."""
    review: ReviewSettings = ReviewSettings()
    """The reviewer's desk."""
    hub: HubSettings = HubSettings()
    """The hosted workspace."""
    models: dict[Alias, AnyModel] = Field(default_factory=dict)
    """Models of providers' and of the embedded tiers, by the alias candidates call."""

    @property
    def provider_models(self) -> dict[str, ModelSettings]:
        """Those that somebody else answers."""
        return {name: one for name, one in self.models.items() if isinstance(one, ModelSettings)}

    @property
    def embedded_models(self) -> dict[str, EmbeddedModel]:
        """Those that the embedded model answers."""
        return {name: one for name, one in self.models.items() if isinstance(one, EmbeddedModel)}


def load_settings(
    *, folder: Path | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings of this folder and environment; variables win over the file.

    Args:
        folder: where audition.toml is looked for; None is the current folder.
        environ: variables to read; None is the process's own. Nested keys are joined by two
            underscores: AUDITION_SANDBOX__MEMORY_BYTES.

    Raises:
        SettingsError: not TOML, an unknown key or variable, a value out of range.
    """
    here = (folder or Path.cwd()).resolve()
    path = here / FILE_NAME
    data = _read_file(path) if path.exists() else {}
    _overlay(data, os.environ if environ is None else environ)  # noqa: TID251  the one reader
    try:
        settings = Settings.model_validate(data)
    except ValidationError as problem:
        raise SettingsError(
            f"settings ({path.name} and {PREFIX}* variables): {tell_validation(problem)}"
        ) from problem
    return settings.model_copy(update={"home": (here / settings.home).resolve()})


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path} is not TOML: {problem}") from problem


def _overlay(data: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in READ_ELSEWHERE:
            continue
        *outer, last = name.removeprefix(PREFIX).lower().split("__")
        place = data
        for key in outer:
            place = place.setdefault(key, {})
            if not isinstance(place, dict):
                raise SettingsError(f"{name}: {key!r} is a single value, not a table")
        place[last] = value.split(os.pathsep) if (outer, last) == ([], "exercises") else value


def describe() -> list[tuple[str, str, str]]:
    """Return every setting as (name, default, meaning), for the generated table in the docs."""
    rows: list[tuple[str, str, str]] = []
    _describe(Settings, "", rows)
    return rows


def _describe(model: type[BaseModel], prefix: str, rows: list[tuple[str, str, str]]) -> None:
    docs = _field_docs(model)
    for name, info in model.model_fields.items():
        kind = info.annotation
        if name == "models":
            _describe(ModelSettings, f"{prefix}{name}.ALIAS.", rows)
            _describe(EmbeddedModel, f"{prefix}{name}.EMBEDDED.", rows)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            _describe(kind, f"{prefix}{name}.", rows)
        else:
            default = "" if info.is_required() else str(info.default)
            rows.append((prefix + name, default, docs.get(name, "")))


def _field_docs(model: type[BaseModel]) -> dict[str, str]:
    import ast
    import inspect
    import textwrap

    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for field, doc in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(doc, ast.Expr):
            value, target = doc.value, field.target
            if isinstance(value, ast.Constant) and isinstance(target, ast.Name):
                found[target.id] = " ".join(str(value.value).split())
    return found
