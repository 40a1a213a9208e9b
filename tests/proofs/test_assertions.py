"""The battery for a user's own construction, as functions and as pytest fixtures."""

from __future__ import annotations

import configparser
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import proofs
from algebra import AbelianGroup, Potential, blocks, optimizers
from algebra.tensor import function_tensor
from proofs.assertions import assert_global_optimizer, assert_kills
from proofs.fault import Fault
from proofs.subject import INSTALLED
from tests.algebra.refusal import refused

pytest_plugins = ["pytester"]

ROOT = Path(proofs.__file__).parent.parent
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
    z = optimizers.order6(Z5, nu=1)
    assert_global_optimizer(z)
    with pytest.raises(AssertionError, match="target onehot: not an optimizer"):
        assert_global_optimizer(z, target="onehot")


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (
            replace(INSTALLED, checker=lambda data: (1, "no")),
            "the stand-alone checker does not accept it: no",
        ),
        (
            replace(INSTALLED, swapped=lambda z: z.scaled(c=2)),
            "swapped by (), its loss is 2/3",
        ),
        (
            replace(INSTALLED, translated=lambda z, s, t: Fault("outputs translated").plant(z)),
            "translated by (2, 1), its loss is 2",
        ),
        (
            replace(
                INSTALLED,
                tensor=lambda z, route: function_tensor(
                    z.scaled(c=2) if route == "dense" else z, route=route
                ),
            ),
            "by the dense route T - target is 1 at [1, 1, 1]",
        ),
    ],
)
def test_a_fault_of_this_project_is_told_apart_from_one_of_the_construction(subject, message):
    with refused(AssertionError, message):
        assert_global_optimizer(optimizers.order6(Z3, nu=1), subject=subject)


def test_every_kind_of_near_miss_fails_the_battery():
    z = optimizers.build(AbelianGroup("Z8"), "order46")
    from proofs.fault import FAULTS

    for kind in FAULTS:
        with pytest.raises(AssertionError, match="not an optimizer"):
            assert_global_optimizer(Fault(kind).plant(z))


def test_a_block_is_over_no_group_and_refused():
    with pytest.raises(ValueError, match="place it on a group"):
        assert_global_optimizer(blocks.syn())


def test_blocks_kill_what_they_kill():
    assert_kills(blocks.syn(), ["a-bc", "ab-c", "abc-", "aa-c", "bb-c"])
    assert_kills(blocks.nu(), ["aac", "bbc"])


def test_the_message_shows_the_potentials_that_are_left():
    with refused(
        AssertionError,
        "<Element nu(nu) of order 2 over {k,-k}> leaves 2 of 3 potentials:\n"
        "  a-bc = 1 + nu**-2\n"
        "  aa-c = 1 - nu**-2",
    ):
        assert_kills(blocks.nu(), ["a-bc", "aac", "aa-c"])


def test_at_most_ten_potentials_are_shown():
    z = optimizers.order6(Z5, nu=1)
    every = [Potential(Z5, [("a", k)]) for k in range(1, 5)]
    every += [Potential(Z5, [("c", k), ("c", 5 - k)]) for k in range(1, 5)]
    every += [Potential(Z5, [("a", k), ("a", 5 - k)]) for k in range(1, 5)]
    every += [Potential(Z5, [("b", k), ("b", 5 - k)]) for k in range(1, 5)]
    with pytest.raises(AssertionError, match=r"and 2 more$"):
        assert_kills(z, every)


def test_names_of_potentials_are_for_blocks():
    with refused(
        ValueError,
        "potential='abc' is a name, for blocks of one frequency; over Z5 pass "
        "Potential(AbelianGroup('Z5'), [('a', k1), ('b', k2), ('c', k)])",
    ):
        assert_kills(optimizers.order6(Z5), ["abc"])


def test_no_potentials_would_assert_nothing():
    with refused(ValueError, "potentials is empty; pass at least one, such as 'a-bc'"):
        assert_kills(blocks.syn(), [])


# The plugin.

TEST = """
from algebra import AbelianGroup, blocks, optimizers

G = AbelianGroup("Z3")

def test_right(assert_global_optimizer):
    assert_global_optimizer(optimizers.order6(G))

def test_wrong(assert_global_optimizer):
    assert_global_optimizer(blocks.normalised(blocks.syn()).at(G, 1))

def test_kills(assert_kills):
    assert_kills(blocks.syn(), ["aac"])

def test_imported():
    from proofs.pytest_plugin import assert_global_optimizer, assert_kills
    assert_kills(blocks.syn(), ["aa-c"])
"""


def test_the_fixtures_show_failing_potentials_and_no_frame_of_this_project(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess("-p", "no:cogo", "-p", "proofs.pytest_plugin")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*assert_global_optimizer(blocks.normalised*",
            "E*not an optimizer; loss = 1/3; frequencies hit: 1",
            "E*T?0,2,1? = 1/2, expected 0: R_[*] b?1?[*]b?1?[*]c?1? = 1",
            "E*<Element syn of order 3 over {k,-k}> leaves 1 of 1 potentials:",
            "E*aac = 3",
        ]
    )
    assert "assertions.py" not in result.stdout.str()


def test_the_entry_point_names_the_plugin():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    entry = config["options.entry_points"]["pytest11"].split()
    assert entry == ["cogo", "=", "proofs.pytest_plugin"]
    assert "hypothesis" in config["options.extras_require"]["fuzz"]
    assert "distributed" in config["options.extras_require"]["cluster"]


def test_the_plugin_loads_nothing_of_this_project_at_the_start_of_pytest():
    program = (
        "import pytest, sys; before = set(sys.modules); import proofs.pytest_plugin; "
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "['proofs', 'proofs.pytest_plugin']"


def test_the_plugin_has_no_other_names():
    from proofs import pytest_plugin

    with pytest.raises(AttributeError, match="has no attribute 'assert_all'"):
        pytest_plugin.assert_all  # noqa: B018
