"""The archive has one form, and hostile archives get a clear refusal."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.archive import encode_archive, first_difference, read_archive
from harness.core.errors import BadSubmission

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}\.[a-z]{1,4}", fullmatch=True)


@given(st.dictionaries(names, st.binary(max_size=200), max_size=6))
def test_what_is_encoded_reads_back_the_same(members: dict[str, bytes]) -> None:
    assert read_archive(encode_archive(members)) == members


def test_an_ordinary_unzip_tool_reads_it() -> None:
    data = encode_archive({"b.json": b"{}", "a/c.sealed": b"\0\1"})
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["a/c.sealed", "b.json"]


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../x.json", "a//b.json", "A.json", "a.json/", "noending", "a\\b.json",
     "a b.json", "é.json", "x" * 300 + ".json", "a/../b.json", ".hidden.json", ""],
)  # fmt: skip
def test_a_name_another_system_could_misread_is_refused(name: str) -> None:
    with pytest.raises(BadSubmission, match="not a name"):
        encode_archive({name: b""})


def _zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in entries:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            made.writestr(info, data)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.raises(BadSubmission, match="twice or out of order"):
        read_archive(_zipped(("a.json", b"1"), ("a.json", b"2")))


def test_a_compressed_archive_is_refused_without_being_unpacked() -> None:
    bomb = _zipped(("a.json", b"\0" * 50_000_000), method=zipfile.ZIP_DEFLATED)

    with pytest.raises(BadSubmission, match="not in its one form"):
        read_archive(bomb)


def test_a_symlink_entry_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("a.json", (1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o120777 << 16
        made.writestr(info, "/etc/passwd")

    with pytest.raises(BadSubmission, match="not in its one form"):
        read_archive(out.getvalue())


@pytest.mark.parametrize("data", [b"", b"PK", b"hello", b"PK\3\4" + b"\xff" * 40, b"\0" * 1000])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(BadSubmission):
        read_archive(data)


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_or_canonical(data: bytes) -> None:
    try:
        members = read_archive(data)
    except BadSubmission:
        return
    assert encode_archive(members) == data


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_the_first_difference_is_the_first(left: bytes, right: bytes) -> None:
    offset = first_difference(left, right)

    if offset is None:
        assert left == right
    else:
        assert left[:offset] == right[:offset]
        assert left[offset : offset + 1] != right[offset : offset + 1]
