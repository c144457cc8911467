"""What people read when the proctor says no: the words of the error catalogue.

Runs in zone G; pure values. Each function returns the Refusal to raise; the number is the row of
the catalogue. Say what happened, what is safe, the next step; never blame.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from harness.proctor.errors import Refusal

_CENT, _FINE = Decimal("0.01"), Decimal("0.000001")


def pass_not_good() -> Refusal:
    """Row 1: the token is unknown, replaced or missing."""
    return Refusal(
        "This session's pass is no longer good. Reload the page to get a new one; your work and "
        "your time are kept.",
        status=401,
        code="invalid_api_key",
    )


def not_this_role(role: str) -> Refusal:
    """Not in the catalogue: a good pass at a door that is not its own."""
    return Refusal(
        f"The pass of the {role} does not open this door.", status=403, code="not_this_pass"
    )


def session_elsewhere() -> Refusal:
    """Not in the catalogue: another proctor has this session, or had it a moment ago."""
    return Refusal(
        "This session is being handed over. Nothing is lost and nothing was charged; run the cell "
        "again in a few seconds.",
        status=503,
        code="session_elsewhere",
        retry_after_s=5.0,
    )


def purse_empty(exercise: str, *, spent: Decimal, purse: Decimal) -> Refusal:
    """Row 2: no dollars left."""
    return Refusal(
        f'The purse of "{exercise}" is empty (${dollars(spent)} of ${dollars(purse)} spent), so '
        "this call was not made. Cells, ask(), check() and submit() still work; go on with the "
        "answers you have.",
        status=429,
        code="insufficient_quota",
    )


def purse_too_small(*, worst: Decimal, left: Decimal) -> Refusal:
    """Row 3: the worst case of this call does not fit."""
    return Refusal(
        f"This call could cost up to ${dollars(worst, up=True)}, and ${dollars(left)} is left. "
        "Lower max_tokens, shorten the prompt or take a cheaper model.",
        status=429,
        code="insufficient_quota",
    )


def tokens_too_few(*, worst: int, left: int) -> Refusal:
    """Row 3 in tokens, for purses that bound them."""
    return Refusal(
        f"This call could take up to {worst} tokens, and {left} are left. Lower max_tokens or "
        "shorten the prompt.",
        status=429,
        code="insufficient_quota",
    )


def calls_used_up(limit: int) -> Refusal:
    """Row 4: no calls left."""
    return Refusal(
        f"All {limit} calls of this exercise are used. Cells, ask(), check() and submit() still "
        "work.",
        status=429,
        code="insufficient_quota",
    )


def too_many_a_minute(limit: int, *, wait_s: int) -> Refusal:
    """Row 5: too fast; a retry helps."""
    return Refusal(
        f"More than {limit} calls in a minute. Wait {wait_s} seconds; the OpenAI client does so "
        "by itself.",
        status=429,
        code="rate_limit_exceeded",
        retry_after_s=wait_s,
    )


def no_such_model(name: str, models: tuple[str, ...]) -> Refusal:
    """Row 6: a model this exercise does not have."""
    return Refusal(
        f'There is no model "{name[:80]}" in this exercise. You can call: {", ".join(models)}.',
        status=404,
        code="model_not_found",
        param="model",
    )


def exercise_over(exercise: str) -> Refusal:
    """Row 7: after the hard end."""
    return Refusal(
        f'"{exercise}" is over, so models no longer answer. Your last saved state has been '
        "submitted; the receipt is in the panel.",
        status=403,
        code="session_deadline_exceeded",
    )


def paused() -> Refusal:
    """Row 8: the candidate paused, and something asks all the same."""
    return Refusal(
        "You have paused, so models wait, and nothing is charged. Press Resume, then call again.",
        status=403,
        code="session_paused",
    )


def not_started() -> Refusal:
    """Not in the catalogue: a question before the clock runs would be time nobody counts."""
    return Refusal(
        "The clock of this exercise does not run yet, and questions belong to its time. Press "
        "Start, or run a cell of it; then ask.",
        status=403,
        code="exercise_not_started",
    )


def cell_is_running() -> Refusal:
    """Not in the catalogue: a pause while code runs would be time nobody counts."""
    return Refusal(
        "A cell is running, so the clock goes on. Wait until it has ended, or interrupt it; then "
        "pause.",
        status=409,
        code="cell_running",
    )


def nothing_to_pause() -> Refusal:
    """Not in the catalogue: no exercise's time runs."""
    return Refusal(
        "No exercise's time is running, so there is nothing to pause.",
        status=409,
        code="no_clock",
    )


