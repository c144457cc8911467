"""What an operator changed of a round.

Runs in zone G.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "round_changes",
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("round", sa.String(40), sa.ForeignKey("rounds.name"), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("body", sa.String, nullable=False),
    )
