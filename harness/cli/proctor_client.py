"""What the operator's command line asks of the proctor.

Runs on the operator's machine, with the operator's token. Standard library only: the front
door stays quick.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness.core.errors import ProctorAway, SessionRefused
from harness.core.records import SessionCard


@dataclass(frozen=True)
class ProctorClient:
    """The operator's end of the proctor's operator routes.

    Attributes:
        address: "http://127.0.0.1:PORT".
        token: the operator's token.
    """

    address: str
    token: str

    @classmethod
    def of_home(cls, address: str, home: Path) -> ProctorClient:
        """Return a client with the token that lies in home."""
        token = (home / "proctor" / "operator.token").read_text(encoding="ascii").strip()
        return cls(address=address, token=token)

    @classmethod
    def running(cls, home: Path) -> ProctorClient:
        """Return a client of the proctor that is up for a home.

        Raises:
            ProctorAway: none is.
        """
        try:
            address = (home / "proctor" / "address").read_text(encoding="ascii").strip()
            return cls.of_home(address, home)
        except OSError as problem:
            raise ProctorAway(
                f"no proctor is up for {home}; start one first: audition proctor"
            ) from problem

    def open_session(
        self, exercises: tuple[str, ...], *, level: str, minutes: int | None, live: bool = False
    ) -> SessionCard:
        """Open a session and return it with its tokens.

        Raises:
            SessionRefused: an exercise the proctor does not have, a level it does not know.
        """
        body = {"exercises": list(exercises), "level": level, **({"live": True} if live else {})}
        return self._card("POST", "/sessions", body | ({"minutes": minutes} if minutes else {}))

    def session(self, session: str) -> SessionCard | None:
        """Return a session without its tokens; None if the proctor does not know it."""
        try:
            return self._card("GET", f"/sessions/{session}")
        except SessionRefused:
            return None

    def fresh_tokens(self, session: str) -> SessionCard:
        """Return a session with new tokens; the old ones are no longer good.

        Raises:
            SessionRefused: the proctor does not know it.
        """
        return self._card("POST", f"/sessions/{session}/tokens", {})

    def submissions(self) -> list[dict[str, Any]]:
        """Return what was submitted, oldest first."""
        found = json.loads(self._ask("GET", "/submissions"))
        return list(found["submissions"] if isinstance(found, dict) else found)

    def submission(self, submission: str) -> bytes:
        """Return one submission's archive, with its content key.

        Raises:
            SessionRefused: there is none of that id.
        """
        return self._ask("GET", f"/submissions/{submission}")

    def get(self, path: str) -> dict[str, Any]:
        """Return what an operator's route tells.

        Args:
            path: begins with a slash; parts that people wrote are quoted here.

        Raises:
            SessionRefused: the proctor said no.
            ProctorAway: it does not answer.
        """
        return dict(json.loads(self._ask("GET", quote(path))))

    def post(self, path: str, body: object) -> dict[str, Any]:
        """Return what an operator's route answers to a body.

        Args:
            path: begins with a slash; parts that people wrote are quoted here.
            body: plain JSON values.

        Raises:
            SessionRefused: the proctor said no.
            ProctorAway: it does not answer.
        """
        return dict(json.loads(self._ask("POST", quote(path), body)))

    def _card(self, method: str, path: str, body: object = None) -> SessionCard:
        return SessionCard.model_validate_json(self._ask(method, path, body))

    def _ask(self, method: str, path: str, body: object = None) -> bytes:
        request = urllib.request.Request(  # noqa: S310  the address is our own
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return bytes(answer.read())
        except urllib.error.HTTPError as problem:
            raise SessionRefused(_words(problem)) from problem
        except OSError as problem:
            raise ProctorAway(
                f"the proctor at {self.address} does not answer ({problem}); is `audition lab` up?"
            ) from problem


def _words(problem: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(problem.read())["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"the proctor answered {problem.code}"
