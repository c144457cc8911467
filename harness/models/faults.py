"""Where the model fails, how often, and by whose luck.

Runs in the model worker (zone G); pure but for the injected seed. The logit of each fault is a
base, less the tier's ability, less the strength of the instructions that counter it, plus what
provokes it. Draws use common random numbers: the same item meets the same luck under every
prompt, so two prompts can be compared on few items.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from hashlib import blake2b
from statistics import NormalDist

from harness.models.reading import Reading
from harness.models.tiers import Tier

_NORMAL = NormalDist()
_SHARED_AT_ZERO = 0.93
_SHARED_LOSS_PER_DEGREE = 0.4
_SHARED_LEAST = 0.35
_MOST_OVERLOAD = 9.0
_SHIFT_SPREAD = 4.0
"""Margins that full shift adds to the spread of labels; instructions do not ease it."""


def uniform(*parts: object) -> float:
    """A number in (0, 1) that depends on the parts and on nothing else."""
    joined = "\x1f".join(map(str, parts)).encode("utf-8", "replace")
    drawn = int.from_bytes(blake2b(joined, digest_size=8).digest(), "big")
    return (drawn + 0.5) / 2.0**64 if drawn < 2**64 - 1 else 1 - 2.0**-53


def chance(logit: float) -> float:
    """Probability of a logit."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True)
class Luck:
    """The seeded luck of one sample.

    Attributes:
        seed: the model's own seed; the same for all calls of a deployment.
        sample: what tells samples apart above temperature 0.
        signature: what the prompt's instructions amount to.
    """

    seed: int
    temperature: float
    sample: str
    signature: str

    def draw(self, fault: str, item: str) -> float:
        """A uniform number, mostly the item's own and partly this prompt's and sample's."""
        shared = _SHARED_AT_ZERO
        if self.temperature > 0:
            shared = max(_SHARED_LEAST, shared - _SHARED_LOSS_PER_DEGREE * self.temperature)
        own = self.sample if self.temperature > 0 else ""
        common = _NORMAL.inv_cdf(uniform(self.seed, fault, item))
        private = _NORMAL.inv_cdf(uniform(self.seed, fault, item, self.signature, own))
        return _NORMAL.cdf(math.sqrt(shared) * common + math.sqrt(1 - shared) * private)

    def normal(self, name: str, item: str) -> float:
        """A standard normal number with the same sharing."""
        return _NORMAL.inv_cdf(min(1 - 1e-12, max(1e-12, self.draw(name, item))))

    def pick(self, name: str, item: str, count: int) -> int:
        """An index below count; every prompt on this item shares it, hot samples choose anew."""
        own = self.sample if self.temperature >= 0.7 else ""
        return min(count - 1, int(uniform(self.seed, name, item, own) * count))


