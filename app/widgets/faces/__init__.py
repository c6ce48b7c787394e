"""Widgets that show faces."""
