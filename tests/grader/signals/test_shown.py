"""Which records an output shows: an id only where it stands as one, a row by its words."""

from __future__ import annotations

import csv
import io
import json

import pytest

from grader.authoring.folder import read_exercise
from grader.bench import OWN_EXERCISES
from grader.signals import read_signals
from grader.signals.shown import named_by_tool, read_records, shown_by_id, shown_by_words
from grader.signals.views import given_records
from grader.timeline.reading import read_timeline
from tests.grader.attempts import Built, Did, Used, code

COST = given_records(read_exercise(OWN_EXERCISES / "cost-estimate"))
ROWS = list(
    csv.DictReader(
        io.StringIO(
            (OWN_EXERCISES / "cost-estimate" / "public" / "mails_200.csv").read_text("utf-8"),
            newline="",
        )
    )
)
FRAME = """   mail_id  ...                                               body
0        1  ...  Need something official for the small claims c...
1        2  ...  Nobody told me that the library closes at one ...

[2 rows x 5 columns]
"""
SORTED = "     mail_id      n\n132      133  30507\n190      191  36915\n53        54  41532\n"
INDEXED = """              received_at  ...          body
mail_id                    ...
1        2026-09-29 00:28  ...  Need something
2        2026-09-29 00:50  ...  Nobody told me
"""
WEB = """<style>td {a: b}</style><table border="1" class="dataframe"><thead>
    <tr style="text-align: right;">
      <th></th>
      <th>mail_id</th>
      <th>lang_hint</th>
    </tr>
  </thead>
  <tbody>
    <tr>
      <th>198</th>
      <td>199</td>
      <td>en</td>
    </tr>
  </tbody></table>"""
SUMMARY = (
    "          mail_id\ncount  200.000000\nmean   100.500000\nmax    200.000000\n"
    "<table><tr><th></th><th>mail_id</th></tr><tr><th>count</th><td>200</td></tr></table>"
)
MEASURED = """S1 2 {'tokens_in': 871, 'tokens_out': 133, 'tries': 1, 'latency_s': 2}
S2 40 {'tokens_in': 96, 'tokens_out': 60, 'tries': 1, 'latency_s': 1}
calls 58 of 60, first twenty: 68, median 68, 5 longest; 25 50 75 100
"""


def ids(output: str, name: str = "mails_200.csv") -> set[str]:
    return {one for file, one in shown_by_id(output, COST.tables) if file == name}


@pytest.mark.parametrize(
    "output",
    [MEASURED, SUMMARY, "1 2 3 17 40 133\n", "mail_id       int64\nlang_hint    object\n",
     "tokens per mail: 68 and 120\n", "[871, 96, 133]", "model: atlas-large\n  S1: 40\n"],
)  # fmt: skip
def test_plain_numbers_are_no_ids(output: str) -> None:
    assert not shown_by_id(output, COST.tables)
    assert not shown_by_words(output, COST.tables, set())


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        (FRAME, {"1", "2"}),
        (SORTED, {"133", "191", "54"}),
        (INDEXED, {"1", "2"}),
        (WEB, {"199"}),
        ("mail_id,lang_hint\n7,en\n9,de\n", {"7", "9"}),
        ("| mail_id | n |\n|---|---|\n| 12 | 40 |\n", {"12"}),
        ("{'mail_id': '17', 'subject': 'x'}\n", {"17"}),
        ('[{"mail_id": 17}, {"mail_id": 18}]\n', {"17", "18"}),
        ("mail_id=33 tokens=40\n", {"33"}),
        ("mail_id       5\nlang_hint    en\nName: 4, dtype: object\n", {"5"}),
        ("3 912 " + ROWS[2]["body"][:60] + "\n", {"3"}),
    ],
)
def test_an_id_is_told_where_it_stands_as_one(output: str, wanted: set[str]) -> None:
    assert ids(output) == wanted


def test_a_row_of_labels_is_no_mail_although_their_ids_are_alike() -> None:
    shown = "   mail_id   cause priority template\n0        6   other      low      T64\n"

    assert ids(shown, "labels_40.csv") == {"6"}
    assert not ids(shown)


def test_a_mail_printed_without_its_id_is_known_by_its_words_and_brings_no_other() -> None:
    missed: list[str] = []
    others: set[tuple[str, str]] = set()
    for row in ROWS:
        found = shown_by_words(row["body"], COST.tables, set())
        own = ("mails_200.csv", row["mail_id"])
        missed += [row["mail_id"]] if own not in found else []
        others |= found - {own}

    assert not others
    assert len(missed) < 40  # forms that are alike from mail to mail


def test_every_mail_printed_as_the_notebook_prints_it_is_told() -> None:
    for row in ROWS:
        said = f"{row['mail_id']} {row['subject']} \n {row['body']} \n"

        assert row["mail_id"] in ids(said)
        assert len(ids(said)) <= 2


def test_ids_of_letters_and_digits_are_told_by_themselves() -> None:
    rows = [{"msg_id": "E001", "text": "Can't drag lines any more"}, {"msg_id": "E002", "text": ""}]
    table = read_records("export.csv", rows)

    assert shown_by_id("misses: E002, E003", [table]) == {("export.csv", "E002")}


def test_a_tool_asked_for_a_mail_names_it() -> None:
    assert named_by_tool({"stage": "S1", "mail_id": 2.0}, COST.tables) == {("mails_200.csv", "2")}
    assert not named_by_tool({"n": 20}, COST.tables)
    assert not named_by_tool({"mail_id": 2000}, COST.tables)


def test_hostile_outputs_are_read_in_bounds() -> None:
    assert not shown_by_id("mail_id" * 20_000 + "<t" * 20_000, COST.tables)
    assert not ids("mail_id," * 30_000 + "\n" + "1," * 30_000) - {"1"}


def test_the_signal_tells_what_was_shown_from_what_a_tool_was_asked() -> None:
    did = [
        Did("look", "show()", out="L1  Could you keep the new atlas of birds for me?\n"),
        Did("use", "tools.desk_book('L5')", used=[Used({"message_id": "L5"}, {"note": "x"})]),
        Did("sorter", "def classify(text): ..."),
    ]
    cells = [code(one.cell_id, one.source) for one in did[:2]]
    cells.append(code("sorter", did[2].source, kind="artefact", name="sorter"))

    signal = read_signals(Built(did, cells=cells).attempt())[0]

    assert signal.value == "2 of 6 in messages.csv"
    assert "1 of them only by asking a tool" in signal.why
    assert json.loads(signal.model_dump_json())["moments"][0]["cell_id"] == "look"


def test_a_lane_has_one_mark_for_the_tools_of_one_run() -> None:
    used = [Used({"message_id": name}, {"note": "x"}) for name in ("L4", "L5", "L5")]
    attempt = Built([Did("use", "for x in y: tools.desk_book(x)", used=used)]).attempt()

    marks = next(one for one in read_timeline(attempt).lanes if one.title == "Data looked at").marks

    assert [mark.label for mark in marks] == ["2 records asked of a tool"]
