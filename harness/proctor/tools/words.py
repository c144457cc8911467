"""What people read when a tool says no.

Runs in zone G; pure values, in the hand of harness.proctor.words: the row is the catalogue's.
"""

from __future__ import annotations

from decimal import Decimal

from harness.proctor.errors import Refusal


def no_such_tool(name: str, tools: tuple[str, ...]) -> Refusal:
    """Row 6 for a tool."""
    have = f"It has: {', '.join(tools)}." if tools else "It has none at the moment."
    return Refusal(
        f'There is no tool "{name[:80]}" in this exercise. {have}',
        status=404,
        code="tool_not_found",
        param="tool",
    )


def no_such_argument(name: str, arguments: tuple[str, ...]) -> Refusal:
    """Row 9 for a tool."""
    takes = f"It takes: {', '.join(arguments)}." if arguments else "It takes none."
    return Refusal(
        f'There is no argument "{name[:80]}". {takes}',
        status=400,
        code="unsupported_parameter",
        param=name[:80],
    )


def nothing_there(tool: str, what: str) -> Refusal:
    """Not in the catalogue: a tool has nothing under these arguments."""
    return Refusal(
        f"{tool} has nothing for {what[:200]}. Nothing was charged.", status=404, code="not_found"
    )


def not_countable(tool: str, why: str) -> Refusal:
    """Not in the catalogue: a tool's formulas come to no number with these values."""
    return Refusal(
        f"{tool} comes to no number with these values ({why[:120]}). Nothing was charged; try "
        "others, and tell the organiser if it stays so.",
        status=400,
        code="bad_request",
    )


def calls_too_few(tool: str, *, takes: int, left: int) -> Refusal:
    """Row 4 for a tool that takes several."""
    return Refusal(
        f"{tool} would take {takes} calls, and {max(0, left)} are left, so it was not used. Ask "
        "for less of it, or go on with what you have.",
        status=429,
        code="insufficient_quota",
    )


def minutes_used_up(tool: str, *, takes: Decimal, left: Decimal, limit: Decimal) -> Refusal:
    """Row 3 in simulated minutes."""
    return Refusal(
        f"{tool} would take {takes:f} simulated minutes, and {left:f} of {limit:f} are left, so it "
        "was not used. Cells, ask(), check() and submit() still work.",
        status=429,
        code="insufficient_quota",
    )


def tool_used_up(tool: str, most: int) -> Refusal:
    """Row 4 for a tool."""
    return Refusal(
        f"{tool} can be used {most} times in this exercise, and was. Go on with what you have.",
        status=429,
        code="insufficient_quota",
    )
