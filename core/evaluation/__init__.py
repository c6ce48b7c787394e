"""How well a network recognizes faces and orders its own errors: rates, curves, intervals, protocols."""
