"""Networks that compute an operation of no group: what is proved of them, and exact ones nearby."""

import numpy as np
import pytest

from algebra.groups.operation import Magma, by_table
from algebra.networks.families import memorization
from numeric.exact.certify import certify
from numeric.recognition.recognise import recognise
from numeric.verification.verify import verify
from numeric.weights.embed import embed
from numeric.weights.given import reading
from proofs.certificates import network_checker, table_checker
from tests.command import cogo, ended

X = np.arange(5)
TABLES = {
    "x^2 + y^2 mod 5": (X[:, None] ** 2 + X**2) % 5,
    "x^3 + x*y^2 + y mod 5": (X[:, None] ** 3 + X[:, None] * X**2 + X) % 5,
    "max": np.maximum(X[:, None], X),
}


def arrays(table, noise=1e-3):
    """An exact network for a table, and some noise."""
    w, rng = embed(memorization(table)), np.random.default_rng(0)
    return {k: x + rng.normal(scale=noise, size=x.shape) for k, x in w.state().items()}


@pytest.mark.parametrize("name", TABLES)
def test_answers_are_proved_and_an_exact_network_is_near(name, tmp_path):
    table = TABLES[name]
    np.savetxt(tmp_path / "max.csv", table, fmt="%d", delimiter=",")
    said, how = ("max.csv", {"operation": tmp_path / "max.csv"}) if name == "max" else (name, {})
    read = reading(arrays(table), **how)
    assert isinstance(read.operation.group, Magma)
    told = verify(read)
    right = f"answers 25 of 25 pairs of {said} correctly, least margin 0.9"
    assert told.lines()[0].startswith(right)
    assert float(told.verdict.loss[1]) < 1e-2
    found = certify(read)
    assert (found.kind, found.agreeing) == ("nearest", 25)
    assert 1e-4 < found.distance < 1e-2
    assert (found.element.table == table).all()
    assert f"\n{said}: no group's operation" in str(recognise(read))


def test_an_exact_network_of_a_table_is_recognised_as_what_build_makes():
    found = certify(arrays(TABLES["x^2 + y^2 mod 5"], noise=0))
    assert (found.kind, found.element.family) == ("family", "memorization")
    assert found.distance < 1e-12


def test_the_commands_write_what_the_stand_alone_checkers_accept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    np.savez("net.npz", **arrays(TABLES["x^2 + y^2 mod 5"]))
    said, proved = "it answers 25 of 25 pairs as x^2 + y^2 mod 5", "correctly (proved)"
    s3 = "it answers 36 of 36 pairs as x*y over S3"
    for words, code, *parts in (
        ("verify net.npz -o n.verify.json", 0, said),
        ("certify net.npz -o n.cert.json", 0, said),
        ("recognise net.npz", 0, "no group's operation"),
        ("verify net.npz --operation 'x*y^2 + 1'", 1, f"pairs of x*y^2 + 1 mod 5 {proved}"),
        ("verify net.npz --operation x", 1, f"pairs of x mod 5 {proved}"),
        ("verify net.npz --operation x*y^2 --group Z5", 2, "; leave out the group"),
        ("verify net.npz --group Z5", 1, f"x + y over Z5 {proved}", f"{said}; Z5 was asked for"),
        ("build S3 -o s3.npz", 0),
        ("verify s3.npz --group Z6", 1, f"x + y over Z6 {proved}", f"{s3}; Z6 was asked for"),
    ):
        ended(cogo, capsys, words, code=code).says(*parts)
    assert network_checker.main(["n.verify.json"]) == table_checker.main(["n.cert.json"]) == 0


def test_a_polynomial_is_its_values():
    for x, y in np.ndindex(7, 7):
        assert (
            by_table("3x^2*y - y/2 + 4 mod 7", 7).table()[x, y] == (3 * x * x * y - 4 * y + 4) % 7
        )
    assert by_table([[0, 0], [0, 1]], 2).table().tolist() == [[0, 0], [0, 1]]


BAD = {
    "x^2 + y^2 mod 6": "a polynomial of 7 numbers is modulo 7",
    "x^2 + y over Z7": "a polynomial of 7 numbers is modulo 7",
    "x^2 + y/7": "7 has no inverse modulo 7",
    "(1,2) + x^2": "a polynomial has no tuples",
    "x^2 + z": "cannot read 'z'",
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_polynomial_of_these_numbers_is_refused(text):
    with pytest.raises(ValueError, match=BAD[text]) as error:
        by_table(text, 7)
    assert str(error.value).startswith(f"operation={text!r}: ")
