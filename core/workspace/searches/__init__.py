"""Searches of galleries: the probe, the ranking, what is kept of it, and the pictures behind it."""
