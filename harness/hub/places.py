"""Where the hub keeps things, and what it is started with.

Runs in the hub (zone G). Everything lies in home/hub, which only its owner may enter; sockets lie
where their paths are short enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from harness.core.doors import HUB, doors_folder, leave_doors
from harness.core.errors import EnvironmentLacks
from harness.core.settings import Settings

_SITTING = re.compile(r"sit-[0-9a-f]{16}\Z")


class HubGiven(BaseModel):
    """What `audition hub` starts the hub with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: Settings
    """The settings."""
    proctor: str
    """The proctor's address."""
    kernel_socket: Path
    """The proctor's socket for kernels."""
    lab_socket: Path
    """The proctor's socket for servers without a network."""
    candidate_python: Path
    """The interpreter servers run on."""
    checkout: Path
    """The folder that holds notebooks/ and datasets/."""
    rung: str
    """Which walls a kernel has inside its server's, as they were tried."""
    has_groups: bool
    """Whether control groups bound each candidate as a whole."""
    proxy_token: str = Field(min_length=32)
    """What the proxy's own door asks for."""


def unix_url(socket: Path) -> str:
    """Return the address of a unix socket as JupyterHub and its proxy write it."""
    return "http+unix://" + quote(str(socket), safe="")


@dataclass(frozen=True)
class Places:
    """Every path of one hub.

    Args:
        home: of the settings.
    """

    home: Path

    @property
    def folder(self) -> Path:
        """home/hub."""
        return self.home / "hub"

    @property
    def socket(self) -> Path:
        """The hub's own API, in a folder of its own that servers are shown."""
        return self._doors / HUB

    @property
    def proxy_api(self) -> Path:
        """The proxy's door for the hub, which servers are not shown."""
        return self._doors.parent / "proxy.sock"

    @property
    def candidates(self) -> Path:
        """A folder for each sitting."""
        return self.folder / "candidates"

    def candidate(self, sitting: str) -> Candidate:
        """Return the paths of one sitting.

        Raises:
            EnvironmentLacks: that is no sitting's id.
        """
        if not _SITTING.match(sitting):
            raise EnvironmentLacks(f"{sitting[:40]!r} is not the id of a sitting")
        return Candidate(self.candidates / sitting)

    def server_socket(self, number: int) -> Path:
        """Return where the proxy finds a candidate's server.

        Args:
            number: the hub's number of the candidate.
        """
        folder = self._doors.parent / "servers"
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder / f"{number}.sock"

    def leave(self) -> None:
        """Take the sockets away when everything has ended."""
        self.proxy_api.unlink(missing_ok=True)
        servers = self._doors.parent / "servers"
        if servers.is_dir() and not any(servers.iterdir()):
            servers.rmdir()
        leave_doors(self.folder, HUB)

    def make(self) -> None:
        """Make the folders, for their owner alone."""
        for folder in (self.home, self.folder, self.candidates):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)

    @property
    def _doors(self) -> Path:
        return doors_folder(self.folder)


@dataclass(frozen=True)
class Candidate:
    """The paths of one sitting.

    Args:
        folder: home/hub/candidates/SITTING; ours alone.
    """

    folder: Path

    @property
    def server(self) -> Path:
        """S's own folder, its HOME; belongs to the candidate's uid."""
        return self.folder / "server"

    @property
    def work(self) -> Path:
        """K's folder, apart from S's."""
        return self.folder / "work"

    @property
    def etc(self) -> Path:
        """The few files of /etc that are seen inside."""
        return self.folder / "etc"

    @property
    def log(self) -> Path:
        """What server and keeper say."""
        return self.folder / "server.log"

    @property
    def given(self) -> Path:
        """lab.json: read by the server, written by nobody inside."""
        return self.folder / "lab.json"

    @property
    def note(self) -> Path:
        """The keeper's process while it runs; left behind by one that was killed."""
        return self.folder / "keeper.pid"

    @property
    def keeping(self) -> Path:
        """What the keeper is started with."""
        return self.folder / "keeper.json"
