"""The embedded model as one object: messages in, choices out.

Runs in the model worker (zone G), one call at a time; prompts are hostile text. The order of a call
is the body of Engine.chat: count, read, do the task for real, fail like the tier, give it form.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from harness.models import (
    governing,
    grounded,
    routing,
    system_manner,
    tokens,
    turns,
    turns_reply,
)
from harness.models.aliased import (
    PLACEHOLDER,
    Addressed,
    addressed,
    misread,
    prompt_of,
    with_text,
)
from harness.models.answer_form import tagged
from harness.models.errors import BadRequest, ContextTooLong
from harness.models.faults import Luck, Pressure, pressure_of
from harness.models.features import Bank, load_bank
from harness.models.finished import defended
from harness.models.grounded_profile import GroundedProfile
from harness.models.job import Job
from harness.models.label_blocks import with_blocks
from harness.models.layers import Matrix
from harness.models.mending import mend
from harness.models.patterns import keep_compiled
from harness.models.plain_asking import plainly
from harness.models.plain_labels import with_plain_labels
from harness.models.profiles import AnyProfile
from harness.models.reading import Reading, read_formal, read_prompt
from harness.models.request import ChatReply, ChatRequest, Choice, Options, Understood, Usage
from harness.models.rerouting import reroute
from harness.models.row_labels import with_rows
from harness.models.several_asked import with_several
from harness.models.shaping import maybe_broken, shape
from harness.models.shift import NONE, Shift, shift_of
from harness.models.skills import (
    injected,
    labelling_cases,
    orders,
    second_look,
)
from harness.models.skills.outcome import Outcome
from harness.models.sorting import sort_anew
from harness.models.tail_order import without_tail
from harness.models.tiers import EMBEDDER, EMBEDDER_WINDOW, Tier, tier_named
from harness.models.told_absence import with_told_absence
from harness.models.windows import Fitted, fitted

DEPLOYMENT_SEED = 20
LONGEST_REPLY = 4_096
_LEAST_PROMPT = 64
"""Tokens; a max_tokens that leaves less of the window is refused however the prompt is cut."""
_CACHED_READINGS = 128
_CACHED_CHARS = 60_000

Messages = tuple[tuple[str, str], ...]


class Engine:
    """The three simulated tiers over one reading of prompts.

    Args:
        seed: the luck of this deployment; exercises for scoring use another than practice does.
        shift_weight: how much data far from plain English adds to faults; 0 to measure without it.
    """

    def __init__(
        self, *, seed: int = DEPLOYMENT_SEED, bank: Bank | None = None, shift_weight: float = 1.0
    ) -> None:
        keep_compiled()
        self._shift_weight = shift_weight
        self._bank = bank or load_bank()
        self._seed = seed
        self._readings: OrderedDict[tuple[bool, Messages], Reading] = OrderedDict()

    def warm(self) -> None:
        """Load the tokenizer and run one call, so that the first real one is not slow."""
        self.read((("user", "Which label, a or b? Text: nothing works."),))
        tokens.warm()

    def chat(self, request: ChatRequest, profile: AnyProfile | None = None) -> ChatReply:
        """Answer a chat request.

        Args:
            request: for a tier, or for the profile's alias.
            profile: the exercise's, when its alias is called.

        Raises:
            BadRequest: unknown model.
            UnsupportedContent: messages that the alias does not take.
            UnsupportedParameter: an output form that the alias does not have.
            ContextTooLong: the prompt, or prompt and max_tokens, exceed the tier's window.
        """
        from harness.models.doing import do  # half of all rules: loaded when it is ready already

        options = request.options
        sent = _sent(request, profile)
        cut = _cut(sent, options) if options.is_cut else None
        sent = replace(sent, messages=cut.messages) if cut else sent
        prompt_tokens, room = _room(sent, options)  # before reading: what is refused costs nothing
        job = self._job(sent, profile)
        weight = job.shift_weight * self._shift_weight
        shift = self._shift(job.reading) if weight else NONE
        pressure = pressure_of(job.reading, job.tier, options.heat, shift_weight=weight)
        pressure = pressure.on(shift.total)
        nonce = f"seed:{options.seed}" if options.seed is not None else secrets.token_hex(8)
        choices: list[Choice] = []
        drawn: list[tuple[str, ...]] = []
        for number in range(options.n):
            luck = Luck(job.seed, options.heat, f"{nonce}:{number}", job.reading.signature)
            outcome = injected.obeyed(job.reading, pressure, luck) if job.is_free else None
            outcome = outcome or do(
                self._bank, job, pressure, luck, prompt_tokens / job.tier.window, options
            )
            text, extra, outcome = _form(job, outcome, options, pressure, luck)
            choices.append(_finish(text, options, room))
            drawn.append((*outcome.faults, *extra))
        completion = sum(tokens.count(choice.text) for choice in choices)
        usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=completion)
        understood = _understood(job, tuple(drawn), shift)
        if cut:
            spans = tuple(cut.sent_span(*span) for span in understood.data_spans)
            understood = understood.model_copy(update={"data_spans": spans})
        return ChatReply(choices=tuple(choices), usage=usage, understood=understood)

    def count(self, request: ChatRequest, profile: AnyProfile | None = None) -> int:
        """Prompt tokens as chat would charge them; the whole window for what cannot fit it.

        Raises:
            BadRequest: unknown model.
            UnsupportedContent: messages that the alias does not take.
        """
        sent = _sent(request, profile)
        if tokens.at_least(sent.messages) > sent.tier.window:
            return sent.tier.window
        return min(tokens.count_prompt(sent.messages), sent.tier.window)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit sentence vectors, float32, shape (len(texts), 384)."""
        return self._bank.features.encoder.encode(list(texts))

    def embed(self, texts: Sequence[str]) -> tuple[Matrix, int]:
        """Vectors of texts as sim-embed makes them, and how many tokens the texts have.

        Raises:
            ContextTooLong: a text is longer than is read; half a text gives a wrong vector.
        """
        encoder = self._bank.features.encoder
        for number, text in enumerate(texts):
            if not encoder.reads_whole(text):
                raise ContextTooLong(
                    f"input[{number}] is longer than {EMBEDDER} reads ({EMBEDDER_WINDOW} pieces of "
                    "words, about 90 words). Cut it into parts",
                    param=f"input[{number}]",
                )
        return self.encode(texts), sum(tokens.count(text) for text in texts)

    def read(self, messages: Messages, *, by_rules: bool = False) -> Reading:
        """What the model understands of a prompt; the same for every tier.

        Args:
            messages: (role, text) pairs, oldest first.
            by_rules: leave the trained reader out, as the aliases of exercises do: their tables
                were measured so, and a line that nobody touched is not to be read anew.
        """
        key = (by_rules, messages)
        known = self._readings.get(key)
        if known is not None:
            self._readings.move_to_end(key)
            return known
        reading = self._read_formal(messages) if by_rules else self._read_talk(messages)
        system = "" if by_rules else _system_of(messages)
        reading = replace(reading, system=system) if system != reading.system else reading
        if sum(len(text) for _, text in messages) <= _CACHED_CHARS:
            self._readings[key] = reading
            while len(self._readings) > _CACHED_READINGS:
                self._readings.popitem(last=False)
        return reading

    def _read_formal(self, messages: Messages) -> Reading:
        return second_look.second_look(read_formal(self._bank, messages))

    def _read_talk(self, messages: Messages) -> Reading:
        """A prompt held against its system message, then read alone or as a conversation."""
        if labels := routing.router_labels(messages):
            return routing.routed(self._read_turns(messages), labels, messages)
        encode = self._bank.features.encoder.encode
        ruled = governing.ruled(messages, encode)
        if ruled.said:
            alone = second_look.second_look(read_prompt(self._bank, messages[-1:]))
            return replace(alone, task="chat", data=(), labels=(), said=ruled.said, talk=messages)
        reading = self._read_turns(ruled.messages)
        return replace(reading, preface=ruled.preface, keeps=ruled.keeps)

    def _read_turns(self, messages: Messages) -> Reading:
        """A prompt as it stands, or what a conversation comes to with its last turn."""
        found = turns.resolve(self.read, self._bank.features.encoder.encode, messages)
        if found is None:
            reading = plainly(second_look.second_look(read_prompt(self._bank, messages)))
            sorted_anew = with_blocks(sort_anew(reroute(mend(without_tail(reading)))))
            sorted_anew = orders.settled(with_told_absence(with_plain_labels(sorted_anew)))
            return with_several(with_rows(labelling_cases.in_cases(sorted_anew) or sorted_anew))
        reading = self.read(found.messages)
        if found.labels and not found.said:
            reading = replace(
                reading, task="classify", labels=found.labels, scale=None, coded=False, bound=True
            )
        return replace(
            reading,
            task="chat" if found.is_chat else reading.task,
            said=found.said or reading.said,
            again=found.again,
            renames=found.renames,
            talk=messages,
        )

    def answer_grounded(self, profile: GroundedProfile, prompt: str) -> grounded.Grounded | None:
        """What a grounded alias says to one prompt, and how that came about.

        Args:
            profile: the alias's.
            prompt: one user message, context and question filled in.

        Returns:
            None where the prompt asks nothing of a text that it holds.
        """
        reading = self.read((("user", prompt),), by_rules=True)
        if not grounded.answers_from_text(reading):
            return None
        return grounded.answer(self._bank, profile, reading)

    def explain(self, messages: Messages) -> Understood:
        """What the model understands of a prompt, with no fault drawn."""
        reading = self.read(messages)
        return _understood(Job(tier_named("sim-medium"), reading, 0), (), self._shift(reading))

    def _shift(self, reading: Reading) -> Shift:
        """How far the data of a prompt is from plain English."""
        is_sorted = reading.task == "classify" and not reading.items
        return shift_of(
            self._bank.features.encoder.tokenizer, reading.data_text, is_sorted=is_sorted
        )

    def _job(self, sent: _Sent, profile: AnyProfile | None) -> Job:
        """What is to be done; for an alias its own prompt is read, and read once."""
        if isinstance(profile, GroundedProfile):
            read = self.read(sent.messages, by_rules=True)
            return Job(sent.tier, read, profile.seed, grounded=profile)
        if profile is None or sent.place is None:
            return Job(sent.tier, self.read(sent.messages), self._seed)
        read = self.read(prompt_of(profile, PLACEHOLDER), by_rules=True)
        reading = with_text(profile, read, sent.place.text)
        return Job(sent.tier, reading, profile.seed, profile, sent.place)


