"""From short blocks, constant parts and nodes of several frequencies to exact optimizers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers, total, unit, zeta
from algebra.blocks.short import corners
from algebra.criterion.verdict import check
from numeric import Weights, embed
from numeric.exact.certify import certify
from numeric.exact.projection import distance
from numeric.recognition.recognise import recognise
from proofs.certificates import certificate, checker
from tests.numeric.trained_like import disguised, trained


@pytest.mark.parametrize(
    ("spec", "family", "options"),
    [
        ("Z5", "few-plus-constant", {}),
        ("Z3xZ3", "few-plus-constant", {}),
        ("Z4xZ4", "few-plus-constant", {}),
        ("Z2^4", "few-plus-constant", {}),
        ("Z15", "few-plus-constant", {"xi": unit(3)}),
        ("Z2xZ12", "few-plus-constant", {"xi": unit(2)}),
        ("Z2xZ12", "few-plus-real", {"xi": unit(2)}),
        ("Z7", "four-two-plus-constant", {"phi": zeta(12)}),
        ("Z8", "four-two-plus-constant", {}),
        ("Z3xZ3", "four-two-plus-constant", {}),
        ("Z15", "four-two-plus-constant", {}),
    ],
)
def test_noisy_networks_of_the_narrow_families_are_certified(
    spec: str, family: str, options: Any
) -> None:
    """The optimizer that was found is no farther than the one that the noise was added to."""
    rng = np.random.default_rng(3)
    z = optimizers.build(AbelianGroup(spec), family, **options)
    clean, _ = disguised(z, np.random.default_rng(9), noise=0.0, gauge=0.1)
    matrices = [
        x + 0.004 * np.sqrt((x**2).mean(axis=0)) * rng.normal(size=x.shape)
        for x in (clean.w_a, clean.w_b, clean.w_c)
    ]
    w = Weights(clean.group, *matrices)
    moved = distance(clean, w).relative
    found = certify(w)
    assert not found.replaced
    assert found.distance < 1.05 * moved
    assert certificate.judged(found.element)[1] == 0


def test_a_certificate_of_mixed_nodes_is_refused_once_an_output_is_changed() -> None:
    z = optimizers.build(AbelianGroup("Z5"), "few-plus-constant")
    w, _ = disguised(z, np.random.default_rng(0), noise=0.002, gauge=0.0)
    data, code, _ = certificate.judged(certify(w).element)
    assert code == 0
    assert checker.check(data.replace(b'"projected"', b'"onehot"'))[0] == 1


def test_corners_need_no_carrier() -> None:
    group = AbelianGroup("Z4xZ4")
    z = total(group, [corners(group, k) for k in group.conjugate_pairs()])
    found = recognise(embed(z, gauge="balanced"))
    assert found.compositions == {"corners": 6, "none": 3}
    assert max(abs(x.sums.leftover) for x in found.frequencies) < 1e-12


@pytest.mark.parametrize("spec", ["Z3xZ3", "Z2xZ4", "Z5", "Z2^3"])
def test_networks_trained_on_small_groups_have_no_unknown_frequency_and_are_certified(
    spec: str,
) -> None:
    """What training finds differs with the machine's rounding; what is asserted does not."""
    w = trained(spec, width=64)
    found = recognise(w)
    assert found.learned
    for x in found.frequencies:
        assert x.composition not in ("unknown", "none"), x
        assert bool(x.match.reason) == (x.composition == "general")
    near = certify(w)
    assert check(near.element).accepted
    assert not near.replaced
    assert near.distance < 0.15
