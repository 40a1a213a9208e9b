"""What is given wrongly to `block` and `element` is told in one line, with a call to copy."""

import numpy as np
import pytest

from algebra import AbelianGroup, Element, block, blocks, element, total
from algebra.semiring.made import BLOCK, ELEMENT

G = AbelianGroup("Z7")
NODE = {("a", 1): 1, ("b", 1): 1, ("c", 1): 1}


def test_the_calls_that_errors_show_run():
    assert isinstance(eval(BLOCK), Element)
    assert isinstance(eval(ELEMENT), Element)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["Z7"], "missing a required argument: 'b'"),
        ([7], "missing a required argument: 'b'"),
        ([], "missing a required argument: 'a'"),
        ([[[1, 1], [1, -1], [1, -1]]], "missing a required argument: 'b'"),
        ([{"a": [1], "b": [1], "c": [1]}], "missing a required argument: 'b'"),
        ([G, [1, 1], [1, -1], [1, -1]], "too many positional arguments"),
        ([1, 1, 1], "a=1 is no row of entries"),
        (["abc", "abc", "abc"], "a='abc' is no row of entries"),
        ([[1, 1], {"b": 1}, [1, 1]], "b={'b': 1} is no row of entries"),
        ([[1, 1], [1, 1], [1]], "rows of length 2, 2 and 1"),
    ],
)
def test_what_is_no_block_is_said_with_a_call_to_copy(given, says):
    with pytest.raises((TypeError, ValueError)) as error:
        block(*given)
    assert says in str(error.value)
    assert BLOCK in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (0.5, "0.5 is a float, and floats are not exact; pass an int, Fraction(1, 2)"),
        (1j, "floats are not exact"),
        ("zeta(3)", "'zeta(3)' is a str; pass an int"),
        (None, "None is a NoneType"),
        (np.float64(1), "is a float64, and floats are not exact"),
    ],
)
def test_an_entry_that_is_not_exact_is_named(entry, says):
    with pytest.raises(TypeError, match=r"^node 1, b") as error:
        block([1, 1], [1, entry], [1, -1])
    assert says in str(error.value)
    with pytest.raises(TypeError) as error:
        element(G, [NODE, {**NODE, ("b", 2): entry}])
    assert str(error.value).startswith("node 1, b[2]: ")
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([G], "missing a required argument: 'nodes'"),
        ([[NODE]], "missing a required argument: 'nodes'"),
        (["Z7", [NODE]], "spectrum='Z7' is no group"),
        ([7, [NODE]], "spectrum=7 is no group"),
        ([blocks.syn(), G], "is no group"),
        ([G, [1, 2, 3]], "node 0 is 1, and no mapping"),
        ([G, [NODE, [1, 1, 1]]], "node 1 is [1, 1, 1], and no mapping"),
        ([G, NODE], "is no list of nodes"),
        ([G, {"a": [1, 1], "b": [1, 1], "c": [1, 1]}], "is no list of nodes"),
        ([G, "abc"], "nodes='abc' is no list of nodes"),
        ([G, 5], "nodes=5 is no list of nodes"),
        ([G, np.ones((3, 7, 2))], "nodes=array of shape (3, 7, 2) is no list of nodes"),
        ([G, blocks.syn()], "is no list of nodes"),
        ([G, [{(1, "a"): 1}]], "node 0 has the key (1, 'a'); keys are (row, k)"),
        ([G, [{"a": {1: 1}}]], "node 0 has the key 'a'; keys are (row, k)"),
        ([G, [{("a", 1, 0): 1}]], "node 0 has the key ('a', 1, 0); keys are (row, k)"),
    ],
)
def test_what_is_no_element_is_said_with_a_call_to_copy(given, says):
    with pytest.raises((TypeError, ValueError)) as error:
        element(*given)
    assert says in str(error.value)
    assert ELEMENT in str(error.value)
    assert "\n" not in str(error.value)


def test_a_block_over_a_group_is_to_be_placed():
    with pytest.raises(ValueError, match=r"place it on a group, such as .*\.at\(AbelianGroup"):
        block([1], [1], [1], spectrum=G)


def test_arrays_of_whole_numbers_are_rows_and_a_total_of_nothing_is_zero():
    assert block(np.array([1, 1]), (1, -1), [1, -1]) == block([1, 1], [1, -1], [1, -1])
    assert total(G, []).order == 0
