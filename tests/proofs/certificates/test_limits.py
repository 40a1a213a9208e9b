"""The limits of the formats: a file may be as large as each, and no larger."""

from __future__ import annotations

import json
from functools import partial
from math import prod

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
from tests.proofs.certificates.test_bounds import FILES, certificate
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


@pytest.mark.parametrize(("d", "right"), [(1, False), (2, True), (512, True), (513, False)])
def test_a_table_has_two_to_512_rows(d, right):
    table = [[0] * d for _ in range(d)]
    if right:
        assert network_checker.operated({"table": table}) == (table, d, f"its {d} x {d} table")
    else:
        with pytest.raises(ValueError, match=rf"^operation: a table of {d} rows$"):
            network_checker.operated({"table": table})


@pytest.mark.parametrize("entry", [-1, 3, True, 1.0, "1"])
def test_an_entry_of_a_table_is_an_output(entry):
    table = [[0, 1, 2], [1, 2, 0], [2, entry, 1]]
    with pytest.raises(ValueError, match=r"^operation\.table: row 2 is not 3 of 0\.\.2$"):
        network_checker.operated({"table": table})


def sizes_of_table(name):
    found = FILES[name]
    terms = sum(map(len, found["values"]))
    sizes = {"MAX_ORDER": len(found["table"]), "MAX_FIELD": found["field"], "MAX_TERMS": terms}
    sizes |= {"MAX_TITLE": len(found["operation"]), "MAX_NODES": len(found["nodes"])}
    return table_checker, found, sizes | {"MAX_VALUES": len(found["values"])}


def sizes_of_certificate(name):
    found = certificate(name)
    sizes = {"MAX_RANK": len(found["group"]), "MAX_ORDER": prod(found["group"])}
    sizes |= {"MAX_FIELD": found["field"], "MAX_NODES": len(found["nodes"])}
    names = found["parameters"]
    return checker, found, sizes | {"MAX_PARAMETERS": len(names), "MAX_NAME": max(map(len, names))}


def sizes_of_existence(name):
    found = proved(name)
    forms = sum(
        len(form) for node in found["nodes"] for p in "abc" for _, *rest in node[p] for form in rest
    )
    sizes = {"MAX_RANK": len(found["group"]), "MAX_ORDER": prod(found["group"])}
    sizes |= {"MAX_NODES": len(found["nodes"]), "MAX_UNKNOWNS": len(found["values"])}
    sizes |= {"MAX_FREE": len(found["free"]), "MAX_FORMS": forms}
    sizes["MAX_SCALE"] = max(found["scale"], found["inverse_scale"])
    numbers = [abs(x) for node in found["nodes"] for p in "abc" for _, *rest in node[p]
               for form in rest for x, _ in form]  # fmt: skip
    return existence_checker, found, sizes | {"MAX_COEFFICIENT": max(numbers)}


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
        at_limit(module, limit, number, work, r" is (more|less) than -?\d+$")


@pytest.mark.parametrize("module", [checker, existence_checker, infeasible_checker, table_checker])
def test_brackets_may_be_as_deep_as_the_limit(module):
    deep = lambda n: b'{"[": "]"' + b', "a": ' + b"[" * (n - 1) + b"]" * (n - 1) + b"}"  # noqa: E731
    assert module.parse(deep(module.MAX_DEPTH))["["] == "]"
    with pytest.raises(module.Malformed, match=f"nested more than {module.MAX_DEPTH} deep"):
        module.parse(deep(module.MAX_DEPTH + 1))
    most = int("9" * 1000)
    assert module.parse(b"[%d, %d, 0, -1]" % (most, -most)) == [most, -most, 0, -1]
    odd = ["1" + "0" * 1000, "-0", "01", "1.0", "1e3"]
    for text in odd[:2] + odd[3:]:
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
