"""Planted faults that the claims must notice."""
