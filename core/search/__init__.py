"""Ranking the subjects of galleries by similarity to a probe: exact, reproducible, from mapped files."""
