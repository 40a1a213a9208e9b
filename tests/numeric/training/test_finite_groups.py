"""Training over groups that are not Abelian."""

from dataclasses import replace

import numpy as np
import pytest

from algebra.groups.group_names import group
from algebra.networks.any_group import build
from numeric.recognition.recognise import recognise
from numeric.sweeps.plan import PlanError, SweepPlan, axis_values
from numeric.training.checkpoint import CheckpointError, read_checkpoint, write_checkpoint
from numeric.training.run import TrainingRun
from numeric.training.settings import Settings, settings_from_text
from numeric.training.train import train
from numeric.verification.verify import verify
from numeric.weights.embed import embed
from numeric.weights.given import reading
from numeric.weights.plain_network import WeightFileError
from tests.numeric.network_loss import outputs


def test_a_trained_network_says_its_group_and_is_verified_over_it():
    settings = Settings(group="S3", width=64, epochs=400, train_fraction=1.0, weight_decay=0.0)
    (trained,) = train(settings)
    assert trained.network.metadata["group"] == "S3"
    found = verify(trained.network)
    assert found.operation.name == "x*y over S3"
    assert found.correct
    held = recognise(trained.network)
    assert abs(held.shares[0][:, held.live].sum(axis=0) - 1).max() < 1e-9


def test_a_name_in_a_file_reads_no_other_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text("0,1\n1,0\n")
    plain = embed(build("S3"))
    for text in ("s.csv", "SmallGroup(6,1)", "S9"):
        with pytest.raises(WeightFileError, match="group="):
            reading(replace(plain, metadata={"group": text}))


def test_each_record_has_gain_and_power_of_each_representation(tmp_path):
    settings = Settings(group="S3", width=32, epochs=60, log_every=20, seeds=(0, 1))
    trained = train(settings)
    for one in trained:
        assert [x["epoch"] for x in one.history] == [0, 20, 40, 60]
        w = one.network
        held = recognise(w)
        last = one.history[-1]
        names = "[3]", "[2,1]", "[1,1,1]"
        assert [last[f"gain.{x}"] for x in names] == pytest.approx(held.gains.tolist())
        whole = sum((x.astype(float) ** 2).sum() for x in w.state().values())
        assert sum(last[f"power.{x}"] for x in names) == pytest.approx(whole)
        texts = {k: v for k, v in w.metadata.items() if k.startswith("history.gain.")}
        assert list(texts) == ["history.gain.[1,1,1]", "history.gain.[2,1]", "history.gain.[3]"]
        written = [float(x) for x in texts["history.gain.[2,1]"].split()]
        assert written == pytest.approx([x["gain.[2,1]"] for x in one.history], rel=1e-5)
    (abelian,) = train(Settings(group="D1xZ3", width=8, epochs=1))
    assert not any("gain" in name for name in abelian.history[-1])
    assert not any("gain" in key for key in abelian.network.metadata)


def test_a_checkpoint_keeps_them_and_refuses_others(tmp_path):
    settings = Settings(group="S3", width=8, epochs=4)
    run = TrainingRun(settings)
    run.record()
    write_checkpoint(tmp_path / "x", run)
    assert read_checkpoint(tmp_path / "x", settings).history == run.history
    (good,) = run.history[0]
    missing = {name: x for name, x in good.items() if name != "gain.[3]"}
    spoilt = ([missing], [good | {"gain.[3]": "x"}], [good | {"gain.[4]": 1.0}], [good] * 2)
    for records in (*spoilt, [good | {"epoch": 0.0}], []):
        other = TrainingRun(settings)
        other.history = [records]
        write_checkpoint(tmp_path / "y", other)
        with pytest.raises(CheckpointError, match="history"):
            read_checkpoint(tmp_path / "y", settings)


@pytest.mark.parametrize("name", ["S3", "Z5"])
def test_a_table_is_learned_in_its_own_numbering_and_kept(tmp_path, name):
    products = group(name).products
    p = np.random.default_rng(0).permutation(len(products))
    table = np.empty_like(products)
    table[np.ix_(p, p)] = p[products]
    file = tmp_path / "mine.csv"
    np.savetxt(file, table, fmt="%d", delimiter=",")
    settings = Settings(group=str(file), width=32, epochs=600, train_fraction=1)
    file.unlink()
    assert (settings.group, settings_from_text(settings.to_text())) == ("mine.csv", settings)
    (trained,) = train(settings)
    assert (outputs(trained.network).argmax(axis=2) == table).all()
    assert "group" not in trained.network.metadata  # whose numbering would be another
    found = reading(trained.network)
    assert name in str(found.operation or found.weights.group)


def test_a_table_of_no_group_and_two_of_one_name_are_refused(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("0,0\n1,1\n")
    with pytest.raises(ValueError, match=r"mine\.csv: table: no neutral element"):
        Settings(group=str(file))
    file.write_text("0,1\n1,0\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.csv").write_text("0,1\n1,0\n")
    assert axis_values("groups", "SL(2,3),Z3") == ("SL(2,3)", "Z3")
    assert SweepPlan(groups=("s3", "C7", "Q8"), widths=(8,)).groups == ("S3", "Z7", "Q8")
    plan = SweepPlan(groups=(str(file), "Z3"), widths=(4,))
    assert [x.group for x in plan.runs()] == ["mine.csv", "Z3"]
    with pytest.raises(PlanError, match="give each name of a file once"):
        SweepPlan(groups=(str(file), str(tmp_path / "other" / "mine.csv")))
