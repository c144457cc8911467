"""The first form of the numbers that test_writer keeps."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.create_table("schema_version", sa.Column("version", sa.Integer), if_not_exists=True)
    op.create_table("numbers", sa.Column("n", sa.Integer, primary_key=True), if_not_exists=True)
