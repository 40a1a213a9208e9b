"""Certificates state what was built, and come back as what was stated."""

import json
from fractions import Fraction
from math import prod

import pytest

from algebra import AbelianGroup, I, blocks, element, optimizers, param, unit, zeta
from algebra.groups.operation import operation
from algebra.machine import memory
from proofs.certificates import certificate, checker
from tests.proofs.stand_alone import schema

SCHEMA = schema("certificate")
GROUPS = ["Z1", "Z2", "Z3", "Z7", "Z8", "Z2^3", "Z3xZ3", "Z2xZ2xZ3"]


@pytest.mark.parametrize("target", ["projected", "onehot"])
@pytest.mark.parametrize("name", GROUPS)
def test_the_checker_accepts_every_family_that_exists(name, target):
    group = AbelianGroup(name)
    for family in optimizers.families(group):
        z = optimizers.build(group, family, target=target)
        data = certificate.to_text(z, target=target).encode()
        code, message = checker.check(data)
        assert code == 0, (family, message)
        assert message.startswith(f"accepted: {group}, {z.order} nodes, {len(z.parameters)} para")
        if z.order <= 27:
            SCHEMA.validate(json.loads(data))
        if z.order <= 50:
            assert certificate.from_bytes(data) == (z, target)


def test_awkward_scalars_round_trip():
    group = AbelianGroup("Z2xZ3")
    x = unit(Fraction(10**12 + 39, 7)) * param("long_name_1") ** -3 * zeta(1009) + zeta(5) / 3
    z = element(
        group,
        [{("a", (0, 1)): x, ("b", (1, 0)): -2, ("c", 0): Fraction(1, 7), ("c", (1, 2)): x * I}],
    )
    assert certificate.from_bytes(certificate.to_text(z).encode())[0] == z


def test_roots_outside_the_canonical_basis_are_one_term():
    group = AbelianGroup("Z3")
    z = element(group, [{("a", 1): zeta(1009, 1008)}])
    [[_, terms], _] = json.loads(certificate.to_text(z))["nodes"][0]["a"]
    assert terms == [[1, 1, 1008]]


@pytest.mark.parametrize(
    "read", [certificate.from_bytes, certificate.operation_of, certificate.table_from_bytes]
)
def test_what_is_no_certificate_is_refused_with_the_checkers_words(read):
    with pytest.raises(certificate.CertificateError, match="not a certificate: text:"):
        read(b"{")


def test_a_block_alone_has_no_certificate():
    with pytest.raises(ValueError, match="place it on a group"):
        certificate.to_text(blocks.syn())


def test_a_certificate_that_would_not_fit_is_refused_before_it_is_made(monkeypatch):
    z = optimizers.memorization(AbelianGroup("Z1009"))
    monkeypatch.setattr(memory, "available_bytes", lambda: 10**8)
    with pytest.raises(ValueError, match=r"a certificate of 1018081 nodes needs about 183 MB"):
        certificate.to_text(z)


def test_notes_are_kept_and_ignored():
    z = optimizers.six_per_frequency(AbelianGroup("Z3"), nu=1)
    text = certificate.to_text(z, notes={"family": "six-per-frequency"})
    assert json.loads(text)["notes"] == {"family": "six-per-frequency"}
    assert "notes" in checker.check(text.encode())[1]
    assert "notes" not in checker.check(certificate.to_text(z).encode())[1]


@pytest.mark.parametrize(
    ("name", "formula"), [("Z7", "x - y"), ("Z12", "x*y mod 13"), ("Z2xZ4", "y - x")]
)
def test_the_operation_after_relabelling_is_stated_and_checked(name, formula):
    group = AbelianGroup(name)
    z, found = optimizers.six_per_frequency(group), operation(formula, group.order, group=group)
    plain = certificate.to_text(z)
    text = certificate.to_text(z, operation=found, notes={"a": 1})
    SCHEMA.validate(json.loads(text))
    stated = json.loads(text).pop("operation")
    assert stated["table"] == found.table().tolist()
    assert [tuple(stated[p]) for p in "psr"] == [found.p, found.s, found.r]
    assert text.startswith(plain[:-2])
    code, message = checker.check(text.encode())
    assert code == 0
    assert f"at all {group.order**2} pairs; the name, {found.name!r}, was not checked" in message
    assert certificate.from_bytes(text.encode()) == (z, "projected")
    assert certificate.operation_of(text.encode()) == found
    assert certificate.operation_of(plain.encode()) is None
    other = text.replace(f'"p": {list(found.p)}', f'"p": {[*found.p[1:], found.p[0]]}')
    with pytest.raises(certificate.CertificateError, match=r"^operation\.table: not that of its p"):
        certificate.operation_of(other.encode())


def test_an_operation_over_another_group_or_beyond_the_limit_is_refused():
    z, found = optimizers.six_per_frequency(AbelianGroup("Z8")), operation("x - y over Z2xZ4", 8)
    with pytest.raises(ValueError, match="operation=x - y over Z2xZ4: it is over Z2xZ4, the netw"):
        certificate.to_text(z, operation=found)
    large = optimizers.build("Z1009", "four-plus-constant")
    with pytest.raises(
        ValueError, match="its table has 1018081 entries, and checkers read at most"
    ):
        certificate.to_text(large, operation=operation("x - y", 1009))


def test_a_parameter_that_would_read_as_a_number_is_not_shown_as_one():
    text = certificate.to_text(optimizers.six_per_frequency(AbelianGroup("Z3"))).replace(
        "nu_1", "i"
    )
    assert checker.check(text.encode())[0] == 0
    with pytest.raises(certificate.CertificateError) as error:
        certificate.from_bytes(text.encode())
    assert str(error.value) == (
        "a certificate, but its parameters cannot be written as text: name='i' cannot name a "
        "parameter; pass letters, digits and underscores, starting with a letter, other than "
        "I, i, unit, zeta"
    )


def test_many_small_denominators_become_one_and_few_stay_readable():
    def denominators(z):
        nodes = json.loads(certificate.to_text(z))["nodes"]
        return {t[1] for x in nodes for row in x.values() for _, terms in row for t in terms}

    group = AbelianGroup("Z7")
    primes = [p for p in range(11, 400) if all(p % r for r in range(2, p))]
    for count, merged in ((20, False), (len(primes), True)):
        z = element(group, [{("a", 1): Fraction(1, p), ("c", 1): 1} for p in primes[:count]])
        found = denominators(z)
        assert found == ({1, prod(primes)} if merged else {1, *primes[:count]})
        assert certificate.from_bytes(certificate.to_text(z).encode())[0] == z
