"""Tell how well questions find their facts: `python -m scripts.paraphrases FILE`.

FILE is a JSON list or one object a line: exercise, question, fact (null or "none" for none).
"""

from __future__ import annotations

import sys
from pathlib import Path

from harness.bench.stakeholder import HOW, interval, measure, read_questions


def main(path: Path) -> None:
    """Print the table of a file of questions."""
    found = measure(read_questions(path))
    print(f"{'':32}{'recall':>24}{'wrong fact':>24}{'fact to nothing asked':>26}")
    for how in HOW:
        for name in sorted({name for _, name in found}):
            of = found[how, name]
            pairs = ((of.right, of.asked), (of.wrong, of.asked), (of.idle, of.beside))
            cells = [
                _cell(*pair).rjust(width) for pair, width in zip(pairs, (24, 24, 26), strict=True)
            ]
            print(f"{how + ', ' + name:32}{''.join(cells)}")
    print("share, 95% interval (Wilson)")


def _cell(count: int, total: int) -> str:
    low, high = interval(count, total)
    return f"{count}/{total} {count / max(total, 1):.3f} ({low:.2f}-{high:.2f})"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
