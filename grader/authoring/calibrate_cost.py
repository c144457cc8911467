"""A pipeline's stages on a model: tokens and price a call, beside the exercise's own figures.

Runs in T; pure but for the door. The stages are those of hidden/cost.toml; prompts and their order
stand in public/pipeline.yaml, the mails and the meter are the exercise's own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from grader.authoring.calibrate_kept import KeptDoor
from grader.authoring.calibrate_lines import Stage
from grader.authoring.calibrate_models import RowRefused
from grader.authoring.folder import Exercise
from grader.scoring.cost_truth import Truth
from harness.core.errors import BadExercise

APART = 0.25
"""From this share on, a mean that differs from the exercise's own is worth a sentence."""


_Sent = tuple[Mapping[str, str], tuple[int, int, float] | None]
"""A mail, and tokens in, out and USD; None where the model did not take it."""


@dataclass(frozen=True)
class Pipeline:
    """What is sent.

    Attributes:
        prompts: stage to its prompt.
        mails: rows of the public file, first to last.
        meter: (stage, mail) to what a mail takes there, all tries together; may be empty.
        base: rates of the model in use, USD a million in and out.
    """

    prompts: Mapping[str, str]
    mails: Sequence[Mapping[str, str]]
    meter: Mapping[tuple[str, str], Mapping[str, str]]
    base: tuple[float, float]


def read_pipeline(exercise: Exercise, truth: Truth) -> Pipeline:
    """Return what an exercise's pipeline sends.

    Raises:
        BadExercise: pipeline.yaml, a prompt, the mails or the meter cannot be used.
    """
    files = {one.said.name: one.data.decode("utf-8") for one in exercise.given}
    prompts = {name: _text(files, file) for name, file in _prompt_files(files, truth).items()}
    own = truth.sheet.own_logic
    if own is None:
        raise BadExercise("hidden/cost.toml: own_logic is missing; name the mails and the meter")
    mails = list(csv.DictReader(io.StringIO(_text(files, own.mails))))
    if not mails or not {"mail_id", "body"} <= set(mails[0]):
        raise BadExercise(f"public/{own.mails}: it needs rows with mail_id and body")
    table = exercise.tools.tools.get(own.meter)
    rows = getattr(table, "rows", ())
    meter = {(str(row["stage"]), str(row["mail_id"])): row for row in rows}
    base = truth.sheet.prices[truth.sheet.base]
    return Pipeline(prompts, mails, meter, (base.in_, base.out))


def measure(
    pipe: Pipeline, door: KeptDoor, mails: Sequence[Mapping[str, str]], tick: Callable[[], None]
) -> list[Stage]:
    """Return what a call of each stage takes on a model.

    Args:
        pipe: prompts, meter and prices.
        door: the model on trial.
        mails: those to send.
        tick: called after each call.

    Raises:
        EnvironmentLacks: the model stopped answering.
    """
    found = []
    for stage, prompt in pipe.prompts.items():
        sent = []
        for mail in mails:
            sent.append((mail, _send(door, prompt, mail)))
            tick()
        found.append(_stage(stage, pipe, sent))
    return found


def _send(door: KeptDoor, prompt: str, mail: Mapping[str, str]) -> tuple[int, int, float] | None:
    text = "\n".join(part for part in (mail.get("subject", ""), mail["body"]) if part)
    messages = [{"role": "system", "content": prompt}, {"role": "user", "content": text}]
    try:
        reply = door.ask(messages, {"temperature": 0})
    except RowRefused:
        return None
    return reply.tokens_in, reply.tokens_out, float(reply.usd)


def _stage(name: str, pipe: Pipeline, sent: Sequence[_Sent]) -> Stage:
    came = [(mail, one) for mail, one in sent if one is not None]
    count = max(1, len(came))
    t_in, t_out, usd = (sum(float(one[n]) for _, one in came) / count for n in range(3))
    own = [_a_try(pipe.meter[key]) for mail, _ in came
           if (key := (name, str(mail["mail_id"]))) in pipe.meter]  # fmt: skip
    means = [sum(one[n] for one in own) / len(own) if own else None for n in range(2)]
    own_usd = None
    if means[0] is not None and means[1] is not None:
        own_usd = (means[0] * pipe.base[0] + means[1] * pipe.base[1]) / 1e6
    told = f"{name}: {t_in:,.0f} tokens in and {t_out:,.0f} out a call, ${usd:.6f}"
    told += _beside((t_in, means[0]), (t_out, means[1]), own_usd)
    if len(came) < len(sent):
        told += f"; {len(sent) - len(came)} of {len(sent)} mails were not taken (too long?)"
    return Stage(name=name, calls=len(came), tokens_in=round(t_in, 1), tokens_out=round(t_out, 1),
                 usd=round(usd, 8), own_tokens_in=means[0], own_tokens_out=means[1],
                 own_usd=own_usd, says=told)  # fmt: skip


def _a_try(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return a metered row's tokens by try: the meter counts all of them together."""
    tries = max(1.0, float(row["tries"]))
    return float(row["tokens_in"]) / tries, float(row["tokens_out"]) / tries


def _beside(
    tokens_in: tuple[float, float | None], tokens_out: tuple[float, float | None],
    own_usd: float | None,
) -> str:  # fmt: skip
    if tokens_in[1] is None or tokens_out[1] is None or own_usd is None:
        return "; the exercise has no meter to hold it against"
    told = f"; the exercise says {tokens_in[1]:,.0f} in, {tokens_out[1]:,.0f} out, ${own_usd:.6f}"
    off = []
    for what, (here, there) in (("in", tokens_in), ("out", tokens_out)):
        if there and abs(here / there - 1) > APART:
            off.append(f"tokens {what} are {here / there:.2f} times as many")
    if not off:
        return f"{told}: its figures hold on this model too"
    return f"{told}: {' and '.join(off)}; keep the exercise's meter, and do not compare with a bill"


def _prompt_files(files: Mapping[str, str], truth: Truth) -> dict[str, str]:
    """Return stage to the file of its prompt."""
    try:
        stages = yaml.safe_load(_text(files, "pipeline.yaml"))["stages"]
        return {name: str(stages[name]["prompt"]) for name in truth.sheet.stages}
    except (yaml.YAMLError, KeyError, TypeError) as problem:
        raise BadExercise(
            f"public/pipeline.yaml: it names no prompt for a stage of hidden/cost.toml ({problem})"
        ) from problem


def _text(files: Mapping[str, str], name: str) -> str:
    if name not in files:
        raise BadExercise(f"public/{name} is missing; put it there")
    return files[name]
