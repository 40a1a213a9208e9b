"""Grids of training runs in a folder."""
