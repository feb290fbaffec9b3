"""Smaller embeddings: one transform a file, and chains of them."""
