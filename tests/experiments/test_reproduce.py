"""Experiments: verdicts, definitions checked against others, and each command on tiny runs."""

from __future__ import annotations

import json
import platform
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from algebra import AbelianGroup, blocks, optimizers, zeta
from algebra.criterion.tensor import loss
from algebra.machine.install import install
from algebra.machine.write_file import WriteError
from algebra.semiring.made import total
from algebra.semiring.symmetry import balanced_norm
from experiments import decoupling, fig3, fig4, fig5, groups, table2, weight_decay
from experiments.__main__ import EXPERIMENTS
from experiments.laboratory import Laboratory
from experiments.like_paper import like_paper
from experiments.page import duration, page, write
from experiments.result import QUICK, UNFINISHED, Result, Row, in_a_line, machine
from experiments.watched import watched
from numeric import embed
from numeric.recognition.compositions import COMPOSITIONS, canonical
from numeric.recognition.recognise import recognise
from numeric.sweeps.plan import SweepPlan
from numeric.weights.files import read_weights
from numeric.weights.plain_network import Weights
from proofs.certificates import checker
from tests.command import environment, experiments

TINY = SweepPlan(groups=("Z5",), widths=(48,), seeds=(0, 1), epochs=600, train_fractions=(1.0,))


@pytest.mark.parametrize(
    ("values", "more", "verdict"),
    [
        ((9, 11), {"paper": 10}, "agrees (0.0 standard errors)"),
        ((9, 11), {"paper": 8}, "agrees (2.0 standard errors)"),
        ((9, 11), {"paper": 7}, "differs: above, by 3.0 standard errors"),
        ((9, 11), {"paper": 13}, "differs: below, by 3.0 standard errors"),
        ((9, 11), {"paper": 7, "quick": True}, "not compared (quick)"),
        ((9, 11), {}, "the paper gives no figure"),
        ((), {"paper": 7}, "nothing measured"),
        ((0, 0), {"paper": 0}, "the same (no spread between runs)"),
        ((0, 0), {"paper": 1}, "differs by -1 (no spread between runs)"),
        ((3,), {"paper": 1}, "differs by +2 (one value)"),
        ((3,), {"paper": 1, "error": 4}, "agrees (0.5 standard errors)"),
        ((9,), {"paper": 7, "said": "as it is", "quick": True}, "as it is"),
    ],
)
def test_verdicts_say_what_the_numbers_do(values, more, verdict):
    quick = more.pop("quick", False)
    assert Row(quantity="", values=values, **more).verdict(quick=quick) == verdict


def test_the_standard_error_is_that_of_a_mean():
    row = Row(quantity="", values=(1.0, 2.0, 6.0))
    assert row.mean == 3
    assert row.standard_error == pytest.approx(sqrt(7) / sqrt(3))
    assert row.ours_text() == "3.00 ± 1.53"
    assert Row(quantity="", values=()).ours_text() == "-"


def test_a_quick_result_says_so_in_every_form(tmp_path):
    rows = (Row(quantity="a|b", paper=1, values=(1, 2), unit="%"),)
    result = Result(name="r", title="T", rows=rows, quick=True)
    written, document = write(result, tmp_path)
    assert QUICK in written.read_text()
    assert (
        r"| a\|b | 1 % | 1.50 ± 0.50 % | measured | not compared (quick) |" in written.read_text()
    )
    assert json.loads(document.read_text())["quick"] is True
    slow = replace(result, quick=False)
    assert QUICK not in page(slow)
    assert "agrees (1.0 standard errors)" in page(slow)


