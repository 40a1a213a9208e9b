"""Figures of experiments: verdicts, pages, and definitions checked against others."""

import json
import platform
from dataclasses import replace
from importlib.metadata import version
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from algebra import AbelianGroup, blocks, optimizers, zeta
from algebra.criterion.tensor import loss
from algebra.machine.write_file import WriteError
from algebra.semiring.made import total
from algebra.semiring.symmetry import balanced_norm
from experiments import decoupling, fig3, fig5, table2, weight_decay
from experiments.like_paper import like_paper
from experiments.page import page, write
from experiments.result import QUICK, Result, Row, in_a_line, machine
from numeric import embed
from numeric.recognition.compositions import COMPOSITIONS, canonical
from numeric.recognition.recognise import recognise
from numeric.weights.embed import spectrum_of
from numeric.weights.plain_network import Weights


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


def result(*rows: Row, quick: bool = False) -> Result:
    return Result(name="r", title="T", paper="Some claim.", rows=rows, quick=quick)


def test_a_quick_result_says_so_in_every_form(tmp_path):
    quick = result(Row(quantity="a|b", paper=1, values=(1, 2), unit="%"), quick=True)
    written, document = write(quick, tmp_path)
    assert QUICK in written.read_text()
    row = r"| a\|b | 1 % | 1.50 ± 0.50 % | measured | not compared (quick) |"
    assert row in written.read_text()
    assert json.loads(document.read_text())["quick"] is True
    slow = page(replace(quick, quick=False))
    assert QUICK not in slow
    assert "agrees (1.0 standard errors)" in slow


def test_ways_of_finding_a_quantity_are_columns_of_the_page():
    made = result(
        Row(section="Z7", quantity="share", way="by hand", paper=8, values=(9, 11), unit="%"),
        Row(section="Z7", quantity="share", way="by us", paper=8, values=(4, 6), unit="%"),
        Row(section="Z7", quantity="error", way="by us", values=(0.5,)),
        Row(quantity="in all", values=(3,), said="of 4"),
    )
    text = page(made)
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
    assert made.as_json()["rows"][0]["quantity"] == "Z7: share, by hand"


def test_a_discussion_is_kept_when_the_page_is_made_again(tmp_path):
    there = write(result(), tmp_path)[0]
    assert "## Discussion" not in there.read_text()
    mine = "## Discussion\n\nIt differs, since **this**.\n\n## How"
    there.write_text(there.read_text().replace("## How", mine))
    for _ in range(2):
        text = write(result(), tmp_path)[0].read_text()
        assert text.count("## Discussion\n\nIt differs, since **this**.\n\n## How it was run") == 1
    there.write_bytes(b"\xff\xfe")
    with pytest.raises(WriteError, match=r"r\.md cannot be read: 'utf-8' codec"):
        write(result(), tmp_path)


def test_the_page_names_the_machine():
    known, text = machine(), page(result())
    assert known["Python"] == platform.python_version()
    assert int(known["cores"]) >= 1
    for said in (in_a_line(known), *(f"{name} {version(name)}" for name in ("torch", "numpy"))):
        assert said in text


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
        rows = {(p, bar): row.conj() if bar else row for p, row in zip("abc", x, strict=True)
                for bar in (False, True)}  # fmt: skip
        return [
            np.prod([rows[x] for x in factors], axis=0).sum() for factors in potentials.values()
        ]

    steps = [1e-6 * unit * x.reshape(z.shape) for unit in (1, 1j) for x in np.eye(z.size)]
    columns = [np.subtract(values(z + step), values(z - step)) / 2e-6 for step in steps]
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


def test_the_median_of_losses_does_not_follow_the_worst_run():
    losses = [1e-5, 1e-5, 2e-5, 3e-5, 0.9]
    row = decoupling.median_row(losses, quantity="q", section="")
    assert row.values == (2e-5,)
    assert row.verdict(quick=False) == "half of the seeds from 1e-05 to 3e-05"


def test_potentials_over_time_are_those_of_the_definition():
    group, inside = AbelianGroup("Z2xZ3"), range(1, 6)
    rows = np.random.default_rng(1).standard_normal((3, 6, 5))
    a, b, c = (spectrum_of(x, group, row=p) for p, x in zip("abc", rows, strict=True))
    rho = {(i, j, k): (a[i] * b[j] * c[k]).sum() for i in inside for j in inside for k in inside}

    def sums(p, m, k):
        pairs = [(i, j) for i in inside for j in inside if group.add(i, j) == m]
        return sum((p[i] * p[j] * c[k]).sum() for i, j in pairs)

    def rms(values):
        return float(np.sqrt(np.mean(np.square(np.abs(list(values))))))

    expected = (
        float(np.mean([rho[k, k, k].real for k in inside])),
        rms(x for (i, j, k), x in rho.items() if not i == j == k),
        rms(sums(a, 0, k) + sums(b, 0, k) for k in inside),
        rms(sums(p, m, k) for p in (a, b) for m in inside for k in inside),
    )
    assert fig3.potentials(Weights(group, *rows)) == pytest.approx(expected)


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
    assert (course.epochs[0], course.epochs[-1]) == (0, 2000)
    exact = float(balanced_norm(optimizers.memorization(group)))
    assert course.norms[0] == pytest.approx(exact, rel=0.01)
    assert course.losses[0] < 1e-3
    assert course.norms[-1] < 0.95 * course.norms[0]
    assert course.losses[-1] < 1e-3
    assert (course.before, course.after) == ({0: 2}, {6: 2})
    assert weight_decay.follow("order6", group, epochs=1, seed=0).before == {6: 2}


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
