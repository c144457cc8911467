"""The job: everything the provisioner needs to start one session's kernels.

Runs where untrusted code is started (zone S, and T for replay). The file holds the kernel's
token for the proctor, so it is ours alone; nothing of it is shown to a kernel.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.core.card import tell_validation
from harness.core.errors import SettingsError
from harness.core.settings import SandboxSettings


class SandboxJob(BaseModel):
    """How kernels of one session are started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rung: str = Field(pattern=r"^(bwrap\+cgroup|bwrap\+rlimits|none)$")
    """Which rung of the ladder."""
    work: Path
    """The work folder, seen inside as /home/candidate."""
    upstream: Path | None = None
    """The proctor's unix socket for kernels; None starts a kernel without models."""
    kernel_token: str | None = Field(default=None, pattern=r"^[!-~]{1,512}$")
    """Says to the proctor whose kernel it is; never enters the sandbox."""
    address: str | None = None
    """The proctor's http address: for the rung without a sandbox alone."""
    limits: SandboxSettings = SandboxSettings()
    """Memory, processes, files."""
    environment: dict[str, str] = Field(default_factory=dict)
    """Further variables for the kernel; no secret belongs here."""


def read_job(path: Path) -> SandboxJob:
    """Return the job in a file.

    Args:
        path: a file of ours, mode 0600.

    Raises:
        SettingsError: it is missing, not ours, readable by others, or off.
    """
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise SettingsError(f"{path} must be a file of ours that nobody else can read (0600)")
        return SandboxJob.model_validate_json(path.read_bytes())
    except OSError as problem:
        raise SettingsError(f"{path} cannot be read: {problem.strerror}") from problem
    except ValidationError as problem:
        raise SettingsError(f"{path}: {tell_validation(problem)}") from problem
