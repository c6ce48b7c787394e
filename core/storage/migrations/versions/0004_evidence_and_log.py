"""Cases keep copies or references, failures of evidence stay, entries of the log say why and in which session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was written before has none of it, and no entry of the log is touched."""
    op.create_table('evidence_failures',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('evidence_id', sa.Integer(), nullable=False),
        sa.Column('picture_id', sa.Integer(), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('created', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_failures_evidence_id_evidence')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_failures')),
        sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_evidence_failures_evidence_id'), 'evidence_failures', ['evidence_id'], unique=False)
    op.add_column('cases', sa.Column('evidence_mode', sa.String(length=16), nullable=False, server_default='references'))
    op.add_column('evidence', sa.Column('copied', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('pictures', sa.Column('pixel_sha256', sa.String(length=64), nullable=False, server_default=''))
    op.add_column('audit_log', sa.Column('reason', sa.Text(), nullable=True))
    op.add_column('audit_log', sa.Column('session', sa.String(length=32), nullable=True))
    op.add_column('audit_log', sa.Column('monotonic_ns', sa.BigInteger(), nullable=True))
    op.create_index(op.f('ix_audit_log_action'), 'audit_log', ['action'], unique=False)
    # A still that somebody searched with has been kept whole ever since.
    op.execute("UPDATE evidence SET copied = 1 WHERE kind = 'still' AND stored = 1")
