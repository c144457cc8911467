"""What each reference takes of its purse: its work done once, on the embedded models and tools.

Runs in T. Counted are the notebook's own calls and what the reference's claims rest on; prices are
those of the models' tiers, as the proctor takes them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from grader.attempt import Attempt
from grader.authoring.folder import Exercise, read_exercise
from grader.bench import OWN_EXERCISES, Bench
from grader.intake import read_attempt
from grader.scoring.arena import opened
from grader.scoring.gold import read_gold
from grader.scoring.promptfix import context_in_use
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.core.settings import Settings
from harness.models.engine import Engine
from harness.models.request import ChatRequest
from harness.models.tiers import tier_named
from harness.proctor.tools.kinds import answer
from harness.proctor.tools.request import find_tool, read_use

METERED = (13, 122, 56, 185, 89, 87, 20, 94)
"""Mails that exercise 3's reference has metered, by its own remark."""
_PARKING = "Where may a customer park while they are out on the river?"
_CANCELLING = "Can a customer cancel a tent on Thursday for Saturday?"
_COLLECTED = "Our driver collects an e-bike after 18:00. Is that charged as a late return?"


@dataclass
class Used:
    """What was taken of a purse.

    Attributes:
        calls: of models, and of tools that take some.
        tokens: in and out.
        usd: by the tiers' prices.
        minutes: simulated, by the tools' prices.
    """

    calls: int = 0
    tokens: int = 0
    usd: Decimal = Decimal(0)
    minutes: Decimal = Decimal(0)

    def rounded(self) -> dict[str, Any]:
        """Return it as [measured] has it: USD to the thousandth."""
        found = {"calls": self.calls, "tokens": self.tokens, "usd": f"{self.usd:.3f}"}
        return found | ({"minutes": int(self.minutes)} if self.minutes else {})


@dataclass
class Desk:
    """A reference at work: its exercise, its submission, and what it has used so far."""

    exercise: Exercise
    attempt: Attempt
    used: Used = field(default_factory=Used)
    engine: Engine = field(default_factory=Engine)

    def say(self, text: str, temperature: float = 0) -> str:
        """Return the answer of the exercise's own model, and count the call."""
        profile = self.exercise.profile
        assert profile is not None
        turn = [{"role": "user", "content": text}]
        request = ChatRequest.from_wire(profile.alias, turn, {"temperature": temperature})
        reply = self.engine.chat(request, profile)
        given, taken = reply.usage.prompt_tokens, reply.usage.completion_tokens
        self.used.calls += 1
        self.used.tokens += given + taken
        self.used.usd += tier_named(profile.tier).cost_usd(given, taken)
        return reply.choices[0].text

    def take(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return what a tool shows, and count its price."""
        said = find_tool(self.exercise.card.tools, tool)
        use = read_use(said, arguments)
        took = said.price.of(use.arguments)
        self.used.calls += took.calls
        self.used.minutes += took.minutes
        return answer(self.exercise.tools.tools[tool], use, {}, None).result


def desk_of(slug: str) -> Desk:
    """Return the desk of an exercise's reference."""
    room = OWN_EXERCISES / slug
    exercise = read_exercise(room)
    data = make_submission(read_files(room / "hidden" / "probes" / "reference"), exercise)
    return Desk(exercise, read_attempt(data, public=None, find_exercise=lambda _: exercise))


def eval_design() -> Used:
    """Return the use of: the call that is shown, the twelve, the suite once."""
    desk = desk_of("eval-design")
    gold = read_gold(desk.exercise)
    desk.say("The list of suppliers does not open.")
    for row in gold.known.values():
        if row.msg_id in gold.given:
            desk.say(row.text)
    with opened(desk.attempt, Bench.of(Settings())) as arena:
        assert arena.run(lambda text, _: desk.say(text)).verdict == "no_ship"
    return desk.used


def hallucination_debug() -> Used:
    """Return the use of: the call that is shown, the three pairs of ideas, the five once more."""
    desk = desk_of("hallucination-debug")
    given = {one.said.name: one.data.decode("utf-8") for one in desk.exercise.given}
    before, outputs = given["prompt.txt"], json.loads(given["outputs.json"])
    desk.take("show_handbook", {})
    for number in (2, 3, 4, 6, 10):  # where the quotes stand
        desk.take("show_section", {"n": number})
    with opened(desk.attempt, Bench.of(Settings()), names=("FIXED_PROMPT", "CHANGES")) as arena:
        after, changes = (arena.loaded.values[name] for name in ("FIXED_PROMPT", "CHANGES"))

    in_use = context_in_use(given["handbook.md"])

    def run(template: str, question: str, context: str = in_use) -> str:
        filled = template.replace("{context}", context).replace("{question}", question)
        return desk.say(filled, temperature=0.2)

    run(before, outputs[1]["question"])
    for question, line in ((_PARKING, "fill in"), (_CANCELLING, "Example"), (_COLLECTED, "first")):
        old = next(one for one in changes if line in one)
        run(before, question)
        run(before.replace(old, changes[old]), question)
    for one in outputs:
        run(after, one["question"], given["handbook.md"])
    return desk.used


def cost_estimate() -> Used:
    """Return the use of: the metered mail that is shown, eight a stage, the plan on 20 mails."""
    desk = desk_of("cost-estimate")
    desk.take("meter", {"stage": "S1", "mail_id": 2})
    line = next(o for o in desk.attempt.artefacts["estimate"].splitlines() if o.startswith("OUT ="))
    claimed = re.findall(r'"(S\d)": (\d+)', line)
    for stage, tokens in claimed:
        found = [desk.take("meter", {"stage": stage, "mail_id": one}) for one in METERED]
        mean = sum(one["tokens_out"] / one["tries"] for one in found) / len(found)
        assert abs(mean - int(tokens)) < 1, (stage, mean)
    tried = desk.take("try_plan", {"plan": {"cache": True, "strip_quotes": True}, "n": 20})
    assert tried["usd_a_mail"] < 0.6 * tried["usd_a_mail_as_sketched"]
    return desk.used


MEASURED = {
    "eval-design": eval_design,
    "hallucination-debug": hallucination_debug,
    "cost-estimate": cost_estimate,
}
"""By slug."""
