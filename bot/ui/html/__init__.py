"""HTML, made by pure functions; what comes from articles and people is escaped in `markup`."""
