"""A submission run again from its tape, in the sandbox, with no provider.

Runs in T; what runs is in the sandbox. The one door: `replay`.
"""

from grader.replay.replaying import replay

__all__ = ["replay"]
