"""Making and searching the index: sources in, ranked passages out. Knows nothing of answering."""
