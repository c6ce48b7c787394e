"""Widgets that show searches and their candidates."""
