"""The witness as it stood before alembic; a home of that time has all of it already.

Runs in zone G.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None
MOMENT = sa.String(27)
MONEY = sa.String(40)
COUNT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make what is not there."""
    _sessions()
    _ledger()
    _journal()
    _files()


def _sessions() -> None:
    op.create_table(
        "schema_version", sa.Column("version", sa.Integer, nullable=False), if_not_exists=True
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("candidate", sa.String(128), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_table(
        "session_exercises",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("card", sa.String, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("hard_end_at", MOMENT, nullable=True),
        sa.Column("parts_delivered", sa.Integer, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.UniqueConstraint("session", "slug"),
        if_not_exists=True,
    )
    op.create_table(
        "tokens",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.PrimaryKeyConstraint("sha256"),
        if_not_exists=True,
    )
    op.create_index("tokens_by_session", "tokens", ["session"], unique=False, if_not_exists=True)


def _ledger() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("alias", sa.String(128), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("occurrence", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("http_status", sa.Integer, nullable=True),
        sa.Column("reserved_usd", MONEY, nullable=False),
        sa.Column("reserved_tokens", COUNT, nullable=False),
        sa.Column("cost_usd", MONEY, nullable=True),
        sa.Column("tokens", COUNT, nullable=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session", "key", "occurrence"),
        if_not_exists=True,
    )
    op.create_index(
        "calls_by_session", "calls", ["session", "exercise", "at"], unique=False, if_not_exists=True
    )
    op.create_index("calls_by_status", "calls", ["status"], unique=False, if_not_exists=True)
    op.create_table(
        "purses",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=False),
        sa.Column("usd_spent", MONEY, nullable=False),
        sa.Column("calls_made", sa.Integer, nullable=False),
        sa.Column("tokens_used", COUNT, nullable=False),
        sa.Column("last_call_usd", MONEY, nullable=True),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.UniqueConstraint("session", "exercise"),
        if_not_exists=True,
    )
    op.create_table(
        "prices",
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("is_simulated", sa.Boolean, nullable=False),
        sa.Column("window", sa.Integer, nullable=False),
        sa.Column("usd_in_per_million", MONEY, nullable=False),
        sa.Column("usd_out_per_million", MONEY, nullable=False),
        sa.Column("first_token_s", sa.Float, nullable=False),
        sa.Column("tokens_per_s", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("name"),
        if_not_exists=True,
    )


def _journal() -> None:
    op.create_table(
        "entries",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=True),
        sa.Column("kernel_id", sa.String(128), nullable=True),
        sa.Column("cell_id", sa.String(128), nullable=True),
        sa.Column("msg_id", sa.String(128), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.UniqueConstraint("session", "id"),
        sa.UniqueConstraint("session", "seq"),
        if_not_exists=True,
    )
    op.create_index(
        "entries_by_kind",
        "entries",
        ["session", "kind", "exercise"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "heads",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.UniqueConstraint("session", "seq"),
        if_not_exists=True,
    )


def _files() -> None:
    op.create_table(
        "blobs",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.UniqueConstraint("session", "id"),
        if_not_exists=True,
    )
    op.create_table(
        "saves",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("exercise", sa.String(40), nullable=True),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.UniqueConstraint("session", "seq"),
        if_not_exists=True,
    )
    op.create_index(
        "saves_by_exercise",
        "saves",
        ["session", "exercise", "seq"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("receipt", sa.LargeBinary, nullable=False),
        sa.Column("is_automatic", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session", "exercise", "number"),
        if_not_exists=True,
    )
    op.create_table(
        "hypotheses",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"]),
        sa.UniqueConstraint("session", "id"),
        if_not_exists=True,
    )
