"""The battery for a user's own construction, here and in other people's tests."""

import configparser
import subprocess
import sys
from dataclasses import replace

import pytest

from algebra import AbelianGroup, Potential, blocks, optimizers
from algebra.criterion.tensor import function_tensor
from proofs.subjects.near_miss import CHANGES, Change
from proofs.subjects.subject import INSTALLED
from proofs.testing.assertions import assert_global_optimizer, assert_kills
from tests.command import environment
from tests.proofs.stand_alone import ROOT
from tests.refusal import refused

Z3, Z5 = AbelianGroup("Z3"), AbelianGroup("Z5")


@pytest.mark.parametrize("group", ["Z1", "Z2", "Z5", "Z2xZ4"])
@pytest.mark.parametrize("target", ["projected", "onehot"])
def test_optimizers_pass_the_battery(group, target):
    G = AbelianGroup(group)
    for family in optimizers.families(G, target=target):
        assert_global_optimizer(optimizers.build(G, family, target=target), target=target)


def test_the_message_shows_the_loss_the_entries_and_the_potentials():
    z = blocks.normalised(blocks.syn()).at(Z3, 1).named("mine")
    with refused(
        AssertionError,
        "mine, 3 nodes, Z3, target projected: not an optimizer; loss = 1/3; frequencies hit: 1\n"
        "  T[0,2,1] = 1/2, expected 0: R_* b[1]*b[1]*c[1] = 1\n"
        "  T[2,0,1] = 1/2, expected 0: R_* a[1]*a[1]*c[1] = 1",
    ):
        assert_global_optimizer(z)


def test_an_optimizer_of_the_projected_target_is_none_of_the_onehot_target():
    z = optimizers.six_per_frequency(Z5, nu=1)
    assert_global_optimizer(z)
    with pytest.raises(AssertionError, match="target onehot: not an optimizer"):
        assert_global_optimizer(z, target="onehot")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"checker": lambda data: (1, "no")}, "the stand-alone checker does not accept it: no"),
        ({"swapped": lambda z: z.scaled(c=2)}, "swapped by (), its loss is 2/3"),
        (
            {"translated": lambda z, s, t: Change("outputs translated").plant(z)},
            "translated by (2, 1), its loss is 2",
        ),
        (
            {"tensor": lambda z, route: function_tensor(z.scaled(c=1 + (route == "dense")))},
            "by the dense route T - target is 1 at [1, 1, 1]",
        ),
    ],
)
def test_a_fault_of_this_project_is_told_apart_from_one_of_the_construction(fault, message):
    z, subject = optimizers.six_per_frequency(Z3, nu=1), replace(INSTALLED, **fault)
    with refused(AssertionError, message):
        assert_global_optimizer(z, subject=subject)


def test_every_kind_of_near_miss_fails_the_battery():
    z = optimizers.build(AbelianGroup("Z8"), "four-plus-six")
    for kind in CHANGES:
        with pytest.raises(AssertionError, match="not an optimizer"):
            assert_global_optimizer(Change(kind).plant(z))


def test_a_block_is_over_no_group_and_refused():
    with pytest.raises(ValueError, match="place it on a group"):
        assert_global_optimizer(blocks.syn())


def test_blocks_kill_what_they_kill():
    assert_kills(blocks.syn(), ["a-bc", "ab-c", "abc-", "aa-c", "bb-c"])
    assert_kills(blocks.nu(), ["aac", "bbc"])


def test_at_most_ten_potentials_are_shown():
    z = optimizers.six_per_frequency(Z5, nu=1)
    every = [Potential(Z5, [("a", k)]) for k in range(1, 5)]
    every += [Potential(Z5, [(p, k), (p, 5 - k)]) for p in "abc" for k in range(1, 5)]
    with pytest.raises(AssertionError, match=r"and 2 more$"):
        assert_kills(z, every)


@pytest.mark.parametrize(
    ("z", "potentials", "error", "message"),
    [
        (
            blocks.nu(),
            ["a-bc", "aac", "aa-c"],
            AssertionError,
            "<Element nu(nu) of order 2 over {k,-k}> leaves 2 of 3 potentials:\n"
            "  a-bc = 1 + nu**-2\n"
            "  aa-c = 1 - nu**-2",
        ),
        (
            optimizers.six_per_frequency(Z5),
            ["abc"],
            ValueError,
            "potential='abc' is a name, for blocks of one frequency; over Z5 pass "
            "Potential(AbelianGroup('Z5'), [('a', k1), ('b', k2), ('c', k)])",
        ),
        (blocks.syn(), [], ValueError, "potentials is empty; pass at least one, such as 'a-bc'"),
    ],
    ids=["what is left", "a name over a group", "none"],
)
def test_what_assert_kills_says(z, potentials, error, message):
    with refused(error, message):
        assert_kills(z, potentials)


# In other people's tests.

TEST = """
from algebra import AbelianGroup, blocks, optimizers
from proofs.testing.assertions import assert_global_optimizer, assert_kills

G = AbelianGroup("Z3")

def test_right():
    assert_global_optimizer(optimizers.six_per_frequency(G))

def test_wrong():
    assert_global_optimizer(blocks.normalised(blocks.syn()).at(G, 1))

def test_kills():
    assert_kills(blocks.syn(), ["aac"])
"""
#: A project with a package of our name: where it has that, and its tests.
FOREIGN = {
    "beside the tests": ("proofs", "tests"),
    "in src": ("src/proofs", "tests"),
    "around the tests": ("proofs", "proofs"),
}


def outcome_of(files, folder):
    """Write a project of somebody's, and return the run of pytest in it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True)


@pytest.mark.parametrize(("package", "tests"), FOREIGN.values(), ids=FOREIGN)
def test_a_project_with_a_package_named_proofs_is_tested_where_this_one_is_found(
    package, tests, tmp_path
):
    test = "from proofs.lemma import two\n\ndef test_theirs():\n    assert two() == 2\n"
    files = {f"{package}/__init__.py": "", f"{package}/lemma.py": "def two():\n    return 2\n"}
    files |= {f"{tests}/test_theirs.py": test}
    if package.startswith("src"):
        files["pytest.ini"] = "[pytest]\npythonpath = src\n"
    done = outcome_of(files, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_an_assertion_shows_failing_potentials_and_no_frame_of_this_project(tmp_path):
    shown = outcome_of({"test_mine.py": TEST}, tmp_path).stdout
    assert "2 failed, 1 passed" in shown
    lines = [line.split(maxsplit=1)[-1] for line in shown.splitlines() if line.startswith("E ")]
    assert "T[0,2,1] = 1/2, expected 0: R_* b[1]*b[1]*c[1] = 1" in lines
    assert "aac = 3" in lines
    assert "assertions.py" not in shown


def test_what_the_extras_need_is_named_in_them_and_no_plugin_of_pytest_is_installed():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    assert "hypothesis" in config["options.extras_require"]["fuzz"]
    assert "distributed" in config["options.extras_require"]["cluster"]
    assert list(config["options.entry_points"]) == ["console_scripts"]
