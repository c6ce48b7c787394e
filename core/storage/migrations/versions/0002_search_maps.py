"""The maps of a search get a table of their own, with evidence for candidates and tests beside them."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and move the maps of probes into it."""
    maps = op.create_table('search_maps',
        sa.Column('search_id', sa.Integer(), nullable=False),
        sa.Column('rank', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=32), nullable=False),
        sa.Column('rows', sa.Integer(), nullable=False),
        sa.Column('cells', sa.LargeBinary(), nullable=False),
        sa.Column('constant', sa.Double(), nullable=True),
        sa.Column('faithfulness', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['search_id'], ['searches.id'], name=op.f('fk_search_maps_search_id_searches'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('search_id', 'rank', 'kind', name=op.f('pk_search_maps'))
    )
    old = op.get_bind().execute(
        sa.text("SELECT id, attention_kind, attention_rows, attention FROM searches WHERE attention IS NOT NULL")
    ).all()
    moved = [
        {"search_id": key, "rank": 0, "kind": kind, "rows": rows, "cells": np.frombuffer(cells, "<f4").astype("<f8").tobytes()}
        for key, kind, rows, cells in old
    ]
    if moved:
        op.bulk_insert(maps, moved)
    # Dropped one by one: a table that alembic rebuilds loses SQLite's memory of the keys it has given out.
    for column in ('attention_kind', 'attention_rows', 'attention'):
        op.execute(f"ALTER TABLE searches DROP COLUMN {column}")
