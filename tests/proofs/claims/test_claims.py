"""Every claim holds where it applies, says how it is known, and the registry is sound."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from algebra import AbelianGroup, optimizers
from algebra.groups.group import isomorphism_types
from algebra.groups.group_names import named_group
from algebra.optimizers.width_bounds import BOUNDS
from cogo.cli.prove import summary
from numeric.work.executor import executor_of
from proofs.claims import norms
from proofs.claims.checker import judged
from proofs.claims.claim import Claim, Context, Evidence, Kind, first_difference
from proofs.claims.registry import CLAIMS, collected, digraph, selected
from proofs.claims.width import ATTAINED_AT, stated
from proofs.formal.proved import statement
from proofs.proving.pictures import worst
from proofs.proving.prove import (
    Outcome,
    by_claim,
    certified,
    check,
    count,
    marked,
    prove,
    tally,
    time_of,
)
from proofs.subjects.generic import generic, multisets
from proofs.subjects.recipe import Symmetry
from proofs.subjects.subject import INSTALLED, Subject

GROUPS = [named_group(x) for x in ("Z1", "Z2", "Z5", "Z6", "Z2xZ2", "Z9")]
FINITE = [named_group(x) for x in ("S3", "Q8", "A4", "Dic3", "S4")]
KINDS = set(get_args(Kind))


@pytest.mark.parametrize("name", [c.id for c in CLAIMS.values() if c.applies is None])
def test_a_universal_claim_holds(name):
    outcome = check(CLAIMS[name], Context(seed=1))
    assert outcome.holds is True, outcome.evidence.counterexample
    assert outcome.evidence.kind in KINDS
    assert outcome.evidence.scope


@pytest.mark.parametrize("group", [*GROUPS, *FINITE], ids=str)
def test_every_claim_about_a_group_holds(group):
    claims = [claim for claim in CLAIMS.values() if claim.applies]
    found = list(prove(claims, [group], seed=2))
    assert {x.claim for x in found} == {c.id for c in claims if c.is_about(group)}
    wrong = {x.claim: x.evidence.counterexample for x in found if x.holds is not True}
    assert not wrong


def test_every_family_is_proved_for_every_abelian_group_of_order_up_to_16_and_some_beyond():
    claims = [c for c in selected(["optimizers"]) if c.id.split(".")[1] in optimizers.FAMILIES]
    groups = [G for d in range(1, 17) for G in isomorphism_types(d)]
    assert len(groups) == 25
    groups += map(AbelianGroup, ("Z18", "Z5xZ5", "Z3^3", "Z2xZ4xZ4", "Z2^5", "Z31"))
    found = list(prove(claims, groups))
    assert [x for x in found if x.holds is not True] == []
    assert all(x.evidence.kind == "proved" for x in found)
    families = sum(info.exists(G) for G in groups for info in optimizers.FAMILIES.values())
    assert len(found) == 2 * families


def test_claims_that_are_too_long_are_said_to_be_not_attempted():
    outcome = check(CLAIMS["optimizers.memorization"], Context(group=AbelianGroup("Z1031")))
    assert outcome.holds is None
    assert outcome.how == (
        "not attempted: d^3 = 1.1e+09 multiply-adds; at most d = 1024"
        "; proved for all groups (Coq: memorization_zero_loss)"
    )


def test_samples_depend_on_the_seed_alone():
    group = AbelianGroup("Z4")
    [first], [again], [other] = (
        [check(CLAIMS["criterion.loss"], Context(group=group, seed=seed)).evidence]
        for seed in (3, 3, 4)
    )
    assert first == again
    assert first.scope != other.scope


def test_every_kind_of_evidence_is_called_by_its_own_name():
    claims = selected(["width", "characters", "criterion.routes", "mirror.output"])
    words = {x.how.partition(":")[0] for x in prove(claims, [AbelianGroup("Z5")])}
    assert words == {"proved", "checked exhaustively", "sampled", "measured"}


def bounded(kind, group, at=lambda group: 0):
    """What the claim about a bound finds where that is said to be larger for some groups."""

    def bound(group, name):
        return INSTALLED.lower_bound(group, name) + (name == kind and at(group))

    context = Context(replace(INSTALLED, lower_bound=bound), AbelianGroup(group))
    return CLAIMS[f"width.{kind}"].check(context)


@pytest.mark.parametrize("kind", BOUNDS)
def test_a_lower_bound_is_refuted_by_a_narrower_network_if_it_is_raised(kind):
    assert bounded(kind, "Z7").counterexample == ""
    wrong = bounded(kind, "Z7", lambda group: 1).counterexample
    assert "the checker: accepted: Z" in wrong
    # Each term of the formulas is needed at one of the groups at which a family attains the bound.
    terms = {
        "dimension": [lambda group: 1],
        "lower-bound": [lambda group: 1],
        "projected": [lambda group: group.exponent != 3, lambda group: str(group) in ("Z8", "Z7")],
        "onehot": [lambda group: group.exponent > 4, lambda group: str(group) in ("Z10", "Z7")],
    }[kind]
    found = [bounded(kind, "Z7", term).counterexample for term in terms]
    assert all("the checker: accepted" in wrong for wrong in found)


@pytest.mark.parametrize("kind", BOUNDS)
@pytest.mark.parametrize("group", ["Z2", "Z7", "Z9", "Z2xZ4", "Z3xZ3", "Z2xZ10"])
@pytest.mark.parametrize("more", [-1, 1])
def test_a_bound_that_differs_anywhere_from_its_theorem_is_refuted(kind, group, more):
    wrong = bounded(kind, group, lambda other: more * (str(other) == str(AbelianGroup(group))))
    assert wrong.counterexample
    if more < 0 or str(AbelianGroup(group)) not in ATTAINED_AT:
        least = stated(AbelianGroup(group))[kind][0]
        assert f"at least {least + more} nodes" in wrong.counterexample


def test_a_lower_bound_is_proved_by_a_theorem_of_coq_that_its_claim_names():
    for kind, group in product(BOUNDS, ("Z3", "Z4", "Z7")):
        found = bounded(kind, group)
        _, theorem = stated(AbelianGroup(group))[kind]
        assert found.kind == "proved"
        assert found.scope.startswith(f"Coq, {theorem}; a count: at least ")
        assert theorem in {x.partition(":")[2] for x in CLAIMS[f"width.{kind}"].theorems}


def test_ids_are_unique_and_needs_exist_and_there_is_no_circle():
    claim = CLAIMS["blocks.syn"]
    with pytest.raises(ValueError, match=r"claim id 'blocks\.syn' occurs twice"):
        collected([[claim], [claim]])
    with pytest.raises(ValueError, match=r"claim 'blocks\.syn' needs 'nothing'"):
        collected([[replace(claim, needs=("nothing",))]])
    circle = {name: replace(claim, id=name, needs=(other,)) for name, other in ("ab", "ba")}
    with pytest.raises(ValueError, match="claims in a circle"):
        digraph(circle)
    assert set(digraph()) == set(CLAIMS)
    below = {"characters.orthogonal", "criterion.output"}
    assert set(digraph().successors("criterion.loss")) == below


THEOREM = """(* Lemma gone : False. Proof. Admitted. *)
Lemma first : True. Proof. by []. Qed.
Theorem zero_loss' (n : nat) :
  n.+1 != 0. (* a remark *)
