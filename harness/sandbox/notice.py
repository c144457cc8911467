"""What is known of one kernel from outside it, in a small file beside the job.

Runs where kernels are started; read by whoever tells people: why a kernel ended, and whether
its work folder is full.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class KernelNotice(BaseModel):
    """The state of one kernel."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Form of this record."""
    kernel_id: str
    """Which kernel."""
    ended_because: str | None = None
    """"memory", "folder", "time", "signal N" or "exit N"; None while it runs."""
    is_folder_full: bool = False
    """Whether the work folder is over its limit, so that nothing more can be written."""
    folder_bytes: int | None = None
    """What the work folder takes, in bytes; None before it was first measured."""


def notice_path(job_file: Path, kernel_id: str) -> Path:
    """Return where a kernel's notice stands: beside the job."""
    return job_file.with_name(f"kernel-{kernel_id}.json")


def write_notice(path: Path, notice: KernelNotice) -> None:
    """Write it whole or not at all, for us alone.

    Raises:
        OSError: it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(notice.model_dump_json(by_alias=True))
    part.replace(path)


def read_notice(path: Path) -> KernelNotice | None:
    """Return a kernel's notice; None if there is none."""
    try:
        return KernelNotice.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None
