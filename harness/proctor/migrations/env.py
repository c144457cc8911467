"""Alembic's way in: it works on the connection it is given, inside that transaction.

Runs in zone G. Called by harness.proctor.forms alone; there is no alembic.ini and no address here.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
