"""Conversations as they are kept and given away."""
