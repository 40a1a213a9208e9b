"""What the checkers bound before they work: numbers that do not overlap, and work as estimated."""

from __future__ import annotations

import json
import re
import struct
from fractions import Fraction
from math import lcm, prod

import pytest
from sympy import primefactors

import cogo
from proofs.certificates import checker, existence_checker, network_checker, table_checker
from proofs.certificates.certificate import to_text
from tests.proofs.certificates.test_existence_checker import proved
from tests.proofs.certificates.test_table_checker import NETWORKS, tree

SMALL = {"format": "cogo-table", "version": 1, "operation": "x", "field": 12}
#: A node whose output is as large as the target is, once denominators are cleared.
CANCELLING = SMALL | {
    "target": "onehot",
    "table": [[0, 1], [1, 0]],
    "values": [[[500, 1, 0]], [[1, 500_000, 0]]],
    "nodes": [{"a": [0, 0], "b": [0, 0], "c": [1, 1]}],
}
FILES = {name: tree(name) for name in NETWORKS} | {"cancelling": CANCELLING}


def read(found: dict) -> table_checker.Certificate:
    return table_checker.read(json.dumps(found).encode())


@pytest.mark.parametrize("target", ["onehot", "projected"])
@pytest.mark.parametrize("name", FILES)
def test_no_digit_of_an_output_is_longer_than_planned(name, target):
    found = FILES[name] | {"target": target}
    scale, over, bits = table_checker.plan(read(found))
    value = [
        {e: Fraction(num, den) for num, den, e in terms}  # the exponents of one value differ
        for terms in found["values"]
    ]
    size = [sum(map(abs, x.values())) for x in value]
    d = len(found["table"])
    outputs = max(
        sum(
            size[node["c"][g]] * (size[node["a"][x]] + size[node["b"][y]]) ** 2
            for node in found["nodes"]
        )
        for x in range(d)
        for y in range(d)
        for g in range(d)
    )
    largest = 2 * d * outputs + 2 * d * d if target == "projected" else outputs + 2 * d
    doubled = 2 ** len(primefactors(found["field"]))
    assert 2 ** (bits - 1) > doubled * scale**2 * over * largest


