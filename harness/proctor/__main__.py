"""`python -m harness.proctor --home HOME [--port N]`: the service, in the foreground.

Runs in zone G. Errors that are yours to fix are one message, without a traceback.
"""

from __future__ import annotations

import sys

import click

from harness.core.errors import YoursToFix
from harness.proctor.command import proctor


def main() -> int:
    """Run the service; return the exit code."""
    try:
        proctor.main(standalone_mode=False)
    except YoursToFix as problem:
        click.echo(str(problem), err=True)
        return problem.exit_code
    except click.ClickException as problem:
        problem.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
