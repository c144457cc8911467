"""Numbers get words."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.add_column("numbers", sa.Column("word", sa.String(20)))
