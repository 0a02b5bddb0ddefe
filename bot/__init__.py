"""Answering from the index, with a checked citation on every sentence."""
