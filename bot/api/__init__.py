"""The HTTP API: the contract's routes, an OpenAI-compatible one, their schema, limits and measurements."""
