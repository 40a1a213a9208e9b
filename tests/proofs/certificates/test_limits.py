"""The limits of the formats: a file may be as large as each, and no larger."""

import json
from functools import partial
from math import prod
from time import process_time

import pytest

from algebra import AbelianGroup
from proofs.certificates import (
    checker,
    existence_checker,
    infeasible_checker,
    network_checker,
    table_checker,
)
from proofs.claims.existence import one_node
from tests.at_limit import at_limit
from tests.proofs.certificates.test_bounds import CANCELLING, FILES, certificate
from tests.proofs.certificates.test_existence_checker import proved

#: What each format admits at most; the limits are part of it.
LIMITS = {
    checker: {
        "MAX_FILE": 16_777_216, "MAX_DEPTH": 32, "MAX_DIGITS": 1000, "MAX_RANK": 32,
        "MAX_ORDER": 1_000_000, "MAX_FIELD": 1_000_000_000, "MAX_PARAMETERS": 1000, "MAX_NAME": 64,
        "MAX_POWER": 1_000_000, "MAX_TABLE": 1_000_000, "MAX_TITLE": 200, "MAX_NODES": 100_000,
        "MAX_TERMS": 1_000_000, "MAX_BITS": 98_304, "MAX_HELD": 5_000_000, "MAX_WORK": 500_000_000,
        "RADIX": 23,
    },
    existence_checker: {
        "MAX_FILE": 16_777_216, "MAX_DEPTH": 32, "MAX_DIGITS": 1000, "MAX_RANK": 8, "MAX_ORDER": 64,
        "MAX_NODES": 1000, "MAX_UNKNOWNS": 10_000, "MAX_FREE": 1000, "MAX_FORMS": 100_000,
        "MAX_SCALE": 3000, "MAX_COEFFICIENT": 1_000_000, "MAX_HELD": 2_000_000,
        "MAX_WORK": 100_000_000,
    },
    infeasible_checker: {
        "MAX_FILE": 1_048_576, "MAX_DEPTH": 8, "MAX_DIGITS": 1000, "MAX_RANK": 4, "MAX_ORDER": 16,
        "MAX_NODES": 16, "MAX_POWER": 8, "MAX_DEGREE": 100, "MAX_TERMS": 100_000,
        "MAX_GOAL": 100_000, "MAX_WORK": 4_000_000, "MAX_VALUE": 1_000_000,
    },
    network_checker: {
        "MAX_FILE": 4_194_304, "MAX_WEIGHTS": 67_108_864, "MAX_HEADER": 1_048_576,
        "MAX_ORDER": 512, "MAX_PARTS": 4, "MAX_NUMBERS": 524_288, "MAX_DIGITS": 33_554_432,
        "MAX_PRODUCT": 4_294_967_296, "MAX_STEPS": 68_719_476_736,
    },
    table_checker: {
        "MAX_FILE": 16_777_216, "MAX_DEPTH": 32, "MAX_DIGITS": 1000, "MAX_ORDER": 1000,
        "MAX_FIELD": 100_000, "MAX_TITLE": 200, "MAX_NODES": 100_000, "MAX_VALUES": 1_000_000,
        "MAX_TERMS": 1_000_000, "MAX_BITS": 10_000, "MAX_HELD": 2_147_483_648,
        "MAX_WORK": 1_000_000_000,
    },
}  # fmt: skip


