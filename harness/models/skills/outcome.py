"""What a skill hands back: an answer in parts, so that any output format can be made of it.

Runs in the model worker; pure values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NO_FIELDS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Outcome:
    """One answer.

    Attributes:
        text: the answer as prose.
        value: the bare answer: a label, a verdict, a sentence.
        fields: a record, when the answer has parts with names.
        faults: names of the faults drawn for it.
        reason: one sentence on why, empty when there is none.
        task: the task that was really done, where it is not the one that was read.
    """

    text: str
    value: str
    fields: Mapping[str, object] = field(default_factory=lambda: _NO_FIELDS)
    faults: tuple[str, ...] = ()
    reason: str = ""
    task: str = ""
