"""Text of any writing set on pages: typefaces, direction, shaping, lines."""
