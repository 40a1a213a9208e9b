"""Elements as files: what was composed comes back, what is malformed is refused."""

import json
import re

import pytest

from algebra import AbelianGroup, blocks, element, one, optimizers, zeta
from algebra.files import element_file
from algebra.files.element_file import ElementFileError, from_text, to_text
from algebra.semiring.element import every_part, operands
from tests.at_limit import at_limit


def composition(z):
    """Every part of an element: its operation, name and order, and which its operands are."""
    parts = every_part(z)
    place = {id(x): number for number, x in enumerate(parts)}
    return [
        (type(x.operation), x.name, x.order, [place[id(y)] for y in operands(x.operation)])
        for x in parts
    ]


@pytest.mark.parametrize("name", ["Z1", "Z2", "Z5", "Z8", "Z2^3", "Z3xZ3"])
def test_every_family_round_trips_with_its_composition(name):
    group = AbelianGroup(name)
    for family in optimizers.families(group):
        z = optimizers.build(group, family)
        back = from_text(to_text(z))
        assert back == z
        assert composition(back) == composition(z)


def test_a_file_comes_back_and_is_read_up_to_each_limit():
    group = AbelianGroup("Z5")
    u = element(group, [{("a", 1): 1 + zeta(5), ("c", 0): 3}, {("b", 1): 7}])
    z = (u + one(group)) ** 2 * u + u
    data = to_text(z).encode()
    assert from_text(data) == z
    sizes = {"MAX_FILE": len(data), "MAX_ORDER": z.order, "MAX_ENTRIES": 3 * 3, "MAX_DEPTH": 4}
    sizes |= {"MAX_TERMS": 2 * 2 * 2, "MAX_BITS": 3 * (3 + 1)}  # of 7 = 7/1, three times
    for limit, number in sizes.items():
        at_limit(element_file, limit, number, lambda: from_text(data), "more than ")


def test_thousands_of_entries_round_trip():
    z = optimizers.memorization(AbelianGroup("Z23")).expand()
    assert len(z.nodes) > 5000
    assert from_text(to_text(z)) == z


def test_a_block_alone_is_not_written():
    with pytest.raises(ValueError, match="place it on a group"):
        to_text(blocks.syn())


def document(**changes):
    group = AbelianGroup("Z3")
    data = json.loads(to_text(optimizers.six_per_frequency(group, nu=1)))
    data.update(changes)
    return data


def chain(kind, length):
    """A composition of one node with the entry 2 with itself, over and over."""
    elements = [{"over": "group", "nodes": [{"a": [[1, 0]]}]}]
    for i in range(length):
        elements.append({"over": "group", kind: [i, 0] if kind == "sum" else [i, i]})
    return document(scalars=["2"], elements=elements)


def of(*elements, over="group", **changes):
    """A document of these elements, over a group unless they say otherwise."""
    return document(elements=[{"over": over, **x} for x in elements], **changes)


