"""Cases keep pictures, faces, judgements and verdicts; steps can be undone; samples name their authority."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "CREATE TRIGGER judgements_no_update BEFORE UPDATE ON judgements "
    "BEGIN SELECT RAISE(ABORT, 'judgements are append-only'); END",
    "CREATE TRIGGER judgements_no_delete BEFORE DELETE ON judgements "
    "BEGIN SELECT RAISE(ABORT, 'judgements are append-only'); END",
)


def upgrade() -> None:
    """Make the tables of the record; cases of the past have shown their candidates, so none becomes blind."""
    op.create_table('journal',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.Integer(), nullable=True),
        sa.Column('operator', sa.Text(), nullable=False),
        sa.Column('action', sa.Text(), nullable=False),
        sa.Column('details', sa.Text(), nullable=False),
        sa.Column('changes', sa.Text(), nullable=False),
        sa.Column('undone', sa.Boolean(), nullable=False),
        sa.Column('created', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_journal_case_id_cases')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_journal')),
        sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_journal_case_id'), 'journal', ['case_id'], unique=False)
    op.create_table('pictures',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('evidence_id', sa.Integer(), nullable=False),
        sa.Column('parent_id', sa.Integer(), nullable=True),
        sa.Column('operation', sa.String(length=32), nullable=False),
        sa.Column('parameters', sa.Text(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('frame_stream', sa.Integer(), nullable=True),
        sa.Column('frame_pts', sa.Integer(), nullable=True),
        sa.Column('frame_time_base', sa.Text(), nullable=True),
        sa.Column('frame_ordinal', sa.Integer(), nullable=True),
        sa.Column('outcome', sa.String(length=16), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('created', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_pictures_case_id_cases')),
        sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_pictures_evidence_id_evidence')),
        sa.ForeignKeyConstraint(['parent_id'], ['pictures.id'], name=op.f('fk_pictures_parent_id_pictures')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pictures')),
        sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_pictures_case_id'), 'pictures', ['case_id'], unique=False)
    op.create_index(op.f('ix_pictures_evidence_id_sha256'), 'pictures', ['evidence_id', 'sha256'], unique=False)
    op.create_table('candidate_verdicts',
        sa.Column('search_id', sa.Integer(), nullable=False),
        sa.Column('rank', sa.Integer(), nullable=False),
        sa.Column('examiner', sa.Text(), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('verdict', sa.String(length=16), nullable=False),
        sa.Column('created', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['search_id'], ['searches.id'], name=op.f('fk_candidate_verdicts_search_id_searches'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('search_id', 'rank', 'examiner', name=op.f('pk_candidate_verdicts'))
    )
    op.create_index(op.f('ix_candidate_verdicts_subject_id'), 'candidate_verdicts', ['subject_id'], unique=False)
    op.create_table('faces',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('picture_id', sa.Integer(), nullable=False),
        sa.Column('box_x', sa.Double(), nullable=False),
        sa.Column('box_y', sa.Double(), nullable=False),
        sa.Column('box_width', sa.Double(), nullable=False),
        sa.Column('box_height', sa.Double(), nullable=False),
        sa.Column('landmarks', sa.LargeBinary(), nullable=True),
        sa.Column('detector', sa.Text(), nullable=False),
        sa.Column('confidence', sa.Double(), nullable=True),
        sa.Column('outcome', sa.String(length=16), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('eye_distance_px', sa.Double(), nullable=True),
        sa.Column('alignment', sa.String(length=16), nullable=True),
        sa.Column('recognizability', sa.Double(), nullable=True),
        sa.Column('band', sa.String(length=16), nullable=True),
        sa.Column('recognizability_kind', sa.String(length=16), nullable=True),
        sa.Column('provisional', sa.Boolean(), nullable=True),
        sa.Column('embedding', sa.LargeBinary(), nullable=True),
        sa.Column('norm', sa.Double(), nullable=True),
        sa.Column('model_id', sa.String(length=64), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('created', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['picture_id'], ['pictures.id'], name=op.f('fk_faces_picture_id_pictures'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_faces')),
        sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_faces_picture_id'), 'faces', ['picture_id'], unique=False)
    op.create_table('judgements',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('search_id', sa.Integer(), nullable=False),
        sa.Column('rank', sa.Integer(), nullable=False),
        sa.Column('examiner', sa.Text(), nullable=False),
        sa.Column('second', sa.Boolean(), nullable=False),
        sa.Column('suitability', sa.String(length=16), nullable=True),
        sa.Column('conclusion', sa.String(length=32), nullable=True),
        sa.Column('features', sa.Text(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('on_original', sa.Boolean(), nullable=False),
        sa.Column('created', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['search_id'], ['searches.id'], name=op.f('fk_judgements_search_id_searches')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_judgements')),
        sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_judgements_search_id_rank'), 'judgements', ['search_id', 'rank'], unique=False)
    op.create_table('picture_thumbnails',
        sa.Column('picture_id', sa.Integer(), nullable=False),
        sa.Column('png', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['picture_id'], ['pictures.id'], name=op.f('fk_picture_thumbnails_picture_id_pictures'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('picture_id', name=op.f('pk_picture_thumbnails'))
    )
    op.create_table('search_probes',
        sa.Column('search_id', sa.Integer(), nullable=False),
        sa.Column('face_id', sa.Integer(), nullable=False),
        sa.Column('weight', sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(['search_id'], ['searches.id'], name=op.f('fk_search_probes_search_id_searches'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('search_id', 'face_id', name=op.f('pk_search_probes'))
    )
    op.create_table('face_crops',
        sa.Column('face_id', sa.Integer(), nullable=False),
        sa.Column('png', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['face_id'], ['faces.id'], name=op.f('fk_face_crops_face_id_faces'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('face_id', name=op.f('pk_face_crops'))
    )
    op.add_column('cases', sa.Column('blind', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('cases', sa.Column('place', sa.Text(), nullable=False, server_default=''))
    op.add_column('cases', sa.Column('opened', sa.String(length=32), nullable=True))
    op.add_column('samples', sa.Column('authority', sa.Text(), nullable=False, server_default=''))
    op.add_column('searches', sa.Column('face_id', sa.Integer(), nullable=True))
    op.add_column('searches', sa.Column('nobody_suitable', sa.Boolean(), nullable=False, server_default=sa.false()))
    for statement in APPEND_ONLY:
        op.execute(statement)