@dataclass(frozen=True)
class _Sent:
    """One request as the tier gets it, not read yet.

    Attributes:
        name: what the caller asked for: a tier's or an alias's.
        messages: what is charged and bounded.
        place: the one message of the caller's that an alias reads; None for a tier's own name.
    """

    name: str
    tier: Tier
    messages: Messages
    place: Addressed | None = None


def _sent(request: ChatRequest, profile: AnyProfile | None) -> _Sent:
    """Which tier gets what; nothing is read or counted."""
    messages = tuple((m.role, m.text) for m in request.messages)
    if profile is None:
        return _Sent(request.model, tier_named(request.model), messages)
    if isinstance(profile, GroundedProfile):
        if request.model != profile.alias:
            raise BadRequest(
                f"the call is for {request.model[:60]!r} and the profile is of {profile.alias!r}"
            )
        return _Sent(profile.alias, tier_named(profile.tier), messages)
    place = addressed(profile, request)
    tier = tier_named(profile.tier)
    return _Sent(profile.alias, tier, prompt_of(profile, place.text), place)


def _system_of(messages: Messages) -> str:
    return "\n".join(text for role, text in messages if role in ("system", "developer"))


def _form(
    job: Job, outcome: Outcome, options: Options, pressure: Pressure, luck: Luck
) -> tuple[str, tuple[str, ...], Outcome]:
    """The text of a choice, the faults drawn while forming it, and the outcome behind it."""
    if job.profile is None or job.place is None:
        text, drawn = shape(outcome, job.reading, options, pressure, luck)
        if job.reading.again is not None and options.json_mode == "none":
            text = job.reading.again.framed(text)
        if options.json_mode == "none":
            text = defended(text, outcome, job.reading) if job.is_free else text
            text = tagged(text, outcome, job.reading) if job.is_free else text
            text = f"{job.reading.preface} {text}" if job.reading.preface else text
            text = system_manner.kept(text, job.reading) if job.is_free else text
        return text, drawn, outcome
    outcome = misread(job.profile, outcome, job.place.text, luck)
    text = job.profile.written(outcome.value)
    if options.json_mode != "none":
        return text, (), outcome
    return (*maybe_broken(text, job.reading, pressure, luck), outcome)


