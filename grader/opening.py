"""A submission file opened for a verb: read, held against the pinned key, made an Attempt.

Runs in T.
"""

from __future__ import annotations

from pathlib import Path

from grader.attempt import Attempt
from grader.bench import find_exercise
from grader.intake import read_attempt
from harness.cli.verify import pinned_keys, read_submission
from harness.core.errors import EnvironmentLacks
from harness.core.keyring import Keyring
from harness.core.settings import Settings


def open_attempt(path: Path, settings: Settings, key_file: Path | None = None) -> Attempt:
    """Return the attempt in a file.

    Args:
        path: the submission.
        settings: name the pinned key and private exercise roots.
        key_file: the proctor's public.txt; None takes the pinned keys, and without any the attempt
            says that nothing was checked.

    Raises:
        UsageError: there is no such file.
        NotAnAttempt: it cannot be read.
    """
    return read_opened(read_submission(path), settings, key_file)


def read_opened(data: bytes, settings: Settings, key_file: Path | None = None) -> Attempt:
    """Return the attempt in a submission's bytes, as open_attempt does for a file.

    Raises:
        NotAnAttempt: it cannot be read.
    """
    return read_attempt(
        data,
        public=_public(settings, key_file),
        find_exercise=lambda slug: find_exercise(settings, slug),
    )


def _public(settings: Settings, key_file: Path | None) -> Keyring | None:
    try:
        return pinned_keys(settings, key_file)
    except EnvironmentLacks:
        if key_file is not None:
            raise
        return None
