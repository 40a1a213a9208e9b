"""One call from what is given to the exact network next to it, of either kind."""

from __future__ import annotations

import pytest

import cogo
from numeric import WeightFileError
from numeric.exact.certified import Certified, NoneNearError
from numeric.exact.nearest.optimizer import nearest_optimizer
from numeric.recognition.recognise import NotLearnedError
from numeric.weights.given import reading
from tests.numeric.trained_like import TRAINED

CASES = TRAINED.parent


@pytest.mark.parametrize("named", [False, True])
def test_a_state_dict_is_certified_as_its_file_is_and_the_certificate_accepted(
    named: bool, tmp_path
) -> None:
    state = cogo.read_weights(TRAINED).state()
    found, again = (cogo.certify(x, named=named) for x in (TRAINED, state))
    assert isinstance(found, Certified)
    assert found.kind == ("named" if named else "nearest")
    assert found.element == again.element
    assert found.as_json() == again.as_json()
    cogo.write_certificate(tmp_path / "z.cert.json", found.element)
    assert cogo.check_certificate(tmp_path / "z.cert.json").accepted


def test_the_verb_and_python_refuse_the_same_network_for_the_same_reason() -> None:
    with pytest.raises(NoneNearError, match=r"112\.0% away from the network, with standard blocks"):
        cogo.certify(CASES / "max_margin_z7.npz", named=True)
    assert cogo.certify(CASES / "max_margin_z7.npz").distance < 1e-3


def test_half_of_the_norm_and_half_of_the_frequencies_are_the_most() -> None:
    from dataclasses import replace

    found = nearest_optimizer(reading(TRAINED).weights)
    assert found.too_far() is None
    assert replace(found, distance=0.5).too_far() is None
    assert "50.1% away" in (replace(found, distance=0.501).too_far() or "")
    most = dict.fromkeys("123456", "why")
    assert "6 of 11 frequencies: frequency 1 (why)" in (
        replace(found, replaced=most).too_far() or ""
    )
    assert replace(found, replaced=dict.fromkeys("12345", "why")).too_far() is None


def test_a_network_that_does_something_else_is_no_network_to_certify() -> None:
    with pytest.raises(NotLearnedError, match="another operation"):
        cogo.certify(CASES / "x_minus_y_mod7.npz")
    with pytest.raises(WeightFileError, match="d = 23"):
        cogo.certify(TRAINED, group="Z7")
