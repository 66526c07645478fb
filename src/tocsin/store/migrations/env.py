"""Alembic's way in. The connection and its transaction are `Store.migrate`'s.

SQLite half-applies a migration unless everything runs in one transaction that
began as a write, which that connection has done.
"""

from alembic import context

from tocsin.store.schema import truth

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=truth,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
