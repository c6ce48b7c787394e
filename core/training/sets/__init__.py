"""Labelled sets: pictures with the names of who is on them, their provenance, and what is odd about them."""
