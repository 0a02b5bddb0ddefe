"""Footnote beside other systems for asking one's own articles: python -m benchmarks.peers (docs/peers.md)."""
