"""Sessions with a live interviewer, their questions, and who may answer.

Runs in zone G.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "live_sessions",
        sa.Column("session", sa.String(128), sa.ForeignKey("sessions.id"), nullable=False),
        sa.UniqueConstraint("session"),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("session", sa.String(128), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=False),
        sa.Column("kernel_id", sa.String(128)),
        sa.Column("cell_id", sa.String(128)),
        sa.Column("msg_id", sa.String(128)),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("answered_at", sa.String(27)),
        sa.Column("answered_by", sa.String(40)),
        sa.Column("sealed_answer", sa.LargeBinary),
        sa.Column("delivered_at", sa.String(27)),
    )
    op.create_index("questions_by_session", "questions", ["session", "at"])
    op.create_table(
        "interviewers",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("used_at", sa.String(27)),
        sa.Column("pass_sha256", sa.String(64), unique=True),
        sa.Column("revoked_at", sa.String(27)),
    )
