"""Engines that are not ours, one per file, for `exact_check.py`."""

from .c_loop import CLoop
from .engine import Absent, Engine, Timing
from .galois_gf import GaloisField
from .gap import GapCounts, GapCyclotomics
from .instance import Instance, balanced, corrupt, memorization, order6
from .numpy_by_hand import NumpyByHand
from .pari import PariCyclotomics, PariPacked
from .python_flint import FlintPacked
from .sympy_expressions import SympyExpressions
from .sympy_matrix import SympyCyclotomics, SympyPacked

PEERS: tuple[type[Engine], ...] = (
    CLoop,
    NumpyByHand,
    FlintPacked,
    PariPacked,
    PariCyclotomics,
    GapCyclotomics,
    GapCounts,
    GaloisField,
    SympyPacked,
    SympyCyclotomics,
    SympyExpressions,
)

__all__ = [
    "PEERS",
    "Absent",
    "Engine",
    "Instance",
    "Timing",
    "balanced",
    "corrupt",
    "memorization",
    "order6",
]
