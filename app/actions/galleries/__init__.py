"""What a user can do with galleries."""
