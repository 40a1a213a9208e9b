"""The checker of networks over tables accepts what is true, and nothing that cheats it."""

import json

import pytest
from hypothesis import given, settings, strategies as st

import cogo
from algebra.groups.group_names import group, multiplication
from algebra.groups.operation import operation
from algebra.networks.any_group import build
from algebra.networks.families import from_element, memorization
from algebra.networks.table_network import table_network
from algebra.networks.verdict import table_check
from proofs.certificates import certificate, table_checker as checker
from proofs.certificates.checker_of import check_certificate
from tests.proofs.stand_alone import CHECKERS, altered, caught, schema

NETWORKS = {
    "S3": build("S3"),
    "D5": build("D5"),
    "Q8": build("Q8"),
    "A4": build("A4", "representation"),
    "Z5": from_element(build("Z5", target="onehot")),
    "or": memorization([[0, 1], [1, 1]]),
}


def text(name: str, target: str = "onehot") -> bytes:
    return certificate.to_text(NETWORKS[name], target=target).encode()


def tree(name: str = "S3", target: str = "onehot"):
    return json.loads(text(name, target))


def check(found) -> tuple[int, str]:
    return checker.check(json.dumps(found).encode())


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("target", ["onehot", "projected"])
def test_what_is_exact_is_accepted_and_read_back(name, target):
    code, message = checker.check(text(name, target))
    assert (code, message[:9]) == (0, "accepted:")
    assert "exactly; the name" in message
    network, goal = certificate.table_from_bytes(text(name, target))
    assert goal == target
    assert certificate.to_text(network, target=target).encode() == text(name, target)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["S3", "D5", "Q8", "or"]), st.sampled_from("abc"), st.data())
def test_it_refuses_what_the_engine_refuses(name, p, data):
    """One value anywhere is another of the values."""
    found = tree(name)
    j = data.draw(st.integers(0, len(found["nodes"]) - 1))
    x = data.draw(st.integers(0, len(found["table"]) - 1))
    found["nodes"][j][p][x] = data.draw(st.integers(0, len(found["values"]) - 1))
    for target in ("onehot", "projected"):
        found["target"] = target
        network, _ = certificate.table_from_bytes(json.dumps(found).encode())
        assert (check(found)[0] == 0) == table_check(network, target=target).accepted


def test_a_wrong_table_is_refuted_with_the_place_and_by_how_much():
    found = tree()
    found["table"][2][3], right = 0, found["table"][2][3]
    code, message = check(found)
    assert code == 1
    assert message == "refuted: f(2, 3)[0] is wrong by -1; table is 0 there" != right


def test_a_constant_is_free_for_the_projected_target_alone():
    """One more node that is 1 everywhere."""
    network = NETWORKS["S3"]
    nodes = [*network.nodes(), ([1] * 6, [0] * 6, [1] * 6)]
    more = table_network(network.table, nodes)
    assert checker.check(certificate.to_text(more, target="projected").encode())[0] == 0
    code, message = checker.check(certificate.to_text(more, target="onehot").encode())
    assert (code, message[:50]) == (1, "refuted: f(0, 0)[0] is wrong by 1/12; table is 0 t")


def test_only_what_depends_on_the_output_counts_for_the_projected_target():
    found = tree(target="projected")
    found["nodes"].pop()
    assert check(found)[0] == 1


def test_numbers_that_are_not_real_are_refuted():
    found = tree("D5")
    found["values"].append([[1, 1, 1]])
    assert check(found) == (1, f"refuted: values[{len(found['values']) - 1}] is no real number")
    found["values"][-1] = [[1, 1, 1], [1, 1, found["field"] - 1]]  # zeta and its conjugate
    assert check(found)[0] == 0
    found["values"][-1] = [[1, 2, 0], [1, 2, 0]]
    assert check(found)[1].endswith(": a numerator is 0, or an exponent occurs twice")


