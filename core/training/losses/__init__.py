"""The losses, one small class each; the equations and their confidence are in the docstrings."""
