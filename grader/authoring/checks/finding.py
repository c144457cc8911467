"""What a check says of one place: a record, for people and for `--json`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from grader.authoring.problem import Problem, Severity

LONGEST = 400


class Finding(BaseModel):
    """One rule that is not kept at one place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    """The rule's code; its file in `grader/authoring/checks` says what, why, wrong and right."""
    severity: Severity
    """error: it has to be mended. warning: have a look."""
    place: str
    """File from the exercise's folder, and cell, key or line where there is one."""
    what: str
    """What is the matter there."""
    remedy: str
    """The author's next step."""

    @classmethod
    def of(cls, rule: str, problem: Problem) -> Finding:
        """Return a problem as a rule's finding."""
        return cls(
            rule=rule,
            severity=problem.severity,
            place=_writable(problem.place),
            what=_writable(problem.what),
            remedy=_writable(problem.remedy),
        )


def _writable(text: str) -> str:
    """Return a text that can be written anywhere: names of files may hold bytes that are none."""
    return text[:LONGEST].encode("utf-8", "backslashreplace").decode("utf-8")[:LONGEST]
