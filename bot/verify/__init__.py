"""Checking what a language model wrote, sentence by sentence, against the passages that it was given."""
