"""How the shipped reader was made; see README.md."""
