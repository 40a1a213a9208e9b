"""Proofs that a width is possible, or that it is not."""
