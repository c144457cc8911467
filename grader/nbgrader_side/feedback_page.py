"""The page a candidate gets: points, comments, own cells. Nothing of tests, nothing that acts.

Runs in T; pure. Everything is escaped; a candidate's cells stand in sandboxed frames. Of a cell
that awards points nothing is shown but the points and our own sentences, so a hidden test has no
way onto it: not by its source, not by a traceback.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.page.markup import CSP, MOST_CHARS, code_frame, frame, style, table, words

_LANGUAGE_LINES = 124
_WRITTEN_IN = ("plan", "artefact", "text")


def page_of(cells: Sequence[Any], about: Mapping[str, Any]) -> str:
    """Return the page.

    Args:
        cells: of the graded notebook, nbgrader's score, points and comment in their metadata.
        about: nbgrader's resources: student, assignment, notebook, score, max_score, late_penalty.
    """
    title = f"Feedback: {about['assignment']}"
    body = "".join(_section(cell) for cell in cells)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">'
        f"<title>{words(title, 120)}</title><style>{style()}"
        "main>section{padding-top:var(--s5)}main iframe{width:100%;border:1px solid var(--rule)}"
        f"</style></head><body><main><h1>{words(title, 120)}</h1>"
        f"{_summary(cells, about)}{body}</main></body></html>"
    )


def _summary(cells: Sequence[Any], about: Mapping[str, Any]) -> str:
    rows = [
        [words(_name(cell)), words(_points(_mark(cell)))]
        for cell in cells
        if _mark(cell).get("grade")
    ]
    left = sum(bool(_mark(cell).get("is_open")) for cell in cells)
    total = f"{_number(about.get('score'))} of {_number(about.get('max_score'))} points"
    waits = f"; {left} cells have not been graded yet" if left else ""
    late = about.get("late_penalty") or 0
    lost = f"; {_number(late)} of them are taken off for handing in late" if late else ""
    head = f"<p>{words(about['student'])}: {words(total)}{words(lost + waits)}.</p>"
    return head + table(["Cell", "Points"], rows, numeric=frozenset({1}))


def _section(cell: Any) -> str:
    """Return one cell of the candidate's, or one that awards points; nothing for the others."""
    mark, kind = _mark(cell), _audition(cell).get("kind")
    if mark.get("grade") and not mark.get("solution"):
        return _test(cell)
    if not mark.get("solution") and kind not in _WRITTEN_IN:
        return ""
    comment = mark.get("comment")
    told = f"<p>{words(comment, 5000)}</p>".replace("\n", "<br>") if comment else ""
    name = _name(cell)
    head = f"<section><h2>{words(name)}</h2>"
    if mark.get("grade"):
        head += f"<p>{words(_points(mark))}</p>"
    shown = code_frame(_source(cell), title=f"{name}, as handed in", columns=_LANGUAGE_LINES)
    return f"{head}{told}{shown}{_outputs(cell, name)}</section>"


def _test(cell: Any) -> str:
    looked = _audition(cell).get("looked") or {}
    said = "".join(f"<li>{words(one)}</li>" for one in looked.get("said", ()))
    names, readable = looked.get("names", ()), looked.get("readable", ())
    count = f"<p>{len(readable)} of {len(names)} names can be read.</p>" if names else ""
    if looked.get("trouble"):
        count = "<p>It could not be looked at; a person decides.</p>"
    listed = f"<ul>{said}</ul>" if said else ""
    head = f"<section><h2>{words(_name(cell))}</h2><p>{words(_points(_mark(cell)))}</p>"
    return f"{head}{count}{listed}</section>"


def _outputs(cell: Any, name: str) -> str:
    rows = list(_lines(cell.get("outputs") or ()))
    if not rows:
        return ""
    lines = sum(1 + len(line) // _LANGUAGE_LINES for row in rows for line in row[0].splitlines())
    body = "".join(row[1] for row in rows)
    return frame(body, title=f"{name}, what it showed", lines=lines)


def _lines(outputs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield (text for the height, markup); of an error its name and words alone."""
    for output in outputs:
        data = output.get("data") or {}
        if output.get("output_type") == "stream":
            text = str(output.get("text", ""))
        elif output.get("output_type") == "error":
            text = f"{output.get('ename')}: {output.get('evalue')}"
        elif picture := next((k for k in ("image/png", "image/jpeg") if k in data), None):
            source = words(f"data:{picture};base64,{data[picture]}", 2 << 20)
            yield "\n" * 18, f'<img alt="a picture the cell drew" src="{source}">'
            continue
        else:
            text = str(data.get("text/plain", ""))
        yield text, f"<pre>{words(text, MOST_CHARS)}</pre>"


def _source(cell: Any) -> str:
    """Return a cell's words; of markdown that was fenced, what stands in the fence."""
    text = str(cell.get("source", ""))
    rows = text.split("\n")
    if cell.get("cell_type") == "code" or len(rows) < 2 or not rows[0].endswith("~text"):
        return text
    return "\n".join(rows[1:-1])


def _mark(cell: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cell["metadata"].get("nbgrader") or {}
    return found


def _audition(cell: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cell["metadata"].get("audition") or {}
    return found


def _name(cell: Any) -> str:
    return str(_audition(cell).get("name") or _mark(cell).get("grade_id") or "a cell")


def _points(mark: Mapping[str, Any]) -> str:
    if mark.get("is_open"):
        return f"not graded yet (of {_number(mark.get('points'))})"
    return f"{_number(mark.get('score'))} of {_number(mark.get('points'))}"


def _number(value: Any) -> str:
    return f"{float(value or 0):g}"
