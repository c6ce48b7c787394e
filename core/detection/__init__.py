"""Faces in pictures: detectors behind one protocol, tiles for large frames, boxes drawn by hand."""
