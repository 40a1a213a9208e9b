"""Theorem 4: polynomials in a generator kill what they were built to kill."""

import pytest
from hypothesis import given, strategies as st

from algebra import blocks, omega_0, parse_potential, zeta
from algebra.semiring.potential import construct
from proofs.strategies.elements import KILLABLE


@given(
    st.sampled_from([3, 4, 5, 6, 8, 12]),
    st.tuples(*[st.integers(0, 11)] * 3),
    st.sets(st.sampled_from(KILLABLE), min_size=1, max_size=5),
)
def test_a_construction_kills_its_potentials_and_no_others_that_differ_in_value(n, e, names):
    u = blocks.node(*(zeta(n, x) for x in e))
    abc = parse_potential("abc")(u)
    values = {}
    for name in names:
        r = parse_potential(name)
        outputs_conjugate = any(p == "c" and k == 1 for p, k in r.indices)
        values[name] = (r.conjugate() if outputs_conjugate else r)(u)
    if abc in values.values():
        with pytest.raises(ValueError, match="no polynomial in u kills"):
            construct(u, names)
        return
    built = construct(u, names)
    assert built.element.order == 2 ** len(set(values.values()))
    killed = {str(r) for r in omega_0(built.element)}
    assert names <= killed
    assert {str(r) for r in omega_0(built.merged)} == killed
    assert parse_potential("abc")(built.element)


def test_syn_is_the_polynomial_that_kills_r_c_and_r_n():
    w = zeta(3)
    built = construct(blocks.node(w, w, w), ["a-bc", "ab-c", "abc-", "aa-c", "bb-c"])
    assert built.merged == blocks.syn()


def test_a_generator_with_two_nodes_is_refused():
    with pytest.raises(ValueError, match="has 3 nodes; a generator has one"):
        construct(blocks.syn(), ["abc-"])


@pytest.mark.parametrize(("text", "times"), [("acc", 2), ("ab", 0)])
def test_a_potential_without_one_output_is_refused(text, times):
    with pytest.raises(ValueError, match=f"potential {text} contains c {times} times"):
        construct(blocks.node(1, 1, 1), [parse_potential(text)])


def test_killing_abc_itself_is_refused():
    with pytest.raises(ValueError, match=r"aac\(u\) = abc\(u\) = 1"):
        construct(blocks.node(*[zeta(3)] * 3), ["aac"])
