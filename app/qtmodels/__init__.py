"""Qt item models over data objects.

Each gives its data object under `Qt.ItemDataRole.UserRole`, a picture under `DecorationRole` and text
under `DisplayRole`.
"""
