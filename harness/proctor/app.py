"""Every route of the proctor, on one page.

Runs in zone G. Who may use a route stands beside it; the handler itself asks for the pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from harness.proctor import answers
from harness.proctor import clock_handlers as clock
from harness.proctor import handlers as core
from harness.proctor import key_handlers as own_keys
from harness.proctor import live_handlers as live
from harness.proctor import panel_handlers as panel
from harness.proctor import record_handlers as record
from harness.proctor import round_handlers as hosted
from harness.proctor.doorkeeper import AccessLines, Doorkeeper
from harness.proctor.errors import Refusal, WriteFailed
from harness.proctor.tools import handlers as tools

if TYPE_CHECKING:
    from harness.proctor.service import Service


def routes() -> list[BaseRoute]:
    """Return the routes, in the order of docs/design/001 but for the first."""
    return [
        # kernel; first, because each route before it is tried for every model call
        Route("/v1/chat/completions", core.CompleteChat(), methods=["POST"]),
        # anybody
        Route("/healthz", core.health),
        Route("/readyz", core.readiness),
        Route("/metrics", core.metrics),
        # operator
        Route("/sessions", core.open_session, methods=["POST"]),
        Route("/sessions", core.list_sessions),
        Route("/sessions/{session}", core.show_session),
        Route("/sessions/{session}/tokens", core.renew_tokens, methods=["POST"]),
        Route("/sessions/{session}/submit", record.operator_submit, methods=["POST"]),
        Route("/submissions", record.list_submissions),
        Route("/submissions/{submission}", record.show_submission),
        # operator and hub
        Route("/rounds", hosted.make_round, methods=["POST"]),
        Route("/rounds", hosted.list_rounds),
        Route("/rounds/{round}", hosted.show_round),
        Route("/rounds/{round}/set", hosted.change_round, methods=["POST"]),
        Route("/rounds/{round}/release", hosted.release_round, methods=["POST"]),
        Route("/rounds/{round}/invites", hosted.make_invites, methods=["POST"]),
        Route("/rounds/{round}/invites", hosted.list_invites),
        Route("/invites/{invite}/revoke", hosted.revoke_invite, methods=["POST"]),
        Route("/sittings", hosted.use_invite, methods=["POST"]),
        Route("/sittings", hosted.list_sittings),
        Route("/models", core.list_providers),
        Route("/models/{model}/open", core.open_provider, methods=["POST"]),
        Route("/reserve/acknowledge", core.acknowledge_overruns, methods=["POST"]),
        Route("/keys", own_keys.list_keys),
        Route("/keys/rotate", own_keys.rotate_key, methods=["POST"]),
        Route("/keys/revoke", own_keys.revoke_key, methods=["POST"]),
        Route("/keys/operator", own_keys.renew_operator, methods=["POST"]),
        Route("/outages", hosted.give_back_outage, methods=["POST"]),
        Route("/sittings/{sitting}/session", hosted.open_sitting, methods=["POST"]),
        Route("/sittings/{sitting}/extend", clock.extend_sitting, methods=["POST"]),
        Route("/interviewers", live.make_interviewer, methods=["POST"]),
        Route("/interviewers/end", live.end_interviewers, methods=["POST"]),
        # interviewer
        Route("/live", live.show_page),
        Route("/live/enter", live.enter, methods=["POST"]),
        Route("/live/state", live.show_state),
        Route("/live/questions/{question}/answer", live.answer_question, methods=["POST"]),
        # lab and kernel
        Route("/session", core.own_session),
        # kernel
        Route("/v1/models", core.list_models),
        Route("/v1/models/{model}", core.show_model),
        Route("/v1/prices", core.list_prices),
        Route("/v1/embeddings", core.create_embeddings, methods=["POST"]),
        Route("/v1/responses", core.create_response, methods=["POST"]),
        Route("/tools", tools.list_tools),
        Route("/tools/{tool}", tools.use_tool, methods=["POST"]),
        Route("/k/ask", record.ask, methods=["POST"]),
        Route("/k/ask/{question}", live.wait_for_answer),
        Route("/k/hypothesis", record.note_hypothesis, methods=["POST"]),
        Route("/k/check", record.note_check, methods=["POST"]),
        Route("/k/budget", core.show_budget),
        Route("/k/submit", record.kernel_submit, methods=["POST"]),
        # lab
        Route("/s/parts/{slug}/{n}", record.deliver_part),
        Route("/s/blobs/{sha256}", record.put_blob, methods=["PUT"]),
        Route("/s/blobs/{sha256}", record.get_blob),
        Route("/s/saves/{slug}", record.list_saves),
        Route("/s/submit", record.lab_submit, methods=["POST"]),
        Route("/s/clock", clock.show_clock),
        Route("/s/pause", clock.pause, methods=["POST"]),
        Route("/s/resume", clock.resume, methods=["POST"]),
        Route("/s/start", clock.start, methods=["POST"]),
        Route("/s/sitting", panel.show_sitting),
        Route("/s/purse/{slug}", panel.show_purse),
        Route("/s/models/{slug}", panel.list_own_models),
        Route("/s/questions/{slug}", panel.list_questions),
        Route("/s/ask", panel.ask, methods=["POST"]),
        Route("/s/ask/{question}", panel.wait_for_answer),
        Route("/s/hypotheses", panel.note_idea, methods=["POST"]),
        Route("/s/hypotheses/{slug}", panel.list_ideas),
        Route("/s/receipts/{slug}", panel.list_receipts),
        Route("/s/record", panel.give_record),
        Route("/s/model-check", panel.try_model, methods=["POST"]),
        WebSocketRoute("/s/history", record.history),
    ]


def make_app(service: Service) -> Starlette:
    """Return the application over a service.

    Args:
        service: started by whoever serves the application.
    """
    lines = AccessLines()
    app = Starlette(
        routes=routes(),
        middleware=[Middleware(Doorkeeper, draining=service.draining, lines=lines)],
        exception_handlers={
            Refusal: answers.tell_refusal,
            HTTPException: answers.tell_http,
            WriteFailed: answers.tell_unwritten,
            Exception: answers.tell_defect,
        },
    )
    app.router.redirect_slashes = False
    app.state.service = service
    app.state.lines = lines
    return app
