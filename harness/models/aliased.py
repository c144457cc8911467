"""An alias at work: its own prompt around the caller's last message, its own faults on the answer.

Runs in the model worker (zone G); messages are hostile text, the profile is checked. The label is
the tier's own reading of the text under the alias's prompt; a fault of the profile then replaces
it, by the item's luck. Where the caller's text begins and ends is known and not guessed, so no
mark in it can pass for the alias's prompt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.models.errors import BadRequest, UnsupportedContent, UnsupportedParameter
from harness.models.faults import Luck
from harness.models.labels import Label, humanise
from harness.models.profiles import ANY_OTHER, Fault, Profile
from harness.models.prompt import Span, Unit
from harness.models.reading import Reading
from harness.models.request import ChatRequest
from harness.models.skills.outcome import Outcome

PLACEHOLDER = "The text stands here."


@dataclass(frozen=True)
class Addressed:
    """What of a request the alias reads.

    Attributes:
        number: index of the message among the caller's.
        text: the message.
    """

    number: int
    text: str


def addressed(profile: Profile, request: ChatRequest) -> Addressed:
    """The message to classify: the last one, which has to be the user's.

    Earlier turns are not read; an endpoint that sorts texts has no memory.

    Raises:
        BadRequest: the request is for another model.
        UnsupportedContent: a prompt of the caller's own, or no user message at the end.
        UnsupportedParameter: another output form.
    """
    alias = profile.alias
    if request.model != alias:
        raise BadRequest(f"the call is for {request.model[:60]!r} and the profile is of {alias!r}")
    for number, message in enumerate(request.messages):
        if message.role not in ("user", "assistant"):
            raise UnsupportedContent(
                f"{alias} has a prompt of its own and takes none from the caller: leave out "
                f"messages[{number}] (role {message.role!r}) and send the text to classify as one "
                "user message. For a prompt of your own call another model of /v1/models"
            )
    last = request.messages[-1]
    if last.role != "user":
        raise UnsupportedContent(
            f"{alias} classifies the last message, which has to be the user's; "
            f"messages[{len(request.messages) - 1}] has the role {last.role!r}"
        )
    if request.options.json_mode == "schema":
        raise UnsupportedParameter(
            f"{alias} always answers in its own form; leave out response_format's json_schema"
        )
    return Addressed(len(request.messages) - 1, last.text)


def prompt_of(profile: Profile, text: str) -> tuple[tuple[str, str], ...]:
    """The messages the tier gets."""
    return (("system", profile.instruction), ("user", text))


def with_text(profile: Profile, read: Reading, text: str) -> Reading:
    """The reading of the alias's prompt with the caller's text as its data, all of it.

    Args:
        profile: the alias's.
        read: its prompt, read with PLACEHOLDER as the text.
        text: what the caller sent.
    """
    units = tuple(unit for unit in read.prompt.units if unit.message == 0)
    prompt = replace(
        read.prompt,
        messages=prompt_of(profile, text),
        units=(*units, Unit(1, 0, len(text), text, True)),
        spans=(Span(1, 0, len(text)),),
        question="",
    )
    found = {humanise(label.name): label for label in read.labels}
    labels = tuple(found.get(humanise(name)) or Label(name) for name in profile.labels)
    own = tuple(replace(one, name=n) for one, n in zip(labels, profile.labels, strict=True))
    return replace(read, prompt=prompt, task="classify", question="", data=(text,), labels=own)


def misread(profile: Profile, outcome: Outcome, text: str, luck: Luck) -> Outcome:
    """The outcome after the first fault of the profile that is drawn, if one is."""
    item = " ".join(text.lower().split())[:600]
    for fault in profile.possible(text):
        label = _said(profile, fault, outcome.value, luck, item)
        if label is not None and luck.draw(f"{profile.alias}.{fault.name}", item) < fault.chance:
            return replace(
                outcome,
                text=f"Category: {label}",
                value=label,
                faults=(*outcome.faults, f"{profile.alias}.{fault.name}"),
            )
    return outcome


def _said(profile: Profile, fault: Fault, label: str, luck: Luck, item: str) -> str | None:
    """What a fault makes of a label; None where it does not apply to that label."""
    if fault.instead_of and label not in fault.instead_of:
        return None
    if fault.says != ANY_OTHER:
        return fault.says
    others = [name for name in profile.labels if name != label]
    return others[luck.pick(f"{profile.alias}.{fault.name}.other", item, len(others))]
