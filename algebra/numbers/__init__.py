"""Exact numbers: Laurent polynomials over roots of unity, their text, the door to floats."""
