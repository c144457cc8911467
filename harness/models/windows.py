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
    kept, left, over = _last_ones(messages, most)
    for number in sorted(kept, key=lambda i: (messages[i][0] in _RULES, -len(left[i]))):
        if over > 0:
            before = tokens.count(left[number])
            left[number] = tokens.last(left[number], max(0, before - over))
            over -= before - tokens.count(left[number])
    return Fitted(
        tuple((messages[i][0], left[i]) for i in kept),
        tuple((i, len(messages[i][1]) - len(left[i])) for i in kept),
    )


def _last_ones(messages: Messages, most: int) -> tuple[list[int], dict[int, str], int]:
    """System messages, the last one, and as many before it as there is room for.

    Returns:
        Their numbers, their texts, and by how many tokens they are too long all the same. What goes
        is not counted: megabytes of old turns cost nothing.
    """
    last = len(messages) - 1
    stay = [i for i, (role, _) in enumerate(messages) if role in _RULES or i == last]
    left = {i: messages[i][1][-most * _CHARS_A_TOKEN :] for i in stay}
    used = tokens.count_prompt([(messages[i][0], left[i]) for i in stay])
    for number in range(last - 1, -1, -1):
        if number in left:
            continue
        text = messages[number][1]
        room = most - used
        if room <= 0 or len(text) > room * tokens.LONGEST_TOKEN_BYTES:
            break
        takes = tokens.count_prompt([(messages[number][0], text)]) - tokens.PER_REPLY
        if takes > room:
            break
        left[number] = text
        used += takes
    return sorted(left), left, used - most
