"""The web: which addresses may be fetched, fetching them politely and within limits, and what a fetched page lists."""
