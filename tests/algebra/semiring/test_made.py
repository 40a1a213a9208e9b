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


BLOCKS = [
    (["Z7"], "missing a required argument: 'b'"),
    ([], "missing a required argument: 'a'"),
    ([G, [1, 1], [1, -1], [1, -1]], "too many positional arguments"),
    ([1, 1, 1], "a=1 is no row of entries"),
    (["abc", "abc", "abc"], "a='abc' is no row of entries"),
    ([[1, 1], {"b": 1}, [1, 1]], "b={'b': 1} is no row of entries"),
    ([[1, 1], [1, 1], [1]], "rows of length 2, 2 and 1; give one entry a node"),
]
ELEMENTS = [
    ([G], "missing a required argument: 'nodes'"),
    ([[NODE]], "missing a required argument: 'nodes'"),
    (["Z7", [NODE]], "spectrum='Z7' is no group"),
    ([7, [NODE]], "spectrum=7 is no group"),
    ([blocks.syn(), G], "is no group"),
    ([G, [1, 2, 3]], "node 0 is 1, and no mapping"),
    ([G, [NODE, [1, 1, 1]]], "node 1 is [1, 1, 1], and no mapping"),
    ([G, NODE], "is no list of nodes"),
    ([G, "abc"], "nodes='abc' is no list of nodes"),
    ([G, 5], "nodes=5 is no list of nodes"),
    ([G, np.ones((3, 7, 2))], "nodes=array of shape (3, 7, 2) is no list of nodes"),
    ([G, blocks.syn()], "is no list of nodes"),
    ([G, [{(1, "a"): 1}]], "node 0 has the key (1, 'a'); keys are (row, k)"),
    ([G, [{"a": {1: 1}}]], "node 0 has the key 'a'; keys are (row, k)"),
    ([G, [{("a", 1, 0): 1}]], "node 0 has the key ('a', 1, 0); keys are (row, k)"),
]


@pytest.mark.parametrize(
    ("make", "given", "says", "call"),
    [*((block, *x, BLOCK) for x in BLOCKS), *((element, *x, ELEMENT) for x in ELEMENTS)],
)
def test_what_is_given_wrongly_is_said_with_a_call_to_copy(make, given, says, call):
    with pytest.raises((TypeError, ValueError)) as error:
        make(*given)
    assert says in str(error.value)
    assert call in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("entry", [0.5, "zeta(3)", np.float64(1)])
def test_an_entry_that_is_not_exact_is_named(entry):
    for at, make in {
        "b[0]": lambda: block([1, 1], [1, entry], [1, -1]),
        "b[2]": lambda: element(G, [NODE, {**NODE, ("b", 2): entry}]),
    }.items():
        with pytest.raises(TypeError) as error:
            make()
        assert str(error.value).startswith(f"node 1, {at}: {entry!r} is a {type(entry).__name__}")


def test_a_block_over_a_group_is_to_be_placed():
    with pytest.raises(ValueError, match=r"place it on a group, such as .*\.at\(AbelianGroup"):
        block([1], [1], [1], spectrum=G)


def test_arrays_of_whole_numbers_are_rows_and_a_total_of_nothing_is_zero():
    assert block(np.array([1, 1]), (1, -1), [1, -1]) == block([1, 1], [1, -1], [1, -1])
    assert total(G, []).order == 0
