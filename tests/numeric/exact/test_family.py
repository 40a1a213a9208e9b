"""Optimizers that `build` makes come back as themselves, whatever their nodes' order and scale."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers, unit, zeta
from algebra.criterion.tensor import loss
from algebra.numbers.parse import parse
from algebra.optimizers.table import FAMILIES
from algebra.semiring.symmetry import relabelled, translated
from numeric import Weights, embed
from numeric.exact.certify import certify
from tests.numeric.trained_like import regauged

GROUPS = ("Z5", "Z8", "Z3xZ3", "Z2xZ4", "Z2^3", "Z12")
VALUES: dict[str, list[dict[str, Any]]] = {
    "six-per-frequency": [{"nu": 1}, {"alpha": zeta(5), "beta": unit(2), "form": "nu(i)*syn_ab"}],
    "four-plus-six": [{"xi": unit(3), "nu": zeta(7)}, {"xi": zeta(8), "nu": 1, "mirror": True}],
    "four-two-plus-constant": [{}, {"phi": zeta(12)}],
    "four-plus-constant": [{"xi": zeta(8, 3)}, {"xi": unit(2), "epsilon": zeta(8, 7)}],
}


def disguised(w: Weights, *, dtype: Any = np.float64) -> Weights:
    """The same network with its nodes in another order, scale and sign."""
    moved = regauged(w, np.random.default_rng(0), constants=0)
    return Weights(w.group, *(x.astype(dtype) for x in (moved.w_a, moved.w_b, moved.w_c)))


def typed(made: Any) -> dict[str, Any]:
    """What is printed, typed back: the keywords of `build`."""
    keywords: dict[str, Any] = dict(made["options"])
    for name, text in made["parameters"].items():
        base, _, at = name.partition("@")
        if at:
            k = tuple(map(int, at.split(",")))
            keywords.setdefault(base, {})[k if len(k) > 1 else k[0]] = parse(text)
        else:
            keywords[base] = parse(text)
    return keywords


@pytest.mark.parametrize("spec", GROUPS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_comes_back_as_itself_at_distance_0(spec, family):
    group = AbelianGroup(spec)
    if not FAMILIES[family].exists(group):
        pytest.skip("the group does not have it")
    values = VALUES.get(family, [dict.fromkeys(FAMILIES[family].parameters, unit(2))] * 2)
    gauges: tuple[Any, ...] = (("balanced", np.float64), ("rational", np.float32))
    for options, (gauge, dtype) in zip(values, gauges, strict=True):
        z = optimizers.build(group, family, **options)
        found = certify(disguised(embed(z, gauge=gauge), dtype=dtype))
        assert found.kind == "family", (options, gauge)
        assert found.distance < 1e-6
        if found.details["family"] != family:  # without pairs, several are one and the same
            assert not group.conjugate_pairs() or spec == "Z3xZ3"
        again = optimizers.build(group, found.details["family"], **typed(found.details))
        assert again == found.element


def test_values_that_differ_by_frequency_and_another_carrier_are_found():
    group = AbelianGroup("Z11")
    xi = {k: unit(Fraction(1, k)) for k in (1, 2, 4, 5)}
    z = optimizers.four_plus_six(group, xi=xi, nu=zeta(9), carrier=3, mirror=True)
    found = certify(disguised(embed(z, gauge="balanced")))
    assert (found.details["family"], found.distance < 1e-9) == ("four-plus-six", True)
    assert found.details["options"] == {"carrier": 3, "mirror": True}
    assert optimizers.build(group, "four-plus-six", **typed(found.details)) == found.element


@pytest.mark.parametrize("spec", ["Z5", "Z12", "Z3xZ3", "Z2xZ4"])
@pytest.mark.parametrize("family", ["six-per-frequency", "four-plus-six"])
def test_inputs_that_are_moved_are_named_and_moved_back(spec, family):
    group = AbelianGroup(spec)
    if not FAMILIES[family].exists(group):
        pytest.skip("the group does not have it")
    s, t = group.tuple(group.order - 1), group.tuple(2)
    z = optimizers.build(group, family, **VALUES[family][0])
    moved = embed(translated(z, s, t), gauge="balanced")
    found = certify(disguised(moved))
    assert (found.kind, found.details["family"]) == ("family", family)
    assert found.distance < 1e-6
    assert found.details["translation"] is not None
    assert "inputs moved by" in found.lines[0]
    assert loss(found.element) == 0


def test_elements_in_another_order_are_named_too():
    group = AbelianGroup("Z11")
    z = optimizers.build(group, "four-plus-six", xi=zeta(8), nu=1)
    turned = translated(relabelled(z, group.scaling(3)), 4, 7)
    found = certify(disguised(embed(turned, gauge="balanced")))
    assert (found.kind, found.details["family"]) == ("family", "four-plus-six")
    assert found.details["times"] in (3, 8)
    assert found.distance < 1e-9
    assert loss(found.element) == 0


def test_what_differs_from_a_family_by_more_than_rounding_is_not_one():
    z = embed(optimizers.four_plus_constant(AbelianGroup("Z7"), xi=zeta(8)), gauge="balanced")
    a = z.w_a.copy()
    a[2, 3] *= 1 + 1e-4
    found = certify(Weights(z.group, a, z.w_b, z.w_c))
    assert (found.kind, found.distance > 1e-7) == ("nearest", True)


def test_an_angle_without_a_short_name_is_no_parameter_of_a_family():
    odd = unit(Fraction(1009, 2003))
    z = embed(optimizers.four_plus_constant(AbelianGroup("Z5"), xi=odd), gauge="balanced")
    assert certify(z).kind == "nearest"
