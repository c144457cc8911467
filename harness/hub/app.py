"""JupyterHub as Audition runs it: configured here in Python, and nowhere else.

Runs in zone G as root, one process a machine: `python -m harness.hub.app HUB_JSON`. It ends
without touching servers or proxy, and finds both again when it is back.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import os
import secrets
import sys
from pathlib import Path

from aiohttp import ClientError
from jupyterhub.app import JupyterHub
from jupyterhub.httpclient import fetch
from tornado.ioloop import PeriodicCallback
from traitlets.config import Config

from harness.cli.proctor_client import ProctorClient
from harness.core.clock import SystemClock, to_wire
from harness.core.errors import AuditionError
from harness.hub.closed import close_deletions
from harness.hub.links import LinkAuthenticator
from harness.hub.places import HubGiven, Places, unix_url
from harness.hub.spawner import WalledSpawner

PAGES = Path(__file__).with_name("pages")
SIGN_EVERY_S, BRING_BACK_EVERY_S = 1.0, 2.0
_SCOPES = ["access:servers!user", "read:users:name!user", "read:users:groups!user", "servers!user"]
"""What a candidate may ask of the hub: to reach and start one server. No token, no list. To end it
belongs to "servers" as well; closed.py refuses that."""
_log = logging.getLogger(__name__)


class AuditionHub(JupyterHub):  # type: ignore[misc]  # untyped to us
    """JupyterHub with a sign of life, and the proctor told of the time it was away.

    Attributes:
        given: what it was started with.
        steward_token: with which the hub asks itself to start a server.
    """

    given: HubGiven
    steward_token = ""

    def load_config_file(self, *args: object, **kwargs: object) -> None:
        """Read nothing: no file of the current folder is ours."""

    def init_tornado_application(self) -> None:
        """Make the application, and close what no candidate is to do with it."""
        super().init_tornado_application()
        close_deletions(self.tornado_application)

    async def start(self) -> None:
        """Start, tell the proctor of the outage, and say that we are up."""
        await super().start()
        sign = Places(self.given.settings.home).folder / "alive"
        await asyncio.to_thread(tell_outage, self.given, sign)
        for name, job, every_s in (
            ("alive", lambda: leave_sign(sign), SIGN_EVERY_S),
            ("bring back", self._bring_back, BRING_BACK_EVERY_S),
        ):
            self._periodic_callbacks[name] = beat = PeriodicCallback(job, every_s * 1000)
            beat.start()
        sys.stdout.write(json.dumps({"url": self.given.settings.hub.url}) + "\n")
        sys.stdout.flush()

    async def _bring_back(self) -> None:
        """Start the servers that are wanted and not there, as a visit of their candidate would."""
        for sitting in tuple(WalledSpawner.wanted):
            user = self.users.get(sitting)
            if user is None or user.spawner.active or user.spawner.pending:
                continue
            _log.warning("the server of %s is gone; starting it again", sitting)
            try:
                await fetch(
                    f"{self.hub.api_url}/users/{sitting}/server", method="POST", json={},
                    headers={"Authorization": f"token {self.steward_token}"},
                )  # fmt: skip
            except ClientError as problem:
                _log.warning("it did not start: %s", problem)


def tell_outage(given: HubGiven, sign: Path) -> None:
    """Tell the proctor since when we were away; it gives the time back to running boxes.

    Args:
        given: where the proctor is.
        sign: our last sign of life; nothing is told if there is none.
    """
    try:
        since = dt.datetime.fromisoformat(sign.read_text(encoding="ascii"))
        body = {"since": to_wire(since), "until": to_wire(SystemClock().now())}
        ProctorClient.of_home(given.proctor, given.settings.home).post("/outages", body)
    except (OSError, ValueError):
        return
    except AuditionError as problem:
        _log.warning("the outage could not be told: %s", problem)


def leave_sign(sign: Path) -> None:
    """Leave a sign of life; whether that succeeds stops nobody."""
    part = sign.with_suffix(".part")
    try:
        part.write_text(to_wire(SystemClock().now()), encoding="ascii")
        part.replace(sign)
    except OSError as problem:
        _log.warning("no sign of life could be left: %s", problem.strerror)


def configure(given: HubGiven, steward_token: str) -> Config:
    """Return all configuration of the hub's classes.

    Args:
        given: what it was started with.
        steward_token: good while this process lives.
    """
    places, hub = Places(given.settings.home), given.settings.hub
    own = unix_url(places.socket)
    config = Config()
    config.JupyterHub.update(
        {
            "bind_url": f"http://{hub.ip}:{hub.port}",
            "public_url": hub.url,
            "hub_bind_url": own, "hub_connect_url": own, "hub_socket_mode": 0o666,
            "db_url": f"sqlite:///{places.folder / 'jupyterhub.sqlite'}",
            "cookie_secret_file": str(places.folder / "cookie_secret"),
            "authenticator_class": LinkAuthenticator, "spawner_class": WalledSpawner,
            "cleanup_servers": False, "cleanup_proxy": False,
            "template_paths": [str(PAGES)],
            "services": [{"name": "steward", "api_token": steward_token}],
            "load_roles": [
                {"name": "user", "scopes": _SCOPES},
                {"name": "steward", "scopes": ["servers"], "services": ["steward"]},
            ],
            "implicit_spawn_seconds": 1.0, "last_activity_interval": 10,
            "concurrent_spawn_limit": 8, "tornado_settings": {"slow_spawn_timeout": 0},
            "log_level": logging.INFO,
        }
    )  # fmt: skip
    config.Authenticator.update({"allow_all": True, "any_allow_config": True})
    config.Spawner.update(
        {"poll_interval": 3, "start_timeout": 90, "http_timeout": 60, "env_keep": []}
    )
    config.ConfigurableHTTPProxy.update(
        {
            "should_start": False, "auth_token": given.proxy_token,
            "api_url": unix_url(places.proxy_api),
        }
    )  # fmt: skip
    return config


def main(argv: list[str]) -> None:
    """Run the hub until it is told to end.

    Args:
        argv: the path of hub.json.
    """
    os.umask(0o077)
    given = HubGiven.model_validate_json(Path(argv[0]).read_bytes())
    places = Places(given.settings.home)
    places.make()
    os.chdir(places.folder)
    AuditionHub.steward_token = secrets.token_hex(32)
    AuditionHub.given = WalledSpawner.given = LinkAuthenticator.given = given
    hub = AuditionHub.instance(config=configure(given, AuditionHub.steward_token))
    hub.launch_instance(argv=[])


if __name__ == "__main__":
    main(sys.argv[1:])
