"""Known faults put into good sentences, and how many of either the check of LLM sentences finds."""
