"""The laws hold on symbolic entries, and a false law is refuted."""

import pytest

from algebra.potential import Potential
from algebra.spectrum import PAIR
from proofs.laws import LAWS, Law, generic, potentials, prove


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.statement)
def test_law_holds(law):
    outcome = prove(law)
    assert outcome.holds, outcome.counterexample
    assert outcome.identities > 0


FALSE = {
    "addition is idempotent": lambda x, y, z: [(x + x, x)],
    "multiplication is addition": lambda x, y, z: [(x * y, x + y)],
    "addition distributes over multiplication": lambda x, y, z: [(x + y * z, (x + y) * (x + z))],
    "one annihilates": lambda x, y, z: [(x * 1, 1 * generic("u", 1))],
    "powers add": lambda x, y, z: [((x + y) ** 2, x**2 + y**2)],
    "a potential with c twice is linear in scaling": lambda x, y, z: [
        (
            Potential(PAIR, [("c", 0), ("c", 0)])(x.scaled(c=2)),
            Potential(PAIR, [("c", 0), ("c", 0)])(x) * 2,
        )
    ],
    "potentials of sums multiply": lambda x, y, z: [
        (r(x + y, expanded=True), r(x) * r(y)) for r in potentials(2)
    ],
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_law_is_refuted_with_a_counterexample(name):
    outcome = prove(Law(name, name, FALSE[name]), orders=(1, 2))
    assert not outcome.holds
    assert outcome.counterexample.startswith("orders (1, 1, 1)")


def test_generic_entries_are_independent():
    z = generic("x", 3)
    assert len(z.parameters) == 3 * 3 * 2
    assert all(len(x.parameters) == 2 for node in z.node_list() for x in node.values())
