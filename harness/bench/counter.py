"""counter-v2, the assistant of exercise 2, under its prompt as given and under each change.

Runs on the trusted side, over the exercise's own room in the checkout: no package of a candidate
has it. Only shares are shown, never a question. No single change of the prompt is enough, and each
one shows; what each has to come to stands in a file of bands (read_bands).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from harness.bench.counter_gold import Came, Question, came_to, context_in_use, questions_of
from harness.bench.figures import Figure, figure
from harness.core.card import tell_validation
from harness.core.errors import UsageError
from harness.models.engine import Engine
from harness.models.grounded import Grounded
from harness.models.grounded_profile import GroundedProfile
from harness.models.profiles import read_profile

WAY_OUT = 'If the handbook extract does not say it, reply: "The handbook does not say."\n'
ALL_SECTIONS = "Read every section that touches the question, exceptions included.\n"
GAP, SURE, FIRST = "If the handbook extract", "Always give a complete", "Use the first section"
"""How three lines of the given prompt begin: those that this changes."""
_EXAMPLE = re.compile(r"Example\nQuestion:.*\nAnswer:.*\n\n")
_Share = Annotated[float, Field(ge=0, le=1)]
Bands = Mapping[str, Mapping[Came, tuple[_Share, _Share]]]
"""By prompt and by what answers came to: the least and the greatest share."""
_BANDS: TypeAdapter[Bands] = TypeAdapter(Bands)


@dataclass(frozen=True)
class Shop:
    """What the exercise's room says of the assistant.

    Attributes:
        profile: how it fails.
        given: its prompt, with places for {context} and {question}.
        handbook: the whole of it.
        questions: those of the holdout, in the file's order.
    """

    profile: GroundedProfile
    given: str
    handbook: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Setting:
    """A prompt and the text that goes into it."""

    template: str
    context: str


def read_shop(room: Path) -> Shop:
    """Return what an exercise's room says of its assistant.

    Args:
        room: grader/exercises/hallucination-debug of a checkout.

    Raises:
        UsageError: a file is missing or empty, or the profile is of another kind.
        BadProfile: the profile cannot be used.
        BadExercise: a line of the holdout is no question.
    """
    profile = read_profile(room / "proctor" / "profile.toml")
    if not isinstance(profile, GroundedProfile):
        raise UsageError(f"{room / 'proctor' / 'profile.toml'} is not of an assistant that reads")
    try:
        given, handbook = (
            (room / "public" / name).read_text(encoding="utf-8")
            for name in ("prompt.txt", "handbook.md")
        )
        holdout = (room / "hidden" / "holdout.jsonl").read_bytes()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"{room} is no room of exercise 2: {problem}") from problem
    questions = questions_of(holdout, "hidden/holdout.jsonl")
    if not questions:
        raise UsageError(f"{room / 'hidden' / 'holdout.jsonl'} holds no question; put them there")
    return Shop(profile, given, handbook, questions)


def read_bands(path: Path) -> Bands:
    """Return what each prompt has to come to.

    Raises:
        UsageError: the file cannot be read, or a band is off.
    """
    try:
        return _BANDS.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as problem:
        raise UsageError(f"{path}: {tell_validation(problem)}") from problem
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} holds no bands: {problem}") from problem


def change(prompt: str, start: str, new: str = "") -> str:
    """Return a prompt with the lines that begin so replaced, or taken out.

    Raises:
        UsageError: no line begins so: what is measured would be the prompt as it was.
    """
    lines = prompt.splitlines(keepends=True)
    if not any(line.startswith(start) for line in lines):
        raise UsageError(f"no line of the prompt begins with {start!r}; see harness.bench.counter")
    return "".join(new if line.startswith(start) else line for line in lines)


def without_example(prompt: str) -> str:
    """Return a prompt without its worked example.

    Raises:
        UsageError: it has none.
    """
    if not _EXAMPLE.search(prompt):
        raise UsageError("the prompt has no worked example; see harness.bench.counter")
    return _EXAMPLE.sub("", prompt)


def mended(prompt: str) -> str:
    """Return the given prompt with every fix."""
    turned = change(change(prompt, GAP, WAY_OUT), SURE)
    return without_example(change(turned, FIRST, ALL_SECTIONS))


def settings_of(shop: Shop) -> dict[str, Setting]:
    """Return the prompt as given and with each change, by name."""
    given, whole, cut = shop.given, shop.handbook, context_in_use(shop.handbook)
    return {
        "given": Setting(given, cut),
        "gap_turned": Setting(change(given, GAP, WAY_OUT), cut),
        "gap_deleted": Setting(change(given, GAP), cut),
        "example_removed": Setting(without_example(given), cut),
        "context_mended": Setting(given, whole),
        "prompt_only": Setting(mended(given), cut),
        "all": Setting(mended(given), whole),
    }


def ask(engine: Engine, shop: Shop, setting: Setting, question: str) -> Grounded:
    """Return the assistant's answer to one question.

    Raises:
        UsageError: the model read no question in the prompt.
    """
    prompt = setting.template.replace("{context}", setting.context).replace("{question}", question)
    said = engine.answer_grounded(shop.profile, prompt)
    if said is None:
        raise UsageError("counter-v2 reads no question in this prompt; keep {question} in it")
    return said


def shares(engine: Engine, shop: Shop, setting: Setting) -> dict[Came, float]:
    """Return which share of the answers came to what, 0 to 1; what never came is not there."""
    came = Counter(came_to(q, ask(engine, shop, setting, q.text)) for q in shop.questions)
    return {what: count / len(shop.questions) for what, count in came.items()}


def counter_figures(
    engine: Engine, shop: Shop, bands: Bands, *, is_quick: bool = False
) -> list[Figure]:
    """Return what each prompt came to, beside its band.

    Args:
        engine: the model.
        shop: the assistant.
        bands: what each prompt has to come to.
        is_quick: every third prompt instead of all, on the same questions.

    Raises:
        UsageError: a band is of no prompt.
    """
    settings = settings_of(shop)
    if unknown := sorted(set(bands) - set(settings)):
        raise UsageError(f"a band is of {unknown[0]!r}; there are {', '.join(settings)}")
    out: list[Figure] = []
    for name in list(settings)[:: 3 if is_quick else 1]:
        found = shares(engine, shop, settings[name])
        for what, (low, high) in bands.get(name, {}).items():
            share = found.get(what, 0.0)
            out.append(
                figure(
                    f"{shop.profile.alias}, {name}: {what}, share",
                    ours=share, peer=None, target=f"{low:.2f} to {high:.2f}",
                    met=low <= share <= high, how=_told(found, len(shop.questions)),
                )
            )  # fmt: skip
    return out


def _told(found: Mapping[Came, float], count: int) -> str:
    parts = sorted(found.items(), key=lambda item: -item[1])
    return f"{count} questions: " + ", ".join(f"{what} {share:.2f}" for what, share in parts)
