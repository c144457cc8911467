"""The candidate's server under a hub: the hub says who its browser is, its starter holds its door.

Runs in zone S behind walls with no network. The listener was opened outside and passed in; the
hub's API is a socket in a folder that is shown. What the hub says of a browser is kept, so that a
hub which restarts throws nobody out.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from typing import Any
from urllib.parse import quote

import jupyterhub
from jupyterhub.log import log_request
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider
from traitlets.config import Config

from harness.lab.given import Hosted

REMEMBER_S = 12 * 3600
"""How long the hub's word on a browser is good; a sitting is shorter."""
_log = logging.getLogger(__name__)


def configure_hosted(config: Config, hosted: Hosted, open_path: str) -> None:
    """Put the hub's way of signing in in place of the token of one machine.

    Args:
        config: of Jupyter's classes; changed.
        hosted: where the hub is and what it calls us.
        open_path: the notebook to open first.
    """
    config.ServerApp.update(
        {
            "base_url": hosted.base_url, "allow_remote_access": True, "trust_xheaders": True,
            "identity_provider_class": JupyterHubIdentityProvider,
            "default_url": f"/lab/tree/{quote(open_path)}",
        }
    )  # fmt: skip
    config.HubOAuth.update(
        {
            "api_url": hosted.hub_api, "api_token": hosted.hub_token,
            "oauth_client_id": hosted.client_id, "base_url": hosted.base_url,
            "access_scopes": set(hosted.access_scopes), "cache_max_age": REMEMBER_S,
        }
    )  # fmt: skip


def settle(application: Any, identity: JupyterHubIdentityProvider) -> None:
    """Set what the hub's own server sets in Jupyter's web application.

    Args:
        application: Jupyter's.
        identity: who tells who asks.
    """
    application.settings.update(
        {
            "page_config_hook": identity.page_config_hook,
            "xsrf_cookies": False,  # tornado looks too early; Jupyter looks when it knows who asks
            "log_function": log_request,  # leaves codes and tokens out
        }
    )
    headers = application.settings.setdefault("headers", {})
    headers["X-JupyterHub-Version"] = jupyterhub.__version__


def listen(server: Any, hosted: Hosted) -> None:
    """Serve on the listener that was passed in.

    Args:
        server: Jupyter's, with its HTTP server made.
        hosted: has the handle.
    """
    listener = socket.socket(fileno=hosted.listener)
    listener.setblocking(False)
    os.set_inheritable(listener.fileno(), False)  # no kernel gets it
    server.http_server.add_socket(listener)


def end_with_starter(server: Any) -> None:
    """End in order when our starter closes our stdin, or is gone."""
    handle = sys.stdin.fileno()

    def read(_: int, __: int) -> None:
        if not os.read(handle, 4096):
            server.io_loop.remove_handler(handle)
            _log.info("asked to end")
            server.stop()

    server.io_loop.add_handler(handle, read, server.io_loop.READ)
