"""Alembic's steps from one schema to the next; :mod:`core.storage.upgrade` runs them."""
