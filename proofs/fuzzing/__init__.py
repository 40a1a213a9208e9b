"""Campaigns of random values against the properties."""