def test_equal_numbers_in_other_words_are_accepted():
    """1 is minus the sum of the other fifth roots of unity."""
    found = tree("D5")
    one = found["values"].index([[1, 1, 0]])
    fifth = found["field"] // 5
    found["values"][one] = [[-1, 1, fifth * e] for e in range(1, 5)]
    assert check(found)[0] == 0
    found["values"][one] = [[-1, 1, fifth * e] for e in range(1, 4)]
    assert check(found)[0] == 1


S3 = tree()
NUMBERS = [[[10**999, 1, 0]], [[1, 10**30 + 57, 0]], *S3["values"][2:]]
#: What makes of a good certificate a malformed one: the place, what stands there, what is said.
MALFORMED = [
    ("values", ..., "top level: missing key 'values'"),
    ("a", 1, "top level: unknown key 'a'"),
    ("format", "cogo-certificate", "format: 'cogo-certificate' is not cogo-table"),
    ("version", 2, "version: 2 is more than 1"),
    ("version", True, "version: True is not an integer"),
    ("target", "both", "target: 'both' is not projected or onehot"),
    ("operation", "", "operation: length 0 is less than 1"),
    ("operation", "x" * 201, "operation: length 201 is more than 200"),
    ("field", 0, "field: 0 is less than 1"),
    ("field", 10**6, "field: 1000000 is more than 100000"),
    ("table.1.2", -1, "table[1][2]: -1 is less than 0"),
    ("table", [], "table: length 0 is less than 1"),
    ("table", {}, "table: {} is not a list"),
    ("values", [], "values: length 0 is less than 1"),
    ("values.0", 1, "values[0]: 1 is not a list"),
    ("values.0", [[1, 1]], "values[0][0]: length 2 is less than 3"),
    ("values.1", [[1, 0, 0]], "values[1][0][1]: 0 is less than 1"),
    ("values.1", [[0, 1, 0]], "values[1]: a numerator is 0, or an exponent occurs twice"),
    ("values.1", [[float("nan"), 1, 0]], "text: invalid literal for int() with base 10: 'NaN'"),
    ("values.1", [[1, float("inf"), 0]], "text: invalid literal"),
    ("nodes.0", [], "nodes[0]: [] is not an object"),
    ("nodes.0.c", ..., "nodes[0]: missing key 'c'"),
    ("nodes.0.a.0", True, "nodes[0].a[0]: True is not an integer"),
]
#: The same, where the schema says nothing: numbers as they are written, and how places agree.
BEYOND_SCHEMA = [
    ("table.0.0", 0.0, "table[0][0]: '0.0' is not an integer"),
    ("table.1.2", 6, "table[1][2]: 6 is more than 5"),
    ("table.3.5", ..., "table[3]: length 5 is less than 6"),
    ("table.5", ..., "table[0]: length 6 is more than 5"),
    ("values.1", [[1, 1, 0]] * 2, "values[1]: length 2 is more than 1"),
    ("values.1", [[1, 1, 1]], "values[1][0][2]: 1 is more than 0"),
    ("values.1", [[1e30, 1, 0]], "values[1][0][0]: '1e+30' is not an integer"),
    ("values.1", [[10**1000, 1, 0]], "is not an integer of at most 1000 digits"),
    ("nodes.0.a.0", 22, "nodes[0].a[0]: 22 is more than 21"),
    ("nodes.1.b", [0] * 7, "nodes[1].b: length 7 is more than 6"),
    (
        "values",
        S3["values"] + [[[1, 10**999 + k, 0]] for k in range(4)],
        "values: bits of denominators: 13295 is more than 10000",
    ),
    ("values", NUMBERS, "values: bits of an output: 10275 is more than 10000"),
]


