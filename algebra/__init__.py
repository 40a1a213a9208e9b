"""Exact algebra of the solutions of two-layer networks on finite Abelian groups."""

from algebra.element import Element, block, element, one, total, zero
from algebra.group import AbelianGroup, Automorphism
from algebra.potential import Potential, omega_0, omega_1, parse_potential, potential_sets
from algebra.scalar import ONE, ZERO, I, Scalar, param, root, to_scalar, unit, zeta
from algebra.scalar_text import parse
from algebra.spectrum import PAIR, REAL

__all__ = [
    "ONE",
    "PAIR",
    "REAL",
    "ZERO",
    "AbelianGroup",
    "Automorphism",
    "Element",
    "I",
    "Potential",
    "Scalar",
    "block",
    "element",
    "omega_0",
    "omega_1",
    "one",
    "param",
    "parse",
    "parse_potential",
    "potential_sets",
    "root",
    "to_scalar",
    "total",
    "unit",
    "zero",
    "zeta",
]
