"""What a kernel finds in its environment: this, and nothing of ours.

Runs where kernels are started.
"""

from __future__ import annotations

from pathlib import Path

from harness.sandbox.bubblewrap import PORT
from harness.sandbox.job import SandboxJob
from harness.sandbox.run_folder import HOME

NO_KEY = "sandbox-needs-no-key"
"""What stands for a key where the line itself says who calls."""
_QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1",
    "DEEPEVAL_TELEMETRY_OPT_OUT": "YES", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0",
    "LANG": "C.UTF-8", "TZ": "UTC", "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "UV_OFFLINE": "1",
}  # fmt: skip
"""Libraries look for no network they do not have, and start no threads they do not need; sets
keep one order in the session and in every replay of it."""


def inside_walls(job: SandboxJob, python: Path) -> dict[str, str]:
    """Return the environment inside a sandbox: no secret, the proctor on loopback.

    Args:
        job: the session's job.
        python: the candidate's interpreter.
    """
    line = f"http://127.0.0.1:{PORT}"
    return _common(job, python, line, NO_KEY) | {
        "HOME": HOME,
        "IPYTHONDIR": "/tmp/.ipython",  # noqa: S108  private to the sandbox
        "JUPYTER_RUNTIME_DIR": "/tmp/.jupyter",  # noqa: S108
        "MPLCONFIGDIR": "/tmp/.matplotlib",  # noqa: S108
        "XDG_CACHE_HOME": "/tmp/.cache",  # noqa: S108
        "TMPDIR": "/tmp",  # noqa: S108
    }


def without_walls(job: SandboxJob, python: str) -> dict[str, str]:
    """Return the environment on the bottom rung: the proctor's address and the kernel's token."""
    token = job.kernel_token or NO_KEY
    return _common(job, Path(python), job.address or "", token) | {"HOME": str(job.work)}


def _common(job: SandboxJob, python: Path, address: str, key: str) -> dict[str, str]:
    line = {
        "AUDITION_URL": address,
        "OPENAI_BASE_URL": f"{address}/v1",
        "OPENAI_API_KEY": key,
        "LITELLM_PROXY_API_BASE": f"{address}/v1",
        "LITELLM_PROXY_API_KEY": key,
    }
    path = f"{python.absolute().parent}:/usr/local/bin:/usr/bin:/bin"
    return _QUIET | line | {"USER": "candidate", "PATH": path} | job.environment