def _cut(sent: _Sent, options: Options) -> Fitted | None:
    """A prompt that exceeds the window, cut to it; None where it fits, or is an alias's own."""
    window = sent.tier.window
    most = window - (options.max_tokens or window // 8)
    if sent.place is not None or most < _LEAST_PROMPT:
        return None
    is_far = tokens.at_least(sent.messages) > window
    if not is_far and tokens.count_prompt(sent.messages) + (options.max_tokens or 1) <= window:
        return None
    return fitted(sent.messages, most)


def _room(sent: _Sent, options: Options) -> tuple[int, int]:
    """Prompt tokens and how many completion tokens a choice may have.

    Raises:
        ContextTooLong: the messages, or they and max_tokens, exceed the window.
    """
    window = sent.tier.window
    if tokens.at_least(sent.messages) > window:
        raise ContextTooLong(_too_long(sent, f"more than {window}", options), param="messages")
    used = tokens.count_prompt(sent.messages)
    if used + (options.max_tokens or 1) > window:
        raise ContextTooLong(_too_long(sent, str(used), options), param="messages")
    room = window - used
    return used, min(room, options.max_tokens or LONGEST_REPLY)


def _too_long(sent: _Sent, used: str, options: Options) -> str:
    asked = f", with max_tokens {options.max_tokens} besides," if options.max_tokens else ""
    return (
        f"The prompt has {used} tokens{asked} and {sent.name} reads {sent.tier.window}. Shorten it "
        "or split it; nothing was charged."
    )


def _finish(text: str, options: Options, room: int) -> Choice:
    """Cut at the first stop string, then at the token limit."""
    cuts = [at for at in (text.find(stop) for stop in options.stop) if at >= 0]
    text = text[: min(cuts)] if cuts else text
    kept, was_cut = tokens.cut(text, room)
    return Choice(text=kept, finish_reason="length" if was_cut else "stop")


def _understood(job: Job, faults: tuple[tuple[str, ...], ...], shift: Shift) -> Understood:
    reading = job.reading
    spans = tuple((s.message, s.start, s.end) for s in reading.prompt.spans)
    if reading.talk:  # a conversation was made one prompt; offsets are into what was sent
        spans = turns_reply.places_of(reading)
    if job.place is not None:  # offsets into what the caller sent, not into what the tier got
        spans = ((job.place.number, 0, len(job.place.text)),)
    return Understood(
        task=reading.task,
        kinds=reading.found.kinds.given,
        data_spans=spans,
        labels=tuple(label.name for label in reading.labels) if reading.task == "classify" else (),
        stance={axis: round(value, 2) for axis, value in asdict(reading.stance).items()},
        faults=faults,
        shift=shift.causes,
    )