def test_ways_of_finding_a_quantity_are_columns_of_the_page():
    rows = (
        Row(section="Z7", quantity="share", way="by hand", paper=8, values=(9, 11), unit="%"),
        Row(section="Z7", quantity="share", way="by us", paper=8, values=(4, 6), unit="%"),
        Row(section="Z7", quantity="error", way="by us", values=(0.5,)),
        Row(quantity="in all", values=(3,), said="of 4"),
    )
    result = Result(name="r", title="T", paper="Some claim.", rows=rows, quick=False)
    text = page(result)
    assert "**The paper.** Some claim." in text
    table = """### Z7

|  | the paper | by hand | by us |
| --- | --- | --- | --- |
| share | 8 % | 10.00 ± 1.00 %<br>agrees (2.0 standard errors) | 5.00 ± 1.00 %<br>differs: below, by 3.0 standard errors |
| error | - | - | 0.5000 |
"""  # noqa: E501
    assert table in text
    assert "| quantity | here | known | verdict |" in text
    assert "| in all | 3 | measured | of 4 |" in text
    assert result.as_json()["rows"][0]["quantity"] == "Z7: share, by hand"


def test_a_discussion_is_kept_when_the_page_is_made_again(tmp_path):
    result = Result(name="r", title="T", rows=(), quick=False)
    there = write(result, tmp_path)[0]
    assert "## Discussion" not in there.read_text()
    mine = "## Discussion\n\nIt differs, since **this**.\n\n## How"
    there.write_text(there.read_text().replace("## How", mine))
    for _ in range(2):
        text = write(result, tmp_path)[0].read_text()
        assert text.count("## Discussion\n\nIt differs, since **this**.\n\n## How it was run") == 1
    there.write_bytes(b"\xff\xfe")
    with pytest.raises(WriteError) as caught:
        write(result, tmp_path)
    assert "r.md cannot be read: 'utf-8' codec" in str(caught.value)


def test_the_page_names_the_machine():
    known = machine()
    assert known["Python"] == platform.python_version()
    assert int(known["cores"]) >= 1
    text = page(Result(name="r", title="T", rows=(), quick=False))
    assert in_a_line(known) in text
    for name in ("torch", "numpy"):
        assert f"{name} {version(name)}" in text


def test_time_is_that_of_training_and_not_of_reading(tiny, undrawn, tmp_path, capsys):
    command = ("table2", "--quick", "--workers", 1, "-o", tmp_path, "--force")
    first, again = (
        json.loads(experiments(capsys, *command, "--json")[1])[0]["time"] for _ in range(2)
    )
    assert (first["networks"], first["new"], first["unrecorded"]) == (2, 2, 0)
    assert 0 < first["training"] <= first["waited"] <= first["here"]
    assert (again["networks"], again["new"], again["training"]) == (2, 0, first["training"])
    written = (tmp_path / "table2.md").read_text()
    assert f"training took {duration(first['training'])} in all for 2 networks, none of" in written
    for path in (tmp_path / "table2-quick-runs" / "seconds").iterdir():
        path.unlink()
    _, out, _ = experiments(capsys, *command)
    assert "how long the training of 2 took was not recorded when they were trained" in " ".join(
        out.split()
    )


def test_the_headline_counts_orders_4_and_6_that_factor():
    group = AbelianGroup("Z11")
    good = embed(optimizers.four_plus_six(group, xi=zeta(16), nu=zeta(20)), gauge="balanced")
    assert table2.headline(recognise(good)) == 1
    assert table2.headline_of_author(like_paper(good), group) == 1
    third = [blocks.normalised(blocks.syn()).at(group, k) for k in (1, 2)]
    fourth = [blocks.normalised(blocks.nu(zeta(4)) * blocks.xi(1)).at(group, k) for k in (3, 4, 5)]
    mixed = embed(total(group, [*third, *fourth]), gauge="balanced")
    assert table2.headline(recognise(mixed)) == pytest.approx(3 / 5)
    assert table2.other_orders(recognise(mixed)) == pytest.approx(2 / 5)
    assert table2.headline_of_author(like_paper(mixed), group) == pytest.approx(3 / 5)


