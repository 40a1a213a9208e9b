"""Floats: exact solutions as real weights, and the files that hold weights."""

from numeric.embed import Gauge, Weights, embed, from_spectrum, spectrum_of
from numeric.weight_files import (
    PlainNetwork,
    WeightFileError,
    plain_network,
    read_weights,
    write_weights,
)

__all__ = [
    "Gauge",
    "PlainNetwork",
    "WeightFileError",
    "Weights",
    "embed",
    "from_spectrum",
    "plain_network",
    "read_weights",
    "spectrum_of",
    "write_weights",
]
