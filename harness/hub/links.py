"""Signing in by a link: the start page, and the hub's authenticator behind it.

Runs in the hub (zone G). A link carries its secret behind the #, so that it stands in no log; the
page hands it in when a person presses the button, and the proctor burns it. There is no other way
in. The hub knows a candidate as the sitting's id and never learns a name.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.utils import url_path_join

from harness.cli.proctor_client import ProctorClient
from harness.core import promises
from harness.core.errors import ProctorAway, SessionRefused
from harness.core.rounds import Sitting
from harness.hub.places import HubGiven

AWAY = "We cannot look at your link at the moment. It is still good; press the button again soon."
_UNREAD = (
    "Tick the box above the button first: it says that you have read this page. Your link is still "
    "good."
)
_NOT_WHOLE = "This link is not whole. Open it as it was sent, with everything after the # sign."
_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; script-src 'nonce-{nonce}'"
)


class StartHandler(BaseHandler):  # type: ignore[misc]  # untyped to us
    """GET shows what reviewers see; POST, by the button, uses the link once the box is ticked."""

    async def get(self) -> None:
        """Show the page; nothing is used up."""
        await self._show("")

    async def post(self) -> None:
        """Use the link, sign the browser in and send it to its workspace."""
        self.refusal, self.refused_as = _NOT_WHOLE, 400
        secret = self.get_body_argument("secret", "")
        if self.get_body_argument("agree", "") != "yes":
            self.set_status(400)
            await self._show(_UNREAD, secret)
            return
        user = await self.login_user({"secret": secret})
        if user is None:
            self.set_status(self.refused_as)
            await self._show(self.refusal, secret if self.refused_as == 503 else "")
            return
        self.redirect(url_path_join(self.hub.base_url, "spawn"))

    async def _show(self, problem: str, secret: str = "") -> None:
        """Show the page; a secret that is still good stays in its form."""
        nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Security-Policy", _CSP.format(nonce=nonce))
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")
        page = self.render_template(
            "start.html", problem=problem, nonce=nonce, secret=secret, promises=promises
        )
        self.finish(await page)


class ToStart(BaseHandler):  # type: ignore[misc]  # untyped to us
    """Pages of the hub's that candidates have no use for lead to the start page."""

    def get(self, *path: str) -> None:
        """Lead there."""
        self.redirect(url_path_join(self.hub.base_url, "start"))


class LinkAuthenticator(Authenticator):  # type: ignore[misc]  # untyped to us
    """Signs a browser in as the sitting its link opens.

    Attributes:
        given: what the hub was started with; set before the hub starts.
    """

    given: HubGiven

    def login_url(self, base_url: str) -> str:
        """Return the start page's address."""
        return str(url_path_join(base_url, "start"))

    def get_handlers(self, app: Any) -> list[tuple[str, type[BaseHandler]]]:
        """Return our pages, which go before the hub's own."""
        closed = (r"/login", r"/home", r"/token", r"/admin", r"/accept-share", r"/")
        return [(r"/start", StartHandler), *((path, ToStart) for path in closed)]

    async def authenticate(self, handler: Any, data: dict[str, str] | None) -> str | None:
        """Return the sitting's id for a link that is good; None, with the reason told, if not.

        Args:
            handler: told why not, in `refusal` and `refused_as`.
            data: {"secret"} from the page.
        """
        secret = (data or {}).get("secret", "")
        if not secret:
            return None
        try:
            answer = await asyncio.to_thread(self._use, secret)
        except SessionRefused as no:
            handler.refusal, handler.refused_as = str(no), 410
            return None
        except ProctorAway:
            handler.refusal, handler.refused_as = AWAY, 503
            return None
        return answer.sitting

    def _use(self, secret: str) -> Sitting:
        client = ProctorClient.of_home(self.given.proctor, self.given.settings.home)
        return Sitting.model_validate(client.post("/sittings", {"secret": secret}))
