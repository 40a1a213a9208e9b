"""A verdict says what fails, exactly, and where."""

from fractions import Fraction

import pytest

from algebra import AbelianGroup, I, Scalar, blocks, element, optimizers, param, total
from algebra.criterion.tensor import function_tensor
from algebra.criterion.verdict import check


def order4_everywhere(group):
    block = (blocks.nu(I) * blocks.xi()).scaled(c=Fraction(1, 4))
    return total(group, [block.at(group, k) for k in group.conjugate_pairs()])


@pytest.mark.parametrize("route", ["sparse", "dense", "composed", "auto"])
def test_order_4_alone_fails_at_every_frequency_by_r_n(route):
    group = AbelianGroup("Z7")
    verdict = check(order4_everywhere(group).substitute({"xi": 1}), route=route)
    assert not verdict.accepted
    assert verdict.frequencies == [1, 2, 3]
    failures = verdict.failures()
    assert [f.index for f in failures] == [(0, 0, 1), (0, 0, 2), (0, 0, 3)]
    assert all(f.found == 1 + I and f.expected == 0 for f in failures)
    blamed = [(name, str(r), value) for name, r, value in failures[0].potentials]
    assert blamed == [
        ("R_n", "a[1]*a[6]*c[1]", (1 + I) / 2),
        ("R_n", "b[1]*b[6]*c[1]", (1 + I) / 2),
    ]
    assert verdict.loss == Scalar(Fraction(2 * 6, 7))
    shown = verdict._repr_latex_().count(r" \ne 0")
    assert (shown, verdict._repr_latex_().count("T[0,0,")) == (3, 3)


def test_the_blamed_potentials_add_up_to_the_wrong_entry():
    group = AbelianGroup("Z5")
    wrong = element(group, [{("a", 0): 2, ("a", 1): I, ("b", 2): 3, ("c", 1): 1 + I}])
    z = optimizers.six_per_frequency(group, nu=1) + wrong
    verdict = check(z)
    assert not verdict.accepted
    for failure in verdict.failures(limit=1000):
        rho = sum(v for name, _, v in failure.potentials if name in ("R_g", "R_c"))
        # Unordered pairs of inputs are listed: twice the half, or once the half of a square.
        squares = sum(
            v if len({i for i in r.indices if i[0] != "c"}) == 2 else v / 2
            for name, r, v in failure.potentials
            if name in ("R_n", "R_*")
        )
        assert rho + squares == failure.found, failure
        assert function_tensor(z)[failure.index] == failure.found


def test_of_many_nodes_the_potentials_are_blamed_too():
    few = element(AbelianGroup("Z3"), [{("a", 1): 1, ("b", 1): 1, ("c", 1): 1}] * 22)
    z = (few**3).expand()
    assert z.order > 10_000
    (failure,) = check(z).failures(limit=1)
    blamed = [(name, str(r)) for name, r, _ in failure.potentials]
    assert blamed == [("R_n", "a[1]*a[2]*c[1]"), ("R_n", "b[1]*b[2]*c[1]")]


def test_a_missing_frequency_is_reported_as_zero_where_one_was_expected():
    group = AbelianGroup("Z5")
    z = blocks.normalised(blocks.syn() * blocks.nu(1)).at(group, 2)
    verdict = check(z)
    [failure] = verdict.failures()
    assert str(failure) == "T[1,1,1] = 0, expected 1: R_g a[1]*b[1]*c[1] = 0"
    assert verdict.loss == Scalar(Fraction(2, 5))


def test_the_words_of_an_accepted_verdict_name_the_parameters_and_the_route():
    text = str(check(optimizers.four_plus_six(AbelianGroup("Z7"))))
    assert text == (
        "four-plus-six, 14 nodes, Z7, target projected: loss = 0 exactly for all values of 3 "
        "parameters (sparse route)"
    )


def test_a_failure_that_only_some_parameter_values_have_is_a_failure():
    z = blocks.normalised(blocks.syn() * blocks.nu()).scaled(c=(1 + param("nu")) / 2)
    broken = z.at(AbelianGroup("Z3"), 1)
    assert not check(broken).accepted
    assert check(broken.substitute({"nu": 1})).accepted


def test_what_holds_arrays_is_shown_in_one_line_of_ascii():
    z = optimizers.six_per_frequency(AbelianGroup("Z5"))
    shown = [function_tensor(z), check(z)]
    assert [repr(x) for x in shown] == [
        "<FunctionTensor of 2 entries over Z5>",
        "<Verdict on <Element six-per-frequency of order 12 over Z5>: accepted>",
    ]
