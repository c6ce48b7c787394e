"""Widgets that show what is about to leave the workspace."""
