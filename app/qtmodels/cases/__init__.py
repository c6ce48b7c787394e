"""The evidence and the steps of a case."""
