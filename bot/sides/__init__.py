"""Where the sources differ on what is asked: both sides, each with its source and its date."""