@dataclass(frozen=True)
class Pressure:
    """What a prompt does to the model's faults, after dilution by too many instructions.

    Attributes:
        against: 0 to about 2, how much the prompt asks for answers beyond its source.
        overload: instructions beyond the tier's capacity, at most 9.
        shift: 0 to 1, how far the data is from plain English, of whatever cause (shift.py).
        shift_weight: how much of that is felt: 1 by a tier, 0 under an alias of an exercise whose
            own faults model it (profiles.py).
    """

    tier: Tier
    temperature: float
    ground: float
    abstain: float
    cite: float
    steps: float
    defs: float
    fewshot: float
    data: float
    schema: float
    cutoff: float
    brief: float
    against: float
    overload: float
    shift: float = 0.0
    shift_weight: float = 1.0

    def on(self, shift: float) -> Pressure:
        """The same prompt on data that is so far from plain English, 0 to 1."""
        return replace(self, shift=shift * self.shift_weight)

    @property
    def strain(self) -> float:
        """What the shift of the data costs the tier: of it the small one .96, .55, the large .15.

        It is in the logit of every fault that comes of reading the data wrongly, and in the spread
        of labels. An eval notices it where its cases are as far from plain English as its users
        are, and where it counts them apart: on the mean of all cases it drowns.
        """
        return self.shift * (0.55 - 0.45 * self.tier.ability)

    @property
    def conflict(self) -> float:
        """0 to 1: the prompt asks both for honest gaps and for answers at any price."""
        return min(1.0, self.against) * max(self.abstain, self.ground)

    @property
    def caution(self) -> float:
        """How much more than even odds the model wants before it calls a passage an answer."""
        return 0.3 * (self.abstain + self.ground) - 0.2 * self.against

    def invents(self) -> float:
        """Logit of answering what the text does not say."""
        counter = 1.0 * self.ground + 1.7 * self.abstain + 0.4 * self.ground * self.abstain
        return (
            0.25
            - 0.8 * self.tier.ability
            - counter
            - 0.4 * self.cite
            - 0.2 * self.steps
            + 1.35 * self.against
            + 1.2 * self.conflict
            + 0.4 * self.temperature
            + 0.05 * self.overload
            + 0.8 * self.strain
        )

    def refuses(self, doubt: float) -> float:
        """Logit of refusing what the text does say; doubt is 0 to 1, and grows with shift."""
        doubt += (1 - doubt) * 0.5 * self.strain
        return (
            -3.8
            + 0.6 * self.abstain
            + 0.3 * self.ground
            + 2.8 * doubt
            + 0.45 * self.overload
            - 0.5 * self.tier.ability
            - 1.5 * min(1.0, self.against)
        )

    def embellishes(self) -> float:
        """Logit of adding a sentence that the text does not back."""
        return (
            -1.5
            - 0.5 * self.tier.ability
            - 1.3 * self.ground
            - 0.5 * self.abstain
            - 0.6 * self.brief
            - 0.4 * self.cite
            + 0.75 * self.against
            + 0.5 * self.conflict
            + 0.3 * self.temperature
        )

    def loses(self, fill: float, place: float) -> float:
        """Logit of missing a passage; fill is the used share of the window, place 0 to 1."""
        middle = 4 * place * (1 - place)
        return (
            -3.4
            - 0.8 * self.tier.ability
            + 3.5 * min(1.0, fill) * middle
            + 0.3 * self.temperature
            + 1.5 * self.strain
        )

    def obeys_data(self) -> float:
        """Logit of following an order inside the data."""
        return 0.9 - 0.6 * self.tier.ability - 3.0 * self.data - 0.3 * self.schema

    def breaks_format(self) -> float:
        """Logit of wrapping or spoiling a structured answer."""
        return (
            -3.4
            - 1.1 * self.tier.ability
            + 0.3 * self.overload
            + 0.7 * self.temperature
            - 0.6 * self.fewshot
        )

    def drops_field(self, number: int) -> float:
        """Logit of leaving out the n-th field of a record, n from 0."""
        return (
            -3.0
            - 0.8 * self.tier.ability
            + 0.3 * self.overload
            + 0.2 * min(number, 8)
            - 0.6 * self.schema
            + 2.0 * self.strain
        )

    def is_stale(self) -> float:
        """Logit of stating something past the training data as if known."""
        return 1.0 - 0.5 * self.tier.ability - 3.0 * self.cutoff - 0.9 * self.abstain

    def misjudges(self) -> float:
        """Logit of letting an unsupported statement pass, or the reverse."""
        return (
            -2.2
            - 0.7 * self.tier.ability
            - 0.7 * self.steps
            - 0.4 * self.cite
            - 0.3 * self.defs
            + 1.5 * self.strain
        )

    def misreckons(self) -> float:
        """Logit of a plausible wrong figure where the text gives the right ones.

        About 1 in 6 on the small tier, 1 in 13 on the medium, 1 in 40 on the large.
        """
        return (
            -2.5
            - 1.1 * self.tier.ability
            - 1.2 * self.steps
            + 0.2 * self.temperature
            + 1.5 * self.strain
        )

    def label_noise(self) -> float:
        """Spread of label judgements, in units of a typical margin."""
        eased = (1 - 0.4 * self.defs) * (1 - 0.25 * self.fewshot) * (1 - 0.1 * self.steps)
        own = self.tier.noise * eased * (1 + 0.06 * self.overload) * (1 + 0.25 * self.temperature)
        return own + _SHIFT_SPREAD * self.strain


def pressure_of(
    reading: Reading, tier: Tier, temperature: float, *, shift_weight: float = 1.0
) -> Pressure:
    """What the instructions of a prompt amount to for one tier, on data in plain English."""
    kinds, stance = reading.found.kinds, reading.stance
    overload = min(_MOST_OVERLOAD, max(0.0, reading.found.count - tier.capacity))
    kept = 1 / (1 + 0.06 * overload)
    admits = 0.8 if stance.admit_absence > 0 else 0.0
    against = (
        max(0.0, stance.always_answer)
        + max(0.0, stance.go_outside)
        + 0.7 * max(0.0, -stance.admit_absence)
        + 0.5 * max(0.0, -stance.stay_inside)
    )
    return Pressure(
        tier,
        temperature,
        ground=_felt(kinds.ground) * kept,
        abstain=_felt(max(kinds.abstain, admits)) * kept,
        cite=_felt(kinds.cite) * kept,
        steps=_felt(kinds.steps) * kept,
        defs=_felt(kinds.defs) * kept,
        fewshot=_felt(kinds.fewshot) * kept,
        data=_felt(kinds.data) * kept,
        schema=_felt(kinds.schema) * kept,
        cutoff=_felt(kinds.cutoff) * kept,
        brief=_felt(kinds.brief) * kept,
        against=min(2.0, against),
        overload=overload,
        shift_weight=shift_weight,
    )


def _felt(strength: float) -> float:
    """An instruction that counts as given works nearly fully however it is worded."""
    return 0.7 + 0.3 * strength if strength >= 0.5 else 0.5 * strength
