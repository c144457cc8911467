"""`audition exercise preview`: an exercise as a candidate sees it, before anybody does.

Runs in T, on the author's machine. The photograph goes into a temporary folder, and the workspace
runs in a home of its own, so that no ledger, purse or list of a round is touched. The session is
opened through a sitting of a round that says staff: what is submitted there counts nowhere.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from grader.authoring.release import release
from grader.authoring.roots import Place
from harness.cli.lab import Wanted, Workspace
from harness.cli.places import candidate_python
from harness.cli.proctor_client import ProctorClient
from harness.core.records import SessionCard
from harness.core.settings import Settings
from harness.sandbox.ladder import Rung

HOME = "preview"
"""Below Audition's home: where previews keep their state, apart from every round's."""
_PHOTOGRAPHS = Path("harness", "proctor", "photographs")


class Preview(Workspace):
    """The workspace of one staff run; its session is a staff sitting's."""

    def session(self, client: ProctorClient) -> SessionCard:
        """Open a staff round, one sitting in it, and return that sitting's session.

        Raises:
            SessionRefused: the proctor cannot use the exercise.
        """
        slug = self._wanted.exercises[0]
        name = f"staff-{secrets.token_hex(6)}"
        client.post("/rounds", {"round": name, "exercises": [slug], "days": 1, "staff": True})
        made = client.post(f"/rounds/{name}/invites", {"candidates": [name]})
        sitting = client.post("/sittings", {"secret": made["invites"][0]["secret"]})
        card = client.post(f"/sittings/{sitting['sitting']}/session", {})
        return SessionCard.model_validate(card)


def staff_settings(settings: Settings, out: Path) -> Settings:
    """Return the settings of a preview: a home of its own, and the photograph in out.

    Args:
        settings: the operator's.
        out: where the exercise was released.
    """
    photographs = (out / _PHOTOGRAPHS).resolve()
    return settings.model_copy(
        update={
            "home": settings.home / HOME,
            "public_key": None,
            "candidate_python": candidate_python(settings),
            "proctor": settings.proctor.model_copy(update={"photographs": photographs}),
        }
    )


def open_preview(place: Place, settings: Settings, rung: Rung, out: Path) -> Preview:
    """Photograph an exercise and return its workspace, not started yet.

    Args:
        place: the exercise.
        settings: the operator's.
        rung: the walls of its kernels.
        out: a folder for the photograph, kept until the workspace has ended.

    Raises:
        BadExercise: the exercise cannot be released.
    """
    release(place.folder, out)
    wanted = Wanted(exercises=(place.slug,), level="mid", minutes=None, is_new=True)
    own = staff_settings(settings, out)
    return Preview(settings=own, rung=rung, wanted=wanted, root=out)
