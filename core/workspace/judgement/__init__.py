"""What examiners may see of a search and what they say of it."""
