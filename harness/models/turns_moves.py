"""What each turn of a conversation does to the standing prompt: corrects, asks anew, orders, forms.

Runs in the model worker (zone G); the text is hostile. What a turn does is told by its words
(turns_cues.py) and by how it reads alone. What fools it: a turn that only the answer before, and
not the prompt, makes sense of.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from harness.models import beyond
from harness.models import turns_cues as cues
from harness.models.labels import Label
from harness.models.reading import Reading
from harness.models.skills.talk import is_talk
from harness.models.standing import (
    Standing,
    instead_of_question,
    question_of,
    short_quotation,
    sole_text,
)
from harness.models.tasks import is_question
from harness.models.turns_again import Again
from harness.models.turns_facts import edited, updated
from harness.models.turns_forms import recased, relisted_by_parts, reshaped
from harness.models.turns_labels import JOINS, changed
from harness.models.turns_memory import raised
from harness.models.turns_questions import Encode, asked_anew, noun_for_one, other_clause
from harness.models.turns_records import recast
from harness.models.turns_shapes import (
    IS_QUOTED,
    MODIFIES,
    ORDERS,
    has_own_case,
    names_one,
    of_text,
    same_head,
)
from harness.models.turns_short import (
    counted,
    form_order,
    is_form,
    is_rewriting,
    shortened,
)
from harness.models.turns_sure import asks_how_sure, how_sure
from harness.models.turns_values import stems, values
from harness.models.typed import written_out

Messages = tuple[tuple[str, str], ...]
Read = Callable[[Messages], Reading]

_WORKED = ("classify", "extract", "summarise", "rewrite", "judge")
_REFERS = re.compile(
    r"\b(?:it|that|your (?:answer|text|reply)|the (?:answer|summary|reply))\b", re.I
)
_ANEW = re.compile(r"\b(?:again|anew|redo|once more|new|update[ds]?|now|correct(?:ed)?)\b", re.I)
_SETS_FIGURE = re.compile(r"\W*(?:please |now )?make (?:it|that) (?:only )?\d", re.I)
_DELTA = re.compile(
    r"\bhow much (?:more|less|cheaper|dearer|longer|shorter)\b|\bdifference\b|\bthan before\b", re.I
)
_LABELLED_TEXT = re.compile(
    r"^\W{0,3}(?:mail|text|message|note|review|complaint|ticket|item|case|comment|letter|"
    r"report)? ?(?:no\.? ?)?"
    r"(?:\d{1,3}|next)?\s{0,2}[:>#)–-]{1,3}\s{0,2}[\"“„«](?P<text>[^\"“”«»„]{6,"
    r"4000})[\"”»“]\W{0,4}$",
    re.I,
)
_OTHER = re.compile(r"^(?:about )?the other(?: one)?$", re.I)
_FILLER = re.compile(
    r"(?<=[.!,;]) ?(?:so )?(?:what (?:is|was|'s) (?:it|that|the answer)(?: then| now)?|what then|"
    r"and now|how about now|what now|"
    r"what (?:do|would) you (?:say|get) (?:now|then))\?\s*$",
    re.I,
)


@dataclass(frozen=True)
class State:
    """A conversation so far; its labels are the set that turns have made, else empty."""

    standing: Standing
    answer: str
    renames: dict[str, str] = field(default_factory=dict)
    said: str = ""
    again: Again | None = None
    is_chat: bool = False
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Resolver:
    """Takes one turn after the other.

    Attributes:
        read: reads a prompt of one turn.
        encode: vectors of words.
        system: the system messages in front.
    """

    read: Read
    encode: Encode
    system: Messages

    def moved(self, state: State, turn: str) -> State | None:
        """The conversation after a turn; None where it is a worked example and the next case."""
        before = replace(state, said="", again=None, is_chat=False)
        if len(turn.split()) <= 20 and not re.search(r"[\"“„«]", turn):
            turn = written_out(turn)
        earlier = self.read(before.standing.messages)
        if self.system and self._is_bare(before, earlier) and not self._is_strong(earlier, turn):
            is_same = not (before.renames or before.labels)
            return None if is_same else replace(before, standing=self._alone(turn))
        if cues.is_manners(turn):
            return replace(before, is_chat=True)
        foreign = beyond.said_of(before.standing.text, has_text=True)
        if foreign.startswith("I cannot translate") and not turn.rstrip().endswith("?"):
            return replace(before, said=foreign)
        if asks_how_sure(turn) and before.answer.strip():
            material = before.standing.material(earlier)
            return replace(before, said=how_sure(turn, before.answer, material))
        names = tuple(label.name for label in earlier.labels) if earlier.task == "classify" else ()
        current = tuple(before.renames.get(name, name) for name in names)
        is_one = len(names) >= 2 and not JOINS.search(turn)
        if is_one and (renames := cues.renamed(turn, current)):
            return self._renamed(before, earlier, turn, renames)
        if len(names) >= 2 and (new := self._relabelled(before, earlier, turn)):
            return new
        if earlier.task in ("rewrite", "chat", "summarise"):
            done = edited(before.answer, turn)
            if done:
                return replace(before, said=done)
        if earlier.task == "chat" and not earlier.data:
            if is_form(turn) and len(before.answer.split()) >= 3:
                return self._formed(before, earlier, turn)
            return self._after_talk(before, turn)
        turn = _FILLER.sub("", turn).strip() or turn
        return self._by_cue(before, earlier, turn) or self._by_shape(before, earlier, turn)

    def _after_talk(self, state: State, turn: str) -> State:
        """A turn after one that set no task: a doubted answer stays, what was told is kept."""
        cue = cues.cue_of(turn)
        answer = state.answer.strip()
        if cue is not None and cue.move == "push" and answer and not is_talk(turn, has_data=False):
            if re.search(r"\d", state.standing.text) and re.search(r"\d", answer):  # reckoned anew
                return replace(state, again=Again(state.answer, turn, state.standing.text))
            return replace(state, said=f"I went through it again, and it stays with this: {answer}")
        told = state.standing.text.strip()
        is_told = len(told.split()) >= 4 and not told.endswith("?") and not ORDERS.match(told)
        alone = self.read((("user", turn),))
        if not is_told or is_talk(told, has_data=False) or alone.data or alone.labels:
            return replace(state, standing=self._alone(turn))
        asks = cues.bare_of(turn).rstrip(' "”').endswith("?")
        is_near = stems(told) & stems(turn) or re.search(
            r"\b(?:i|my|we|our|me|it|they)\b", turn, re.I
        )
        if asks and not is_near:
            return replace(state, standing=self._alone(turn))
        joined = f"Text: {told}\n\nQuestion: {cues.bare_of(turn)}" if asks else f"{told}\n{turn}"
        return replace(state, standing=self._alone(joined))

    def _alone(self, turn: str) -> Standing:
        return Standing(self.system, turn)

    def _is_bare(self, state: State, earlier: Reading) -> bool:
        """Whether the user's turns are texts for an order of the system message."""
        mine = [u for u in earlier.prompt.units if u.message == len(self.system)]
        return earlier.task in _WORKED and not any(
            not u.is_data and len(u.text.split()) > 1 for u in mine
        )

    def _is_strong(self, earlier: Reading, turn: str) -> bool:
        """Whether a turn can be nothing but a follow-up."""
        names = tuple(label.name for label in earlier.labels)
        cue = cues.cue_of(turn)
        return bool(
            (len(names) >= 2 and (cues.renamed(turn, names) or changed(turn, earlier.labels, {})))
            or is_form(turn)
            or (cue and cue.move in ("drop", "new", "why"))
            or (cue and cue.move == "push" and len(turn.split()) <= 8)
        )

    def _renamed(self, state: State, earlier: Reading, turn: str, renames: dict[str, str]) -> State:
        """Other names for the labels, and with them the next text, if the turn brings one."""
        back = {new: old for old, new in state.renames.items()}
        mapped = dict(state.renames) | {back.get(old, old): new for old, new in renames.items()}
        names = {one.lower() for pair in mapped.items() for one in pair}
        short = short_quotation(turn, names)
        text = sole_text(turn) or (turn[slice(*short[0])] if short else "")
        standing = state.standing.with_text(earlier, text) if text else state.standing
        return replace(state, standing=standing, renames=mapped)

    def _relabelled(self, state: State, earlier: Reading, turn: str) -> State | None:
        """Another label set, and with it the next text, if the turn brings one; else None."""
        found = changed(turn, state.labels or earlier.labels, state.renames)
        if found is None:
            return None
        standing = state.standing.with_text(earlier, found.text) if found.text else state.standing
        own = found.labels if found.labels != earlier.labels else ()
        return State(standing, state.answer, found.renames, labels=own)

    def _by_cue(self, state: State, earlier: Reading, turn: str) -> State | None:
        held = state.standing.material(earlier)
        if same := same_head(state.standing.text, turn) or of_text(turn, held, state.answer):
            return replace(state, standing=self._alone(same))
        labelled = _LABELLED_TEXT.match(turn)
        if labelled and earlier.task in _WORKED:
            return replace(state, standing=state.standing.with_text(earlier, labelled["text"]))
        cue = cues.cue_of(turn)
        named = [label.name for label in earlier.labels] if earlier.task == "classify" else []
        if (
            named
            and len(turn.split()) <= 8
            and not IS_QUOTED.match(turn)
            and names_one(turn, named)
        ):
            cue = cues.Cue("push")
        if cue is None:
            return None
        standing = state.standing
        if cue.move in ("drop", "new"):
            alone = self.read((("user", cue.rest),))
            if sum(map(len, alone.data)) >= 25 or cue.move == "new":
                return replace(state, standing=self._alone(cue.rest), renames={})
            return replace(state, standing=standing.ordered(earlier, cue.rest), renames={})
        if cue.move == "next" and len(cue.rest.split()) >= 2 and not is_form(cue.rest):
            return replace(state, standing=standing.with_text(earlier, cue.rest))
        if cue.move == "why":
            asks = "Quote the sentence." if earlier.task == "qa" else "Give the reason."
            return replace(state, standing=standing.added(asks))
        if cue.move == "push" and self._is_doubt(earlier, turn):
            material = standing.material(earlier)
            is_label = earlier.task in ("classify", "judge")
            return replace(state, again=Again(state.answer, turn, material, is_label))
        if cue.move == "update" and self._is_news(earlier, turn):
            return self._updated(state, earlier, turn)
        if cue.move == "about" and earlier.task == "classify":
            return replace(state, standing=standing.with_text(earlier, cue.rest))
        if cue.move in ("meant", "about") and _OTHER.match(cue.rest):
            left = other_clause(standing.material(earlier), state.answer)
            if left:
                return replace(state, said=left)
        if cue.move in ("meant", "about") and earlier.question:
            asked = asked_anew(
                question_of(earlier),
                cue.rest,
                standing.material(earlier),
                state.answer,
                self.encode,
            )
            return replace(state, standing=standing.asking(earlier, asked))
        return None

    def _is_doubt(self, earlier: Reading, turn: str) -> bool:
        if earlier.task in ("qa", "judge"):
            return not has_own_case(turn)
        return len(turn.split()) <= 20 and not IS_QUOTED.match(turn)

    def _is_news(self, earlier: Reading, turn: str) -> bool:
        """A change of the text rather than the next text to sort."""
        if IS_QUOTED.match(turn):
            return False
        shared = stems(turn) & stems("\n".join(earlier.data) or earlier.question)
        return earlier.task in ("qa", "judge") or bool(shared) or turn.lower().startswith("update")

    def _updated(self, state: State, earlier: Reading, turn: str) -> State:
        """The text with the changed fact, and the question of the turn or the one before."""
        parts = re.split(r"(?<=[.!?])\s+|\n+", turn.strip())
        asked = [p for p in parts if is_question(p) or p.endswith("?")]
        told = " ".join(
            p for p in parts if p not in asked and (not ORDERS.match(p) or _SETS_FIGURE.match(p))
        )
        asked = [p for p in asked if len(p.split()) > 2]  # "New total?" asks what was asked before
        standing = state.standing
        if not told:
            return replace(state, standing=standing.asking(earlier, " ".join(asked)))
        material = standing.material(earlier)
        changed = standing.with_material(earlier, raised(material, told) or updated(material, told))
        if asked and _DELTA.search(asked[-1]) and re.search(r"\d", state.answer):
            delta = Again(state.answer, turn, material, is_delta=True)
            return replace(state, standing=changed, again=delta)
        if asked:
            question = re.sub(r"^\W*(?:so|and|now|then|ok)\b[, ]*", "", asked[-1], flags=re.I)
            if cues.is_elliptic(question):
                question = asked_anew(
                    question_of(earlier), question.rstrip("?"), material, state.answer, self.encode
                )
            changed = instead_of_question(changed, earlier, question[:1].upper() + question[1:])
        return replace(state, standing=changed)

    def _by_shape(self, state: State, earlier: Reading, turn: str) -> State:
        """A turn that no word marks: a form, a prompt of its own, the next text, a question."""
        bare = cues.bare_of(turn)
        standing = state.standing
        listed = relisted_by_parts(state.answer, turn)
        if listed:
            return replace(state, said=listed)
        if is_form(turn):
            return self._formed(state, earlier, turn)
        if IS_QUOTED.match(turn) and earlier.task in _WORKED:
            return replace(state, standing=standing.with_text(earlier, turn))
        alone = self.read((("user", turn),))
        held = standing.material(earlier)
        if (
            stems(turn) & stems(held)
            and raised(held, turn.split("?")[0])
            and len(turn.split()) <= 24
        ):
            return self._updated(state, earlier, turn)
        if has_own_case(turn) or self._stands_alone(alone, turn):
            return replace(state, standing=self._alone(turn), renames={})
        material = standing.material(earlier)
        if self._is_changed_fact(turn, material):
            return self._updated(state, earlier, turn)
        asks = is_question(bare) or bare.rstrip().endswith("?")
        if asks and earlier.task == "classify" and not stems(bare) & stems(material):
            return replace(state, standing=standing.with_text(earlier, turn))
        if asks:
            bare = noun_for_one(bare, earlier.question)
            return replace(state, standing=standing.asking(earlier, bare[:1].upper() + bare[1:]))
        if MODIFIES.match(bare) and earlier.task in ("summarise", "rewrite", "extract"):
            return replace(state, standing=standing.added(f"{bare.rstrip(' .')}."))
        if ORDERS.match(bare):
            of_answer = _REFERS.search(bare) and earlier.task in ("rewrite", "summarise")
            if of_answer or (is_rewriting(bare) and not re.search(r"\btext\b", bare)):
                return replace(state, standing=self._alone(f"{bare}\n\n{state.answer}"))
            return replace(state, standing=standing.ordered(earlier, bare))
        led = re.search(r":\s+(\S[^\n:]{0,60})$", standing.text.strip())
        is_short = len(material.split()) <= 3 or (led is not None and len(led[1].split()) <= 3)
        least = 1 if is_short else 3
        if earlier.task in _WORKED and len(turn.split()) >= least:
            return replace(state, standing=standing.with_text(earlier, turn))
        if earlier.task == "qa" and len(turn.split()) >= 3 and stems(turn) & stems(material):
            return self._updated(state, earlier, turn)
        return replace(state, standing=self._alone(turn))

    def _formed(self, state: State, earlier: Reading, turn: str) -> State:
        """The same work, or its answer, in the form asked for."""
        standing = state.standing
        laid_out = recast(state.answer, turn, standing.material(earlier))
        if laid_out:
            return replace(state, said=laid_out)
        named = [state.renames.get(label.name, label.name) for label in earlier.labels]
        done = shortened(
            state.answer, turn, named if earlier.task == "classify" else [], earlier.question
        )
        done = (
            recased(done, turn)
            if done
            else (
                ""
                if re.search(r"\bkeys?\b|\bfields?\b", turn, re.I)
                else reshaped(state.answer, turn)
            )
        )
        if done:
            return replace(state, said=done)
        if is_rewriting(turn):
            order = form_order(turn)
            if earlier.task == "summarise" and counted(turn):
                return replace(
                    state, standing=standing.ordered(earlier, f"Summarise this {counted(turn)}:")
                )
            return replace(state, standing=self._alone(f"{order}\n\n{state.answer}"))
        return replace(state, standing=standing.added(form_order(turn)))

    def _is_changed_fact(self, turn: str, material: str) -> bool:
        """A short statement on what the text speaks of, and the work asked for anew."""
        parts = re.split(r"(?<=[.!?])\s+|\n+", turn.strip())
        told = parts[0]
        return (
            len(parts) == 2
            and len(told.split()) <= 9
            and not told.endswith("?")
            and not ORDERS.match(told)
            and bool(values(told))
            and bool(stems(told) & stems(material))
            and (parts[1].endswith("?") or bool(_ANEW.search(parts[1])))
        )

    def _stands_alone(self, alone: Reading, turn: str) -> bool:
        """Whether a turn holds order and text of its own."""
        data = sum(map(len, alone.data))
        told = [
            i
            for i in alone.prompt.instructions
            if ORDERS.match(i) or i.rstrip(' "”').endswith(("?", ":"))
        ]
        return (
            data >= 25
            and bool(told)
            and (alone.task in _WORKED or (alone.task == "qa" and data >= 40))
            and len(turn.split()) >= 7
            and bool(alone.labels or alone.task != "classify")
        )
