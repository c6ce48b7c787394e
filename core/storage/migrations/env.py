"""Run by alembic: works in the transaction of the connection that it is given."""

from __future__ import annotations

from alembic import context

from core.storage import record_schema  # noqa: F401  (the tables that it adds)
from core.storage.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
