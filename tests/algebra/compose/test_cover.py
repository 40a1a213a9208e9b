"""The cheapest cover is the cheapest of all, and there is one whenever all together are one."""

from itertools import combinations
from math import prod

from hypothesis import given, strategies as st

from algebra.compose.generators import cheapest_cover


def test_the_set_cover_takes_the_cheapest():
    kinds = [(0b011, 3), (0b100, 3), (0b110, 2), (0b001, 2), (0b111, 5)]
    assert cheapest_cover(kinds, full=0b111) == ((0b110, 2), (0b001, 2))
    assert cheapest_cover([(0b01, 2)], full=0b11) is None
    assert cheapest_cover([], full=0b1) is None


@given(st.lists(st.tuples(st.integers(0, 31), st.integers(2, 9)), max_size=7))
def test_nothing_is_cheaper_than_the_cheapest_cover(kinds):
    covers = []
    for size in range(len(kinds) + 1):
        for chosen in combinations(kinds, size):
            killed = 0
            for kills, _ in chosen:
                killed |= kills
            if killed & 0b1111 == 0b1111:
                covers.append((prod(order for _, order in chosen), chosen))
    found = cheapest_cover(kinds, full=0b1111)
    if found is None:
        assert not covers
    else:
        assert (prod(order for _, order in found), found) in covers
        assert prod(order for _, order in found) == min(cost for cost, _ in covers)
