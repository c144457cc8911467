"""What each kind of instruction does to the fault that it counters.

Runs on the trusted side; pure but for the bank. The chances are the fault layer's own, on one plain
prompt and the medium tier, at three strengths of the instruction. A tie-break and a language change
what is right and not how often the model fails, so neither is here. Beside them answers.py counts
inventions under real wordings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from harness.bench.figures import Figure, figure
from harness.models.faults import Pressure, chance, pressure_of
from harness.models.features import Bank
from harness.models.reading import read_prompt
from harness.models.tiers import TIERS

STRENGTHS = (0.0, 0.5, 1.0)
_PLAIN = "Text:\nThe kiosk is red.\n\nQuestion: Is it open?"
_THIRD_FIELD = 2


@dataclass(frozen=True)
class Law:
    """An instruction and the fault that it has to lower.

    Attributes:
        kind: one of harness.models.kinds.NAMES.
        about: what the fault is, in words.
        fault: how likely it is under a prompt, 0 to 1; for labels, their spread in margins.
    """

    kind: str
    about: str
    fault: Callable[[Pressure], float]

    def values(self, bare: Pressure) -> list[float]:
        """Return the fault at each of STRENGTHS; everything else is as in `bare`."""
        given: list[dict[str, Any]] = [{self.kind: strength} for strength in STRENGTHS]
        return [self.fault(replace(bare, **one)) for one in given]


LAWS = (
    Law("ground", "invents", lambda one: chance(one.invents())),
    Law("abstain", "invents", lambda one: chance(one.invents())),
    Law("cite", "invents", lambda one: chance(one.invents())),
    Law("ground", "adds a sentence", lambda one: chance(one.embellishes())),
    Law("brief", "adds a sentence", lambda one: chance(one.embellishes())),
    Law("data", "obeys the text", lambda one: chance(one.obeys_data())),
    Law("fewshot", "breaks the format", lambda one: chance(one.breaks_format())),
    Law("schema", "drops the third field", lambda one: chance(one.drops_field(_THIRD_FIELD))),
    Law("cutoff", "is stale", lambda one: chance(one.is_stale())),
    Law("steps", "misjudges", lambda one: chance(one.misjudges())),
    Law("steps", "misreckons", lambda one: chance(one.misreckons())),
    Law("defs", "spread of labels", lambda one: one.label_noise()),
)


def bare_pressure(bank: Bank) -> Pressure:
    """Return what a prompt without any instruction does, on the medium tier at temperature 0."""
    return pressure_of(read_prompt(bank, (("user", _PLAIN),)), TIERS["sim-medium"], 0.0)


def law_figures(bank: Bank) -> list[Figure]:
    """Return how far each kind of instruction lowers its fault; no strength may raise it."""
    bare = bare_pressure(bank)
    out = []
    for law in LAWS:
        values = law.values(bare)
        out.append(
            figure(
                f"kind {law.kind}, {law.about}: change from none to full strength",
                ours=values[-1] - values[0], peer=None, target="below 0, rising nowhere",
                met=values == sorted(values, reverse=True) and values[-1] < values[0],
                how="sim-medium, strength 0, .5, 1: " + ", ".join(f"{v:.3f}" for v in values),
            )
        )  # fmt: skip
    return out
