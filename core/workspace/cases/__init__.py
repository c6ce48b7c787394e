"""Cases and their record: pictures, frames, derived pictures, faces, and what is said of them."""
