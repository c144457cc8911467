"""The SQL that a Postgres needs once: three schemas, each with a role that sees no other.

Runs in zone G; pure text. It is printed, not run: whoever may make roles reads it first.
"""

from __future__ import annotations

from harness.proctor.database import NAMES, role_of

_HEAD = """\
-- The proctor's three schemas and their roles. Run it once, as a superuser, in a database of its
-- own:
--     createdb audition
--     audition proctor --print-roles | psql -v ON_ERROR_STOP=1 -d audition
-- It may be run again. No password stands here: give each role one with \\password ROLE, and write
-- the lines HOST:PORT:audition:ROLE:PASSWORD into a file of mode 0600 that
-- proctor.database_passfile names.
"""
_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
  END IF;
END $$;
CREATE SCHEMA IF NOT EXISTS {name} AUTHORIZATION {role};
REVOKE ALL ON SCHEMA {name} FROM PUBLIC;
"""
_TAIL = """
REVOKE ALL ON SCHEMA public FROM PUBLIC;
DO $$ BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO {roles}', current_database());
END $$;
"""


def roles_sql() -> str:
    """Return the SQL."""
    each = "".join(_ROLE.format(role=role_of(name), name=name) for name in NAMES)
    return _HEAD + each + _TAIL.format(roles=", ".join(map(role_of, NAMES)))
