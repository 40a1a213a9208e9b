"""One call from what is given to the exact networks next to it, of every kind."""

from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

import cogo
import numeric.exact.certify
from numeric import WeightFileError, Weights
from numeric.exact import nearest
from numeric.exact.certify import Certified, certify, neighbours
from numeric.exact.projection import NoneNearError
from numeric.weights.given import reading
from tests.numeric.trained_like import DENSE, TRAINED, regauged

CASES = TRAINED.parent


@pytest.fixture(scope="module")
def near():
    return neighbours(TRAINED)


def test_by_default_the_nearest_of_what_is_found_is_certified(near):
    assert set(near.found) == {"nearest", "named"}
    assert not near.refused
    assert near.found["nearest"].distance < near.found["named"].distance
    assert near.chosen() is near.found["nearest"]
    assert near.chosen(named=True) is near.found["named"]


@pytest.mark.parametrize("kind", ["nearest", "named"])
def test_a_state_dict_is_certified_as_its_file_is_and_the_certificate_accepted(
    kind, near, tmp_path
):
    found = cogo.certify(cogo.read_weights(TRAINED).state(), named=kind == "named")
    assert isinstance(found, Certified)
    assert found.kind == kind
    assert found.element == near.found[kind].element
    assert found.as_json() == near.found[kind].as_json()
    cogo.write_certificate(tmp_path / "z.cert.json", found.element)
    assert cogo.check_certificate(tmp_path / "z.cert.json").accepted


def test_half_of_the_norm_is_the_most(near):
    found = near.chosen()
    assert found.refusal() is None
    assert replace(found, distance=0.5).refusal() is None
    assert "50.1% away" in replace(found, distance=0.501).refusal()
    assert "(why: 1)" in replace(found, replaced={"1": "why"}).refusal()


@pytest.mark.parametrize("file", [TRAINED, DENSE, CASES / "relu_z7.pt"])
def test_a_distance_is_that_of_all_copies_of_a_network(file):
    """Of the trained network rescaled, permuted, with signs and constants moved, and both kinds."""
    w = reading(file).weights
    first, again = (
        {k: x.distance for k, x in neighbours(x).found.items()}
        for x in (w, regauged(w, np.random.default_rng(1)))
    )
    assert first
    assert again == pytest.approx(first, rel=2e-3)


def test_any_frequency_that_is_replaced_is_a_reason_to_refuse():
    w = reading(TRAINED).weights
    j = np.isin(np.arange(w.width), (56, 210, 242, 492))  # the nodes of frequency 7
    cut = Weights(w.group, *(np.where(j, 0, x) for x in (w.w_a, w.w_b, w.w_c)))
    reason = r"standard blocks would stand for 1 of 11 frequencies \(no node reads it alone: 7\)"
    with pytest.raises(NoneNearError, match=reason):
        certify(cut, named=True)
    with pytest.raises(NoneNearError, match="no network of zero loss was found near this one"):
        certify(cut)
    found = certify(cut, named=True, anyway=True)
    assert dict(found.replaced) == {"7": "no node reads it alone"}
    assert "k=7: nu(i)*xi, xi=1" in found.lines
    assert found.distance < 0.4
    assert cogo.check(found.element).accepted


def test_what_is_too_far_is_refused_before_it_is_rounded(monkeypatch):
    """The limit is lowered for a network whose nearest zero is at 16.7 %."""
    rounded = Mock(side_effect=NoneNearError("rounded"))
    monkeypatch.setattr(nearest, "_exact", rounded)
    monkeypatch.setattr(numeric.exact.certify, "FAR", 0.16)
    with pytest.raises(NoneNearError, match=r"that was found is 16\.\d% away"):
        certify(CASES / "relu_z7.pt")
    assert not rounded.called
    for how in ({"anyway": True}, {}):
        monkeypatch.setattr(numeric.exact.certify, "FAR", 0.16 if how else 0.17)
        with pytest.raises(NoneNearError, match="rounded"):
            certify(CASES / "relu_z7.pt", **how)
    assert rounded.call_count == 2


def test_a_network_in_short_numbers_is_certified_as_it_is():
    """The max-margin network: of eight nodes at each frequency, and its scales are powers of 2."""
    for named in (False, True):
        found = certify(CASES / "max_margin_z7.npz", named=named)
        assert (found.distance < 1e-12, found.element.order) == (True, 24)
        assert cogo.check(found.element).accepted
    assert found.recognition.compositions == {"nu(i)*nu(1)*(1+(1,i,-i))": 3}
    for x, block in zip(found.recognition.frequencies, found.details["blocks"], strict=True):
        assert (x.order, x.composition) == (8, block["composition"])
        assert max(x.match.residual, abs(x.sums.leftover)) < 1e-9


def test_a_group_of_another_order_is_refused():
    with pytest.raises(WeightFileError, match="d = 23"):
        cogo.certify(TRAINED, group="Z7")