Proof. by []. Qed.
Lemma open : False.
Proof. Admitted.
"""


def test_every_theorem_that_a_claim_names_is_proved_in_its_file(tmp_path):
    for claim in CLAIMS.values():
        for theorem in claim.theorems:
            assert theorem.partition(":")[2] in statement(theorem)
    (tmp_path / "a.v").write_text(THEOREM)
    assert statement("a.v:first", folder=tmp_path) == "Lemma first : True."
    found = " ".join(statement("a.v:zero_loss'", folder=tmp_path).split())
    assert found == "Theorem zero_loss' (n : nat) : n.+1 != 0."
    for name in ("a.v:gone", "a.v:open", "a.v:zero_loss", "a.v:fir", "b.v:first", "a.v"):
        with pytest.raises(ValueError, match=r"theorem='.*': (no such file|a.v proves nothing)"):
            statement(name, folder=tmp_path)
    named = replace(CLAIMS["optimizers.six-per-frequency"], theorems=("a.v:first", "a.v:other"))
    found = check(CLAIMS["blocks.syn"], Context()).how
    assert found == "proved: exact values; proved (Coq: syn_table)"
    assert named.coq == "proved for all groups (Coq: first, other)"
    assert replace(named, applies=None).coq == "proved (Coq: first, other)"


def test_claims_are_chosen_by_id_family_and_glob():
    assert [c.id for c in selected(["blocks.xi", "blocks.xi'"])] == ["blocks.xi", "blocks.xi'"]
    assert {c.family for c in selected(["laws", "norms"])} == {"laws", "norms"}
    assert all(c.id.endswith(".onehot") for c in selected(["*.onehot"]))
    assert [c.id for c in selected(["optimizers.order46"])] == ["optimizers.four-plus-six"]
    with pytest.raises(ValueError, match="claims='loss' matches no claim; pass an id"):
        selected(["loss"])


def _outcome(claim: str, group: str, wrong: str = "") -> Outcome:
    return Outcome(claim, group, Evidence("proved", "", wrong))


def test_what_rests_on_a_refuted_claim_is_marked_for_the_same_group_only():
    holds, rests = ("holds", (), True), ("rests on refuted", ("criterion.tensor",), None)
    cases = [
        ("criterion.tensor", "Z3", "planted", ("refuted", (), False)),
        ("criterion.tensor", "Z5", "", holds),
        ("optimizers.six-per-frequency", "Z3", "", rests),
        ("optimizers.six-per-frequency", "Z5", "", holds),
        ("norms.blocks", "", "", rests),
        ("laws.one", "", "", holds),
    ]
    found = marked([_outcome(*outcome) for *outcome, _ in cases])
    assert [(x.result, x.rests_on, x.holds) for x in found] == [wanted for *_, wanted in cases]


def test_processes_find_the_same_as_one():
    claims, groups = selected(["width", "optimizers.six-per-frequency", "laws.one"]), GROUPS
    alone = list(prove(claims, groups))
    with executor_of(None, 2) as (executor, _):
        together = list(prove(claims, groups, executor=executor))
    assert [replace(x, seconds=0) for x in together] == [replace(x, seconds=0) for x in alone]
    assert len(alone) == count(claims, groups)


def not_written(name, data):
    pytest.fail(f"{name} is written")


def test_a_certificate_is_reported_only_if_the_checker_accepts_it():
    group = AbelianGroup("Z5")
    outcome = check(CLAIMS["optimizers.six-per-frequency.onehot"], Context(group=group))
    written = {}
    done = certified(outcome, lambda name, data: written.setdefault(name, data) and name)
    assert done.certificate == "Z5.six-per-frequency.onehot.cert.json"
    assert list(written) == [done.certificate]
    refusing = Subject(checker=lambda data: (1, "refuted: planted"))
    refused = certified(outcome, not_written, subject=refusing)
    assert not refused.holds
    assert refused.evidence.counterexample == "the checker: refuted: planted"
    other = check(CLAIMS["width.lower-bound"], Context(group=group))
    assert certified(other, not_written) == other


def test_a_certificate_too_large_for_the_checker_is_not_written():
    outcome = check(CLAIMS["optimizers.memorization"], Context(group=AbelianGroup("Z101")))
    done = certified(outcome, not_written)
    assert done.holds
    assert done.certificate.startswith("none: about 3090903 entries")


def test_the_first_difference_is_named_and_an_error_is_no_refutation():
    assert first_difference([("x", 1, 1)]) == ""
    assert first_difference([("x", 1, 2), ("y", 1, 3)]) == "x: 1 is not 2"
    assert first_difference([("T", {7: 1}, {})]) == "T at 7: 1 is not 0"
    _, wrong = judged(lambda data: (0, "accepted"), [("empty", 2, b"")], "nothing")
    assert first_difference([wrong]) == "empty, exit code, accepted: 0 is not 2"

    def broken(context: Context) -> Evidence:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        check(Claim("a.b", "", "", "", broken), Context())


def test_the_falling_norm_would_notice_another_norm():
    assert first_difference(norms.slopes(lambda x, y, m: x**2 + (m - 1) * y**2)) == ""
    assert "d norm / dx" in first_difference(norms.slopes(lambda x, y, m: x**2 + m * y**2))
    assert str(norms.carried_norm(3)) == "6*6**(1/3)"


def test_what_is_tried_has_the_entries_that_are_said():
    assert (generic("x", 2).order, len(generic("x", 2).parameters)) == (2, 12)
    assert len(generic("x", 1, spectrum=AbelianGroup("Z4")).parameters) == 12  # k = 0, 1, 2
    assert len(list(multisets(3))) == 84
    assert INSTALLED.block("nu(i) * xi").order == 4
    group = AbelianGroup("Z4")
    assert Symmetry("translated", (1, 0)).action(group)((1, 0, 1)) == ((1, 0, 1), 1)
    assert Symmetry("swapped").action(group)((1, 0, 3)) == ((0, 1, 3), 1)


def test_outcomes_are_counted_in_the_words_of_their_evidence():
    found = Outcome("laws.one", "", Evidence("exhaustive", "all 3 cases"), 0.25)
    assert (found.word, time_of([found])) == ("checked exhaustively", "250.0 ms")
    assert tally([found])["checked exhaustively"] == 1
    assert [claim.id for claim in by_claim([found])] == ["laws.one"]
    wrong = [_outcome("laws.one", "Z5", "planted"), _outcome("laws.one", "Z7")]
    assert worst(wrong) == {"laws.one": "refuted"}
    said = summary([_outcome("laws.one", "")])
    assert said == "1 proved; 0 refuted; checks took 0.0 ms"