def test_a_block_that_fits_nothing_is_not_in_the_headline():
    group = AbelianGroup("Z5")
    w = embed(optimizers.four_plus_six(group, xi=zeta(16), nu=zeta(20)), gauge="balanced")
    c = np.array(w.w_c)
    c[:, -1] *= -1.0
    broken = recognise(Weights(group, w.w_a, w.w_b, c))
    assert table2.headline(broken) == pytest.approx(1 / 2)


def test_the_gram_matrix_is_that_of_differences():
    chance = np.random.default_rng(3)
    z = chance.standard_normal((3, 4)) + 1j * chance.standard_normal((3, 4))
    potentials = {**decoupling.POTENTIALS, **decoupling.R_N}

    def values(x):
        rows = dict(zip("abc", x, strict=True))
        return np.array(
            [
                np.prod([rows[p].conj() if bar else rows[p] for p, bar in factors], axis=0).sum()
                for factors in potentials.values()
            ]
        )

    columns = []
    for unit in (1, 1j):
        for at in np.ndindex(z.shape):
            step = np.zeros_like(z)
            step[at] = 1e-6 * unit
            columns.append((values(z + step) - values(z - step)) / 2e-6)
    jacobian = np.stack(columns, axis=1)
    expected = jacobian @ jacobian.conj().T
    assert np.allclose(decoupling.gram(z, potentials), expected, atol=1e-6)


def test_potentials_decouple_but_for_the_two_of_r_n():
    widths = [64, 256, 1024]
    values = decoupling._measured(widths, 60, decoupling.POTENTIALS)
    fitted, error = decoupling.slope(widths, values)
    assert abs(fitted + 0.5) < 4 * error
    assert error < 0.02
    assert decoupling._measured(widths, 20, decoupling.R_N)[:, -1].min() > 0.05


def test_every_trained_width_has_its_accuracy_and_the_median_of_its_loss(
    tiny, undrawn, tmp_path, capsys
):
    code, out, _ = experiments(
        capsys, "decoupling", "--quick", "--workers", 1, "-o", tmp_path, "--json"
    )
    assert code == 0
    rows = {row["quantity"]: row for row in json.loads(out)[0]["rows"]}
    for q in (16, 48):
        accuracy = rows[f"Z5, trained: q = {q}, runs above 99 % on held-out pairs"]
        assert len(accuracy["values"]) == 2
        median = rows[f"Z5, trained: q = {q}, median over seeds of the loss over trained pairs"]
        files = (tmp_path / "decoupling-quick-runs").glob(f"runs/Z5_q{q}_*.safetensors")
        losses = [read_weights(path).metadata["history.train_loss"].split() for path in files]
        assert [median["ours"]] == median["values"]
        assert median["ours"] == pytest.approx(np.median([float(x[-1]) for x in losses]))
        assert (median["known"], median["standard error"]) == ("measured", None)
    assert "| q = 48 | " in (tmp_path / "decoupling.md").read_text()


def test_the_median_of_losses_does_not_follow_the_worst_run():
    losses = [1e-5, 1e-5, 2e-5, 3e-5, 0.9]
    row = decoupling.median_row(losses, quantity="q", section="")
    assert row.values == (2e-5,)
    assert row.verdict(quick=False) == "half of the seeds from 1e-05 to 3e-05"


def test_potentials_over_time_are_those_of_the_definition():
    group = AbelianGroup("Z2xZ3")
    chance = np.random.default_rng(1)
    a, b, c = chance.standard_normal((3, 6, 5))
    w = Weights(group, a, b, c)
    from numeric.weights.embed import spectrum_of

    z = {p: spectrum_of(x, group, row=p) for p, x in zip("abc", (a, b, c), strict=True)}
    inside = range(1, 6)
    rho = {
        (i, j, k): (z["a"][i] * z["b"][j] * z["c"][k]).sum()
        for i in inside for j in inside for k in inside
    }  # fmt: skip

    def rest(m, i):
        return group.add(m, group.negate(i))

    sums = {
        (p, m, k): sum(
            (z[p][i] * z[p][rest(m, i)] * z["c"][k]).sum() for i in inside if rest(m, i) != 0
        )
        for p in "ab" for m in range(6) for k in inside
    }  # fmt: skip

    def rms(values):
        return float(np.sqrt(np.mean(np.square(np.abs(list(values))))))

    expected = (
        float(np.mean([rho[k, k, k].real for k in inside])),
        rms(x for (i, j, k), x in rho.items() if not i == j == k),
        rms(sums["a", 0, k] + sums["b", 0, k] for k in inside),
        rms(x for (_, m, _), x in sums.items() if m),
    )
    assert fig3.potentials(w) == pytest.approx(expected)


