"""What the checkers bound before they work: numbers that do not overlap, and work as estimated."""

import json
import re
import struct
import tracemalloc
from fractions import Fraction
from functools import partial
from math import lcm, prod

import pytest
from sympy import primefactors

import cogo
from proofs.certificates import (
    checker,
    existence_checker,
    network_checker,
    table_checker,
)
from proofs.certificates.certificate import to_text
from tests.at_limit import at_limit, judged
from tests.proofs.certificates.test_existence_checker import SMALL as EQUATIONS, proved
from tests.proofs.certificates.test_table_checker import NETWORKS, tree

SMALL = {"format": "cogo-table", "version": 1, "operation": "x", "field": 12}
#: A node whose output is as large as the target is, once denominators are cleared.
CANCELLING = SMALL | {
    "target": "onehot",
    "table": [[0, 1], [1, 0]],
    "values": [[[500, 1, 0]], [[1, 500_000, 0]]],
    "nodes": [{"a": [0, 0], "b": [0, 0], "c": [1, 1]}],
}
#: A node whose output is far smaller than the target.
TINY = CANCELLING | {"values": [[[1, 1, 0]], [[1, 10**30, 0]]]}
FILES = {name: tree(name) for name in NETWORKS} | {"cancelling": CANCELLING, "tiny": TINY}


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
    bound = 2 * d * d + 2 * d * sum(
        (max(size[i] for i in node["a"]) + max(size[i] for i in node["b"])) ** 2
        * max(size[i] for i in node["c"])
        for node in found["nodes"]
    )
    primes = len(primefactors(found["field"]))
    assert bits == int(bound * scale**2 * over).bit_length() + primes + 2


@pytest.mark.parametrize("name", FILES)
def test_the_steps_of_a_table_are_those_of_the_formula(name):
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
    work = partial(table_checker.plan, certificate)
    for limit, number in told.items():
        at_limit(table_checker, limit, number, work, f": {number} is more than {number - 1}$")


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


