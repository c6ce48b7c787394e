"""Training of the face detector that comes with the application."""