@pytest.mark.parametrize("carriers", [1, 2, 3, 5])
def test_carriers_share_their_load_exactly(carriers):
    group = AbelianGroup("Z11")
    z = weight_decay.with_carriers(group, carriers)
    assert loss(z) == 0
    assert z.order == 6 * carriers + 4 * (5 - carriers)
    difference = balanced_norm(z) - weight_decay.carried_norm(5, carriers)
    assert abs(float(difference.evalf(40))) < 1e-30


@pytest.mark.parametrize("pairs", [1, 3, 11, 35])
def test_the_preferred_number_of_carriers_is_that_of_least_norm(pairs):
    norms = [float(weight_decay.carried_norm(pairs, n)) for n in range(1, pairs + 1)]
    assert weight_decay.preferred(pairs) == 1 + int(np.argmin(norms))


def test_starts_are_solutions_and_decay_lowers_their_norm():
    group = AbelianGroup("Z5")
    course = weight_decay.follow("memorization", group, epochs=2000, seed=0)
    assert course.epochs[0] == 0
    assert course.epochs[-1] == 2000
    exact = float(balanced_norm(optimizers.memorization(group)))
    assert course.norms[0] == pytest.approx(exact, rel=0.01)
    assert course.losses[0] < 1e-3
    assert course.norms[-1] < 0.95 * course.norms[0]
    assert course.losses[-1] < 1e-3
    assert (course.before, course.after) == ({0: 2}, {6: 2})
    assert weight_decay.follow("order6", group, epochs=1, seed=0).before == {6: 2}


LONG = replace(TINY, seeds=(0,), epochs=300, train_fractions=(0.9,)).runs()[0]
WATCH = """
import sys
from pathlib import Path
from numeric.training.settings import settings_from_text
from experiments.fig3 import look
from experiments.watched import watched
file = Path(sys.argv[2])
watched(settings_from_text(sys.argv[1]), look, at=lambda n: n % 7 == 0, checkpoint=file,
        every_seconds=0.0)
"""


def watch(**options: Any):
    return watched(LONG, fig3.look, at=lambda n: n % 7 == 0, **options)


@pytest.fixture
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_a_watched_network_that_is_killed_goes_on_and_loses_nothing(one_thread, tmp_path):
    """SIGKILL in the middle, then an error; weights and what was seen are the same bit for bit."""
    from numeric.training.checkpoint import read_checkpoint

    alone = watch()
    file = tmp_path / "network.safetensors"
    program = [sys.executable, "-c", WATCH, LONG.to_text(), str(file)]
    process = subprocess.Popen(program, env=environment())
    limit = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < limit:
        with suppress(ValueError, OSError):
            if read_checkpoint(file, LONG).epoch > 20:
                break
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    begun = read_checkpoint(file, LONG).epoch
    assert begun < LONG.epochs - 14

    def breaks(run):
        assert run.epoch < begun + 10
        return fig3.look(run)

    with pytest.raises(AssertionError):
        watched(LONG, breaks, at=lambda n: n % 7 == 0, checkpoint=file, every_seconds=0.0)
    assert begun < read_checkpoint(file, LONG).epoch < LONG.epochs
    whole = watch(checkpoint=file)
    assert whole.observed == alone.observed
    assert [row[0] for row in whole.observed] == [*range(0, 300, 7), 300]
    assert (whole.w == alone.w).all()
    assert whole.history == alone.history
    assert whole.seconds > 0
    written = file.stat().st_mtime_ns
    assert watch(checkpoint=file).observed == alone.observed
    assert file.stat().st_mtime_ns == written


