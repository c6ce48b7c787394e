"""What a user can do with pictures and the faces in them."""
