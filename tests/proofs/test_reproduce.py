"""Experiments: verdicts, definitions checked against others, and each command on tiny runs."""

from __future__ import annotations

import json
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, blocks, optimizers, zeta
from algebra.element import total
from algebra.norm import balanced_norm
from algebra.tensor import loss
from numeric import embed
from numeric.embed import Weights
from numeric.like_paper import like_paper
from numeric.recognise import recognise
from numeric.sweep_plan import SweepPlan
from proofs import checker
from proofs.cli import main
from proofs.cli_reproduce import NAMES
from proofs.reproduce import decoupling, fig3, fig4, groups, table2, weight_decay
from proofs.reproduce.experiments import EXPERIMENTS
from proofs.reproduce.result import QUICK, Result, Row

TINY = SweepPlan(groups=("Z5",), widths=(48,), seeds=(0, 1), epochs=1500, train_fractions=(1.0,))


def cogo(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main([str(x) for x in arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return int(caught.value.code or 0), out, " ".join(err.split())


@pytest.mark.parametrize(
    ("row", "quick", "verdict"),
    [
        (Row(quantity="", paper=10, values=(9, 11)), False, "agrees (0.0 standard errors)"),
        (Row(quantity="", paper=8, values=(9, 11)), False, "agrees (2.0 standard errors)"),
        (
            Row(quantity="", paper=7, values=(9, 11)),
            False,
            "differs: above, by 3.0 standard errors",
        ),
        (
            Row(quantity="", paper=13, values=(9, 11)),
            False,
            "differs: below, by 3.0 standard errors",
        ),
        (Row(quantity="", paper=7, values=(9, 11)), True, "not compared (quick)"),
        (Row(quantity="", values=(9, 11)), False, "the paper gives no figure"),
        (Row(quantity="", paper=7, values=()), False, "nothing measured"),
        (Row(quantity="", paper=0, values=(0, 0)), False, "the same (no spread between runs)"),
        (Row(quantity="", paper=1, values=(0, 0)), False, "differs by -1 (no spread between runs)"),
        (Row(quantity="", paper=1, values=(3,)), False, "differs by +2 (one value)"),
        (Row(quantity="", paper=1, values=(3,), error=4), False, "agrees (0.5 standard errors)"),
        (Row(quantity="", paper=7, values=(9,), said="as it is"), True, "as it is"),
    ],
)
def test_verdicts_say_what_the_numbers_do(row, quick, verdict):
    assert row.verdict(quick=quick) == verdict


def test_the_standard_error_is_that_of_a_mean():
    row = Row(quantity="", values=(1.0, 2.0, 6.0))
    assert row.mean == 3
    assert row.standard_error == pytest.approx(sqrt(7) / sqrt(3))
    assert row.ours_text() == "3.00 ± 1.53"
    assert Row(quantity="", values=()).ours_text() == "-"


def test_a_quick_result_says_so_in_every_form(tmp_path: Path):
    rows = (Row(quantity="a|b", paper=1, values=(1, 2), unit="%"),)
    result = Result(name="r", title="T", rows=rows, quick=True)
    page, document = result.write(tmp_path)
    assert QUICK in page.read_text()
    assert r"| a\|b | 1 % | 1.50 ± 0.50 % | measured | not compared (quick) |" in page.read_text()
    assert json.loads(document.read_text())["quick"] is True
    slow = replace(result, quick=False)
    assert QUICK not in slow.to_markdown()
    assert "agrees (1.0 standard errors)" in slow.to_markdown()


def test_the_headline_counts_orders_4_and_6_that_factor():
    group = AbelianGroup("Z11")
    good = embed(optimizers.order46(group, xi=zeta(16), nu=zeta(20)), gauge="balanced")
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
    w = embed(optimizers.order46(group, xi=zeta(16), nu=zeta(20)), gauge="balanced")
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


def test_potentials_over_time_are_those_of_the_definition():
    group = AbelianGroup("Z2xZ3")
    chance = np.random.default_rng(1)
    a, b, c = chance.standard_normal((3, 6, 5))
    w = Weights(group, a, b, c)
    from numeric.embed import spectrum_of

    z = {p: spectrum_of(x, group, row=p) for p, x in zip("abc", (a, b, c), strict=True)}
    inside = range(1, 6)
    rho = {
        (i, j, k): (z["a"][i] * z["b"][j] * z["c"][k]).sum()
        for i in inside for j in inside for k in inside
    }  # fmt: skip

    def rest(m, i):
        return int(group.add(np.array(m), group.negate(np.array(i))))

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
    course = weight_decay.follow("memorization", group, epochs=3000, seed=0)
    assert course.epochs[0] == 0
    assert course.epochs[-1] == 3000
    exact = float(balanced_norm(optimizers.memorization(group)))
    assert course.norms[0] == pytest.approx(exact, rel=0.01)
    assert course.losses[0] < 1e-3
    assert course.norms[-1] < 0.95 * course.norms[0]
    assert course.losses[-1] < 1e-3
    assert (course.before, course.after) == ({0: 2}, {6: 2})
    assert weight_decay.follow("order6", group, epochs=1, seed=0).before == {6: 2}


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


def test_every_experiment_has_its_name_on_the_command_line():
    assert tuple(EXPERIMENTS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_writes_its_table_pictures_and_certificates(
    tiny, tmp_path: Path, capsys, name
):
    code, out, err = cogo(
        capsys, "reproduce", name, "--quick", "--workers", 1, "-o", tmp_path, "--json"
    )
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


def test_results_are_not_overwritten_and_nothing_is_trained_twice(tiny, tmp_path: Path, capsys):
    command = ("reproduce", "table2", "--quick", "--workers", 1, "-o", tmp_path)
    code, out, _ = cogo(capsys, *command)
    assert code == 0
    assert "no figure here is comparable with it" in " ".join(out.split())
    files = {x: x.read_bytes() for x in (tmp_path / "table2-quick-runs" / "runs").iterdir()}
    code, _, err = cogo(capsys, *command)
    assert code == 2
    assert "table2.json exists already; pass --force" in err
    times = {x: x.stat().st_mtime_ns for x in files}
    assert cogo(capsys, *command, "--force", "-q") == (0, "", "")
    assert {x: x.stat().st_mtime_ns for x in files} == times


def test_what_is_no_experiment_is_refused(tmp_path: Path, capsys):
    code, _, err = cogo(capsys, "reproduce", "table3", "-o", tmp_path / "r")
    assert code == 2
    assert "what='table3' is no experiment; pass table2, weight-decay, decoupling," in err
    assert not (tmp_path / "r").exists()
    (tmp_path / "file").write_text("")
    code, _, err = cogo(capsys, "reproduce", "table2", "-o", tmp_path / "file")
    assert code == 2
    assert "file cannot be made: File exists" in err


def test_without_torch_the_command_says_what_to_install(tmp_path: Path, capsys, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, err = cogo(capsys, "reproduce", "table2", "-o", tmp_path)
    assert code == 2
    assert 'training needs PyTorch: pip install "cogo-algebra[train]"' in err