def too_many_pauses(most: int) -> Refusal:
    """Not in the catalogue: each pause is written down, and a loop of them fills the record."""
    return Refusal(
        f"This session has had {most} pauses, and no more are taken; the clock goes on.",
        status=409,
        code="no_pause_left",
    )


def no_pause_left(allowance_minutes: float) -> Refusal:
    """Not in the catalogue: the allowance is used, or there was none."""
    told = f"All {allowance_minutes:g} minutes of pause are used" if allowance_minutes else (
        "This session has no pauses")  # fmt: skip
    return Refusal(
        f"{told}, so the clock goes on. If you have to leave, tell whoever invited you; they can "
        "give you time.",
        status=409,
        code="no_pause_left",
    )


def parameter_not_offered(name: str) -> Refusal:
    """Row 9: a parameter outside the allow-list."""
    return Refusal(
        f'"{name[:80]}" is not offered here. Leave it out; the rest of the call is fine.',
        status=400,
        code="unsupported_parameter",
        param=name[:80],
    )


def functions_only(param: str) -> Refusal:
    """Row 9 for a hosted tool: what runs elsewhere is not offered."""
    return Refusal(
        f'"{param[:80]}" should be of type function: nothing hosted is offered here. Describe a '
        "function of your own and run it in your cell.",
        status=400,
        code="unsupported_parameter",
        param=param[:80],
    )


def model_lacks(model: str, name: str, models: tuple[str, ...]) -> Refusal:
    """Row 9 for a parameter that is offered, by another model.

    Args:
        model: the alias that was asked.
        name: the parameter.
        models: those of the exercise that take it.
    """
    others = ", ".join(models)
    which = f"These do: {others}." if models else "No model of this exercise does; leave it out."
    return Refusal(
        f'{model} does not take "{name}". {which}',
        status=400,
        code="unsupported_parameter",
        param=name,
    )


def no_links_or_files(param: str) -> Refusal:
    """Row 10: a link, a file id, something hosted elsewhere."""
    return Refusal(
        "Models here cannot open links or files. Put the text, or the image as a data URL, into "
        "the message.",
        status=400,
        code="unsupported_content",
        param=param,
    )


def reads_text_only(model: str, param: str, models: tuple[str, ...] = ()) -> Refusal:
    """Row 10 for a data URL, sent to a model that has no eyes.

    Args:
        model: the alias that was asked.
        param: where it stands.
        models: those of the exercise that read pictures.
    """
    others = f" These read pictures: {', '.join(models)}." if models else ""
    return Refusal(
        f"{model} reads text only. Put what the picture or sound says into the message as text."
        + others,
        status=400,
        code="unsupported_content",
        param=param,
    )


def models_away(*, retry_after_s: float = 1.0) -> Refusal:
    """Row 12: our outage; a retry helps."""
    return Refusal(
        "The models cannot be reached. Your clock stands still and this call is not charged; run "
        "the cell again when the panel says so.",
        status=503,
        code="upstream_error",
        retry_after_s=retry_after_s,
    )


def ending(*, retry_after_s: float) -> Refusal:
    """Row 12 while the proctor ends in order: nothing new is begun; a retry helps."""
    return Refusal(
        "The proctor is being restarted, so this was not begun and is not charged. Your work is "
        f"kept; ask again in {retry_after_s:.0f} seconds, which the OpenAI client does by itself.",
        status=503,
        code="restarting",
        retry_after_s=retry_after_s,
    )


