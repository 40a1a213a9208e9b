"""All planted faults are caught, by the claims that should, and every claim can be refuted."""

import json
import sys
from dataclasses import replace

import pytest

from proofs.claims.registry import CLAIMS
from proofs.self_test import faults, run
from proofs.self_test.faults import MUTANTS
from proofs.self_test.run import OUT_OF_REACH, try_fault, unnoticing
from proofs.subjects.subject import INSTALLED, Mutant
from tests.command import cogo


@pytest.mark.parametrize("fault", MUTANTS, ids=lambda fault: fault.id)
def test_a_planted_fault_is_caught_by_every_claim_that_should_notice(fault):
    doubt = try_fault(fault)
    assert doubt.caught, doubt.missed
    assert [name for name, _ in doubt.refuted] == fault.noticed_by.split()


def test_there_are_enough_faults_of_every_kind_and_none_twice():
    assert len({fault.id for fault in MUTANTS}) == len(MUTANTS) >= 40
    assert {fault.id.partition(".")[0] for fault in MUTANTS} == {
        *("blocks", "operations", "engine", "optimizers", "floats", "files"),
    }
    assert all(fault.noticed_by for fault in MUTANTS)


def test_every_claim_notices_some_fault():
    assert unnoticing() == []
    assert unnoticing(MUTANTS[:1]) != []
    assert set(CLAIMS) >= OUT_OF_REACH


@pytest.mark.parametrize(
    ("plant", "why"),
    [
        (lambda subject: subject, "holds"),
        (lambda subject: replace(subject, blocks={}), "crashed: KeyError: 'syn'"),
    ],
)
def test_a_fault_that_changes_nothing_is_not_caught_and_a_crash_is_no_refutation(plant, why):
    doubt = try_fault(Mutant("none.planted", "nothing, or no blocks", plant, "blocks.syn"))
    assert not doubt.caught
    assert doubt.missed == [("blocks.syn", why)]


def test_without_torch_what_needs_it_is_not_attempted_and_nothing_is_missed(capsys, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "torch"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "numeric.weights.network", raising=False)
    chosen = [fault for fault in MUTANTS if "mirror.torch" in fault.noticed_by]
    monkeypatch.setattr(faults, "MUTANTS", chosen)
    code, out, _ = cogo(capsys, "prove", "--self-test")
    assert code == 0
    assert f"{len(chosen)} of {len(chosen)} planted faults caught" in out
    assert "missed" not in out
    (line,) = (x for x in out.splitlines() if x.startswith("not attempted "))
    assert line.startswith("not attempted floats.output by mirror.torch: needs PyTorch: ")
    assert "pip install" in line
    # A fault that only such a claim could notice is neither caught nor missed.
    alone = [replace(fault, noticed_by="mirror.torch") for fault in chosen]
    monkeypatch.setattr(faults, "MUTANTS", alone)
    code, out, _ = cogo(capsys, "prove", "--self-test", "--json")
    assert code == 0
    [found] = json.loads(out)
    assert (found["caught"], found["missed"]) == (False, [])
    assert [x["claim"] for x in found["not_attempted"]] == ["mirror.torch"]


def test_planting_leaves_the_installed_code_as_it_is():
    before, installed = dict(sys.modules), replace(INSTALLED)
    for fault in MUTANTS:
        assert fault.plant(INSTALLED) != INSTALLED
    assert all(sys.modules[name] is module for name, module in before.items())
    assert installed == INSTALLED


def test_the_command_shows_every_fault_and_exits_0_only_if_all_are_caught(capsys, monkeypatch):
    chosen = (MUTANTS[0], MUTANTS[-1])
    monkeypatch.setattr(run, "unnoticing", lambda: [])
    monkeypatch.setattr(faults, "MUTANTS", chosen)
    code, out, _ = cogo(capsys, "prove", "--self-test")
    assert code == 0
    assert "2 of 2 planted faults caught" in out
    assert "blocks.syn" in out
    harmless = replace(MUTANTS[0], plant=lambda s: s)
    monkeypatch.setattr(faults, "MUTANTS", [harmless])
    code, out, _ = cogo(capsys, "prove", "--self-test", "--json")
    assert code == 1
    [found] = json.loads(out)
    assert found["caught"] is False
    assert {x["why"] for x in found["missed"]} == {"holds"}
