"""The house stays a house: no circles, rooms of a size, files of a length, a sentence in each."""

import sys
from importlib import import_module
from inspect import isfunction, ismodule
from pathlib import Path
from types import CodeType, FrameType

import pytest

from benchmarks import house
from cogo.cli import build, certify
from cogo.cli.main import main

MAX_FILES = 14
#: Flat lists of like things: a verb, a section of the theory.
LISTS = {"cogo/cli": 17, "proofs/claims": 17}
MAX_LINES = 400
#: Packages and rooms of which a user asks for names.
HANDING_ON = [
    ".".join(path.parent.relative_to(house.ROOT).parts)
    for path in house.sources(*house.PACKAGES)
    if path.name == "__init__.py" and "handed_on" in path.read_text(encoding="utf-8")
]
#: The files to read from the verb `build` to the stand-alone checker.
MAX_PATH = 8
#: The files that a run of `certify` enters, from its verb to the checker, both kinds included.
MAX_SIDEWAYS = 12


def test_no_imports_run_in_a_circle():
    assert house.circles() == []


def test_a_folder_can_be_taken_in_at_a_glance():
    files = house.folders().items()
    assert {x: n for x, n in files if n > LISTS.get(x, MAX_FILES)} == {}


def test_no_file_is_too_long():
    assert [found for found in house.longest() if found[0] > MAX_LINES] == []


def test_every_file_opens_with_a_sentence():
    assert house.without_a_sentence() == []


def test_the_rooms_that_a_user_asks_hand_on_their_names():
    """And not the packages alone, so that a room's contents are read in its `dir`."""
    rooms = {"numbers", "groups", "semiring", "criterion", "blocks", "optimizers", "files"}
    asked = {"cogo", "algebra", "numeric", "proofs", *(f"algebra.{x}" for x in rooms)}
    assert asked <= {*HANDING_ON}


@pytest.mark.parametrize("package", HANDING_ON)
def test_what_is_handed_on_is_there_has_an_example_and_dir_shows_nothing_else(package):
    room = import_module(package)
    assert dir(room) == sorted(room.__all__)
    assert all(getattr(room, name) is not None for name in dir(room))
    functions = [x for name in dir(room) if isfunction(x := getattr(room, name))]
    assert [x.__name__ for x in functions if ">>>" not in (x.__doc__ or "")] == []


@pytest.mark.parametrize("package", ["cogo", "algebra", "numeric", "proofs"])
def test_no_file_hides_what_a_package_hands_on(package):
    """`algebra.element` is the function, and not the file of its name in `algebra.semiring`."""
    room = import_module(package)
    modules = {x for x in dir(room) if ismodule(getattr(room, x))}
    assert modules <= {"blocks", "optimizers", "pictures"}


def test_the_main_path_is_eight_files_that_a_certificate_goes_through_in_their_order(tmp_path):
    """Files count from where they are first entered; `build` writes what `check` replays."""
    path = house.main_path()
    assert 0 < len(path) <= MAX_PATH
    assert [name for name in path if not (house.ROOT / name).is_file()] == []
    assert path[0] == str(Path(build.__file__).relative_to(house.ROOT))
    assert path[-1] == "proofs/certificates/checker.py"
    file = str(tmp_path / "z7.cert.json")
    words = ["build", "Z7", "--family", "four-plus-six", "-q", "-o", file]
    files = entered([words, ["check", "-q", file]])
    assert [name for name in files if name in path] == path


def test_the_way_from_weights_to_a_certificate_runs_in_one_direction(tmp_path):
    """Read, recognise, name, find the nearest, write, check: each step is entered once."""
    weights = str(house.ROOT / "tests" / "data" / "trained_d23.npz")
    files = entered([["certify", weights, "-q", "-o", str(tmp_path / "z23.cert.json")]])
    steps = ["recognition/recognise", "exact/named", "exact/nearest"]
    last = ["certificate", "checker"]
    path = [str(Path(certify.__file__).relative_to(house.ROOT))]
    path += [f"numeric/{x}.py" for x in steps] + [f"proofs/certificates/{x}.py" for x in last]
    assert [name for name in files if name in path] == path
    rooms = ("cogo/cli/certify", "numeric/recognition/", "numeric/exact/", "proofs/certificates/")
    assert len([name for name in files if name.startswith(rooms)]) <= MAX_SIDEWAYS


def entered(commands: list[list[str]]) -> list[str]:
    """The files of the house whose functions these commands call, in the order of first calls."""
    found: dict[str, None] = {}
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event != "call" or frame.f_code in seen:
            return
        seen.add(frame.f_code)
        name = Path(frame.f_code.co_filename)
        if frame.f_code.co_name != "<module>" and house.ROOT in name.parents:
            found.setdefault(str(name.relative_to(house.ROOT)))

    for words in commands:
        sys.setprofile(note)
        try:
            with pytest.raises(SystemExit) as stop:
                main(words)
        finally:
            sys.setprofile(None)
        assert stop.value.code == 0
    return [x for x in found if not x.endswith("__init__.py")]
