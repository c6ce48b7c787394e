"""Portable cases: exporting a case with all that it needs, and importing it in another workspace."""
