"""The network of both models, all-MiniLM-L6-v2's for embedding and the reader's, and what computes it."""