def test_squares_are_not_kept_beyond_the_limit_of_memory(monkeypatch):
    """All numbers of the nodes differ, of output 0 but for the first: no square comes twice."""
    d, n, idle, terms = 10, 1000, 5, 8
    values = [[], [[1, 1, 0]], [[2 * d, 1, 0]]]
    for i in range(1, 2 * d * idle + 1):
        exponents = {*range(i, i + terms), *(n - e for e in range(i, i + terms))}
        values.append([[1, 1, e] for e in sorted(exponents)])
    nodes = [{"a": [1] * d, "b": [0] * d, "c": [2] + [0] * (d - 1)}]
    for start in range(3, len(values), 2 * d):
        a, b = ([*range(i, i + d)] for i in (start, start + d))
        nodes.append({"a": a, "b": b, "c": [0] * d})
    head = {"field": n, "target": "onehot", "table": [[0] * d] * d}
    data = json.dumps(SMALL | head | {"values": values, "nodes": nodes}).encode()
    monkeypatch.setattr(table_checker, "MAX_HELD", 2**20)
    tracemalloc.start()
    code, _ = table_checker.check(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == 0
    assert peak < 2 * 2**20


def refused(limit, number, work, message):
    at_limit(network_checker, limit, number, work, f"^{message}$")


def test_the_steps_of_a_network_are_counted_in_digits_of_thirty_bits():
    first, second, last = [[2**40] * 5] * 4, [[1] * 5] * 4, [[3] * 4] * 5
    sides = [[first], [second], [last], [], []]
    table = [[(x + y) % 4 for y in range(4)] for x in range(4)]

    def work(activation):
        network_checker.evaluate(sides, Fraction(1, 8), activation, table, 4)

    # 4 * 4 pairs of 4 outputs, of 5 nodes each with power * (2 + 1) digits, squared at the end
    for activation, power in (("square", 2), ("power:3", 3), ("relu", 1), ("abs", 1)):
        steps = 4 * 4 * 4 * (5 * (16 + 3 * power) + (3 * power) ** 2)
        message = f"network: {steps} steps"
        refused("MAX_STEPS", steps, lambda a=activation: work(a), message)
    sides = [
        [first],
        [second],
        [[[2**60 + 1] * 4] * 5],
        [],
        [],
    ]  # eighths of 64 bits
    steps = 4 * 4 * 4 * (5 * (16 + 3 * 2 * 3) + (3 * 2 * 3) ** 2)
    refused("MAX_STEPS", steps, lambda: work("square"), f"network: {steps} steps")


def test_a_long_scale_is_refused_before_it_is_multiplied():
    sides = [[[[1] * 5] * 4], [[[1] * 5] * 4], [[[0] * 4] * 5], [], []]
    table = [[0] * 4] * 4
    work = lambda: network_checker.evaluate(sides, Fraction(1, 2**3000), "abs", table, 4)  # noqa: E731
    refused("MAX_DIGITS", 6 * 4 * 100, work, "network: 24 products with 100 digits")


def test_the_steps_of_factors_are_counted_in_digits_of_thirty_bits():
    y = [[2**58] * 5] * 3
    for number, digits in ((2**28, 1), (2**29, 2)):
        steps = 2 * 5 * 3 * (16 + digits * 2)
        work = lambda n=number: network_checker.times([[n] * 3] * 2, y)  # noqa: E731
        refused("MAX_PRODUCT", steps, work, f"factors: 10 numbers, {steps} steps")
    refused("MAX_NUMBERS", 10, work, f"factors: 10 numbers, {steps} steps")


def test_the_digits_of_integers_are_those_over_the_common_denominator():
    numbers = [[Fraction(1, 3), Fraction(2**40)], [Fraction(-1, 2), Fraction(0)]]
    work = lambda: network_checker.whole(numbers, [[Fraction(1)]])  # noqa: E731
    assert work() == ([[[2, 6 * 2**40], [-3, 0]], [[6]]], 6, 2)
    refused("MAX_DIGITS", 5 * 2, work, "network: 5 numbers of 2 digits")


def test_a_part_is_of_a_tensor_of_so_many_numbers():
    row = struct.pack("<4d", 1.0, 0.0, -3.0, 2.0**20)
    found = {"x": ((4,), "F64", row, "<", False)}
    part = re.fullmatch(network_checker.PART, "x[0:1, 1:4]")
    work = lambda: network_checker.matrix(part, found)  # noqa: E731
    said = r"'x\[0:1, 1:4\]' is no part of 'F64' of shape \(4,\), of at most 3 numbers"
    refused("MAX_NUMBERS", 4, work, said)
    assert work() == [[0, -3, 2**20]]


def limited(module, limit, number, found, code=0):
    said = f": {number} is more than {number - 1}$"
    at_limit(module, limit, number, judged(module, found, code), said)


def certificate(name):
    return json.loads(to_text(cogo.build(name, "four-plus-constant")))


def long_numbers():
    """A number of many digits, many names, and a large field of three primes."""
    found = certificate("Z3") | {"parameters": [f"xi_{i}" for i in range(1, 88)]}
    found["nodes"][0]["a"][0][1][0][:2] = [3**800, 3**800]
    found["field"] *= 3000
    for node in found["nodes"]:
        for term in (term for p in "abc" for _, terms in node[p] for term in terms):
            term[2] *= 3000
    return found


@pytest.mark.parametrize("found", [certificate("Z7"), certificate("Z2xZ4"), long_numbers()])
def test_the_products_of_a_certificate_are_those_of_the_formula(found):
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
    limited(checker, "MAX_BITS", bits, found)
    limited(checker, "MAX_HELD", held, found)
    limited(checker, "MAX_WORK", work, found)


@pytest.mark.parametrize("name", ["Z2xZ2, support", "Z3, one-hot", "Z4, characters"])
def test_the_terms_of_equations_are_those_of_the_formula(name):
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
    limited(existence_checker, "MAX_HELD", held, found)


def test_the_products_of_an_inverse_are_counted():
    limited(existence_checker, "MAX_WORK", 6, EQUATIONS)  # 2 unknowns in 3 terms of derivatives


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


def test_a_term_counts_more_where_its_monomial_is_long():
    found = certificate("Z3")
    found["parameters"] += [f"p_{i}" for i in range(len(found["parameters"]), 100)]
    terms = [t for node in found["nodes"] for p in "abc" for _, all_ in node[p] for t in all_]
    size = len(terms)
    limited(checker, "MAX_TERMS", size, found)
    for place, more in ((9, 0), (43, 0), (44, 1), (99, 2)):  # 23 bits for a name
        long = json.loads(json.dumps(found))
        long["nodes"][0]["a"][0][1][0][3:] = [{f"p_{place}": 2**19}]  # 20 bits at the place
        limited(checker, "MAX_TERMS", size + more, long, 1)  # no longer real, but read
