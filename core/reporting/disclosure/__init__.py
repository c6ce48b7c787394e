"""Disclosure packs: everything that others need to check a search without trusting who made it."""
