"""Who is at work on a shared database, and whose each session is.

Runs in zone G.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "owners",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("session", sa.String(128), sa.ForeignKey("sessions.id"), primary_key=True),
        sa.Column("owner", sa.String(128)),
        sa.Column("given_up_at", sa.DateTime(timezone=True)),
    )
    op.create_index("leases_by_owner", "leases", ["owner"])
