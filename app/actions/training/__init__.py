"""What can be done on the training page."""
