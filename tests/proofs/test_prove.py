"""What `prove` reports is what was shown, and a wrong claim is reported as refuted."""

import pytest

from algebra import AbelianGroup, blocks, optimizers
from proofs import checker, prove


@pytest.mark.parametrize("name", ["Z1", "Z2", "Z7", "Z12", "Z2xZ4", "Z3xZ3"])
def test_every_family_of_a_group_is_proved(name):
    group = AbelianGroup(name)
    outcomes = list(prove.prove_optimizers(group))
    assert [x.claim.split()[0] for x in outcomes] == optimizers.families(group)
    assert all(x.holds for x in outcomes)
    assert all(x.width == optimizers.width(group, x.claim.split()[0]) for x in outcomes)
    assert all(x.how.startswith("proved, all ") for x in outcomes)


def test_blocks_and_laws_hold():
    outcomes = [*prove.prove_blocks(), *prove.prove_laws()]
    assert len(outcomes) == len(prove.BLOCKS) + 11
    assert all(x.holds for x in outcomes)


def test_a_block_that_kills_something_else_is_refuted(monkeypatch):
    monkeypatch.setattr(prove, "BLOCKS", ((blocks.syn, "a-bc ab-c aac"),))
    [outcome] = prove.prove_blocks()
    assert outcome.holds is False
    assert outcome.counterexample == "a-a-c, aa-c, aac, abc-, b-b-c, bb-c"


def test_a_family_that_is_wrong_is_refuted_with_the_failing_entries(monkeypatch):
    def wrong(group, **options):
        return blocks.normalised(blocks.syn()).at(group, *group.conjugate_pairs()).named("wrong")

    info = optimizers.FamilyInfo(wrong, (), lambda d, pairs, reals: 3 * pairs)
    monkeypatch.setitem(optimizers.FAMILIES, "wrong", info)
    [outcome] = prove.prove_optimizers(AbelianGroup("Z7"), chosen=("wrong",))
    assert outcome.holds is False
    assert "loss = 3/7; frequencies hit: 1, 2, 3" in outcome.counterexample
    assert "T[2,0,1] = 1/2, expected 0: R_* a[1]*a[1]*c[1] = 1" in outcome.counterexample


def test_a_certificate_is_reported_only_if_the_checker_accepts_it(monkeypatch):
    written = []
    outcomes = list(
        prove.prove_optimizers(
            AbelianGroup("Z5"), write=lambda name, data: written.append(name) or f"{name}.json"
        )
    )
    assert [x.certificate for x in outcomes] == [f"{name}.json" for name in written]
    monkeypatch.setattr(checker, "check", lambda data: (1, "refuted: planted"))
    [outcome] = prove.prove_optimizers(
        AbelianGroup("Z5"), chosen=("order6",), write=lambda name, data: written.append("never")
    )
    assert outcome.holds is False
    assert outcome.counterexample == "the checker: refuted: planted"
    assert "never" not in written


def test_work_that_is_too_long_is_said_to_be_not_attempted():
    outcomes = list(prove.prove_optimizers(AbelianGroup("Z1031"), chosen=("memorization",)))
    assert [x.holds for x in outcomes] == [None]
    assert outcomes[0].how.startswith("not attempted")


def test_a_certificate_too_large_for_the_checker_is_not_written():
    [outcome] = prove.prove_optimizers(
        AbelianGroup("Z101"), chosen=("memorization",), write=lambda name, data: "written"
    )
    assert outcome.holds
    assert outcome.certificate.startswith("none: about 3090903 entries")
