"""How Alembic runs our revisions: on the connection it is handed, inside the transaction that is open
there.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
