"""Pictures: stills and video frames in, aligned crops out."""
