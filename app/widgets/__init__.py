"""Widgets that show data objects and report what the user did; none of them starts work."""