@pytest.mark.parametrize("name", FILES)
def test_the_steps_of_a_table_are_those_of_the_formula(name, monkeypatch):
    found = FILES[name]
    certificate = read(found)
    bits = table_checker.plan(certificate)[2]
    d, n = len(found["table"]), found["field"]
    terms = [len(x) for x in found["values"]]
    steps = held = n
    for node in found["nodes"]:
        a, b = (max(terms[i] for i in node[p]) for p in "ab")
        digits = len({e for i in node["c"] for _, _, e in found["values"][i]})
        steps += 1 + (a + b) ** 2 + min(n, (a + b) ** 2) * digits
        held += digits
    told = {"MAX_HELD": held * d * bits, "MAX_WORK": d * d * (1 + d * bits // 4096) * steps}
    for limit, number in told.items():
        with monkeypatch.context() as patch:
            patch.setattr(table_checker, limit, number)
            table_checker.plan(certificate)
            patch.setattr(table_checker, limit, number - 1)
            with pytest.raises(table_checker.Malformed, match=f": {number} is more than"):
                table_checker.plan(certificate)


def test_denominators_are_cleared_for_inputs_and_outputs_apart():
    found = FILES["D5"]
    dens = {
        rows: lcm(
            *(
                den
                for node in found["nodes"]
                for p in rows
                for i in node[p]
                for _, den, _ in found["values"][i]
            )
        )
        for rows in ("ab", "c")
    }
    assert table_checker.plan(read(found))[:2] == (dens["ab"], dens["c"])


def refused(monkeypatch, limit, number, work, message):
    """What takes so much is done where so much is admitted, and refused where less is."""
    with monkeypatch.context() as patch:
        patch.setattr(network_checker, limit, number)
        work()
        patch.setattr(network_checker, limit, number - 1)
        with pytest.raises(ValueError, match=f"^{message}$"):
            work()


def test_the_products_of_a_network_are_counted_in_digits_of_thirty_bits(monkeypatch):
    first, second, last = [[2**40] * 5] * 4, [[1] * 5] * 4, [[3] * 4] * 5
    sides = [[(first, 0)], [(second, 0)], [(last, 0)], [], []]
    table = [[(x + y) % 4 for y in range(4)] for x in range(4)]

    def work(activation):
        network_checker.evaluate(sides, Fraction(1, 8), activation, table, 4)

    # 4 * 4 pairs of 4 outputs, of 5 products each that have 4 digits, and a square of 4 + 1 digits
    square = 4 * 4 * 4 * (5 * (16 + 4) + 5**2)
    args = "MAX_WORK", square, lambda: work("square"), f"network: {square} products"
    refused(monkeypatch, *args)
    cube = 4 * 4 * 4 * (5 * (16 + 6) + 7**2)
    args = "MAX_WORK", cube, lambda: work("power:3"), f"network: {cube} products"
    refused(monkeypatch, *args)


def test_the_products_of_factors_are_counted_in_digits_of_thirty_bits(monkeypatch):
    x, y = ([[2**28] * 3] * 2, 0), ([[2**58] * 5] * 3, 0)
    args = "MAX_PRODUCTS", 2 * 3 * 5 * 1 * 2, "factors: 60 products"
    refused(monkeypatch, *args[:2], lambda: network_checker.times(x, y), args[2])
    x = ([[2**29] * 3] * 2, 0)
    args = "MAX_PRODUCTS", 2 * 3 * 5 * 2 * 2, "factors: 120 products"
    refused(monkeypatch, *args[:2], lambda: network_checker.times(x, y), args[2])


def test_bits_that_are_shifted_in_are_counted(monkeypatch):
    matrices = ([[1] * 3] * 2, 7), ([[1] * 5], 4)
    bits = 2 * 3 * (7 - 2) + 5 * (4 - 2)
    work = lambda: network_checker.at_exponent(2, *matrices)  # noqa: E731
    refused(monkeypatch, "MAX_BITS", bits, work, f"network: {bits} bits")
    assert network_checker.at_exponent(2, *matrices) == [[[32] * 3] * 2, [[4] * 5]]


def test_bits_of_numbers_of_several_magnitudes_are_counted(monkeypatch):
    row = struct.pack("<4d", 1.0, 0.0, -3.0, 2.0**20)
    found = {"x": ((4,), "F64", "<", False, row)}
    part = re.fullmatch(network_checker.PART, "x[0:1, 0:4]")
    bits = (20 + 53) * 4  # from 1 to 2^20, each with 53 bits of its own
    work = lambda: network_checker.matrix(part, found)  # noqa: E731
    refused(monkeypatch, "MAX_BITS", bits, work, f"'x': {bits} bits")
    numbers, exponent = network_checker.matrix(part, found)
    assert [[n * 2.0**exponent for n in line] for line in numbers] == [[1.0, 0.0, -3.0, 2.0**20]]
    refused(monkeypatch, "MAX_NUMBERS", 4, work, "'x' has 4 numbers")


def limited(monkeypatch, module, limit, number, found):
    """A file that takes so much is read where so much is admitted, and refused where less is."""
    data = json.dumps(found).encode()
    with monkeypatch.context() as patch:
        patch.setattr(module, limit, number)
        assert module.check(data)[0] == 0
        patch.setattr(module, limit, number - 1)
        code, message = module.check(data)
        assert (code, message.endswith(f": {number} is more than {number - 1}")) == (2, True)


def certificate(name):
    return json.loads(to_text(cogo.build(name, "four-plus-constant")))


def long_numbers():
    """A number of many digits, many names, and a field larger than the number of products."""
    found = certificate("Z3") | {"parameters": [f"xi_{i}" for i in range(1, 88)]}
    found["nodes"][0]["a"][0][1][0][:2] = [3**800, 3**800]
    found["field"] *= 1000
    for node in found["nodes"]:
        for term in (term for p in "abc" for _, terms in node[p] for term in terms):
            term[2] *= 1000
    return found


@pytest.mark.parametrize("found", [certificate("Z7"), certificate("Z2xZ4"), long_numbers()])
def test_the_products_of_a_certificate_are_those_of_the_formula(found, monkeypatch):
    n, nodes = found["field"], found["nodes"]
    entries = [(k, terms) for node in nodes for p in "abc" for k, terms in node[p]]
    terms = [term for _, terms in entries for term in terms]
    dens = {term[1] for term in terms}
    bits = 3 * sum(x.bit_length() for x in [*dens, max(abs(term[0]) for term in terms)])
    short = 23 * (len(found["parameters"]) + 3 * len(found["group"])) // 1024
    weight = (1 + bits // 1024) ** 2 + short
    products = {"all terms": len(terms)}
    for node in nodes:
        s = sum(len(terms) for p in "ab" for _, terms in node[p])
        for k, terms in node["c"]:
            at = str(k)
            products[at] = products.get(at, 0) + (s * (s + 1) // 2 + 1) * len(terms)
    growth = 2 ** len(primefactors(n))
    most, total = max(products.values()), sum(products.values())
    held, work = (most + min(most * growth, n)) * weight, total * growth * weight
    limited(monkeypatch, checker, "MAX_BITS", bits, found)
    limited(monkeypatch, checker, "MAX_HELD", held, found)
    limited(monkeypatch, checker, "MAX_WORK", work, found)


@pytest.mark.parametrize("name", ["Z2xZ2, support", "Z3, one-hot", "Z4, characters"])
def test_the_terms_of_equations_are_those_of_the_formula(name, monkeypatch):
    found = proved(name)
    d, functions = prod(found["group"]), found["basis"] == "functions"

    def terms(row):
        """Terms of all entries: those of a character are there for its conjugate as well."""
        sizes = {tuple(k): sum(map(len, forms)) for k, *forms in row}
        pairs = [k for k in sizes if any(2 * x % n for x, n in zip(k, found["group"], strict=True))]
        return sum(sizes.values()) + (0 if functions else sum(sizes[k] for k in pairs))

    held = len(found["nodes"]) * d**3 // 10
    for node in found["nodes"]:
        a, b, c = (terms(node[p]) for p in "abc")
        at_zero = terms([entry for entry in node["c"] if not any(entry[0])])
        held += (a + b) ** 2 * (d * (c + d * at_zero) if functions else c)
    limited(monkeypatch, existence_checker, "MAX_HELD", held, found)


def test_the_work_of_an_elimination_is_the_terms_of_what_is_added(monkeypatch):
    first = {(1,): 1, (2,): 1, (3,): 1}  # x_2 leads, of the rarest the first
    second = {(1,): 2, (2,): 3}  # less three times the first: -x_1 - 3 x_3, led by x_3
    third = {(1,): 1, (3,): -7}  # three times that less 7 times the second: -10 x_1
    polynomials = [first, second, third]
    steps = (len(second) + len(first)) + (len(third) + 2)
    monkeypatch.setattr(existence_checker, "MAX_HELD", Fraction(steps, 10))
    assert existence_checker.independent(polynomials) == polynomials
    monkeypatch.setattr(existence_checker, "MAX_HELD", Fraction(steps - 1, 10))
    with pytest.raises(existence_checker.Malformed, match=f"so far: {steps} is more than "):
        existence_checker.independent(polynomials)
    dependent = {(2,): 1, (3,): -2}
    monkeypatch.undo()
    assert existence_checker.independent([first, second, dependent]) == [first, second]


def test_numbers_of_an_elimination_have_no_common_factor_and_so_many_digits(monkeypatch):
    large = 10**999
    kept = [{(1,): 6, (2,): 4 * large}, {(1,): 4, (2,): 2 * large}]
    monkeypatch.setattr(existence_checker, "HUGE", 1)  # 4 * 4 - 6 * 2 times large, divided by that
    assert existence_checker.independent(kept) == kept
    monkeypatch.setattr(existence_checker, "HUGE", 10)
    kept = [{(1,): 1, (2,): 1, (3,): 1}, {(1,): 1, (2,): 2, (3,): 11}]
    assert existence_checker.independent(kept) == kept
    with pytest.raises(existence_checker.Malformed, match="elimination: 11 is more"):
        existence_checker.independent([kept[0], {(1,): 1, (2,): 2, (3,): 12}])
