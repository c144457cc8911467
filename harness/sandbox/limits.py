"""What each process of a kernel may take, whatever control groups say of all together.

Runs where kernels are started.
"""

from __future__ import annotations

import resource
from collections.abc import Callable

from harness.sandbox.job import SandboxJob

NOFILE = 1024


def limits_of(job: SandboxJob) -> dict[str, int]:
    """Return the limits of each process by name, after the rung the job stands on."""
    limits = {"CORE": 0, "FSIZE": job.limits.file_bytes, "NOFILE": NOFILE}
    if job.rung != "bwrap+cgroup":
        limits["AS"] = job.limits.memory_bytes
    if job.rung == "bwrap+rlimits":  # without walls it would count all the user's processes
        limits["NPROC"] = job.limits.processes
    return limits


def limits_alone(job: SandboxJob) -> Callable[[], None]:
    """Return what sets the limits in a child that gets no walls, before it becomes the kernel."""
    limits = [(getattr(resource, f"RLIMIT_{name}"), most) for name, most in limits_of(job).items()]

    def set_limits() -> None:
        for which, most in limits:
            hard = resource.getrlimit(which)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(which, (most, most))

    return set_limits
