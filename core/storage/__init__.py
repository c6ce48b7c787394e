"""What a workspace keeps: galleries, cases, evidence, searches and the audit log, in one SQLite file.

Every function takes a session of :class:`~core.storage.database.Database` and hands out the frozen
objects of :mod:`core.types`; no row of a table leaves this package.
"""
