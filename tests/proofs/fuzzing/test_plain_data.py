"""Drawn values as plain data: they read back, paste back, and forged data is refused."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from algebra import *  # noqa: F403  (what is pasted is evaluated here)
from algebra import AbelianGroup, Scalar, blocks
from algebra.machine.read_file import ReadError
from algebra.semiring.operations import Placed, operands
from proofs import strategies as draw
from proofs.fuzzing.failure import Failure, FailureFileError, read
from proofs.fuzzing.plain_data import PlainDataError, as_code, decode, encode
from proofs.subjects.near_miss import Change
from proofs.subjects.recipe import Recipe
from proofs.subjects.symmetry import Symmetry  # noqa: F401
from tests.refusal import refused

values = st.one_of(
    st.sampled_from([None, True, 7, "text", Fraction(-2, 3)]),
    draw.scalars,
    draw.groups(),
    draw.group_elements(),
    draw.same_spectrum(2),
    draw.same_spectrum(1).flatmap(lambda x: draw.potentials(x[0].spectrum)),
    draw.groups(max_order=8).flatmap(draw.symmetries),
    draw.optimizer_recipes(),
    draw.near_miss_recipes(max_order=6),
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(value=st.one_of(values, st.tuples(values, values)))
def test_every_drawn_value_reads_back_and_pastes_back(value):
    data = json.loads(json.dumps(encode(value)))
    assert decode(data) == value
    assert encode(decode(data)) == data
    assert eval(as_code(value)) == value


def test_a_composition_is_kept():
    z = (blocks.syn() * blocks.nu()).at(AbelianGroup("Z5"), 1)
    again = decode(encode(z))
    assert isinstance(again.operation, Placed)
    factors = operands(again.operation.block.operation)
    assert [x.name for x in factors] == ["syn", "nu(nu)"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (1.5, "1.5 is no form of a value"),
        ({}, "{} is no form of a value"),
        ({"scalar": "1", "more": 1}, '{"scalar": "1", "more": 1} is no form of a value'),
        (
            {"scalar": "__import__('os')"},
            "cannot read \"__import__('os')\" in \"__import__('os')\"",
        ),
        ({"group": [True]}, "[True]: expected integers"),
        ({"group": [10**9]}, "group=[1000000000] has order 1000000000; at most 1000000"),
        ({"fault": "typo", "pick": 0}, None),
        (
            {"symmetry": "turned", "arguments": {"tuple": []}},
            "symmetry='turned'; one of permuted, scaled, swapped, translated, relabelled, "
            "lengthened",
        ),
        (
            {"symmetry": "swapped", "arguments": {"list": []}},
            "the arguments of a symmetry are a tuple",
        ),
        ({"symmetry": "scaled", "arguments": {"tuple": ["x"]}}, "'x' is no argument of a symmetry"),
        ({"potential": [["d", 0]], "over": "pair"}, "['d', 0]: expected [row, index]"),
        ({"potential": [], "over": "else"}, "over='else'; expected 'pair', 'real' or a group"),
        (
            {"recipe": {}},
            "a recipe has the keys group, family, target, values, options, "
            "expanded, symmetries, fault and no others",
        ),
        ({"element": {}}, "format: expected 'cogo-element'"),
        ({"fraction": "1/0"}, None),
    ],
)
def test_forged_data_is_refused(data, message):
    with pytest.raises(PlainDataError) as caught:
        decode(data)
    if message is not None:
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("group", 7, "group: expected a group"),
        ("family", None, "family: expected text"),
        ("target", "else", "target: expected projected or onehot"),
        (
            "values",
            {"tuple": [{"tuple": ["xi_1", 1]}]},
            "values: expected pairs of a name and a scalar",
        ),
        (
            "options",
            {"tuple": [{"tuple": ["mirror", None]}]},
            "options: expected pairs of a name and a value",
        ),
        ("expanded", 1, "expanded: expected true or false"),
        ("symmetries", {"tuple": [1]}, "symmetries: expected symmetries"),
        ("fault", 1, "fault: expected a fault or null"),
    ],
)
def test_a_forged_recipe_is_refused(field, value, message):
    data = encode(Recipe(AbelianGroup("Z3"), "order6"))
    data["recipe"][field] = value
    with refused(PlainDataError, message):
        decode(data)


def test_nesting_without_end_is_refused():
    data = 1
    for _ in range(20):
        data = {"tuple": [data]}
    with refused(PlainDataError, "values nested more than 12 deep"):
        decode(data)


def test_a_type_without_a_form_is_an_error_of_the_caller():
    with refused(TypeError, "float has no form as plain data: 1.5"):
        encode(1.5)


FOUND = Failure(
    "optimizers.zero-loss",
    encode(Recipe(AbelianGroup("Z3"), "order6", fault=Change("output sign"))),
    "the projected loss is 2/3",
    7,
)


def test_a_stored_failure_reads_back_and_replays(tmp_path):
    path = FOUND.store(tmp_path / "folder")
    assert path.name == FOUND.name
    assert read(path) == FOUND
    assert read(path).replay() == FOUND.replay() != ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.update(format="else"), "format: expected 'cogo-fuzz-failure'"),
        (
            lambda r: r.update(version=2),
            "expected version 1 and the keys counterexample, format, "
            "property, python, seed, statement, subject, value, version, versions",
        ),
        (
            lambda r: r.update(more=1),
            "expected version 1 and the keys counterexample, format, "
            "property, python, seed, statement, subject, value, version, versions",
        ),
        (lambda r: r.update(subject=1), "subject: expected text"),
        (lambda r: r.update(seed=True), "seed: expected an integer"),
        (
            lambda r: r.update(value={"scalar": "("}),
            "expected a number, zeta(n), unit(t), a parameter or '(' but found the end in '('",
        ),
    ],
)
def test_a_forged_failure_file_is_refused(tmp_path, change, message):
    record = json.loads(FOUND.to_text())
    change(record)
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(record))
    with refused(FailureFileError, f"{path}: {message}"):
        read(path)


def test_files_that_are_no_json_or_too_large_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "f.json"
    path.write_bytes(b"\xff")
    with pytest.raises(FailureFileError, match="not UTF-8"):
        read(path)
    path.write_text("[" * 100_000)
    with pytest.raises(FailureFileError, match="not JSON"):
        read(path)
    monkeypatch.setattr("proofs.fuzzing.failure.MAX_FILE", 100)
    with refused(ReadError, f"{path} has 100000 bytes; at most 100 are read"):
        read(path)


def test_a_replay_never_imports_the_subject_that_a_file_names(tmp_path):
    record = json.loads(FOUND.to_text())
    record["subject"] = "no_such_module:THING"
    path = tmp_path / "f.json"
    path.write_text(json.dumps(record))
    assert read(path).replay() != ""


def test_scalars_are_numbers_in_the_pasted_code():
    assert as_code(Scalar(2) / 3) == "parse('2/3')"
    assert as_code(Fraction(2, 3)) == "parse('2/3').to_fraction()"


@pytest.mark.parametrize("name", ["it's", "'PAIR", '"""', "'\"\\", "element REAL"])
def test_the_pasted_lines_import_what_they_use_whatever_an_element_is_called(name):
    z = blocks.nu().named(name)
    lines = Failure("scalars.text", encode((z, AbelianGroup("Z3"))), "").python()
    scope = {}
    exec("\n".join(lines[:-1]), scope)  # our own output, just written
    assert scope["value"] == (z, AbelianGroup("Z3"))
    assert scope["value"][0].name == name
    assert lines[0] == "from algebra import AbelianGroup, PAIR, element, parse"
