"""Floats: exact solutions as real weights, training, and what trained weights hold."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from numeric import pictures as pictures
    from numeric.exact.certify import Certified as Certified, certify as certify
    from numeric.recognition.recognise import recognise as recognise
    from numeric.recognition.report import Recognition as Recognition
    from numeric.weights.embed import (
        embed as embed,
        from_spectrum as from_spectrum,
        spectrum_of as spectrum_of,
    )
    from numeric.weights.files import read_weights as read_weights, write_weights as write_weights
    from numeric.weights.plain_network import (
        Gauge as Gauge,
        TwoLayer as TwoLayer,
        WeightFileError as WeightFileError,
        Weights as Weights,
        plain_network as plain_network,
    )

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
