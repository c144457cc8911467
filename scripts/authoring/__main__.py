"""Write notebooks/authoring.ipynb, or tell whether it is what the source makes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jupytext

SOURCE = Path(__file__).with_name("source.py")
TARGET = Path(__file__).parents[2] / "notebooks" / "authoring.ipynb"


def made() -> str:
    """Return the notebook: cells with the source's ids and tags, no outputs."""
    book = jupytext.reads(SOURCE.read_text(encoding="utf-8"), fmt="py:percent")
    cells = []
    for cell in book.cells:
        tags = cell.metadata.get("tags")
        one = {
            "cell_type": cell.cell_type,
            "id": cell.metadata["id"],
            "metadata": {"tags": tags} if tags else {},
            "source": cell.source.splitlines(keepends=True),
        }
        if cell.cell_type == "code":
            one |= {"execution_count": None, "outputs": []}
        cells.append(one)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    value = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check; return the exit code."""
    if arguments not in ([], ["--check"]):
        print(f"usage: python -m scripts.authoring [--check]; given {' '.join(arguments)}")
        return 2
    if not arguments:
        TARGET.write_text(made(), encoding="utf-8")
        print(TARGET)
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == made():
        return 0
    print(f"{TARGET} differs from its source; run: python -m scripts.authoring")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