def test_ctrl_c_on_a_watched_network_says_that_it_goes_on(tmp_path):
    from numeric.training.settings import InterruptedTrainingError

    def interrupt(run):
        if run.epoch == 14:
            raise KeyboardInterrupt
        return []

    file = tmp_path / "network.safetensors"
    with pytest.raises(InterruptedTrainingError) as caught:
        watched(LONG, interrupt, at=lambda n: n % 7 == 0, checkpoint=file, every_seconds=0.0)
    assert str(caught.value) == (
        "interrupted after 14 of 300 epochs of one network; the same command goes on"
    )
    left = watched(LONG, lambda run: [], at=lambda n: False, checkpoint=file, trains=False)
    assert left.epoch == 14


def test_a_damaged_file_of_a_watched_network_is_made_again(one_thread, tmp_path):
    file = tmp_path / "network.safetensors"
    file.write_bytes(b"0" * 100)
    assert watch(checkpoint=file).observed == watch().observed


def test_starts_that_are_followed_are_kept(tmp_path):
    group = AbelianGroup("Z5")
    place = Laboratory(tmp_path, True)
    alone = weight_decay.follow("order6", group, epochs=200, seed=0)
    assert weight_decay.follow("order6", group, epochs=200, seed=0, laboratory=place) == alone
    assert weight_decay.follow(
        "order6", group, epochs=200, seed=0, laboratory=place.opened(trains=False)
    ) == alone  # fmt: skip
    idle = place.opened(trains=False)
    assert weight_decay.follow("order46", group, epochs=200, seed=0, laboratory=idle) is None
    assert [run.width for run in idle.missing] == [10]


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the pictures, which take most of the time of a tiny experiment."""
    monkeypatch.setattr(Laboratory, "draw", lambda self, figure, name: None)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every experiment train next to nothing."""
    several = replace(TINY, groups=("Z5", "Z2^2"))
    monkeypatch.setattr(table2, "plan", lambda *, quick: TINY)
    monkeypatch.setattr(groups, "plan", lambda *, quick: several)
    monkeypatch.setattr(decoupling, "plan", lambda *, quick: replace(TINY, widths=(16, 48),
                        train_fractions=(0.9,), epochs=100))  # fmt: skip
    decays = replace(TINY, weight_decays=(1e-5, 1e-3), epochs=200)
    widths = replace(TINY, widths=(24, 48), epochs=200)
    monkeypatch.setattr(fig4, "plans", lambda *, quick: (decays, widths))
    settings = replace(fig3.run_settings(quick=True), group="Z5", width=32, epochs=200)
    monkeypatch.setattr(fig3, "run_settings", lambda *, quick: settings)
    monkeypatch.setattr(weight_decay, "followed", lambda *, quick: (AbelianGroup("Z3"), 100))


def test_every_experiment_has_its_name_on_the_command_line(capsys):
    code, out, _ = experiments(capsys, "--help")
    assert code == 0
    text = out.replace("-\n", "-")
    assert all(name in text and found.name == name for name, found in EXPERIMENTS.items())


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_writes_its_table_pictures_and_certificates(tiny, tmp_path, capsys, name):
    code, out, err = experiments(capsys, name, "--quick", "--workers", 1, "-o", tmp_path, "--json")
    assert (code, err) == (0, "")
    [document] = json.loads(out)
    assert document == json.loads((tmp_path / f"{name}.json").read_text())
    assert document["quick"] is True
    assert document["rows"]
    assert sorted(document["pictures"]) == [f"{name}.pdf", f"{name}.png"]
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    assert QUICK in (tmp_path / f"{name}.md").read_text()
    for file in document["certificates"]:
        assert checker.check((tmp_path / file).read_bytes())[0] == 0
    assert bool(document["certificates"]) == (name in ("table2", "groups"))


