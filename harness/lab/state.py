"""What the server knows about itself, for the side panel and for parts.

Runs in zone S. Handed to the extension's handlers; holds the door to the proctor, no key.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.lab.announce import Recorder
from harness.lab.door import ProctorDoor
from harness.lab.given import Given
from harness.lab.line import Line
from harness.lab.saves import Saves
from harness.lab.spool import Spool


@dataclass
class LabState:
    """One sitting's server at this moment.

    Attributes:
        session: the pseudonymous id.
        rung: the sandbox rung kernels run on.
        is_self_attested: whether the record is the candidate's own word.
        door: HTTP to the proctor (`await door.part(slug, 2)`).
        saves: tells the proctor of saves; the contents manager does it by itself.
        recorder: tells the proctor of everything else.
        given: lab.json, for the kernel of the system check.
        titles: slug to title of the session's exercises; empty until the proctor has told.
    """

    session: str
    rung: str
    is_self_attested: bool
    door: ProctorDoor
    line: Line
    spool: Spool
    saves: Saves
    recorder: Recorder
    given: Given
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def connected(self) -> bool:
        """Whether the proctor is on the line."""
        return self.line.is_connected

    @property
    def unsent(self) -> int:
        """How many events the proctor does not have for good yet."""
        return len(self.spool.pending)
