"""What providers took above, what rounds are charged with no longer, and pauses.

Runs in zone G.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "overruns",
        sa.Column("call", sa.String(128), primary_key=True),
        sa.Column("session", sa.String(128)),
        sa.Column("round", sa.String(40)),
        sa.Column("alias", sa.String(128), nullable=False),
        sa.Column("usd", sa.String(40), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("opened_at", sa.String(27)),
        sa.Column("acknowledged_at", sa.String(27)),
    )
    op.create_table(
        "round_releases",
        sa.Column("call", sa.String(128), sa.ForeignKey("calls.id"), primary_key=True),
        sa.Column("round", sa.String(40), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "pauses",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("session", sa.String(128), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("began_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("outage_s", sa.Float, nullable=False),
    )
    op.create_index("pauses_by_session", "pauses", ["session"])
