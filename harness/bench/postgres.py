"""A Postgres of one's own for a while: on a unix socket in a temporary folder, gone afterwards.

Runs on the trusted side, for benches and tests. The server refuses root, so root starts it as
Debian's `postgres`, or as `nobody`; whoever else starts it is its superuser.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import psycopg

from harness.cli.places import postgres_programs
from harness.core.errors import EnvironmentLacks
from harness.proctor.roles import roles_sql

_UP_WITHIN_S = 30.0
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "logging_collector": "off",
    "log_min_messages": "fatal",
}


class Postgres:
    """A cluster of its own; use it in a with block.

    Args:
        **settings: of the server, beside those it has anyway ("fsync": "off").

    Raises:
        EnvironmentLacks: no server is installed, or it does not start.
    """

    def __init__(self, **settings: str) -> None:
        programs = postgres_programs()
        if programs is None:
            raise EnvironmentLacks("Postgres is not installed; run: make system")
        self._programs, self._settings = programs, _SETTINGS | settings
        self._made = 0
        self.folder = Path(tempfile.mkdtemp(prefix="audition-pg-", dir="/tmp"))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            whose = _unprivileged()
            os.chown(self.folder, whose.pw_uid, whose.pw_gid)
            self._as = {"user": whose.pw_uid, "group": whose.pw_gid, "extra_groups": []}
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Postgres:
        """Make the cluster and start it."""
        try:
            self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "--no-sync",
                      "-E", "UTF8", "--locale", "C")  # fmt: skip
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it and remove all of it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        until = time.monotonic() + _UP_WITHIN_S
        while time.monotonic() < until:
            self.process = self._begin()
            if self._answers(until):
                return
            time.sleep(0.2)  # one that was killed may hold its memory for a moment
        said = (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-500:]
        raise EnvironmentLacks(f"Postgres did not start: {said}")

    def stop(self) -> None:
        """End the server as its operator would, at once; what was committed stays."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server as a machine does that loses power."""
        self._end(signal.SIGKILL)

    def url(self, name: str) -> str:
        """Return where a database is, without a user."""
        return f"postgresql:///{name}?host={quote(str(self.folder), safe='/')}"

    def database(self) -> str:
        """Make a fresh database with the three schemas and return its URL.

        A server that was killed and left so is started first.
        """
        if self.process is None:
            self.start()
        self._made += 1
        name = f"audition{self._made}"
        with self.superuser() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        with self.superuser(name) as connection:
            connection.execute(roles_sql().encode())
        return self.url(name)

    def superuser(self, name: str = "postgres") -> psycopg.Connection[Any]:
        """Return a connection that may do anything."""
        return psycopg.connect(self.url(name), user="postgres", autocommit=True)

    def _begin(self) -> subprocess.Popen[bytes]:
        options = [
            word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")
        ]
        argv = [str(self._programs / "postgres"), "-D", "data", "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                argv, cwd=self.folder, stdout=log, stderr=log, env={"PATH": os.defpath}, **self._as
            )

    def _answers(self, until: float) -> bool:
        assert self.process is not None
        while time.monotonic() < until and self.process.poll() is None:
            try:
                self.superuser().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(how)
        process.wait(20)

    def _run(self, program: str, *argv: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *argv], cwd=self.folder, capture_output=True, text=True,
            env={"PATH": os.defpath}, **self._as,
        )  # fmt: skip
        if done.returncode:
            raise EnvironmentLacks(f"{program} failed: {done.stderr.strip()[-500:]}")


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EnvironmentLacks("Postgres refuses root, and there is no user postgres or nobody here")
