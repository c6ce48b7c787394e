"""Widgets that show galleries and who is enrolled in them."""
