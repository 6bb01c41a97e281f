"""What Alembic runs for each command: on the connection it was given, in the transaction that is open there."""

from __future__ import annotations

from alembic import context

from paddock.archive.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes tables by copying them; its transactions take tables in, although Alembic does not expect it.
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
context.run_migrations()
