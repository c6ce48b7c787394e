"""Widgets that show a picture and what is drawn on it."""
