"""A prompt that is too long for a tier, cut to its window as services do that do not refuse it.

Runs in the model worker. Turns go from the oldest on, system messages and the last one stay; what
is still too long loses its beginning. Whoever looks for a fact in what was cut does not find it.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.models import tokens

Messages = tuple[tuple[str, str], ...]
_RULES = ("system", "developer")
_CHARS_A_TOKEN = 16
"""What stands further back than so many characters for each token is not even counted."""


@dataclass(frozen=True)
class Fitted:
    """What is left of a prompt.

    Attributes:
        messages: (role, text) pairs that fit.
        places: for each of them its number in what was sent, and how many characters of its
            beginning were cut.
    """

    messages: Messages
    places: tuple[tuple[int, int], ...]

    def sent_span(self, message: int, start: int, end: int) -> tuple[int, int, int]:
        """A stretch of what is left, as a stretch of what was sent."""
        number, cut = self.places[message]
        return number, start + cut, end + cut


def fitted(messages: Messages, most: int) -> Fitted:
    """The prompt in at most so many tokens.

    Args:
        messages: (role, text) pairs, oldest first.
        most: tokens that the prompt may have.
    """
    left = [text[-most * _CHARS_A_TOKEN :] for _, text in messages]
    counts = [tokens.count_prompt([(role, text)]) - tokens.PER_REPLY
              for (role, _), text in zip(messages, left, strict=True)]  # fmt: skip
    over = tokens.PER_REPLY + sum(counts) - most
    kept = list(range(len(messages)))
    for number, (role, _) in enumerate(messages[:-1]):
        if over > 0 and role not in _RULES:
            kept.remove(number)
            over -= counts[number]
    for number in sorted(kept, key=lambda i: (messages[i][0] in _RULES, -counts[i])):
        if over > 0:
            before = tokens.count(left[number])
            left[number] = tokens.last(left[number], max(0, before - over))
            over -= before - tokens.count(left[number])
    return Fitted(
        tuple((messages[i][0], left[i]) for i in kept),
        tuple((i, len(messages[i][1]) - len(left[i])) for i in kept),
    )
