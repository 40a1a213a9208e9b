"""Plans of sweeps: what texts mean, and which are refused."""

import re
import sys

import pytest

from algebra.machine.install import install
from algebra.machine.read_file import ReadError
from numeric.sweeps.plan import (
    MAX_BATCH,
    PlanError,
    SweepPlan,
    axis_values,
    plan_from_document,
    plan_from_text,
    read_plan,
    run_name,
)
from tests.refusal import refused

TEXT = """
groups: [Z23, 2x4, 5-7]
widths: 64-256:64
weight_decays: [1e-5, 0]   # YAML reads 1e-5 as a text
lrs: 1e-3..1e-1:3
train_fractions: 0.9
seeds: 0,2-4
epochs: 50
optimizer: adamw
"""


def test_a_plan_in_yaml_means_what_it_says():
    plan = plan_from_text(TEXT)
    assert plan.groups == ("Z23", "Z2xZ4", "Z5", "Z6", "Z7")
    assert plan.widths == (64, 128, 192, 256)
    assert plan.weight_decays == (1e-5, 0.0)
    assert plan.lrs == (1e-3, 1e-2, 1e-1)
    assert plan.train_fractions == (0.9,)
    assert plan.seeds == (0, 2, 3, 4)
    assert (plan.epochs, plan.optimizer, plan.dtype) == (50, "adamw", "float32")
    assert plan_from_text(plan.to_text()) == plan
    assert len({run_name(run) for run in plan.runs()}) == len(plan.runs()) == 5 * 4 * 2 * 3 * 4


def test_batches_hold_every_run_once_and_are_of_one_shape():
    plan = SweepPlan(
        groups=("Z5", "Z23"), widths=(16, 512), weight_decays=(0.0, 1e-4), lrs=(0.01, 0.02),
        train_fractions=(0.5, 0.9), seeds=tuple(range(7)), epochs=1,
    )  # fmt: skip
    batches = plan.batches()
    runs = [run for batch in batches for run in batch.runs()]
    assert len(runs) == len(set(runs)) == 2 * 2 * 2 * 2 * 2 * 7
    assert set(runs) == set(plan.runs())
    small = [len(x.seeds) for x in batches if x.group == "Z5" and x.width == 16]
    assert small == 2 * [MAX_BATCH, 28 - MAX_BATCH]
    large = [x for x in batches if x.group == "Z23" and x.width == 512]
    assert {len(x.seeds) for x in large} == {1}


