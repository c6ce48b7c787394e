"""Discern's engine: a headless library and command line for examining very low-resolution faces."""

__version__ = "0.1.0"
