"""Single rules looked at closely: what they let pass, and what they do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.checks import Finding, check
from grader.authoring.checks.likeness import are_alike, likeness, passage
from grader.authoring.checks.reading_level import grade_level
from grader.authoring.checks.rule import MOST
from grader.authoring.checks.time_box import needed_minutes
from grader.authoring.source import read_source
from tests.grader.authoring.folders import make_tiny
from tests.grader.builders import swap

STORY = "# Runa runs a harbour office."


def found(folder: Path, rule: str) -> list[Finding]:
    return [one for one in check(folder, fast=True) if one.rule == rule]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_tiny(tmp_path)


@pytest.fixture
def with_story(folder: Path) -> Callable[[str], Path]:
    """Puts words into the story."""

    def put(words: str) -> Path:
        swap(folder / "source.py", STORY, f"{STORY}\n# {words}")
        return folder

    return put


@pytest.mark.parametrize(
    "words",
    [
        "Write to ann@example.com, bob@mail.example.org or c@port.invalid.",
        "The key is skipped; a task-force of sk-iers came.",
        "I forgot my password: could you help?",
        "Costs 3 EUR @ noon, see a@b.",
    ],
)
def test_nobodys_addresses_and_plain_words_are_no_personal_data(
    with_story: Callable[[str], Path], words: str
) -> None:
    assert found(with_story(words), "personal-data") == []


@pytest.mark.parametrize(
    "words",
    [
        "Write to ann.lee+x@mail.harbour-office.co.uk today.",
        "notexample.com is not example.com: bob@notexample.com",
        "password = hunter2hunter2",
        "-----BEGIN OPENSSH PRIVATE " + "KEY-----",
        "sk-proj-" + "a1B2" * 8,
        "xoxb-" + "1234567890" * 3,
    ],
)
def test_addresses_that_have_owners_and_keys_are(
    with_story: Callable[[str], Path], words: str
) -> None:
    assert len(found(with_story(words), "personal-data")) == 1


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("![A tide curve with two highs](data/export.csv)", 0),
        ('<img src="data/export.csv" alt="A tide curve">', 0),
        ("`![](data/export.csv)` is how one writes it", 0),
        ("![image](data/export.csv)", 1),
        ('<IMG SRC="data/export.csv">', 1),
        ('<img src="data/export.csv" alt="">', 1),
        ("![ ][map]", 1),
    ],
)
def test_a_picture_has_words_that_say_something(
    with_story: Callable[[str], Path], words: str, count: int
) -> None:
    assert len(found(with_story(words), "alt-text")) == count


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("data/export.csv", 0),
        ("./data/export.csv", 0),
        ("data/CARD.md", 0),
        ("#The-work", 0),
        ("#part-two", 0),
        ("https://example.com/x", 0),
        ("data/export.tsv", 1),
        ("../hidden/rubric.toml", 1),
        ("/etc/hosts", 1),
        ("#another-part", 1),
        ("http://example.com", 1),
        ("file:///etc/hosts", 1),
        ("javascript:alert(1)", 1),
    ],
)
def test_a_link_leads_somewhere(with_story: Callable[[str], Path], target: str, count: int) -> None:
    assert len(found(with_story(f"Look [here]({target})."), "links")) == count


def test_a_link_by_name_leads_somewhere_as_well(with_story: Callable[[str], Path]) -> None:
    folder = with_story("Look [here][rows].\n#\n# [rows]: data/rows.csv")

    assert ["'data/rows.csv'" in one.what for one in found(folder, "links")] == [True]


def test_a_hidden_line_in_part_one_is_told_once(with_story: Callable[[str], Path]) -> None:
    folder = with_story(
        "`    shares = {name: sum(found) / len(found) for name, found in groups.items()}`"
    )

    assert len(found(folder, "leaked-hidden")) == 1


def test_a_link_in_fenced_code_is_no_link(with_story: Callable[[str], Path]) -> None:
    assert found(with_story("\n# ```\n# [x](nowhere.md)\n# ```"), "links") == []


def test_the_time_box_adds_up_reading_typing_and_running(folder: Path) -> None:
    before = needed_minutes(read_source(folder))
    swap(folder / "source.py", STORY, "# " + "word " * 400 + "\n" + STORY)
    swap(folder / "source.py", "about 40 words", "about 140 words")
    after = needed_minutes(read_source(folder))

    assert after.reading - before.reading == pytest.approx(2.0, abs=0.01)
    assert after.typing - before.typing == pytest.approx(5.0)
    assert after.running == before.running == pytest.approx(5 / 3)


def test_a_tight_box_is_a_warning_and_an_untimed_one_none(folder: Path) -> None:
    swap(folder / "exercise.toml", "minutes = 30", "minutes = 10")
    tight = found(folder, "time-box")
    swap(folder / "exercise.toml", "minutes = 10\n", "")
    untimed = found(folder, "time-box")

    assert [one.severity for one in tight] == ["warning"]
    assert untimed == []


def test_reading_levels_are_those_of_a_school() -> None:
    easy = "The cat sat on the mat. It was warm. The cat was glad. Then it went out to play."
    middle = (
        "Two colleagues read every message that arrives from the app. The manager would like a "
        "model that sorts each message, so that it lands with the right team."
    )
    hard = (
        "Notwithstanding considerable organisational heterogeneity, administrative representatives "
        "continuously communicate operational irregularities necessitating interdisciplinary "
        "deliberation."
    )

    assert grade_level(easy) < 3 < grade_level(middle) < 12 < grade_level(hard)
    assert grade_level("") == 0


def test_a_notebook_of_another_language_is_warned_where_only_english_is_understood(
    folder: Path,
) -> None:
    path = folder / "source.py"
    for old, new in (
        ("# 30 minutes. Documentation and search are fine. Run the cells from the top.",
         "# 30 Minuten. Nachschlagen erlaubt. Die Zellen von oben ausführen."),
        ("# **On record:** the cells you run, saves, model calls and questions. **Never:** "
         "keystrokes or camera.",
         "# **Festgehalten:** ausgeführte Zellen, Aufrufe, Fragen. **Niemals:** Tasten, Kamera."),
        ("# # A small eval for a harbour's mail", "# # Eine kleine Prüfung für Hafenpost"),
        ("# Runa runs a harbour office. A model, `sim-small`, shall sort the mail about her app: "
         "bug, feature or question. Say whether\n# it is good enough. Twelve messages lie in "
         "[given_12.csv](data/given_12.csv), forty more in `export.csv`.",
         "# Runa leitet das Hafenamt. Eine KI soll ihre Post sortieren. Taugt das? Zwölf "
         "Nachrichten liegen bei."),
        ("# Write the eval. `model(text)` gives back JSON such as", "# Bitte schreiben. Es gibt"),
        ("# *Write here: what your code does not say, about 40 words.*", "# *Hier schreiben.*"),
    ):  # fmt: skip
        swap(path, old, new)
    said = {one.rule: one.severity for one in check(folder, fast=True)}

    assert said == {"record-said": "warning", "help-and-time": "warning", "drift": "warning"}


def test_points_may_be_left_out_altogether(folder: Path) -> None:
    for points in (6, 4, 2):
        swap(folder / "source.py", f'nbgrader={{"points": {points}}} ', "")

    assert found(folder, "points") == []


def test_likeness_is_shared_runs_of_four() -> None:
    one, same = passage("a", "x", "The pump  is OFF."), passage("b", "x", "the pump is off.")
    other = passage("c", "x", "A gull took the herring.")
    long = passage("d", "x", "the pump is off." + " And more" * 20)

    assert likeness(one, same) == 1.0 and likeness(one, other) < 0.2
    assert are_alike(one, same, 0.8) and not are_alike(one, long, 0.8)
    assert likeness(passage("e", "x", ""), passage("f", "x", "")) == 0.0


def test_a_file_whose_rows_are_meant_to_be_alike_says_why(folder: Path) -> None:
    rows = "".join(f'{n},"The light on pier {n} went out at night"\n' for n in range(60))
    (folder / "public" / "log.csv").write_text("n,said\n" + rows)
    path = folder / "data.toml"
    entry = '\n[[file]]\nname = "log.csv"\nabout = "A log."\norigin = "Made by hand for this."\n'
    path.write_text(path.read_text() + entry + 'licence = "Apache-2.0"\n')
    unsaid = found(folder, "near-duplicates")
    path.write_text(path.read_text() + 'alike = "One machine wrote it."\n')
    said = found(folder, "near-duplicates")

    assert len(unsaid) == MOST + 1 and "there are more" in unsaid[-1].what
    assert said == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("calls = 52", "calls = 120", "of 200"),
        ("tokens = 9000", "tokens = 900000", "the purse holds 200000"),
        ("calls = 52", "calls = 52\nminutes = 3", "the purse holds 0"),
        ("calls = 52", 'calls = "many"', "measured calls is 'many'"),
        ('usd = "0.04"', "usd = -1", "measured usd is '-1'"),
    ],
)
def test_the_purse_is_compared_with_what_was_measured(
    folder: Path, old: str, new: str, what: str
) -> None:
    swap(folder / "hidden" / "measured.toml", old, new)

    [one] = found(folder, "purse")
    assert what in one.what


def test_a_lost_measurement_or_rubric_is_a_warning_and_in_full_an_error(folder: Path) -> None:
    (folder / "hidden" / "measured.toml").unlink()
    (folder / "hidden" / "rubric.toml").unlink()
    pilot = {one.rule: one.severity for one in check(folder, fast=True)}
    full = {one.rule: one.severity for one in check(folder, fast=True, grade="full")}

    assert (pilot["purse"], pilot["rubric"]) == ("warning", "warning")
    assert full["rubric"] == "error"


def test_two_levels_that_say_the_same_are_named(folder: Path) -> None:
    swap(folder / "hidden" / "rubric.toml", '"Some hard ones."', '"CLEAR  ones."')

    [one] = found(folder, "rubric")
    assert one.place == "hidden/rubric.toml, cases"


def test_a_solution_that_speaks_of_another_model_is_named(folder: Path) -> None:
    swap(folder / "source.py", "    import json\n", '    import json  # model="gpt-9"\n')

    [one] = found(folder, "aliases")
    assert "'gpt-9'" in one.what


def test_a_form_without_this_one_or_with_another_probe_is_named(folder: Path) -> None:
    path = folder / "hidden" / "forms.toml"
    swap(path, "reference = 92.0, ", "")
    lacking = found(folder, "forms")
    swap(path, 'slug = "tiny"\n', 'slug = "tinny"\n')
    unnamed = found(folder, "forms")

    assert ["only one form has the probe 'reference'" in one.what for one in lacking] == [True]
    assert ["no form 'tiny'" in one.what for one in unnamed] == [True]


def test_a_cue_of_two_facts_is_a_warning(folder: Path) -> None:
    swap(folder / "proctor" / "facts.toml", '"harm", ', '"harm", "Refund", ')

    assert {one.severity for one in found(folder, "facts-askable")} == {"warning"}
    assert len(found(folder, "facts-askable")) == 2


def test_an_exercise_that_was_released_and_left_alone_has_nothing_off(folder: Path) -> None:
    from grader.authoring.release import release

    release(folder, folder.parents[2])

    assert check(folder, fast=True) == []
