"""The symmetries act on T as they should, and the balanced norm is the least over scalings."""

from fractions import Fraction
from math import prod

import numpy as np
import pytest
import sympy
from hypothesis import given, strategies as st
from sympy.utilities.iterables import partitions

from algebra import AbelianGroup, blocks, element, optimizers, param, unit, zeta
from algebra.groups.group import isomorphism_types
from algebra.semiring.symmetry import (
    balanced_norm,
    permuted,
    relabelled,
    scaled_nodes,
    swapped,
    translated,
)
from numeric import embed
from proofs.strategies.elements import group_elements
from tests.algebra import reference

Z7 = AbelianGroup("Z7")


@given(group_elements(max_order=4), st.data())
def test_every_symmetry_acts_on_the_function_tensor_as_it_says(z, data):
    group = z.group
    T = reference.function_tensor(z)
    order = data.draw(st.permutations(range(z.order)))
    assert reference.function_tensor(permuted(z, order)) == T
    factors = [data.draw(st.sampled_from([2, -1, Fraction(-1, 3)])) for _ in range(z.order)]
    assert reference.function_tensor(scaled_nodes(z, factors)) == T
    assert reference.function_tensor(swapped(z)) == {(y, x, k): v for (x, y, k), v in T.items()}
    s, t = (data.draw(st.integers(0, group.order - 1)) for _ in "st")
    total = reference.plus(group, s, t)
    phases = {
        (x, y, k): reference.character(group, x, s)
        * reference.character(group, y, t)
        * reference.character(group, k, total).conjugate()
        for x, y, k in T
    }
    moved = reference.function_tensor(translated(z, s, t))
    assert moved == {at: x * phases[at] for at, x in T.items()}
    phi = data.draw(st.sampled_from(list(group.automorphisms())[:6]))
    image = phi.on_characters(np.arange(group.order)).tolist()
    relabelled_T = reference.function_tensor(relabelled(z, phi))
    assert relabelled_T == {tuple(image[k] for k in at): x for at, x in T.items()}


REFUSED = {
    "order": (lambda z: permuted(z, [0, 0]), r"order=\[0, 0\] is no permutation of 0 .. 13"),
    "factor": (lambda z: scaled_nodes(z, [0] * 14), "pass 14 rational numbers other than 0"),
    "number": (lambda z: scaled_nodes(z, [1]), "pass 14 rational numbers other than 0"),
    "numbers": (lambda z: scaled_nodes(z, [1] * 15), "pass 14 rational numbers other than 0"),
    "translation": (lambda z: translated(z, 7, 0), "index=7 is not in Z7"),
    "no group": (lambda z: translated(blocks.syn(), 0, 0), "is a block of one frequency"),
    "automorphism": (
        lambda z: relabelled(z, AbelianGroup("Z5").scaling(2)),
        "the automorphism is one of Z5, and <Element four-plus-six of order 14 over Z7> is over Z7",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused(name):
    act, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        act(optimizers.four_plus_six(Z7))


@pytest.mark.parametrize("name", ["Z5", "Z6", "Z2xZ4"])
def test_the_balanced_norm_is_that_of_balanced_weights(name):
    group = AbelianGroup(name)
    for family in optimizers.families(group):
        z = optimizers.build(group, family)
        z = z.substitute(dict.fromkeys(z.parameters, unit(Fraction(1, 3))))
        measured = embed(z, gauge="balanced").squared_norm() / group.order
        assert float(balanced_norm(z)) == pytest.approx(measured, rel=1e-12)


def test_the_balanced_norm_does_not_depend_on_how_nodes_are_scaled():
    z = blocks.normalised(blocks.syn() * blocks.nu())
    scaled = scaled_nodes(z, [Fraction(j + 1, 3) for j in range(6)])
    assert balanced_norm(scaled) == balanced_norm(z) == 6 * sympy.cbrt(6)


def test_in_the_balanced_norm_real_characters_and_constant_parts_count_once():
    z = element(AbelianGroup("Z4"), [{("a", 0): 2, ("b", 2): 1, ("c", 1): zeta(3)}])
    assert balanced_norm(z) == 3 * sympy.cbrt(sympy.Rational((4 + 1) ** 2 * 2, 4))


def test_a_balanced_norm_that_depends_on_a_parameter_is_refused():
    z = blocks.node(1 + param("v"), 1, 1)
    with pytest.raises(ValueError, match="of a node's inputs is no rational number; set its"):
        balanced_norm(z)


def test_isomorphism_types_are_as_many_as_there_are_and_all_different():
    for n in range(1, 65):
        groups = isomorphism_types(n)
        assert len(groups) == prod(len(list(partitions(e))) for e in sympy.factorint(n).values())
        assert {G.order for G in groups} == {n}
        # How many elements each number kills tells Abelian groups apart.
        killed = {
            tuple(np.count_nonzero(G.multiply(t, np.arange(n)) == 0) for t in range(1, n + 1))
            for G in groups
        }
        assert len(killed) == len(groups)
    assert [str(G) for G in isomorphism_types(12)] == ["Z12", "Z2xZ2xZ3"]
    with pytest.raises(ValueError, match="order=0; pass 1 <= order"):
        isomorphism_types(0)
