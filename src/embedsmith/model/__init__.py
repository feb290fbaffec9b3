"""Training: one model a file, each from token ids to an embedding."""
