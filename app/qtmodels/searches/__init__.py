"""Searches, their candidates and comparisons."""
