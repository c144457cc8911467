"""Resolve a follow-up against what a conversation holds, so that one prompt is left to be read.

Runs in the model worker (zone G); the text is hostile. Each user turn changes the *standing*
prompt: its text (a correction, the next text), its question (another one, "I meant Tuesday"), its
order, its labels' names. What a turn does is told by its words (turns_cues.py) and by how it
reads alone. A conversation whose system message orders and whose user turns are bare texts is
left as it is: its answered turns are worked examples.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.models.labels import Label
from harness.models.standing import Standing
from harness.models.turns_again import Again
from harness.models.turns_early import gone_back, order_as_sent, said_early
from harness.models.turns_moves import Messages, Read, Resolver, State
from harness.models.turns_questions import Encode

_MOST_TURNS = 6
_MOST_CHARS = 40_000


@dataclass(frozen=True)
class Resolved:
    """What is left to be read of a conversation.

    Attributes:
        messages: a prompt that stands by itself.
        said: the answer, where it needs no work.
        again: the doubted answer, where the user doubts one.
        renames: old label to new one, to be put into the answer.
        is_chat: small talk, whatever the words look like.
        labels: the label set that turns have made of the prompt's own; empty where none did.
    """

    messages: Messages
    said: str = ""
    again: Again | None = None
    renames: tuple[tuple[str, str], ...] = ()
    is_chat: bool = False
    labels: tuple[Label, ...] = ()


def resolve(read: Read, encode: Encode, messages: Messages) -> Resolved | None:
    """The prompt that a conversation's last turn comes to; None where nothing is to be resolved.

    Args:
        read: reads a prompt of one turn.
        encode: vectors of words.
        messages: (role, text), oldest first.
    """
    system = tuple(m for m in messages if m[0] in ("system", "developer"))
    talk = [m for m in messages if m[0] in ("user", "assistant")]
    is_talk = len(talk) >= 3 and len(talk) % 2 and len(system) + len(talk) == len(messages)
    if not is_talk or messages[: len(system)] != system:
        return None
    if any(role != ("user", "assistant")[i % 2] for i, (role, _) in enumerate(talk)):
        return None
    if sum(len(text) for _, text in talk) > _MOST_CHARS:
        return None
    if len(talk) > 2 * _MOST_TURNS + 1:
        talk = [*talk[:2], *talk[-2 * _MOST_TURNS + 1 :]]
    pairs = [(talk[i][1], talk[i + 1][1]) for i in range(0, len(talk) - 1, 2)]
    if said := said_early(pairs, talk[-1][1]):
        return Resolved((talk[-1],), said)
    if order := order_as_sent(talk[0][1]):
        return Resolved((*system, ("user", f"{order}:\n\n{talk[-1][1]}")))
    resolver = Resolver(read, encode, system)
    state = State(Standing(system, talk[0][1]), talk[1][1])
    past = [state]
    was_bare = False
    for number in range(2, len(talk), 2):
        turn = talk[number][1]
        back = gone_back(turn, [one.standing.text for one in past])
        if back is not None:
            state, turn = past[back[0]], back[1]
        moved = resolver.moved(state, turn)
        if moved is None:  # a worked example, as long as no turn changes the labels
            was_bare = True
            moved = replace(state, standing=Standing(system, turn))
        is_last = number == len(talk) - 1
        state = moved if is_last else replace(moved, answer=talk[number + 1][1])
        past.append(state)
    if was_bare and not (state.renames or state.labels):
        return None
    renames = tuple(state.renames.items())
    if state.is_chat:
        return Resolved((talk[-1],), renames=renames, is_chat=True)
    return Resolved(state.standing.messages, state.said, state.again, renames, labels=state.labels)
