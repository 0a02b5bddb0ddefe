"""How building, searching and memory grow with the passages: python -m benchmarks.scale."""