def test_results_are_not_overwritten_and_nothing_is_trained_twice(tiny, undrawn, tmp_path, capsys):
    command = ("table2", "--quick", "--workers", 1, "-o", tmp_path)
    code, out, _ = experiments(capsys, *command)
    assert code == 0
    assert "no figure here is comparable with it" in " ".join(out.split())
    files = {x: x.read_bytes() for x in (tmp_path / "table2-quick-runs" / "runs").iterdir()}
    code, _, err = experiments(capsys, *command)
    assert code == 2
    assert "table2.json exists already; pass --force" in err
    times = {x: x.stat().st_mtime_ns for x in files}
    assert experiments(capsys, *command, "--force", "-q") == (0, "", "")
    assert {x: x.stat().st_mtime_ns for x in files} == times


def test_figure_4_reads_the_cell_of_table_2_and_trains_it_not_again(
    tiny, undrawn, tmp_path, capsys, monkeypatch
):
    cell = replace(TINY, epochs=200)
    monkeypatch.setattr(table2, "plan", lambda *, quick: cell)
    grids = (replace(cell, weight_decays=(1e-5, 5e-5)), replace(cell, widths=(24, 48)))
    monkeypatch.setattr(fig4, "plans", lambda *, quick: grids)
    code, out, _ = experiments(capsys, "fig4", "--quick", "--workers", 1, "-o", tmp_path, "--json")
    assert code == 0
    trained = {
        path.name: sorted(run.name.split("_s")[0] for run in (path / "runs").iterdir())
        for path in tmp_path.glob("*-runs")
    }
    assert trained == {
        "table2-quick-runs": 2 * ["Z5_q48_wd5e-05_lr0.01_f1.0"],
        "fig4-decay-Z5-quick-runs": 2 * ["Z5_q48_wd1e-05_lr0.01_f1.0"],
        "fig4-width-Z5-quick-runs": 2 * ["Z5_q24_wd5e-05_lr0.01_f1.0"],
    }
    rows = json.loads(out)[0]["rows"]
    shared = [
        row for row in rows if row["quantity"].startswith("Z5, by weight decay: weight decay 5e-05")
    ]
    again = [row for row in rows if row["quantity"].startswith("Z5, by q: q 48")]
    assert shared
    assert [x["values"] for x in shared] == [x["values"] for x in again]


def test_a_stopped_experiment_reports_what_is_trained_and_names_what_is_not(
    tiny, undrawn, tmp_path, capsys, monkeypatch
):
    """Interrupted after the first group's runs over weight decay; then the rest is made."""
    import numeric.sweeps.sweep

    decays = replace(TINY, groups=("Z5", "Z2^2"), weight_decays=(1e-5, 1e-3), epochs=50)
    widths = replace(TINY, groups=("Z5", "Z2^2"), widths=(24, 48), epochs=50)
    monkeypatch.setattr(fig4, "plans", lambda *, quick: (decays, widths))
    real, calls = numeric.sweeps.sweep.sweep, []

    def stopped(plan, **options):
        calls.append(plan)
        if len(calls) > 1:
            raise numeric.training.settings.InterruptedTrainingError(
                "interrupted: the same command goes on"
            )
        return real(plan, **options)

    command = ("fig4", "--quick", "--workers", 1, "-o", tmp_path)
    command += ("--groups", "Z5,Z2^2", "--seeds", "0-1")
    with monkeypatch.context() as patched:
        patched.setattr(numeric.sweeps.sweep, "sweep", stopped)
        code, out, err = experiments(capsys, *command)
    assert code == 2
    assert "the same command goes on" in err
    document = json.loads((tmp_path / "fig4.json").read_text())
    assert {row["quantity"].split(",")[1] for row in document["rows"]} == {
        " by weight decay: weight decay 1e-05", " by weight decay: weight decay 0.001"
    }  # fmt: skip
    assert document["missing"][0] == "Z5, q = 24, weight decay 5e-05: seeds 0, 1"
    assert len(document["missing"]) == 2 + 4
    written = (tmp_path / "fig4.md").read_text()
    assert f"**{UNFINISHED}** Missing:" in written
    assert "* Z2xZ2, q = 48, weight decay 0.001: seeds 0, 1" in written
    assert "missing: Z2xZ2, q = 24, weight decay 5e-05: seeds 0, 1" in out

    code, _, err = experiments(capsys, *command)
    assert (code, err) == (0, "")
    document = json.loads((tmp_path / "fig4.json").read_text())
    assert document["missing"] == []
    assert (
        len({row["quantity"].rsplit(",")[1] + row["quantity"][:3] for row in document["rows"]}) == 8
    )


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_so_far_trains_nothing_and_says_what_is_missing(tiny, undrawn, tmp_path, capsys, name):
    code, out, err = experiments(capsys, name, "--quick", "--so-far", "-o", tmp_path, "--json")
    assert (code, err) == (0, "")
    assert list(tmp_path.glob("*-runs")) == []
    [document] = json.loads(out)
    assert document["missing"]
    assert "**Unfinished" in (tmp_path / f"{name}.md").read_text()


