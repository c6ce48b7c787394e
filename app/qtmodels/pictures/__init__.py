"""Pictures under examination and the faces in them."""