def too_slow(model: str, *, waited_s: float) -> Refusal:
    """Row 13: no answer in time; a retry helps."""
    return Refusal(
        f"{model} did not answer in {waited_s:.0f} seconds. This call is not charged; run the "
        "cell again.",
        status=504,
        code="timeout",
        retry_after_s=1.0,
    )


def provider_broken(model: str, how: str) -> Refusal:
    """Not in the catalogue: a provider's answer is none, or it does not take our key."""
    return Refusal(
        f"The provider of {model} answered {how}. This call is not charged; run the cell again, "
        "and tell the organiser if it stays so.",
        status=502,
        code="upstream_error",
    )


def stream_broken(model: str, how: str) -> Refusal:
    """Not in the catalogue: a stream that ended other than it should, told in the stream."""
    return Refusal(
        f"The stream of {model} ended {how}. What came before is on record and is charged at most "
        "as what was set aside; run the cell again for a whole answer.",
        status=502,
        code="upstream_error",
    )


def too_long_for_provider(model: str) -> Refusal:
    """Row 11 for a provider's model, which counts by itself."""
    return Refusal(
        f"The prompt is longer than {model} reads. Shorten it or split it; nothing was charged.",
        status=400,
        code="context_length_exceeded",
        param="messages",
    )


def not_taken_by_provider(model: str, param: str | None) -> Refusal:
    """Not in the catalogue: the provider does not take a value we let through."""
    what = f'"{param}"' if param else "a value of this request"
    return Refusal(
        f"The provider of {model} does not take {what}. Change it or leave it out; this call is "
        "not charged.",
        status=400,
        code="bad_request",
        param=param,
    )


def route_closed(model: str) -> Refusal:
    """Row 14: a provider took more than was set aside; a person opens it, no retry does."""
    return Refusal(
        f"{model} is closed for a moment while a person looks at it. This call is not charged; "
        "use another model, or tell whoever invited you if only this one will do.",
        status=503,
        code="route_closed",
    )


def too_many_questions(most: int) -> Refusal:
    """Not in the catalogue: more questions wait for the interviewer than are taken at once."""
    return Refusal(
        f"{most} questions of yours are with the interviewer, and no more are taken until some "
        "are answered.",
        status=429,
        code="too_many_questions",
    )


def answered_already(*, by_sheet: bool, by_you: bool) -> Refusal:
    """Not in the catalogue: an interviewer's answer came after another one."""
    first = "The fact sheet" if by_sheet else "You" if by_you else "Another interviewer"
    return Refusal(
        f"{first} answered this question first, so this answer was not sent.",
        status=409,
        code="answered_already",
    )


def bad_value(message: str, *, param: str | None = None) -> Refusal:
    """Return a 400 for a value that cannot be used; the message says which and what to send."""
    return Refusal(message, status=400, code="bad_request", param=param)


def body_too_large(limit_bytes: int) -> Refusal:
    """Not in the catalogue: the request is larger than we read."""
    return Refusal(
        f"The request is larger than {limit_bytes} bytes. Shorten it or split it; nothing was "
        "charged.",
        status=413,
        code="request_too_large",
    )


def not_found(what: str) -> Refusal:
    """Not in the catalogue: no such thing here."""
    return Refusal(f"There is no {what} here.", status=404, code="not_found")


def broken_inside() -> Refusal:
    """Not in the catalogue: a defect of ours; asking again would meet it again."""
    return Refusal(
        "Something of ours broke while doing this. Your work and your time are kept; tell the "
        "organiser if it happens again.",
        status=500,
        code="internal",
    )


def dollars(amount: Decimal, *, up: bool = False) -> str:
    """Return an amount in cents, finer when cents would hide it.

    Args:
        amount: US dollars.
        up: round up rather than down, for what something could cost.
    """
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    cents = amount.quantize(_CENT)
    if cents == amount:
        return f"{cents:f}"
    return format(amount.quantize(_FINE, rounding=rounding).normalize(), "f")
