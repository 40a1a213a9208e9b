"""Finite Abelian groups, their characters, and the frequencies of a spectrum."""
