"""Make the vectors of our fact sheets' examples anew: `python -m scripts.encode_facts`.

Writes harness/proctor/fact_vectors, a file a sheet; after a change of a fact sheet or the encoder.
"""

from __future__ import annotations

import sys

from harness.models.encoder import Encoder
from harness.proctor.matching import Matcher
from harness.proctor.photographs import INSTALLED as SHEETS
from harness.proctor.photographs import Photographs
from harness.proctor.shelf import INSTALLED, Shelf, pack


def main() -> None:
    """Encode what is not kept yet, and remove what no sheet names any more."""
    photographs, before = Photographs(), set(INSTALLED.glob("*.bin"))
    needed = set()
    for slug in sorted(path.parent.name for path in SHEETS.glob("*/facts.json")):
        texts = Matcher(photographs.facts(slug)).texts
        shelf = Shelf(INSTALLED)
        if shelf.find(texts) is None:
            print(f"{slug}: encoding {len(texts)} texts", file=sys.stderr)
            shelf.keep(texts, pack(Encoder().encode(texts).tolist()))
        needed.add(shelf.path(texts))
    for path in before - needed:
        path.unlink()


if __name__ == "__main__":
    main()
