"""A rule: its code, what it needs to have been read, and how it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.authoring.checks.finding import Finding
from grader.authoring.checks.room import Piece, Room
from grader.authoring.problem import Problem, problem_of
from harness.core.errors import EnvironmentLacks, SettingsError, YoursToFix

MOST = 50
"""More findings of one rule help nobody."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        code: its name in findings; its file is named like it.
        find: yields what is off in a room.
        needs: pieces that have to be readable, or it does not look.
        is_slow: whether it runs code in the sandbox.
    """

    code: str
    find: Callable[[Room], Iterator[Problem]]
    needs: tuple[Piece, ...] = ()
    is_slow: bool = False

    def findings(self, room: Room) -> list[Finding]:
        """Return what it finds; nothing where what it needs could not be read.

        What it found before it met something unreadable stays.

        Raises:
            EnvironmentLacks: it runs code, and this machine has no walls for it.
        """
        if not room.has(*self.needs):
            return []
        found: list[Finding] = []
        try:
            for problem in self.find(room):
                found.append(Finding.of(self.code, problem))
                if len(found) == MOST:
                    found.append(Finding.of(self.code, _and_more(problem)))
                    break
        except (EnvironmentLacks, SettingsError):
            raise
        except YoursToFix as error:
            found.append(Finding.of(self.code, problem_of(error, "the folder", room.folder)))
        except RecursionError:
            deep = Problem("the folder", "something in it is nested too deeply", "make it flatter")
            found.append(Finding.of(self.code, deep))
        return found


def _and_more(last: Problem) -> Problem:
    return Problem(
        "the folder", f"{MOST} are told here; there are more", last.remedy, last.severity
    )
