"""The command line: the same verbs as the desk, for people and for machines."""

from core.cli.main import main

__all__ = ["main"]
