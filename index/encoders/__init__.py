"""Embedding models: where they are, what computes them, and how far that can be trusted."""