def test_parts_add_up_to_the_whole(tiny, undrawn, tmp_path, capsys, monkeypatch):
    """Networks of a part are those of the whole, and a folder takes the parts one by one."""
    short = replace(TINY, groups=("Z5", "Z2^2"), epochs=60)
    monkeypatch.setattr(groups, "plan", lambda *, quick: short)
    command = ("groups", "--quick", "--workers", 1, "--json")
    assert experiments(capsys, *command, "-o", tmp_path / "whole")[0] == 0
    parts = (("--groups", "2^2"), ("--groups", "Z5", "--seeds", "1"), ())
    where = ("-o", tmp_path / "parts", "--runs", tmp_path / "runs", "--force")
    documents = [json.loads(experiments(capsys, *command, *where, *part)[1])[0] for part in parts]
    assert [document["part"] for document in documents] == [
        "A part of the experiment: groups Z2xZ2 of 2.",
        "A part of the experiment: groups Z5 of 2; seeds 1 of 2.",
        "",
    ]
    assert documents[0]["settings"]["groups"] == "Z2xZ2"
    assert {row["quantity"].rpartition(", ")[2] for row in documents[1]["rows"]} == {"Z5"}
    assert [len(row["values"]) for row in documents[1]["rows"]][-1] == 1
    folders = (tmp_path / "whole" / "groups-quick-runs", tmp_path / "runs" / "groups-quick-runs")
    whole, made = (
        {path.name: path.read_bytes() for path in (folder / "runs").iterdir()} for folder in folders
    )
    assert made == whole


def test_without_torch_the_command_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, err = experiments(capsys, "table2", "-o", tmp_path)
    assert code == 2
    assert f"training needs PyTorch: {install('train')}" in err


@pytest.mark.parametrize(("composition", "name", "largest"), fig5.PHASES)
def test_uniform_phases_look_uniform_in_their_fundamental_domain(composition, name, largest):
    """Folded as `recognise` folds them, and compared with what figure 5 calls uniform."""
    (made,) = (x for x in COMPOSITIONS if x.name == composition)
    rng = np.random.default_rng(0)
    drawn = rng.uniform(0, 2 * np.pi, (4000, len(made.parameters)))
    folded = canonical(made, drawn)
    angles = np.degrees(folded[:, made.parameters[2:].index(name)])
    assert angles.min() >= 0
    assert 0.9 * largest < angles.max() <= largest
    assert stats.kstest(angles, fig5.uniform(name, largest).cdf).pvalue > 0.01
    assert stats.kstest(angles, "uniform", args=(0, largest + 5)).pvalue < 1e-9
