"""The candidate's Jupyter server: configured here in Python, and nowhere else.

Runs in zone S, one process for each sitting. Starts the recorder before the first route is
open, and ends it after the last kernel has.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvloop
from jupyter_server.serverapp import ServerApp
from tornado.ioloop import IOLoop, PeriodicCallback
from traitlets.config import Config

from harness.core.clock import SystemClock
from harness.lab.announce import Recorder
from harness.lab.beneath import Beneath
from harness.lab.connection import RecordedConnection
from harness.lab.contents import WorkContents
from harness.lab.door import ProctorDoor
from harness.lab.errors import NoAnswer, ProctorSaidNo
from harness.lab.gate import ReadMark, ask_first
from harness.lab.given import Given
from harness.lab.kernelspec import QUIET, OneKernel, write_kernelspec
from harness.lab.line import Line
from harness.lab.manager import RecordedKernels
from harness.lab.page_handlers import first_path
from harness.lab.returning import Returning
from harness.lab.routes import close_the_rest
from harness.lab.saves import Saves
from harness.lab.sessions import NotebookSessions
from harness.lab.spool import Spool
from harness.lab.state import LabState
from harness.lab.workspace import extension_folders, lay_settings, lay_style
from harness.sandbox.job import SandboxJob, read_job
from harness.sandbox.own import own_tree
from harness.sandbox.spare import SpareKernel

HEARTBEAT_S = 10.0
"""How often the proctor is told the server's time."""
FLUSH_S = 2.5
"""How long the last events may take to reach the proctor."""
SOCKET_BYTES = 40 << 20
"""A browser's message longer than this closes its connection; from 10 MiB on it is refused."""

_log = logging.getLogger(__name__)


class LabServer(ServerApp):  # type: ignore[misc]  # untyped to us
    """Jupyter's server with what one sitting needs.

    Attributes:
        given: lab.json.
        recorder: who tells the proctor.
        work: the work folder.
        saves: who tells of saves.
        state: what the panel asks for.
        private: the server's own folder.
        mark: whether the page before the workspace was read.
        returning: kernels of the server before us, and the note for the one after us.
    """

    given: Given
    recorder: Recorder
    work: Beneath
    saves: Saves
    state: LabState
    private: Path
    mark: ReadMark
    returning: Returning
    no_browser_open_file = True
    _greeting = ""

    def load_config_file(self, suppress_errors: bool = True) -> None:
        """Read nothing: neither the user's files nor the current folder's are ours."""

    def take(self, given: Given) -> None:
        """Make what one sitting needs; call before initialize."""
        self.given, self.private = given, given.home
        self.mark = ReadMark(given.home, by_hub=given.hosted is not None)
        self.static_custom_path = [str(lay_style(given.home))]
        self.returning = Returning(given.home / "open-notebooks.json", given.lab_token)
        self._is_open = asyncio.Event()
        spool = Spool(given.spool)
        door = ProctorDoor(given.proctor, given.lab_token, given.proctor_socket)
        self.recorder = Recorder(spool, SystemClock())
        line = Line(door, spool, on_connect=self._greet)
        self.recorder.speak_on(line)
        owner = _owner(given)
        if owner is not None:
            own_tree(given.work, owner, owner)
        self.work = Beneath(given.work, owner=owner)
        self.saves = Saves(self.recorder, spool, self.work)
        self.state = LabState(
            session=given.session,
            rung=given.rung,
            is_self_attested=given.is_self_attested,
            door=door,
            line=line,
            spool=spool,
            saves=self.saves,
            recorder=self.recorder,
            given=given,
        )

    def init_webapp(self) -> None:
        """Open the routes that are open, and no others; what is to be read first comes first."""
        super().init_webapp()
        ask_first(self.web_app, self.base_url, self.mark)
        close_the_rest(self.web_app, self.base_url)
        if self.given.hosted is not None:
            from harness.lab.hosted import settle

            settle(self.web_app, self.identity_provider)

    def _bind_http_server(self) -> None:
        """Open the doors once the kernels of the server before us are there again."""
        self.io_loop.add_callback(self._bring_back_and_bind)

    async def _bring_back_and_bind(self) -> None:
        await self.returning.bring_back(self.session_manager.bring_back)
        super()._bind_http_server()
        self._is_open.set()

    async def opened(self) -> None:
        """Return when somebody can come in."""
        await self._is_open.wait()

    def _bind_http_server_tcp(self) -> bool:
        """Listen on our port, or on what was passed in."""
        if self.given.hosted is None:
            return bool(super()._bind_http_server_tcp())
        from harness.lab.hosted import listen

        listen(self, self.given.hosted)
        return True

    def _find_http_port(self) -> None:
        if self.given.hosted is None:
            super()._find_http_port()

    async def begin(self) -> None:
        """Speak to the proctor, learn the exercises, record the notebooks as laid out.

        The proctor takes the line for the sign that somebody can work: it comes after the doors.
        """
        await self.opened()
        self.state.line.start()
        if self.given.prepared_kernel and self.given.rung != "none":
            job = partial(read_job, self.given.home / "job.json")
            self.kernel_manager.spare_kernel = SpareKernel(job, Path(sys.executable))
        beat = PeriodicCallback(self._beat, HEARTBEAT_S * 1000)
        beat.start()
        slugs = await self._learn_titles()
        await self.saves.first_time(slugs, self.private / "first-saves.json")

    async def _cleanup(self) -> None:
        """End the kernels, then let the record go out."""
        self.returning.freeze()
        try:
            if self.kernel_manager.spare_kernel is not None:
                await self.kernel_manager.spare_kernel.stop()
            await super()._cleanup()
        except Exception:  # whatever it is, the record must go out and the loop must end
            _log.exception("the kernels did not end as they should")
        finally:
            await self.state.line.stop(flush_s=FLUSH_S)
            self.state.spool.close()

    def _greet(self) -> None:
        if not self.state.titles:
            self.io_loop.add_callback(self._learn_titles)
        if self._greeting in self.state.spool.pending:
            return  # said already, on a line that ended before it arrived
        payload = {"rung": self.given.rung, "self_attested": self.given.is_self_attested}
        self._greeting = self.recorder.note("session_start", payload)

    def _beat(self) -> None:
        if self.state.connected:
            beat = {"monotonic_s": round(time.monotonic(), 6), "unsent": self.state.unsent}
            self.recorder.note("heartbeat", beat)

    async def _learn_titles(self) -> tuple[str, ...]:
        try:
            card = await self.state.door.get("/session", timeout_s=5.0)
            cards = [state["card"] for state in card["exercises"]]
            self.state.titles = {card["slug"]: card["title"] for card in cards}
        except (NoAnswer, ProctorSaidNo, KeyError, TypeError, ValueError) as problem:
            _log.warning("the proctor did not name the exercises: %s", problem)
            names = (name for name, _ in self.work.listed(""))
            return tuple(n for n in names if self.work.stat(f"{n}/{n}.ipynb") is not None)
        return tuple(self.state.titles)


