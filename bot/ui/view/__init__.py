"""What the page shows, before it is HTML."""
