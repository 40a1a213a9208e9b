"""The balanced norm is the least over scalings, exactly, and equals what floats measure."""

from fractions import Fraction

import pytest
import sympy

from algebra import AbelianGroup, blocks, element, optimizers, param, unit, zeta
from algebra.semiring.symmetry import balanced_norm, scaled_nodes
from numeric import embed

GROUPS = ("Z5", "Z6", "Z2xZ4")


@pytest.mark.parametrize("name", GROUPS)
def test_it_is_the_norm_of_balanced_weights(name):
    group = AbelianGroup(name)
    for family in optimizers.families(group):
        z = optimizers.build(group, family)
        z = z.substitute({v: unit(Fraction(1, 3)) for v in z.parameters}) if z.parameters else z
        measured = embed(z, gauge="balanced").squared_norm() / group.order
        assert float(balanced_norm(z)) == pytest.approx(measured, rel=1e-12)


def test_it_does_not_depend_on_how_nodes_are_scaled():
    z = blocks.normalised(blocks.syn() * blocks.nu())
    scaled = scaled_nodes(z, [Fraction(j + 1, 3) for j in range(6)])
    assert balanced_norm(scaled) == balanced_norm(z) == 6 * sympy.cbrt(6)


def test_real_characters_and_constant_parts_count_once():
    G = AbelianGroup("Z4")
    z = element(G, [{("a", 0): 2, ("b", 2): 1, ("c", 1): zeta(3)}])  # A = 4 + 1, C = 2
    assert balanced_norm(z) == 3 * sympy.cbrt(sympy.Rational(25 * 2, 4))


def test_a_norm_that_depends_on_a_parameter_is_refused():
    z = blocks.node(1 + param("v"), 1, 1)
    with pytest.raises(ValueError, match="of a node's inputs is no rational number; set its"):
        balanced_norm(z)