TWO = {"nodes": [{}, {}]}
BAD = {
    "not json": ("{", "not JSON"),
    "no text": (b"\xff\xfe", "not UTF-8"),
    "nested": ("[" * 10**6, "not JSON"),
    "key twice": ('{"group": [5], "group": [5]}', "the key 'group' is given twice"),
    "digits": ('{"version": ' + "1" * 1001 + "}", "has 1001 digits; at most 1000 are read"),
    "a list": ("[]", "format: expected 'cogo-element'"),
    "version": (document(version=2), "version: expected 1"),
    "extra key": (document(extra=1), "no others"),
    "group": (document(group=["3"]), "group: expected a list of cyclic orders"),
    "group order": (document(group=[10**9]), "at most 1000000"),
    "scalars": (document(scalars=[1]), "scalars: expected a list of strings"),
    "scalar text": (document(scalars=["__import__('os')"]), "cannot read"),
    "decimal": (document(scalars=["0.5"]), "decimals are not exact"),
    "no elements": (of(), "not empty"),
    "kind": (of({}), "expected one of the keys"),
    "over": (of({"nodes": []}, over="x"), "over: expected"),
    "reference": (of({"sum": [0]}), "earlier element"),
    "power": (of(TWO, {"power": 0, "exponent": 900}), "more than 10000000 nodes"),
    "product": (of(TWO, {"product": [0] * 20_000}), "more than 10000000 nodes"),
    "entry": (of({"nodes": [{"a": [[0, 99]]}]}), "within range"),
    "twice": (of({"nodes": [{"a": [[0, 0], [0, 0]]}]}), "occurs twice"),
    "not over the group": (of({"nodes": []}, over="pair"), "not over the group"),
    "wrong frequency": (
        of({"over": "pair", "nodes": []}, {"placed": 0, "at": [0]}),
        "member of a conjugate pair",
    ),
    "name": (of({"name": 5, "nodes": []}), "name: expected print"),
    "too deep": (chain("sum", 101), "composed more than 100 deep"),
    "numbers too long": (chain("product", 45), "numbers could have more than 1000000 bits"),
    "a power too long": (
        of({"nodes": [{"a": [[1, 0]]}]}, {"power": 0, "exponent": 1000}, scalars=["1+i"]),
        "entries could have more than 100000 terms",
    ),
    "name that moves the cursor": (
        of({"name": "\x1b[2J", "nodes": []}),
        "name: expected printable text",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_malformed_files_are_refused_with_the_reason(case):
    data, message = BAD[case]
    with pytest.raises(ElementFileError, match=re.escape(message)):
        from_text(json.dumps(data) if isinstance(data, dict) else data)


#: Of all kinds, two of which are not over the group.
WHOLE = document(
    group=[5],
    scalars=["2"],
    elements=[
        {"over": "pair", "nodes": [{"a": [[0, 0]], "c": [[0, 0]]}], "name": "one"},
        {"over": "group", "placed": 0, "at": [1]},
        {"over": "group", "sum": [1, 1]},
        {"over": "group", "product": [1, 2]},
        {"over": "group", "power": 2, "exponent": 2},
    ],
)
#: What is said of a value that is of no type that its key can have.
SAID = {
    "format": "format: expected 'cogo-element'", "version": "version: expected 1",
    "group": "group: expected a list of cyclic orders",
    "scalars": "scalars: expected a list of strings",
    "elements": "elements: expected a list that is not empty", "over": "over: expected 'group'",
    "name": "name: expected printable text", "nodes": "nodes: expected a list",
    "sum": "sum: expected a list", "product": "product: expected a list",
    "power": "is not the position of an earlier", "placed": "is not the position of an earlier",
    "exponent": "exponent: expected an integer", "at": "at: expected a list of frequencies",
}  # fmt: skip
ODD = ["", "ab", {}, {"a": 1}, True, 1.5, 7, -1, [], ["ab"], [None], [1.5], [True]]


def typed(key, value):
    """Whether a value may be right under a key, as far as its type says."""
    ints = isinstance(value, list) and all(type(x) is int for x in value)
    if key in ("group", "at"):
        return ints
    if key in ("nodes", "scalars"):  # what is in lists is tried by itself
        return isinstance(value, list) and (key == "nodes" or value in ([], ["ab"]))
    if key in ("elements", "sum", "product"):
        return isinstance(value, list) and value != []
    return (key == "name" and type(value) is str) or (key == "exponent" and value == 7)


def test_a_value_of_another_type_is_refused_by_its_key():
    assert from_text(json.dumps(WHOLE)).order == 4
    places = [(WHOLE, key) for key in WHOLE]
    places += [(record, key) for record in WHOLE["elements"] for key in record]
    assert {key for _, key in places} == SAID.keys()
    for record, key in places:
        for value in ODD:
            if typed(key, value):
                continue
            before, record[key] = record[key], value
            text, record[key] = json.dumps(WHOLE), before
            with pytest.raises(ElementFileError, match=re.escape(SAID[key])):
                from_text(text)
