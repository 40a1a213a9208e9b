"""Exact elements as float weights, the plain network, and files of weights."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from numeric.weights.embed import from_spectrum as from_spectrum, spectrum_of as spectrum_of
    from numeric.weights.files import read_weights as read_weights, write_weights as write_weights
    from numeric.weights.plain_network import (
        Gauge as Gauge,
        PlainNetwork as PlainNetwork,
        WeightFileError as WeightFileError,
        Weights as Weights,
        plain_network as plain_network,
    )

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
