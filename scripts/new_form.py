"""Draft the script that brings a database of the proctor's to the tables as they stand now.

    python -m scripts.new_form witness round_purses

Writes harness/proctor/migrations/witness/vNNNN_round_purses.py; raise the version in tables.py to
NNNN and read what was written: a column that may not be null needs a server_default for old rows.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.types import TypeDecorator

from harness.proctor.copying import FORMS
from harness.proctor.forms import SCRIPTS, revision, upgrade

_HEAD = '''"""{about}.

Runs in zone G.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "{new}", "{old}"


def upgrade() -> None:
    """Make what is new."""
'''


def draft(name: str, what: str) -> Path:
    """Write the script and return where it lies.

    Args:
        name: witness, identity or rounds.
        what: a few words, joined by underscores.
    """
    metadata, _ = FORMS[name]
    with create_engine("sqlite://").begin() as connection:
        upgrade(connection, metadata)
        old = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        made = produce_migrations(context, metadata)
    if made.upgrade_ops is None or made.upgrade_ops.is_empty():
        sys.exit(f"the scripts of {name} lead to its tables already")
    body = render_python_code(made.upgrade_ops, render_item=_plain)
    lines = [line for line in body.splitlines() if "# ###" not in line]
    lines = [line if line.startswith("    ") else f"    {line}" for line in lines]
    new = revision(int(old) + 1)
    path: Path = metadata.info[SCRIPTS] / f"v{new}_{what}.py"
    about = what.replace("_", " ").capitalize()
    path.write_text(_HEAD.format(about=about, new=new, old=old) + "\n".join(lines) + "\n")
    return path


def _plain(kind: str, item: Any, context: Any) -> Any:
    """Spell our own types as what they are kept as: a script must not change with them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


if __name__ == "__main__":
    print(draft(*sys.argv[1:3]))