@pytest.mark.parametrize(
    ("place", "x", "said"), MALFORMED + BEYOND_SCHEMA, ids=lambda x: f"{x!s:.60}"
)
def test_what_is_malformed_is_refused_in_one_line(place, x, said):
    code, message = check(altered(S3, place, x))
    assert code == 2
    assert message.startswith("malformed: ")
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('squared(i, node["b"][y])', "squared(i, i)"),
        ("(e + f) % n] += square * digit", "(e + 2 * f) % n] += square * digit"),
        ("2 * d * scale**2 * over\n    ones", "d * scale**2 * over\n    ones"),
        ("gap[-t.exponent % n] -=", "gap[-t.exponent % n] +="),
        ("[d * x - sum(line) for x in line]", "[d * x for x in line]"),
    ],
)
def test_a_checker_that_is_broken_no_longer_accepts(old, new):
    files = [(tree("D5", target), 0) for target in ("onehot", "projected")]
    assert caught(CHECKERS / "table_checker.py", (old, new), files)


def test_outputs_do_not_run_into_each_other():
    """A sum that would vanish if digits carried: 2^w less than one, in neighbouring outputs."""
    bits = checker.plan(checker.read(text("S3")))[2]
    found = tree()
    found["values"] += [[[1, 1, 0]], [[-(2**bits), 1, 0]]]
    n = len(found["values"])
    found["nodes"].append({"a": [n - 2] * 6, "b": [n - 2] * 6, "c": [n - 1, n - 2] + [0] * 4})
    assert check(found)[0] == 1


@pytest.mark.parametrize("name", ["S4", pytest.param("S5", marks=pytest.mark.slow)])
def test_symmetric_groups_are_accepted(name):
    data = certificate.to_text(build(name, "representation"), target="onehot").encode()
    assert checker.check(data)[0] == 0


def test_the_schema_admits_what_is_read_and_refuses_other_shapes():
    shape = schema("table")
    for name in NETWORKS:
        shape.validate(tree(name))
    for place, x, said in MALFORMED:
        assert not shape.is_valid(altered(S3, place, x)), said
    for place, x, said in BEYOND_SCHEMA:
        assert shape.is_valid(altered(S3, place, x)), said


def test_numbers_that_are_not_real_are_refused_by_the_reader():
    found = tree("D5")
    found["values"].append([[1, 1, 1]])
    with pytest.raises(certificate.CertificateError, match="is no real number"):
        certificate.table_from_bytes(json.dumps(found).encode())


def test_one_function_writes_both_kinds_and_one_finds_the_checker(tmp_path):
    for name, said in (("S3", "a table of 6 x 6, 10 nodes, "), ("Z3", "Z3, ")):
        cogo.write_certificate(tmp_path / name, cogo.build(name))
        found = check_certificate(tmp_path / name)
        assert (found.code, found.message.startswith(f"accepted: {said}")) == (0, True)
    known = multiplication(group("S3"))
    cogo.write_certificate(tmp_path / "same", cogo.build("S3"), operation=known)
    assert (tmp_path / "same").read_bytes() == (tmp_path / "S3").read_bytes()
    with pytest.raises(ValueError, match="is for another table"):
        cogo.write_certificate(tmp_path / "x", cogo.build("S3"), operation=operation("x - y", 6))


@pytest.mark.parametrize("target", ["onehot", "projected"])
@pytest.mark.parametrize("notes", [{}, {"notes": 1}])
def test_the_verdict_counts_what_was_checked(target, notes):
    found = tree("D5") | {"target": target, "operation": "D\u2085"} | notes
    nodes, numbers = len(found["nodes"]), len(found["values"])
    said = f"accepted: a table of 10 x 10, {nodes} nodes, target {target}: {numbers} values are "
    said += "real, and all 1000 outputs f(x, y)[g] equal [table[x][y] = g]"
    said += " up to a function of x and y" * (target == "projected")
    said += ", exactly; the name, 'D\\u2085', was not checked"
    said += "; notes were not read" * bool(notes)
    assert check(found) == (0, said)
