"""What Alembic runs for every command: it works on the connection that `broker.migrate` opened."""

from alembic import context

from broker import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
)
with context.begin_transaction():
    context.run_migrations()
