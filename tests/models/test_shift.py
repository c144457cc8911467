"""Data far from plain English costs small tiers more than large ones; plain data costs nothing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from harness.bench.effects import bare_pressure
from harness.bench.shift import CAUSES, SEEDS, Cost, cost_of, read_bands, read_messages
from harness.models.bench import questions
from harness.models.engine import Engine
from harness.models.faults import Pressure, chance
from harness.models.features import Bank
from harness.models.profiles import Profile, read_profile
from harness.models.request import ChatReply, ChatRequest
from harness.models.shift import Shift, shift_of, together
from harness.models.tiers import TIERS

HERE = Path(__file__).parent / "data"
ROOM = Path(__file__).parents[2] / "grader" / "exercises" / "eval-design"
MESSAGES = read_messages(HERE)
BANDS = read_bands(HERE / "shift_table.toml")
KINDS = tomllib.loads((HERE / "triage_kinds.toml").read_text("utf-8"))
FIELDS = {
    "slang": "slang",
    "long": "length",
    "other-languages": "language",
    "new-names": "names",
}
GERMAN = "Die App stürzt ab, wenn ich eine Lieferung bestätige."
FAULTS: dict[str, Callable[[Pressure], float]] = {
    "invents": lambda one: chance(one.invents()),
    "refuses": lambda one: chance(one.refuses(0.3)),
    "loses": lambda one: chance(one.loses(0.5, 0.5)),
    "drops a field": lambda one: chance(one.drops_field(2)),
    "misjudges": lambda one: chance(one.misjudges()),
    "misreckons": lambda one: chance(one.misreckons()),
    "spread of labels": lambda one: one.label_noise(),
}


@pytest.fixture
def look(bank: Bank) -> Callable[[str], Shift]:
    return lambda text: shift_of(bank.features.encoder.tokenizer, text, is_sorted=True)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "other-languages"])
def test_plain_messages_have_no_shift_at_all(look: Callable[[str], Shift], kind: str) -> None:
    texts = [line for line in KINDS[kind]["texts"].splitlines() if line.strip()]
    far = [text for text in texts if look(text) != Shift()]

    assert far in ([], ["asdkjh qwe lkj 111"])  # keys hit at random


@pytest.mark.parametrize(
    "text",
    [
        "I cant open teh recipe page anymore, it says recieve error and closes agian. Please help.",
        "pls fix the login page, it crashes on my phone since monday",
        "Our Zoë from Gdańsk says the café menu is missing the crème brûlée since the update.",
        "Mail ben@foo.example or see https://u.example/ur/lol/die-das for the log.",
        "Emily Okonkwo-Ferreira and Brzezinski from Wexcombe harbour moved to the Anselm Tunnel.",
        "We share the list by WhatsApp, and the iPhone shows the VAT on every invoice.",
        "Zoë's café login crashes",
        "Rio, Ada, Rio, Ben, Ana",
        "",
        "!?! 12,50 — 😀😀",
    ],
)
def test_slips_names_and_addresses_are_no_shift(look: Callable[[str], Shift], text: str) -> None:
    assert look(text) == Shift()


def test_the_document_of_the_bench_is_plain(bank: Bank) -> None:
    tokenizer = bank.features.encoder.tokenizer

    assert shift_of(tokenizer, questions().document, is_sorted=False) == Shift()


@pytest.mark.parametrize("cause", [cause for cause in CAUSES if cause != "plain"])
def test_each_cause_is_seen_and_alone(look: Callable[[str], Shift], cause: str) -> None:
    found = [look(text) for text, _ in MESSAGES[cause]]
    own = FIELDS[cause]

    assert sum(getattr(one, own) > 0 for one in found) >= 27
    assert {name for one in found for name in one.causes} <= {
        word for word in Shift(**{own: 1.0}).causes
    }


def test_more_of_a_cause_never_makes_less_of_it_and_there_is_no_cliff(
    look: Callable[[str], Shift],
) -> None:
    plain = "The printer of the second floor stops in the middle of a page and shows a red light"
    length = [look(" ".join((plain.split() * 20)[:count])).total for count in range(20, 220)]
    far = ["pls", "u", "thx", "lol", "btw", "ur", "tbh", "plz", "wanna", "lemme"]
    slang = [look(" ".join([*plain.split(), *far[:n]])).total for n in range(len(far) + 1)]
    german = (
        "die Anzeige bleibt leer und der Drucker meldet einen Fehler bei jeder Seite in den ersten "
        "zwei Stunden"
    ).split()
    mixed = [look(" ".join([*german[:n], *plain.split()[n:]])).total for n in range(18)]

    for values, most in ((length, 0.02), (slang, 0.3), (mixed, 0.5)):
        steps = [after - before for before, after in pairwise(values)]
        assert values[0] == 0 and values[-1] > 0.5
        assert max(steps) <= most
    assert length == sorted(length) and slang == sorted(slang)


def test_causes_together_are_no_less_than_one_of_them() -> None:
    shares = [n / 4 for n in range(5)]

    assert together(()) == 0
    assert all(together((a, b)) >= max(a, b) for a in shares for b in shares)
    assert Shift(0.5, 0.5, 0.0, 0.0).total == 0.75


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_more_shift_makes_every_fault_of_reading_likelier_on_small_tiers_most(
    bank: Bank, fault: Callable[[Pressure], float]
) -> None:
    steps = [n / 10 for n in range(11)]
    bare = bare_pressure(bank)
    by_tier = [
        [fault(replace(bare, tier=tier).on(shift)) for shift in steps] for tier in TIERS.values()
    ]

    for values in by_tier:
        assert values == sorted(values) and values[-1] > values[0]
    assert [fault(replace(bare, tier=tier)) for tier in TIERS.values()] == [v[0] for v in by_tier]
    small, medium, large = ((v[-1] - v[0]) for v in by_tier)
    assert small > medium > large


@pytest.fixture(scope="module")
def costs(bank: Bank) -> dict[str, dict[str, Cost]]:
    return {
        cause: {tier: cost_of(bank, MESSAGES[cause], tier, SEEDS[:2]) for tier in TIERS}
        for cause in CAUSES
    }


@pytest.mark.timeout(300)
def test_a_tier_sorts_what_the_table_says(costs: dict[str, dict[str, Cost]]) -> None:
    assert set(BANDS) == set(CAUSES)
    for cause, by_tier in BANDS.items():
        assert set(by_tier) == set(TIERS)
        for tier, (low, high) in by_tier.items():
            assert low <= costs[cause][tier].felt <= high, (cause, tier)


@pytest.mark.timeout(300)
def test_the_small_tier_loses_clearly_more_than_the_large_one(
    costs: dict[str, dict[str, Cost]],
) -> None:
    for cause, by_tier in costs.items():
        lost = [cost.without - cost.felt for cost in by_tier.values()]
        if cause == "plain":
            assert lost == [0, 0, 0]
            continue
        assert lost[0] >= lost[1] >= lost[2] >= 0, cause
        assert lost[0] >= lost[2] + 0.03, cause
        assert by_tier["sim-large"].felt >= 0.5


def ask(engine: Engine, model: str, text: str, profile: Profile | None = None) -> ChatReply:
    head = "" if profile else "Classify the message as bug, feature or question.\n\nMessage: "
    messages = [{"role": "user", "content": head + text}]
    return engine.chat(ChatRequest.from_wire(model, messages, {"temperature": 0}), profile)


def test_a_call_tells_the_shift_of_its_data_in_plain_words(engine: Engine) -> None:
    told = ask(engine, "sim-small", GERMAN).understood
    plain = ask(engine, "sim-small", "The app crashes when I confirm a delivery.").understood

    assert told.shift == {"another language": 1.0}
    assert plain.shift == {} and "shift" not in plain.model_dump()


def test_each_of_several_texts_has_its_own_shift(engine: Engine) -> None:
    head = "Classify each message as bug, feature or question. One label a line.\n"
    plain = "1. The app crashes when I confirm a delivery.\n2. Please add a Spanish version.\n"
    messages = [{"role": "user", "content": f"{head}{plain}3. {GERMAN}\n4. {GERMAN}"}]
    request = ChatRequest.from_wire("sim-small", messages, {"temperature": 0})
    seen = [Engine(bank=engine._bank, seed=seed).chat(request) for seed in range(20)]
    lines = [reply.choices[0].text.splitlines() for reply in seen]

    assert all(len(one) == 4 for one in lines)
    assert len({tuple(one[:2]) for one in lines}) == 1
    assert len({tuple(one[2:]) for one in lines}) > 1


def test_an_alias_of_an_exercise_feels_no_shift_unless_its_profile_says_so(bank: Bank) -> None:
    profile = read_profile(ROOM / "proctor" / "profile.toml")
    assert isinstance(profile, Profile)
    dumped = profile.model_dump(mode="json", by_alias=True)
    feels = Profile.from_value({**dumped, "shift": 1.0, "faults": []})
    none = Profile.from_value({**dumped, "faults": []})
    texts = [text for text, _ in MESSAGES["other-languages"]]

    def said(one: Profile, *, weight: float) -> list[str]:
        engine = Engine(bank=bank, shift_weight=weight)
        return [ask(engine, one.alias, text, one).choices[0].text for text in texts]

    assert profile.shift == 0 and "shift" not in json.dumps(dumped)
    assert said(none, weight=1) == said(none, weight=0)
    assert said(feels, weight=1) != said(none, weight=1)
    assert not ask(Engine(bank=bank), none.alias, GERMAN, none).understood.shift
