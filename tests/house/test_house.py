"""The house stays a house: no circles, rooms of a size, files of a length, a sentence in each."""

from __future__ import annotations

import pytest

import cogo
from benchmarks import house

MAX_FILES = 14
#: Flat lists of like things: a verb, a section of the theory.
LISTS = {"cogo/cli": 17, "proofs/claims": 17}
MAX_LINES = 400


def test_no_imports_run_in_a_circle():
    assert house.circles() == []


@pytest.mark.parametrize("folder", house.folders())
def test_a_folder_can_be_taken_in_at_a_glance(folder):
    assert house.folders()[folder] <= LISTS.get(folder, MAX_FILES)


def test_no_file_is_too_long():
    assert [found for found in house.longest() if found[0] > MAX_LINES] == []


def test_every_file_opens_with_a_sentence():
    assert house.without_a_sentence() == []


def test_what_is_handed_on_is_there_and_dir_shows_nothing_else():
    for package in (cogo, *map(__import__, ("algebra", "numeric", "proofs"))):
        assert dir(package) == sorted(package.__all__)
        assert all(getattr(package, name) is not None for name in dir(package))