def test_runs_that_differ_in_decay_learning_rate_and_seed_share_a_batch():
    plan = SweepPlan(
        groups=("Z5",), widths=(16,), weight_decays=(0.0, 1e-4), lrs=(0.01, 0.02), seeds=(3, 4),
    )  # fmt: skip
    [batch] = plan.batches()
    assert [(x.weight_decay, x.lr, *x.seeds) for x in batch.runs()] == [
        (decay, lr, seed) for decay in (0.0, 1e-4) for lr in (0.01, 0.02) for seed in (3, 4)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("axis", "text", "message"),
    [
        ("widths", "8-4", "widths='8-4'; write FIRST-LAST or FIRST-LAST:STEP, upwards"),
        ("widths", "4-8:0", "widths='4-8:0'; write FIRST-LAST or FIRST-LAST:STEP, upwards"),
        ("widths", "many", "widths='many'; write a whole number, such as 64"),
        ("widths", 64.0, "widths=64.0; write a whole number, such as 64"),
        ("seeds", True, "seeds=True; write a whole number, such as 64"),
        ("seeds", "", "seeds=''; write a whole number, such as 64"),
        ("seeds", "1,x", "seeds='x'; write a whole number, such as 64"),
        ("seeds", "4-0", "seeds='4-0'; write FIRST-LAST or FIRST-LAST:STEP, upwards"),
        ("seeds", "0-9999999999", "seeds='0-9999999999'; write FIRST-LAST or FIRST-LAST:STEP, "),
        ("lrs", "0..1:3", "lrs='0..1:3'; write FIRST..LAST:COUNT, upwards from above 0"),
        ("lrs", "1..0.1:3", "lrs='1..0.1:3'; write FIRST..LAST:COUNT, upwards from above 0"),
        ("lrs", "fast", "lrs='fast'; write a number, such as 5e-5"),
        ("lrs", "nan", "lrs='nan'; write a number, such as 5e-5"),
        ("groups", None, "groups=None; write a group, such as Z23 or Z2xZ4"),
    ],
)
def test_values_that_are_none_are_refused(axis, text, message):
    with pytest.raises(PlanError, match=f"^{re.escape(message)}"):
        axis_values(axis, text)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "a plan is a mapping; write groups, widths"),
        ({"widths": 5}, "groups is missing; write for example groups: [Z23, Z2xZ4]"),
        ({"groups": "Z5", "epoch": 3}, "epoch is no part of a plan; write groups, widths"),
        ({"groups": "Z5", "widths": []}, "widths: there is no value; give at least one"),
        ({"groups": "Z5,5"}, "groups=Z5,Z5: give each value once"),
        ({"groups": "Z5", "dtype": 32}, "dtype=32; write a text"),
        ({"groups": "Z5", "optimizer": "lion"}, "optimizer='lion'; pass adam or adamw or sgd"),
        ({"groups": "Z5", "seeds": "0-999999", "widths": "1-2"}, "a sweep has at most 1000000"),
    ],
)
def test_plans_that_are_none_are_refused(document, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plan_from_document(document)


def test_yaml_runs_no_code(tmp_path):
    target = tmp_path / "made"
    text = f'groups: !!python/object/apply:os.mkdir ["{target}"]'
    with pytest.raises(PlanError, match="the plan is no YAML: could not determine a constructor"):
        plan_from_text(text)
    assert not target.exists()


def test_a_key_given_twice_is_refused_and_does_not_win():
    with refused(PlanError, "groups is given twice; give each key once"):
        plan_from_text("groups: Z5\nwidths: 16\ngroups: Z7")


@pytest.mark.parametrize(
    ("text", "axis", "values"),
    [
        ("seeds: [010, 3]", "seeds", (10, 3)),
        ("widths: 0x10", "widths", None),
        ("widths: 1:30", "widths", None),
        ("widths: 16.0", "widths", None),
        ("seeds: yes", "seeds", None),
        ("lrs: [5e-5, 1.5e+2, .5, '0.25']", "lrs", (5e-5, 150.0, 0.5, 0.25)),
        ("lrs: .inf", "lrs", None),
        ("groups: [5, Z7, 2x4]", "groups", ("Z5", "Z7", "Z2xZ4")),
    ],
)
def test_numbers_in_yaml_are_decimal(text, axis, values):
    """In YAML 1.1 ``010`` is 8 and ``1:30`` is 90."""
    given = text if text.startswith("groups") else f"groups: Z5\n{text}"
    if values is not None:
        assert getattr(plan_from_text(given), axis) == values
        return
    with pytest.raises(PlanError, match=f"^{axis}='"):
        plan_from_text(given)


def test_aliases_that_stand_for_much_are_refused_in_no_time():
    """Ten to the twelfth entries in a text of a few lines."""
    lines = ["&a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"&a{i} [{','.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(PlanError, match=r"^epochs=\[\[") as caught:
        plan_from_text(f"groups: Z5\nepochs: [{', '.join(lines)}]")
    assert len(str(caught.value)) < 1000


def test_a_plan_file_is_named_in_its_errors(tmp_path):
    path = tmp_path / "plan.yaml"
    with pytest.raises(ReadError, match=r"plan\.yaml does not exist; give the path of a file"):
        read_plan(path)
    path.write_text("groups: Z5\nwidth: 3\n")
    with pytest.raises(PlanError, match=r"plan\.yaml: width is no part of a plan"):
        read_plan(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PlanError, match=r"plan\.yaml: the plan is no UTF-8 text"):
        read_plan(path)


def test_without_pyyaml_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with refused(PlanError, f"a plan in YAML needs PyYAML: {install('sweep')}"):
        plan_from_text("groups: Z5")
