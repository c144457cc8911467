"""Identity as it stood before alembic; a home of that time may lack the accommodations.

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
        "candidates",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("name", sa.String, nullable=True),
        sa.Column("content_key", sa.LargeBinary, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        if_not_exists=True,
    )
    op.create_table(
        "accommodations",
        sa.Column("candidate", sa.String(128), nullable=False),
        sa.Column("extra_time", sa.String(8), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("candidate"),
        if_not_exists=True,
    )
