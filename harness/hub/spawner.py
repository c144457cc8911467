"""The hub's spawner: lays out one candidate's folders and starts the keeper of their server.

Runs in the hub (zone G), as root. Nothing in the candidate's folders is trusted; what is read back
from the database is a process id, which is checked by its start time.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from jupyterhub.spawner import Spawner

from harness.cli.proctor_client import ProctorClient
from harness.core.private import write_private
from harness.core.records import SessionCard
from harness.core.workfolder import lay_out
from harness.hub.keeper import LISTENER, birth_of
from harness.hub.places import Candidate, HubGiven, Places, unix_url
from harness.hub.trial import bounds_of
from harness.sandbox.own import own_tree
from harness.sandbox.run_folder import lay_etc
from harness.sandbox.server_walls import (
    DOORS,
    GIVEN,
    SERVER,
    WORK,
    ServerWalls,
    command_argv,
    walls_argv,
)

_STOP_WITHIN_S = 20.0


class WalledSpawner(Spawner):  # type: ignore[misc]  # untyped to us
    """One candidate's server; the user's name is the sitting's id.

    Attributes:
        given: what the hub was started with; set before the hub starts.
        wanted: sittings whose server is to be up; one that is not is brought back.
    """

    given: HubGiven
    wanted: ClassVar[set[str]] = set()
    will_resume = True
    """Who dies unasked comes back: browsers that are signed in stay so."""
    pid = 0
    born = ""
    _keeper: subprocess.Popen[bytes] | None = None
    _step = "Your notebooks are being laid out"

    @property
    def server(self) -> Any:
        """The hub's note of where the server is; it knows of ports alone, ours is a socket."""
        server = Spawner.server.fget(self)
        if server is not None and not server.connect_url:
            server.connect_url = self._url
        return server

    @server.setter
    def server(self, server: Any) -> None:
        Spawner.server.fset(self, server)

    async def start(self) -> str:
        """Start the keeper, and with it the server; return where the proxy finds it."""
        self._step = "Your notebooks are being laid out"
        card = await asyncio.to_thread(self._open_session)
        candidate = self._places.candidate(self.user.name)
        await asyncio.to_thread(self._lay_out, candidate, card)
        self._step = "Your server is starting; a few seconds more"
        argv = [sys.executable, "-I", "-m", "harness.hub.keeper", str(candidate.keeping)]
        with candidate.log.open("ab") as log:
            self._keeper = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"}, cwd="/",
            )  # fmt: skip
        self.pid, self.born = self._keeper.pid, birth_of(self._keeper.pid)
        self.wanted.add(self.user.name)
        return self._url

    async def poll(self) -> int | None:
        """Return None while the keeper runs."""
        if self._keeper is not None and self._keeper.pid == self.pid:
            return self._keeper.poll()
        return None if self.pid and birth_of(self.pid) == self.born else 0

    async def stop(self, now: bool = False) -> None:
        """End the server in order, the keeper last; it was asked for and is not brought back."""
        self.wanted.discard(self.user.name)
        self.will_resume = False
        for number in (signal.SIGTERM, signal.SIGKILL):
            if await self.poll() is not None:
                break
            os.kill(self.pid, number)
            await self.wait_for_death(_STOP_WITHIN_S)
        self.clear_state()

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Tell how the start goes."""
        told = ""
        for tick in range(300):
            if self._step != told:
                told = self._step
                yield {"progress": min(90, 20 + 10 * tick), "message": told}
            await asyncio.sleep(0.5)

    def get_state(self) -> dict[str, Any]:
        """Return what finds the keeper again."""
        state: dict[str, Any] = super().get_state()
        return state | ({"pid": self.pid, "born": self.born} if self.pid else {})

    def load_state(self, state: dict[str, Any]) -> None:
        """Take what finds the keeper again."""
        super().load_state(state)
        self.pid, self.born = int(state.get("pid", 0)), str(state.get("born", ""))
        if self.pid and self._places.candidate(self.user.name).note.exists():
            self.wanted.add(self.user.name)  # whoever ends in order takes the note along

    def clear_state(self) -> None:
        """Forget the keeper."""
        super().clear_state()
        self.pid, self.born, self._keeper = 0, "", None

    @property
    def _places(self) -> Places:
        return Places(self.given.settings.home)

    @property
    def _url(self) -> str:
        return unix_url(self._socket)

    @property
    def _socket(self) -> Path:
        return self._places.server_socket(self.user.id)

    @property
    def _uid(self) -> int:
        return int(self.given.settings.hub.first_uid) + int(self.user.id)

    def _open_session(self) -> SessionCard:
        client = ProctorClient.of_home(self.given.proctor, self.given.settings.home)
        answer = client.post(f"/sittings/{self.user.name}/session", {})
        return SessionCard.model_validate(answer)

    def _lay_out(self, candidate: Candidate, card: SessionCard) -> None:
        """Make the folders and write what server and keeper are started with."""
        candidate.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (candidate.server, candidate.etc):
            folder.mkdir(exist_ok=True)
        candidate.server.chmod(0o700)
        lay_etc(candidate.etc, self._uid)
        slugs = tuple(state.card.slug for state in card.exercises)
        checkout = self.given.checkout
        lay_out(candidate.work, slugs, checkout / "notebooks", checkout / "datasets")
        own_tree(candidate.work, self._uid, self._uid)
        own_tree(candidate.server, self._uid, self._uid)
        os.chown(write_private(candidate.given, self._lab_json(card)), self._uid, self._uid)
        write_private(candidate.keeping, self._kept(candidate))

    def _kept(self, candidate: Candidate) -> dict[str, Any]:
        python = self.given.candidate_python
        walls = ServerWalls(
            python=python, uid=self._uid, server=candidate.server, work=candidate.work,
            etc=candidate.etc, given=candidate.given,
            doors=(("hub", self._places.socket.parent), ("proctor", self.given.lab_socket.parent)),
        )  # fmt: skip
        command = [str(python), "-I", "-m", "harness.lab", str(GIVEN)]
        bounds = asdict(bounds_of(self.given.settings.hub))
        return {
            "socket": str(self._socket), "uid": self._uid, "walls": walls_argv(walls),
            "command": command_argv(walls, command),
            "bounds": bounds if self.given.has_groups else None,
        }  # fmt: skip

    def _lab_json(self, card: SessionCard) -> dict[str, Any]:
        settings, env = self.given.settings, self.get_env()
        first = card.exercises[0].card.slug
        return {
            "session": card.session,
            "proctor": "http://proctor:80",
            "proctor_socket": str(DOORS / "proctor" / self.given.lab_socket.name),
            "lab_token": card.lab_token,
            "kernel_socket": str(DOORS / "proctor" / self.given.kernel_socket.name),
            "kernel_token": card.kernel_token,
            "spool": str(SERVER / "spool"),
            "home": str(SERVER / "home"),
            "work": str(WORK),
            "open_path": f"{first}/{first}.ipynb",
            "rung": self.given.rung,
            "sandbox": settings.sandbox.model_dump(mode="json"),
            "output_message_bytes": settings.lab.output_message_bytes,
            "output_cell_bytes": settings.lab.output_cell_bytes,
            "hosted": {
                "listener": LISTENER,
                "base_url": env["JUPYTERHUB_SERVICE_PREFIX"],
                "hub_api": unix_url(DOORS / "hub" / self._places.socket.name) + "/hub/api",
                "hub_token": env["JUPYTERHUB_API_TOKEN"],
                "client_id": env["JUPYTERHUB_CLIENT_ID"],
                "access_scopes": json.loads(env["JUPYTERHUB_OAUTH_ACCESS_SCOPES"]),
            },
        }
