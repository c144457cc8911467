"""Each attack succeeds on the stock lab and is stopped in ours, as root and as an ordinary user."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.attack import Attack
from tests.attacks.sides import Side
from tests.attacks.table import ATTACKS, GROUPS
from tests.conftest import ROOT

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(180)]

PAGE = ROOT / "docs" / "attacks.md"
_BEGIN, _END = "<!-- the suite writes from here -->\n", "<!-- to here -->\n"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_succeeds_on_stock_and_is_stopped_here(
    attack: Attack, sides: dict[str, Side]
) -> None:
    won = {name: attack.act(side) for name, side in sides.items()}

    assert won.pop("stock"), "it does not succeed on stock: then it shows nothing"
    assert set(won.values()) == {""}, won


def test_the_labs_work_after_all_of_it(sides: dict[str, Side]) -> None:
    for side in sides.values():
        assert side.run("print(6 * 7)").text.strip() == "42"
        assert side.lab.ask("GET", "/api/status")[0] == 200


def test_the_page_names_what_the_suite_tries(request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(_BEGIN)
    table, tail = rest.split(_END)
    if request.config.getoption("--update-attacks", default=False):
        PAGE.write_text(head + _BEGIN + tables() + _END + tail, encoding="utf-8")
        table = tables()

    assert table == tables(), "run: pytest tests/attacks --update-attacks"


def tables() -> str:
    """Return the tables of docs/attacks.md: every attack of the suite, as the suite holds it."""
    lines: list[str] = []
    for title, attacks in GROUPS.items():
        lines += [f"\n### {title}\n", "| attack | what it tries | stock | ours | what stops it |"]
        lines += ["|---|---|---|---|---|"]
        for one in attacks:
            lines.append(f"| {one.name} | {one.tries} | succeeds | stopped | {one.stopped_by} |")
    return "\n".join(lines) + "\n\n"


def test_no_two_attacks_have_one_name() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert isinstance(PAGE, Path)
