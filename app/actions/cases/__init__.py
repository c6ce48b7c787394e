"""What a user can do with cases and their record."""