def _owner(given: Given) -> int | None:
    return given.sandbox.uid if os.geteuid() == 0 and not given.is_self_attested else None


def provisioner_of(given: Given) -> dict[str, Any]:
    """Write the sandbox's job and return the kernelspec's word for who starts kernels."""
    job = SandboxJob(
        rung=given.rung,
        work=given.work,
        upstream=given.kernel_socket,
        kernel_token=given.kernel_token,
        address=given.proctor,
        limits=given.sandbox,
        environment=QUIET,
    )
    path = given.home / "job.json"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(job.model_dump_json(by_alias=True))
    return {"provisioner_name": "audition-sandbox", "config": {"job_file": str(path)}}


def configure(given: Given) -> Config:
    """Return all configuration of Jupyter's classes."""
    spec = write_kernelspec(given.home / "kernels", provisioner_of(given))
    config = Config()
    config.ServerApp.update(
        {
            "ip": "127.0.0.1", "port": given.port or 0, "port_retries": 0, "allow_root": True,
            "open_browser": False, "root_dir": str(given.work),
            "terminals_enabled": False, "quit_button": False, "max_body_size": 100 << 20,
            "default_url": "/lab", "allow_unauthenticated_access": False,
            "jpserver_extensions": {"harness.lab.extension": True},
            "kernel_manager_class": RecordedKernels,
            "kernel_websocket_connection_class": RecordedConnection,
            "contents_manager_class": WorkContents,
            "session_manager_class": NotebookSessions,
            "kernel_spec_manager_class": OneKernel,
            "tornado_settings": {"websocket_max_message_size": SOCKET_BYTES},
            "log_level": logging.WARNING,
        }
    )  # fmt: skip
    if given.browser_token is not None:
        config.IdentityProvider.token = given.browser_token
    config.PasswordIdentityProvider.allow_password_change = False
    config.OneKernel.update({"place": str(spec), "ensure_native_kernel": False})
    config.KernelManager.shutdown_wait_time = 2.0
    config.KernelRestarter.time_to_dead = 0.5  # how often it is looked for; 3 s of waiting else
    config.KernelRestarter.random_ports_until_alive = False  # the tap holds on to the ports
    config.RecordedKernels.default_kernel_name = "python3"
    config.AuditionLab.update(
        {
            "app_settings_dir": str(lay_settings(given.home)),
            "user_settings_dir": str(given.home / "lab" / "user-settings"),
            "workspaces_dir": str(given.home / "lab" / "workspaces"),
            "labextensions_path": extension_folders(),
            "extra_labextensions_path": [],
            "extension_manager": "readonly",
            "news_url": None,
            "custom_css": True,
        }
    )
    if given.hosted is not None:
        from harness.lab.hosted import configure_hosted

        configure_hosted(config, given.hosted, given.open_path)
    return config


def serve(given: Given) -> None:
    """Run one sitting's server until SIGTERM."""
    asyncio.set_event_loop(uvloop.new_event_loop())
    server = LabServer.instance(config=configure(given))

    async def prepare() -> None:
        server.take(given)

    loop = IOLoop.current()
    loop.run_sync(prepare)
    server.initialize(argv=[], find_extensions=False)
    loop.add_callback(server.begin)
    if given.hosted is not None:
        from harness.lab.hosted import end_with_starter

        end_with_starter(server)
    else:
        loop.add_callback(_say_where, server)
    server.start()


async def _say_where(server: LabServer) -> None:
    """Print the address once the server answers on it."""
    given = server.given
    await server.opened()
    path = quote(given.open_path)
    url = f"http://127.0.0.1:{given.port}/lab/tree/{path}?token={given.browser_token}"
    first = f"http://127.0.0.1:{given.port}{first_path(given.home, given.open_path)}"
    visit = {"url": url, "first": f"{first}?token={given.browser_token}"}
    sys.stdout.write(json.dumps(visit) + "\n")
    sys.stdout.flush()
