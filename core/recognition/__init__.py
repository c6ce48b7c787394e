"""From aligned crops to embeddings, recognizability and attention.

Importing this package, or :mod:`core.recognition.cards`, does not import torch.
"""
