"""Widgets of the window around the pages."""
