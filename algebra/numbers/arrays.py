"""The kinds of NumPy arrays that annotations speak of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Indices, exponents, residues.
Int64 = NDArray[np.int64]
#: Whole numbers of any kind, Python's among them.
Integers = NDArray[Any]
#: Exact scalars.
Exacts = NDArray[Any]
#: Weights, of any precision.
Floats = NDArray[np.floating[Any]]
Reals = NDArray[np.float64]
Complexes = NDArray[np.complex128]
#: Which of the entries of another array are meant.
Mask = NDArray[np.bool_]
