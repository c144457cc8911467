"""`tools`: the exercise's own instruments, each a function with its price.

Runs in K. What a tool gives back is the exercise's data; shown, it is escaped.
"""

from __future__ import annotations

import html
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from harness.kernel import words
from harness.kernel.errors import LineDown, Misuse, NoLine, NoTool
from harness.kernel.wire import Answered, open_line

_MARKUP = {ord(char): f"&#{ord(char)};" for char in "$\\`@"}


class Result(dict[str, Any]):
    """What a tool gave back: a dict like any other, and what it took.

    Attributes:
        took: in words, such as "2 simulated minutes; 18 simulated minutes left".
    """

    took: str = ""

    def __repr__(self) -> str:
        """Return one value a line, and what it took."""
        rows = [f"{name}: {value}" for name, value in self.items()]
        return "\n".join([*rows, f"({self.took})"] if self.took else rows)

    def _repr_html_(self) -> str:
        """Return a small table, every value with its name."""
        rows = "".join(
            f'<tr><th scope="row" style="text-align: left; vertical-align: top">{_safe(name)}</th>'
            f'<td style="text-align: left; white-space: pre-wrap">{_safe(value)}</td></tr>'
            for name, value in self.items()
        )
        return f"<table><tbody>{rows}</tbody></table><small>{_safe(self.took)}</small>"


@dataclass(frozen=True, repr=False)
class Tool:
    """One instrument; call it like a function.

    Attributes:
        name: what it is called.
        summary: what it gives back.
        price: what one use costs, in words.
        arguments: as the proctor declares them, in order.
        example: what a person could write; may be empty.
    """

    name: str
    summary: str
    price: str
    arguments: tuple[dict[str, Any], ...] = ()
    example: str = ""

    def __call__(self, *values: Any, **named: Any) -> Result:
        """Use it and return what it gives back.

        Args:
            *values: the arguments in their order.
            **named: or by their names.

        Raises:
            Misuse: there are too many, or one is given twice.
            Refused: the proctor said no: an argument it cannot use, or nothing left to pay with.
            LineDown: it did not get through.
        """
        names = [str(one["name"]) for one in self.arguments]
        if len(values) > len(names):
            raise Misuse(words.TOOL_TOO_MANY.format(name=self.name, given=len(values), use=self))
        body = {name: _plain(value) for name, value in zip(names, values, strict=False)}
        for name, value in named.items():
            if name in body:
                raise Misuse(words.TOOL_TWICE.format(name=self.name, argument=name))
            body[name] = _plain(value)
        try:
            return _read_result(open_line().post(f"/tools/{quote(self.name, safe='')}", body))
        except NoLine:
            raise
        except LineDown as problem:
            raise LineDown(words.TOOL_LOST.format(name=self.name)) from problem

    @property
    def __signature__(self) -> inspect.Signature:
        """How it is called, for help() and for Shift Tab."""
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        return inspect.Signature([
            inspect.Parameter(
                str(one["name"]), kind,
                default=inspect.Parameter.empty if one.get("default") is None else one["default"],
            )
            for one in self.arguments
        ])  # fmt: skip

    def __repr__(self) -> str:
        """Return how it is called, its price and what it gives back."""
        head = f"tools.{self.name}({', '.join(map(_tell_argument, self.arguments))})"
        about = [
            f"    {one['name']}: {_tell_type(one)}{'. ' + one['about'] if one.get('about') else ''}"
            for one in self.arguments
        ]
        example = [f"    for example {self.example}"] if self.example else []
        return "\n".join([f"{head}: {self.price}", f"    {self.summary}", *about, *example])


class Tools:
    """The tools of the exercise at hand, by name; shown, a list with prices."""

    def __init__(self) -> None:
        self._known: dict[str, Tool] = {}

    def __call__(self) -> Tools:
        """Ask for the list anew."""
        self._fetch()
        return self

    def __getattr__(self, name: str) -> Tool:
        """Return the tool of that name.

        Raises:
            NoTool: the exercise has none of that name at the moment.
        """
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Tool:
        """Return the tool of that name, as tools.name does."""
        if name not in self._known:
            self._fetch()
        if name not in self._known:
            have = words.TOOLS_ARE.format(names=", ".join(self._known))
            raise NoTool(
                words.NO_TOOL.format(name=name, have=have if self._known else words.NO_TOOLS)
            )
        return self._known[name]

    def __iter__(self) -> Iterator[Tool]:
        """Return the tools in their order."""
        self._fetch()
        return iter(self._known.values())

    def __dir__(self) -> list[str]:
        """Return the names, for the Tab key."""
        try:
            self._fetch()
        except Exception:  # a line that is down: completion stays silent
            return list(self._known)
        return list(self._known)

    def __repr__(self) -> str:
        """Return every tool with its arguments and price."""
        left = self._fetch()
        rows = [repr(one) for one in self._known.values()] or [words.NO_TOOLS]
        return "\n".join([*rows, *([words.MINUTES_LEFT.format(left=left)] if left else [])])

    def _fetch(self) -> str | None:
        """Ask for the list; return the minutes that are left, None without an allowance."""
        answered = open_line().get("/tools")
        try:
            read = [_read_tool(row) for row in answered.rows("tools")]
            left = answered.value.get("minutes_left")
        except (KeyError, TypeError, AttributeError) as problem:
            raise LineDown(words.STRANGE_ANSWER.format(missing="a list of tools")) from problem
        self._known = {tool.name: tool for tool in read}
        return None if left is None else str(left)


tools = Tools()
"""The exercise's own instruments."""


def _read_tool(row: Any) -> Tool:
    arguments = tuple(dict(one) for one in row["arguments"])
    if not all(isinstance(one.get("name"), str) for one in arguments):
        raise TypeError("an argument has a name")
    return Tool(
        name=str(row["name"]),
        summary=str(row["summary"]),
        price=str(row["price"]),
        arguments=arguments,
        example=str(row.get("example") or ""),
    )


def _read_result(answered: Answered) -> Result:
    value = answered.value
    found = value.get("result") if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise LineDown(words.STRANGE_ANSWER.format(missing="a tool's result"))
    result = Result(found)
    result.took = _tell_took(value.get("took"), value.get("minutes_left"))
    return result


def _tell_took(took: Any, left: Any) -> str:
    took = took if isinstance(took, dict) else {}
    parts = [
        f"{amount} {unit}{'' if str(amount) == '1' else 's'}"
        for unit, amount in (
            ("call", took.get("calls")),
            ("token", took.get("tokens")),
            ("simulated minute", took.get("minutes")),
        )
        if amount and str(amount) != "0"
    ]
    told = " and ".join(parts) or "free"
    return f"{told}; {left} simulated minutes left" if left is not None else told


def _tell_argument(one: dict[str, Any]) -> str:
    default = one.get("default")
    return str(one["name"]) if default is None else f"{one['name']}={default!r}"


def _tell_type(one: dict[str, Any]) -> str:
    kind = words.ARGUMENT_KINDS.get(str(one.get("type")), str(one.get("type")))
    if one.get("choices"):
        return f"{kind}: {', '.join(map(str, one['choices'][:30]))}"
    low, high = one.get("minimum"), one.get("maximum")
    bounds = (f" from {low:g}" if low is not None else "") + (
        f" to {high:g}" if high is not None else ""
    )
    return f"{kind}{bounds}"


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; what numpy and pandas hand out is a number or a text too."""
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "ndim", None) == 0:
        return item()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _safe(value: Any) -> str:
    return html.escape(str(value)).translate(_MARKUP)
