"""What a session's tools have taken, and the settings they changed.

Runs in zone G.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "tool_uses",
        sa.Column("session", sa.String(128), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=False),
        sa.Column("tool", sa.String(40), nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("minutes", sa.String(40), nullable=False),
        sa.UniqueConstraint("session", "exercise", "tool"),
    )
    op.create_table(
        "tool_settings",
        sa.Column("session", sa.String(128), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("session", "exercise"),
    )
