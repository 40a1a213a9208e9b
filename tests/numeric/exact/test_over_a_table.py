"""Exact networks next to trained ones over groups that are not Abelian."""

from fractions import Fraction

import numpy as np
import pytest

from algebra.networks.any_group import build, check
from algebra.networks.table_network import table_network
from numeric.exact import over_a_table
from numeric.exact.certify import certify, neighbours
from numeric.exact.over_a_table import corrections
from numeric.exact.projection import NoneNearError
from numeric.recognition.recognise import NotLearnedError
from numeric.weights.embed import embed
from proofs.certificates.certificate import judged

FLOAT = "distance of the float optimum"
KEYS = [f"layer{p}.weight" for p in "abc"]


def noisy(name):
    """An exact network beside two small nodes, all of it disturbed."""
    random = np.random.default_rng(0)
    a, b, c = embed(build(name), gauge="balanced").plain()
    wide = [np.pad(x, ((0, 2), (0, 0))) for x in (a, b)] + [np.pad(c, ((0, 0), (0, 2)))]
    return {key: x + 1e-3 * random.normal(size=x.shape) for key, x in zip(KEYS, wide, strict=True)}


def regauged(state):
    """The same network: nodes in another order, scaled and shifted, and a constant at outputs."""
    random = np.random.default_rng(1)
    a, b, c = (state[key] for key in KEYS)
    q = len(a)
    s, t, order = random.uniform(-2, 2, (q, 1)), random.standard_normal((q, 1)), np.arange(q)[::-1]
    a, b, c = s * (a + t), s * (b - t), c / s.T**2 + random.standard_normal(q)
    return dict(zip(KEYS, (a[order], b[order], c[:, order]), strict=True))


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "A4"])
def test_the_nearest_network_is_exact_by_the_stand_alone_checker(name):
    found = certify(noisy(name))
    assert check(found.element).accepted
    assert judged(found.element)[1] == 0
    assert found.kind == "nearest"
    assert 0 < found.distance < 0.02
    d = len(found.element.table)
    assert found.details["small correcting nodes"] == d * d
    assert found.details["their relative norm"] < 1e-2


def test_no_correcting_node_can_be_left_out():
    z = certify(noisy("S3")).element
    nodes = list(z.nodes())
    for j in range(z.order - 36, z.order, 5):
        _, code, said = judged(table_network(z.table, nodes[:j] + nodes[j + 1 :]))
        assert code == 1
        assert "is wrong by" in said


def test_the_distance_knows_no_gauge_and_no_numbering():
    state = noisy("D4")
    random = np.random.default_rng(2)
    p, s, r = (random.permutation(8) for _ in range(3))
    a, b, c = (state[key] for key in KEYS)
    renamed = dict(zip(KEYS, (a[:, p], b[:, s], c[r]), strict=True))
    plain, *others = map(certify, (state, regauged(state), renamed, regauged(renamed)))
    for found in others:
        assert found.details[FLOAT] == pytest.approx(plain.details[FLOAT], rel=1e-3)
        assert found.distance == pytest.approx(plain.distance, rel=1e-2)
        assert judged(found.element)[1] == 0


@pytest.mark.parametrize("name", ["S3", "Q8", "Dic3"])
@pytest.mark.parametrize("family", ["representation", "short", "memorization"])
def test_what_was_built_comes_back_as_itself(name, family):
    z = build(name, family)
    for gauge in ("rational", "balanced"):
        found = certify(regauged(embed(z, gauge=gauge).state()))
        assert found.kind == "family"
        assert found.element.order == z.order
        assert found.distance < 1e-6
        assert check(found.element, target="onehot").accepted


def test_what_has_not_learned_is_far_or_too_large_is_refused_with_the_reason(monkeypatch):
    state = noisy("S3")
    wrong = {**state, KEYS[2]: state[KEYS[2]][[1, 0, 2, 3, 4, 5]]}
    with pytest.raises(NotLearnedError, match=r"x\*y over S3: 66.7% of all pairs are answered"):
        certify(wrong, group="S3")
    with pytest.raises(NotLearnedError, match="multiply the output layer by"):
        certify({**state, KEYS[2]: 5 * state[KEYS[2]]})
    monkeypatch.setattr(over_a_table, "LARGEST", 5)
    near = neighbours(state)
    assert not near.found
    assert "S3 (order 6) is too large" in near.refused["nearest"]
    assert "only what cogo build makes has a name" in near.refused["named"]
    monkeypatch.setattr(over_a_table, "LARGEST", 6)
    monkeypatch.setattr("numeric.exact.certify.FAR", 1e-6)
    with pytest.raises(NoneNearError, match="away from the network"):
        certify(state)
    assert certify(state, anyway=True).distance < 0.02


@pytest.mark.parametrize("d", [1, 2, 3])
def test_corrections_take_any_errors_off_and_do_nothing_else(d):
    random = np.random.default_rng(3)
    left = random.integers(-9, 9, (d, d, d)).astype(object) * 10**20
    left[0, 0] = 0
    unit = Fraction(1, 10**22)
    z = table_network([[0] * d] * d, corrections(left, unit))
    for x, y, g in np.ndindex(d, d, d):
        assert z.output(x, y, g) == -left[x, y, g] * unit
    assert z.order <= d * d
