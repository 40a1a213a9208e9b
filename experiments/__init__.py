"""The paper's experiments, each beside our measurement; run by ``python -m experiments``."""
