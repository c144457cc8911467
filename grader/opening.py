"""A submission file opened for a verb: read, held against the pinned key, made an Attempt.

Runs in T.
"""

from __future__ import annotations

from pathlib import Path

from grader.attempt import Attempt
from grader.bench import find_exercise
from grader.intake import read_attempt
from harness.cli.verify import pinned_key, read_submission
from harness.core.errors import EnvironmentLacks
from harness.core.settings import Settings
from harness.core.signing import PublicKey


def open_attempt(path: Path, settings: Settings, key_file: Path | None = None) -> Attempt:
    """Return the attempt in a file.

    Args:
        path: the submission.
        settings: name the pinned key and private exercise roots.
        key_file: file with the proctor's public key line; None takes the pinned one, and without
            any the attempt says that nothing was checked.

    Raises:
        UsageError: there is no such file.
        NotAnAttempt: it cannot be read.
    """
    data = read_submission(path)
    return read_attempt(
        data,
        public=_public(settings, key_file),
        find_exercise=lambda slug: find_exercise(settings, slug),
    )


def _public(settings: Settings, key_file: Path | None) -> PublicKey | None:
    try:
        return pinned_key(settings, key_file)
    except EnvironmentLacks:
        if key_file is not None:
            raise
        return None