@pytest.mark.parametrize("module", LIMITS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_limits_are_those_of_the_format(module):
    names = {name for name in vars(module) if name.startswith("MAX_")}
    assert names == LIMITS[module].keys() - {"RADIX"}
    assert {name: getattr(module, name) for name in LIMITS[module]} == LIMITS[module]
    if module is not network_checker:
        assert module.HUGE == 10**1000


def addition(*group):
    every = list(range(prod(group)))
    return {"group": list(group), "p": every, "s": every, "r": every}


def test_an_operation_has_two_to_512_elements_and_at_most_31_factors():
    operated = network_checker.operated
    assert operated(addition(*[1] * 30, 2))[:2] == ([[0, 1], [1, 0]], 2)
    assert operated(addition(512))[1] == 512
    for group in ([1] * 31 + [2], [1], [513], [3, 171]):
        with pytest.raises(ValueError, match=r"^operation: a group of order "):
            operated(addition(*group))
    for group in ([0], [-2, -1], [True, 2], [2.0]):
        made = addition(2) | {"group": group}
        with pytest.raises(ValueError, match=r"^operation: a group of order 0$"):
            operated(made)
    longer = addition(2) | {"p": [0, 1] + [-1] * 511}
    with pytest.raises(ValueError, match=r"^operation: a group of order 2$"):
        operated(longer)
    table, outputs, _ = operated(longer | {"p": [0, -1, 1] + [-1] * 509})
    assert (len(table), table[:3], outputs) == (512, [[0, 1], [-1, -1], [1, 0]], 2)
    largest = [[511] * 512] * 512
    assert operated({"table": largest}) == (largest, 512, "its 512 x 512 table")


def sizes_of_table(name):
    found = FILES[name]
    return table_checker, found, {
        "MAX_ORDER": len(found["table"]),
        "MAX_FIELD": found["field"],
        "MAX_TERMS": sum(map(len, found["values"])),
        "MAX_TITLE": len(found["operation"]),
        "MAX_NODES": len(found["nodes"]),
        "MAX_VALUES": len(found["values"]),
    }  # fmt: skip


def sizes_of_certificate(name):
    found = certificate(name)
    return checker, found, {
        "MAX_RANK": len(found["group"]),
        "MAX_ORDER": prod(found["group"]),
        "MAX_FIELD": found["field"],
        "MAX_NODES": len(found["nodes"]),
        "MAX_PARAMETERS": len(found["parameters"]),
        "MAX_NAME": max(map(len, found["parameters"])),
    }  # fmt: skip


def sizes_of_existence(name):
    found = proved(name)
    rows = [row for node in found["nodes"] for p in "abc" for row in node[p]]
    terms = [term for _, *forms in rows for form in forms for term in form]
    return existence_checker, found, {
        "MAX_RANK": len(found["group"]),
        "MAX_ORDER": prod(found["group"]),
        "MAX_NODES": len(found["nodes"]),
        "MAX_UNKNOWNS": len(found["values"]),
        "MAX_FREE": len(found["free"]),
        "MAX_FORMS": len(terms),
        "MAX_SCALE": max(found["scale"], found["inverse_scale"]),
        "MAX_COEFFICIENT": max(abs(x) for x, _ in terms),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("module", "found", "sizes"),
    [
        *(sizes_of_table(name) for name in ("D5", "cancelling")),
        *(sizes_of_certificate(name) for name in ("Z7", "Z2xZ4")),
        *(sizes_of_existence(name) for name in ("Z2xZ2, support", "Z3, one-hot")),
    ],
)
def test_a_file_may_be_as_large_as_each_limit(module, found, sizes):
    work = partial(module.read, json.dumps(found).encode())
    for limit, number in sizes.items():
        counted = "number of terms so far: " * (limit in ("MAX_TERMS", "MAX_FORMS"))
        at_limit(module, limit, number, work, rf"{counted}-?\d+ is (more|less) than -?\d+$")


def full(d, linear, outputs):
    """A node on a cyclic group, with so many terms in each entry of a and b, and of c."""
    counts = {"a": linear, "b": linear, "c": outputs}
    return {
        p: [[[k], [[1, 1, e] for e in range(count)]] for k in range(1, d)]
        for p, count in counts.items()
    }


FEW = certificate("Z3") | {"parameters": [], "field": 10**9 - 63, "nodes": [full(3, 400, 4)] * 2}
POWERS = [[1, 1, e] for e in range(2**14)]
#: Few bytes that would be much work, and how they are refused.
WORK = {
    "top level: missing key 'format'": (checker, b'{"notes": "' + b"[" * 10**6 + b'"}'),
    "nodes: products at once: 30739224 is more than 5000000": (checker, FEW),
    "nodes: products in all: 609544320 is more than 500000000": (
        checker,
        FEW | {"group": [241], "field": 1, "nodes": [full(241, 1, 1)] * 22},
    ),
    "nodes: terms in the equations, at most: 26214400 is more than 2000000": (
        existence_checker,
        proved("Z2, projected") | {"group": [64], "nodes": [{"a": [], "b": [], "c": []}] * 1000},
    ),
    "nodes: steps in all: 1342193665 is more than 1000000000": (
        table_checker,
        CANCELLING
        | {"field": 2**14, "table": [[0]], "values": [POWERS]}
        | {"nodes": [{"a": [0], "b": [0], "c": [0]}]},
    ),
}


@pytest.mark.parametrize("message", WORK)
def test_too_much_is_refused_before_it_is_begun(message):
    module, found = WORK[message]
    data = found if isinstance(found, bytes) else json.dumps(found).encode()
    start = process_time()
    assert module.check(data) == (2, f"malformed: {message}")
    assert process_time() - start < 10


@pytest.mark.parametrize("module", [checker, existence_checker, infeasible_checker, table_checker])
def test_brackets_may_be_as_deep_as_the_limit(module):
    deep = lambda n: b'{"[": "]"' + b', "a": ' + b"[" * (n - 1) + b"]" * (n - 1) + b"}"  # noqa: E731
    assert module.parse(deep(module.MAX_DEPTH))["["] == "]"
    with pytest.raises(module.Malformed, match=f"nested more than {module.MAX_DEPTH} deep"):
        module.parse(deep(module.MAX_DEPTH + 1))
    most = int("9" * 1000)
    assert module.parse(b"[%d, %d, 0, -1]" % (most, -most)) == [most, -most, 0, -1]
    for text in ("1" + "0" * 1000, "-0", "1.0", "1e3"):
        assert module.parse(f"[{text}]".encode()) == [text]
    with pytest.raises(module.Malformed, match=r"^text: "):
        module.parse(b"[01]")


@pytest.mark.parametrize("version", [0, 2, -1])
@pytest.mark.parametrize(
    ("module", "found"),
    [
        (checker, certificate("Z3")),
        (existence_checker, proved("Z3, one-hot")),
        (infeasible_checker, one_node(AbelianGroup("Z5"))),
        (table_checker, FILES["D5"]),
    ],
)
def test_a_format_has_one_version(module, found, version):
    assert module.check(json.dumps(found).encode())[0] == 0
    code, message = module.check(json.dumps(found | {"version": version}).encode())
    assert (code, message.partition(f": {version} is ")[0]) == (2, "malformed: version")
