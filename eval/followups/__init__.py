"""Follow-up questions, measured: does what stands alone find the passage that answers (python -m eval.followups)."""
