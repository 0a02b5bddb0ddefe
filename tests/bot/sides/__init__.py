"""Tests of where the sources differ."""
