"""What a model answered while an exercise was tried on it: counted, and kept since it was paid for.

Runs in T, on the author's machine.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from grader.authoring.calibrate_models import PASSED, Door, EmbeddedDoor, Messages, Reply
from harness.core.canonical import canonical_json
from harness.core.errors import EnvironmentLacks
from harness.models.grounded_profile import GroundedProfile
from harness.models.profiles import AnyProfile, Profile


@dataclass
class KeptDoor:
    """Another door, each different request asked once; answers of a paid one outlive a stop.

    Attributes:
        door: who answers.
        file: JSON lines, key and answer; None keeps nothing.
        calls: requests that were answered, kept ones too.
        fresh: those of them that were really asked now.
        usd: what the fresh ones cost.
    """

    door: Door
    file: Path | None = None
    calls: int = 0
    fresh: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: Decimal = Decimal(0)
    _known: dict[str, Reply] = field(default_factory=dict)
    _is_cut: bool = False

    def __post_init__(self) -> None:
        """Read what was kept; a line that a stop cut short is passed over."""
        if self.file is None or not self.file.is_file():
            return
        said = self.file.read_text(encoding="utf-8", errors="replace")
        self._is_cut = not said.endswith("\n") and said != ""
        for line in said.splitlines():
            with suppress(ValueError, KeyError, TypeError, ArithmeticError):
                row = json.loads(line)
                self._known[str(row["key"])] = Reply(
                    str(row["text"]), int(row["in"]), int(row["out"]), Decimal(row["usd"])
                )

    @property
    def alias(self) -> str:
        """What it is called."""
        return self.door.alias

    @property
    def kept(self) -> int:
        """How many answers there are."""
        return len(self._known)

    def ask(self, messages: Messages, params: Mapping[str, Any]) -> Reply:
        """Return the answer to a request, kept or asked for now.

        Raises:
            RowRefused: the model does not take it.
            EnvironmentLacks: it stopped answering; the message says how to go on.
        """
        told = {key: params[key] for key in PASSED if key in params}
        value = {"alias": self.alias, "messages": [dict(one) for one in messages], **told}
        key = hashlib.sha256(canonical_json(value)).hexdigest()
        if key not in self._known:
            self._known[key] = self._asked(key, messages, told)
        self.calls += 1
        return self._known[key]

    def _asked(self, key: str, messages: Messages, told: Mapping[str, Any]) -> Reply:
        try:
            reply = self.door.ask(messages, told)
        except EnvironmentLacks as problem:
            where = f" in {self.file}" if self.file is not None else ""
            raise EnvironmentLacks(
                f"{problem}. {self.kept} answers are kept{where}; run the same command again, and "
                "it goes on from there"
            ) from problem
        self.fresh += 1
        self.tokens_in += reply.tokens_in
        self.tokens_out += reply.tokens_out
        self.usd += reply.usd
        if self.file is not None:
            row = {"key": key, "text": reply.text, "in": reply.tokens_in, "out": reply.tokens_out,
                   "usd": str(reply.usd)}  # fmt: skip
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as file:
                # What a stop cut short keeps a line of its own; the next answer is not lost to it.
                file.write(("\n" if self._is_cut else "") + json.dumps(row) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self._is_cut = False
        return reply

    def has(self, messages: Messages, params: Mapping[str, Any]) -> bool:
        """Tell whether the answer to a request is kept."""
        told = {key: params[key] for key in PASSED if key in params}
        value = {"alias": self.alias, "messages": [dict(one) for one in messages], **told}
        return hashlib.sha256(canonical_json(value)).hexdigest() in self._known


def addressed(
    door: Door | KeptDoor, own: AnyProfile | None, model: str, messages: Messages
) -> Messages:
    """Return the messages for the model on trial, where the exercise's code asks another.

    Args:
        door: the model on trial.
        own: the exercise's own model's profile.
        model: whom the exercise's code asks.
        messages: what it says.
    """
    if isinstance(own, Profile) and model == own.alias and door.alias != own.alias:
        inner = door.door if isinstance(door, KeptDoor) else door
        if not (isinstance(inner, EmbeddedDoor) and inner.profile is not None):
            return ({"role": "system", "content": own.instruction}, *messages)
    return messages


def grounded_profile(door: Door | KeptDoor) -> GroundedProfile | None:
    """Return the profile of a model that answers from a text; None for any other model."""
    inner = door.door if isinstance(door, KeptDoor) else door
    profile = inner.profile if isinstance(inner, EmbeddedDoor) else None
    return profile if isinstance(profile, GroundedProfile) else None
