"""Commands that make model files; nothing the application needs at run time."""
