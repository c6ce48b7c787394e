"""Galleries: enrolment, corrections, exchange, new embeddings, erasure."""
