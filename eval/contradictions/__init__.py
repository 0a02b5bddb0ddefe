"""Sources that differ, measured: are both sides shown, and attributed (python -m eval.contradictions)."""
