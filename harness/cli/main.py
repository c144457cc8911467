"""`audition`: finds the verbs of the wheels on this machine and turns errors into words.

Runs wherever a person or a script types a command. Each zone's wheel adds its verbs through
the entry-point group `audition.commands`, so a machine shows only what works there.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points

import click

from harness.core.errors import OursToFix, YoursToFix

GROUP = "audition.commands"


class ZoneCommands(click.Group):
    """A group whose commands are loaded only when they are asked for."""

    def _points(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=GROUP)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs installed here, by name."""
        return sorted({*super().list_commands(ctx), *self._points()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one verb, imported now."""
        point = self._points().get(cmd_name)
        if point is None:
            return super().get_command(ctx, cmd_name)
        command = point.load()
        if not isinstance(command, click.Command):
            raise OursToFix(f"the verb {cmd_name!r} ({point.value}) is not a command")
        return command


@click.group(cls=ZoneCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="audition-core", prog_name="audition")
def front_door() -> None:
    """A workspace for hiring LLM engineers by the work they would do."""


def main(argv: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Args:
        argv: arguments without the program's name; None takes the process's own.
    """
    try:
        # outside standalone mode click turns ctx.exit(1) into a returned 1
        code = front_door.main(args=argv, prog_name="audition", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except YoursToFix as problem:
        click.echo(f"audition: {problem}", err=True)
        sys.exit(problem.exit_code)
