"""What people read when a purse says no: theirs by name and figure, the round's without blame.

Runs in zone G; pure values. A round's figures are not the candidate's to know: others spend them.
"""

from __future__ import annotations

from typing import Literal

from harness.proctor import words
from harness.proctor.accounts import NOTHING, Account, Bounds, Lack, Worst
from harness.proctor.errors import Refusal
from harness.proctor.words import dollars

Whose = Literal["exercise", "session", "round"]
_STILL = "Cells, ask(), check() and submit() still work"


def refused(
    whose: Whose, lack: Lack, account: Account, limits: Bounds, worst: Worst, title: str
) -> Refusal:
    """Return the refusal of a call that does not fit.

    Args:
        whose: the purse that lacks something.
        lack: what.
        account: that purse.
        limits: its limits.
        worst: the call.
        title: of the exercise.
    """
    if whose == "round":
        return _round_lacks(lack, account, limits)
    told = _exercise_lacks if whose == "exercise" else _session_lacks
    return told(lack, account, limits, worst, title)


def too_fast(whose: Whose, limit: int, *, wait_s: int) -> Refusal:
    """Row 5, by whose minute it is; a retry helps."""
    if whose == "exercise":
        return words.too_many_a_minute(limit, wait_s=wait_s)
    who = "this session" if whose == "session" else "all who sit this round together"
    return Refusal(
        f"More than {limit} calls of {who} in a minute. Wait {wait_s} seconds; the OpenAI client "
        "does so by itself.",
        status=429,
        code="rate_limit_exceeded",
        retry_after_s=wait_s,
    )


def _exercise_lacks(
    lack: Lack, account: Account, limits: Bounds, worst: Worst, title: str
) -> Refusal:
    if lack == "calls":
        return words.calls_used_up(limits.calls or 0)
    if lack == "tokens":
        return words.tokens_too_few(worst=worst.tokens, left=_tokens_left(account, limits))
    purse = limits.usd or NOTHING
    if purse <= account.spent.usd:
        return words.purse_empty(title, spent=account.spent.usd, purse=purse)
    left = max(NOTHING, purse - account.spent.usd - account.usd_reserved)
    return words.purse_too_small(worst=worst.usd, left=left)


def _session_lacks(
    lack: Lack, account: Account, limits: Bounds, worst: Worst, title: str
) -> Refusal:
    if lack == "calls":
        return _no(f"All {limits.calls} calls of this session are used. {_STILL}.")
    if lack == "tokens":
        left = _tokens_left(account, limits)
        return _no(
            f"This call could take up to {worst.tokens} tokens, and {left} are left for all "
            "exercises of this session together. Lower max_tokens or shorten the prompt."
        )
    purse = limits.usd or NOTHING
    if purse <= account.spent.usd:
        return _no(
            f"The purse of this session is empty (${dollars(account.spent.usd)} of "
            f"${dollars(purse)} spent in all its exercises), so this call was not made. {_STILL}; "
            "go on with the answers you have."
        )
    left_usd = max(NOTHING, purse - account.spent.usd - account.usd_reserved)
    return _no(
        f"This call could cost up to ${dollars(worst.usd, up=True)}, and ${dollars(left_usd)} is "
        "left for all exercises of this session together. Lower max_tokens, shorten the prompt or "
        "take a cheaper model."
    )


def _round_lacks(lack: Lack, account: Account, limits: Bounds) -> Refusal:
    gone = account.spent + account.unsettled
    is_used_up = (
        lack == "calls"
        or (lack == "usd" and gone.usd >= (limits.usd or NOTHING))
        or (lack == "tokens" and gone.tokens >= (limits.tokens or 0))
    )
    if is_used_up:
        return _no(
            "The round's budget is used up, so this call was not made. That is not your doing: "
            f"tell whoever invited you. {_STILL}."
        )
    return _no(
        "What is left of the round's budget does not cover this call, so it was not made. That is "
        "not your doing: tell whoever invited you. A shorter prompt or a lower max_tokens may "
        f"still fit. {_STILL}."
    )


def _tokens_left(account: Account, limits: Bounds) -> int:
    return max(0, (limits.tokens or 0) - account.spent.tokens - account.tokens_reserved)


def _no(message: str) -> Refusal:
    return Refusal(message, status=429, code="insufficient_quota")
