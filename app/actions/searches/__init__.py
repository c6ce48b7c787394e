"""What a user can do with searches and comparisons."""
