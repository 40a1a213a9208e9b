"""All planted faults are caught, by the claims that should, and every claim can be refuted."""

from dataclasses import replace

import pytest

from proofs.planted import FAULTS
from proofs.planted.fault import Fault, patched
from proofs.registry import CLAIMS
from proofs.self_test import OUT_OF_REACH, try_fault, unnoticing
from proofs.subject import INSTALLED
from tests.command import cogo


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_planted_fault_is_caught_by_every_claim_that_should_notice(fault):
    doubt = try_fault(fault)
    assert doubt.caught, doubt.missed
    assert [name for name, _ in doubt.refuted] == list(fault.noticed_by)


def test_there_are_enough_faults_of_every_kind_and_none_twice():
    assert len({fault.id for fault in FAULTS}) == len(FAULTS) >= 40
    assert {fault.id.partition(".")[0] for fault in FAULTS} == {
        *("blocks", "operations", "engine", "optimizers", "files"),
    }
    assert all(fault.noticed_by for fault in FAULTS)


def test_every_claim_notices_some_fault():
    assert unnoticing() == []
    assert unnoticing(FAULTS[:1]) != []
    assert set(CLAIMS) >= OUT_OF_REACH


def test_a_fault_that_changes_nothing_is_not_caught():
    harmless = Fault("none.at-all", "nothing is wrong", lambda s: s, ("blocks.syn",))
    doubt = try_fault(harmless)
    assert not doubt.caught
    assert doubt.missed == (("blocks.syn", "holds"),)


def test_a_crash_is_no_refutation():
    def plant(subject):
        return replace(subject, blocks={})

    doubt = try_fault(Fault("none.crash", "there are no blocks", plant, ("blocks.syn",)))
    assert not doubt.caught
    assert doubt.missed == (("blocks.syn", "crashed: KeyError: 'syn'"),)


def test_planting_leaves_the_installed_code_as_it_is():
    import sys

    before = dict(sys.modules)
    for fault in FAULTS:
        fault.plant(INSTALLED)
    assert not {name for name in sys.modules if "patched" in name}
    assert all(sys.modules[name] is module for name, module in before.items())


def test_a_copy_is_changed_at_exactly_one_place():
    with pytest.raises(ValueError, match=r"'nowhere' occurs 0 times; once is needed"):
        patched("algebra.norm", old="nowhere", new="")
    copy = patched("algebra.norm", old="radicands[inputs**2 * output / 4] += 1", new="pass")
    z = INSTALLED.block("syn")
    assert copy.balanced_norm(z) == 0
    from algebra.norm import balanced_norm

    assert balanced_norm(z) != 0


def test_the_command_shows_every_fault_and_exits_0_only_if_all_are_caught(capsys, monkeypatch):
    import json

    from proofs import cli_self_test

    chosen = (FAULTS[0], FAULTS[-1])
    monkeypatch.setattr(cli_self_test, "FAULTS", chosen)
    monkeypatch.setattr(cli_self_test, "unnoticing", lambda: [])
    monkeypatch.setattr(cli_self_test, "self_test", lambda: map(try_fault, chosen))
    code, out, _ = cogo(capsys, "prove", "--self-test")
    assert code == 0
    assert "2 of 2 planted faults caught" in out
    assert "blocks.syn" in out
    harmless = replace(FAULTS[0], plant=lambda s: s)
    monkeypatch.setattr(cli_self_test, "self_test", lambda: map(try_fault, [harmless]))
    code, out, _ = cogo(capsys, "prove", "--self-test", "--json")
    assert code == 1
    [found] = json.loads(out)
    assert found["caught"] is False
    assert {x["why"] for x in found["missed"]} == {"holds"}
