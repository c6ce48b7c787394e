"""What a user can do with the window, and what the window does by itself."""
