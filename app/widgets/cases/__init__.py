"""Widgets that show cases."""
