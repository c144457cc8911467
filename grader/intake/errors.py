"""What intake raises.

YoursToFix
└── NotAnAttempt         bytes of which no Attempt can be made     (exit 1)
"""

from __future__ import annotations

from grader.records import Finding
from harness.core.errors import YoursToFix


class NotAnAttempt(YoursToFix):
    """Bytes of which no Attempt can be made.

    Attributes:
        findings: why, the first of them a `stop`.
    """

    exit_code = 1

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f.message for f in findings if f.level == "stop"))
        self.findings = findings

    def __reduce__(self) -> tuple[type[NotAnAttempt], tuple[object, ...], dict[str, object]]:
        return (type(self), (self.findings,), {})
