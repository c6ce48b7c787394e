"""The one path from pixels to embeddings, for window, command line, enrolment and evaluation alike.

Importing it does not import torch; :func:`load_analyzer` does.
"""

from core.analysis.analyzer import FaceAnalyzer, load_analyzer

__all__ = ["FaceAnalyzer", "load_analyzer"]
