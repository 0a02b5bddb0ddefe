"""What the server answers beside the page, on the same port."""
