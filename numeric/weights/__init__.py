"""Exact elements as float weights, the plain network, and files of weights."""
