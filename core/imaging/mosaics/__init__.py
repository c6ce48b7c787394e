"""Pictures with many faces of known place and size, put together from photographs with one face each."""
