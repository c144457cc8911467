"""A submission becomes an Attempt or a list of findings; nothing of it is run or repaired."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from typing import Any

import pytest

from grader.authoring.photograph import photograph
from grader.intake import NotAnAttempt, read_attempt
from grader.intake.given import read_artefacts
from harness.core.archive import encode_archive, read_archive
from harness.core.errors import BadJournal
from harness.core.keyring import Keyring
from harness.core.signing import SigningKey
from tests.grader.attempts import BEGAN, SIGNER, Built, Did, code, here


def codes(built: Built) -> set[str]:
    return {finding.code for finding in built.attempt().findings}


def released() -> dict[str, Any]:
    """The practice notebook, both parts, as a candidate gets it."""
    files = photograph(here("practice"))
    book = json.loads(files["notebooks/practice/practice.ipynb"])
    part = json.loads(files["harness/proctor/photographs/practice/part-2.json"])
    book["cells"] += part["cells"]
    return dict(book)


def as_given(change: Any = None) -> Built:
    book = released()
    artefacts = {}
    if change is not None:
        change(book)
    for cell in book["cells"]:
        mark = cell["metadata"]["audition"]
        if mark["kind"] == "artefact":
            artefacts[mark["name"]] = cell["source"]
    return Built([Did("a", "1")], notebook=json.dumps(book).encode(), artefacts=artefacts)


def test_a_whole_submission_is_verified_and_every_part_of_it_is_read() -> None:
    built = Built([Did("a", "print(1)", out="1\n")], saves=[b"{}", b"[]"])

    attempt = built.attempt()

    assert attempt.about.verified == "whole"
    assert [cell.id for cell in attempt.cells] == ["a"]
    assert [saved.notebook for saved in attempt.saves] == [b"{}", b"[]"]
    assert attempt.about.totals.saves == 2
    assert attempt.own_time.share(attempt.events[-1].at) == 1.0


def test_another_proctors_signature_is_told_on_the_attempt() -> None:
    other = SigningKey(bytes(32)).public

    attempt = read_attempt(Built([Did("a", "1")]).archive(), public=other, find_exercise=here)

    assert attempt.about.verified == "altered"
    assert "pinned" in attempt.about.verify_why


def test_a_submission_that_rests_on_a_revoked_key_is_read_and_says_so() -> None:
    built = Built([Did("a", "x = 1")])
    ring = Keyring.of(SigningKey(bytes(32)).public, SIGNER.public)
    revoked = ring.revoked(SIGNER.public.key_id, BEGAN)
    data = built.archive()

    whole = read_attempt(data, public=ring, find_exercise=here)
    resting = read_attempt(data, public=revoked, find_exercise=here)
    assert whole.about.verified == "whole"
    assert resting.about.verified == "altered"
    assert f"it rests on the key {SIGNER.public.key_id} alone" in resting.about.verify_why


def test_without_a_pinned_key_nothing_is_said_to_be_whole() -> None:
    attempt = read_attempt(Built([Did("a", "1")]).archive(), public=None, find_exercise=here)

    assert attempt.about.verified == "unsigned"
    assert "unsigned" in {finding.code for finding in attempt.findings}


def test_a_submission_without_its_key_says_where_to_get_it() -> None:
    members = read_archive(Built([Did("a", "1")]).archive())
    del members["key.json"]

    with pytest.raises(NotAnAttempt, match="audition submissions --out") as caught:
        read_attempt(encode_archive(members), public=None, find_exercise=here)

    assert [finding.level for finding in caught.value.findings] == ["stop"]
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.findings == caught.value.findings


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive, pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *a, **k: None)
        for name in names:
            archive.writestr(name, b"x")
    return data.getvalue()


def linked() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = zipfile.ZipInfo("notebook.sealed")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, b"/etc/passwd")
    return data.getvalue()


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 5_000_000)
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\3\4", b"no zip at all", zipped("manifest.json", "manifest.json"),
     zipped("../up.json"), linked(), bomb(), zipped("manifest.json")],
    ids=["empty", "cut", "text", "twice", "climbing", "link", "bomb", "bare"],
)  # fmt: skip
def test_what_is_no_submission_is_one_clear_finding(data: bytes) -> None:
    with pytest.raises(NotAnAttempt, match="no submission that can be read") as caught:
        read_attempt(data, public=SIGNER.public, find_exercise=here)

    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("notebook", "code_"),
    [
        (b"not json", "notebook_unread"),
        (b"\xff\xfe\x00", "notebook_unread"),
        (b"[]", "notebook_unread"),
        (b'{"cells": 3}', "notebook_unread"),
        (b'{"cells": [], "cells": []}', "notebook_unread"),
        (b'{"cells": []}', "no_cells"),
        (b'{"cells": [7, {"cell_type": "poem"}]}', "odd_cell"),
        (b'{"cells": [{"cell_type": "code", "id": "a", "source": 5}]}', "odd_source"),
        (b"[" * 100_000, "notebook_unread"),
    ],
)
def test_a_notebook_that_is_none_is_a_finding_and_no_end(notebook: bytes, code_: str) -> None:
    assert code_ in codes(Built([Did("a", "1")], notebook=notebook))


def test_a_notebook_of_more_than_32_mib_is_not_looked_into() -> None:
    attempt = Built([Did("a", "1")], notebook=b" " * (33 << 20)).attempt()

    assert attempt.cells == ()
    assert "33 MiB" in next(f.message for f in attempt.findings if f.code == "notebook_unread")


def test_missing_and_doubled_cell_ids_get_names_of_our_own() -> None:
    cells = [code(None, "1"), code("x", "2"), code("x", "3")]

    attempt = Built([Did("x", "2")], cells=cells).attempt()

    assert [cell.id for cell in attempt.cells] == ["#1", "x", "#3"]
    assert {"no_cell_id", "double_cell_id"} <= {finding.code for finding in attempt.findings}


def test_the_exercise_as_it_was_given_has_only_its_untouched_artefacts_to_tell() -> None:
    assert codes(as_given()) == {"artefact_as_given"}


def test_a_given_cell_that_is_gone_or_edited_is_named() -> None:
    def change(book: dict[str, Any]) -> None:
        del book["cells"][0]
        book["cells"][0]["source"] += "\nSEED = 8"

    found = {f.code: f.message for f in as_given(change).attempt().findings}

    assert "head" in found["given_cells_gone"]
    assert "parameters" in found["given_cells_edited"]


def test_to_write_into_a_cell_that_is_open_is_no_edit_of_what_was_given() -> None:
    def change(book: dict[str, Any]) -> None:
        [cell] = [one for one in book["cells"] if one["id"] == "practice-ask"]
        assert cell["metadata"]["audition"]["open"] is True
        cell["source"] = "llm('another question')"

    assert "given_cells_edited" not in codes(as_given(change))


def test_given_cells_in_another_order_are_told() -> None:
    def change(book: dict[str, Any]) -> None:
        book["cells"].append(book["cells"].pop(0))

    assert "given_cells_moved" in codes(as_given(change))


def test_a_notebook_of_another_exercise_or_version_says_so() -> None:
    def other(book: dict[str, Any]) -> None:
        book["metadata"]["audition"]["exercise"] = "elsewhere"

    def older(book: dict[str, Any]) -> None:
        book["metadata"]["audition"]["version"] = "0.9.0"

    assert "other_exercise" in codes(as_given(other))
    assert "other_version" in codes(as_given(older))


def test_a_lost_parameters_tag_is_told() -> None:
    def change(book: dict[str, Any]) -> None:
        for cell in book["cells"]:
            cell["metadata"].pop("tags", None)

    assert "no_parameters" in codes(as_given(change))


def test_artefacts_that_differ_from_the_receipted_ones_are_told_and_the_receipted_stand() -> None:
    built = as_given()
    built.artefacts = dict(built.artefacts) | {"confidence": "CONFIDENCE = 0.1"}

    attempt = built.attempt()

    assert "artefacts_differ" in {finding.code for finding in attempt.findings}
    assert attempt.artefacts["confidence"] == "CONFIDENCE = 0.1"


def test_an_artefact_that_is_gone_is_told() -> None:
    built = as_given()
    built.artefacts = {"sorter": "x"}

    assert "artefact_gone" in codes(built)


def test_only_the_candidates_own_words_are_taken_from_texts_and_plan() -> None:
    def change(book: dict[str, Any]) -> None:
        for cell in book["cells"]:
            if cell["id"] == "practice-plan":
                cell["source"] = "%%plan\nRead first."
            if cell["id"] == "practice-words":
                cell["source"] += "\n\n- asked Tove"

    assert dict(as_given(change).attempt().texts) == {
        "plan": "Read first.",
        "words": "- asked Tove",
    }


def test_an_exercise_this_machine_does_not_have_is_a_finding() -> None:
    built = Built([Did("a", "1")], slug="private-form")

    attempt = built.attempt()

    assert attempt.exercise is None
    assert "no_exercise" in {finding.code for finding in attempt.findings}


def test_cells_that_ran_unasked_are_told() -> None:
    built = Built([Did("a", "1")], extra=[("self_executed", {"source": "x"})])

    assert "self_executed" in codes(built)


def test_a_forged_record_with_odd_hashes_and_artefacts_is_read_or_refused_in_words() -> None:
    odd = {"path": "practice/practice.ipynb", "sha256": "zz", "size_bytes": 1}

    attempt = Built([Did("a", "1")], extra=[("save", odd)]).attempt()

    assert attempt.saves == ()
    with pytest.raises(BadJournal, match="stands twice"):
        read_artefacts(b'{"a": "1", "a": "2"}')
    with pytest.raises(ValueError, match="no object of texts"):
        read_artefacts(b'{"a": 1}')
