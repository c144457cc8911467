"""The rounds as they stood before alembic; a home of that time has all of it already.

Runs in zone G.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None
MOMENT = sa.String(27)


def upgrade() -> None:
    """Make what is not there."""
    op.create_table(
        "schema_version", sa.Column("version", sa.Integer, nullable=False), if_not_exists=True
    )
    op.create_table(
        "rounds",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name"),
        if_not_exists=True,
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("round", sa.String(40), nullable=False),
        sa.Column("candidate", sa.String(128), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["round"], ["rounds.name"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
        if_not_exists=True,
    )
    op.create_index(
        "invites_by_candidate", "invites", ["round", "candidate"], unique=False, if_not_exists=True
    )
    op.create_table(
        "sittings",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("round", sa.String(40), nullable=False),
        sa.Column("candidate", sa.String(128), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("session", sa.String(128), nullable=True),
        sa.ForeignKeyConstraint(["round"], ["rounds.name"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("round", "candidate"),
        sa.UniqueConstraint("session"),
        if_not_exists=True,
    )
