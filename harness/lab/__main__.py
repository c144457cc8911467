"""`python -I -m harness.lab LAB_JSON`: the candidate's server. Started by `audition lab`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from harness.core.errors import YoursToFix


def main(argv: list[str]) -> int:
    """Run the server and return the exit code.

    Args:
        argv: the path of lab.json.
    """
    if len(argv) != 1 or argv[0].startswith("-"):
        sys.stderr.write("usage: python -I -m harness.lab LAB_JSON\n")
        return 2
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        _run(Path(argv[0]))
    except YoursToFix as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.exit_code
    return 0


def _run(path: Path) -> None:
    from harness.lab.given import read_given
    from harness.lab.workspace import settle_paths

    given = read_given(path.absolute())
    settle_paths(given.home)  # before anything of Jupyter's is imported
    from harness.lab.server import serve

    serve(given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
