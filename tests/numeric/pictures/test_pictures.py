"""Pictures are written whole, show what they say, and refuse what they cannot write."""

from functools import partial

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, Wedge
from matplotlib.text import Text

import cogo
from algebra import AbelianGroup, I, blocks, element, optimizers
from algebra.criterion.tensor import function_tensor, loss
from algebra.machine.write_file import WouldOverwriteError
from numeric import embed, pictures
from numeric.pictures import recognition as pictures_recognition
from numeric.pictures.figure import (
    COLUMN,
    STEP,
    as_svg,
    generic_angles,
    mathematics,
    new_figure,
    save_figure,
)
from numeric.pictures.tensors import BAD, GOOD, slice_of
from numeric.recognition.recognise import recognise
from numeric.weights.plain_network import Weights

RECOGNISED = ("orders", "recognised")


def drawn(figure: Figure) -> list[str]:
    """Return the texts of a figure."""
    return [x.get_text() for x in figure.findobj(Text) if x.get_text()]


@pytest.mark.parametrize("family", ["four-plus-six", "six-per-frequency", "memorization"])
def test_every_part_of_a_composition_is_drawn_with_its_order(family):
    z = optimizers.build(AbelianGroup("Z5"), family)
    assert {f"{family} over Z5", f"{z.order} nodes"} <= {*drawn(pictures.tree(z))}


@pytest.mark.parametrize("group", ["Z7", "Z101", "Z2xZ4", "Z3xZ3"])
@pytest.mark.parametrize(
    "family", ["four-plus-six", "six-per-frequency", "nine-per-frequency", "four-plus-constant"]
)
def test_equal_branches_are_drawn_once_and_counted(group, family):
    """What stands for many adds up to the whole."""
    z = optimizers.build(AbelianGroup(group), family)
    found = drawn(pictures.tree(z))
    pairs = len(z.group.conjugate_pairs())
    at_pairs = pairs - (family == "four-plus-six")
    assert len([x for x in found if "product" in x]) <= 3
    if at_pairs > 1:
        assert any(x.endswith(rf"$\times$ {at_pairs} frequencies") for x in found)


def test_shared_parts_are_drawn_once():
    group = AbelianGroup("Z5")
    x = (blocks.syn() * blocks.nu()).at(group, 1).named("shared")
    found = drawn(pictures.tree(x + x * (x + x)))
    assert [text for text in found if text.startswith("shared")] == [
        "shared at $k$ = 1",
        "shared at $k$ = 1, as above",
        r"shared  $\times$ 2 times, as above",
    ]


def test_frequencies_whose_nodes_look_alike_are_drawn_once():
    found = drawn(pictures.phases(optimizers.four_plus_six(AbelianGroup("Z7"))))
    assert [x for x in found if "k" in x] == ["$k$ = 1", "$k$ = 2; likewise 3"]
    found = drawn(pictures.phases(optimizers.six_per_frequency(AbelianGroup("Z101"))))
    assert "$k$ = 1; likewise 2, 3, 4, 5, 6, 7, ... (50 in all)" in found
    assert any("free parameters at generic angles" in text for text in found)


def test_every_node_has_its_mark_where_its_entry_is():
    z = blocks.normalised(blocks.syn() * blocks.nu(1))
    for x, row in zip(range(3), "abc", strict=True):
        centre = np.array([(x + 0.5) * STEP, -1.95])
        marks = [w for w in pictures.phases(z).findobj(Wedge) if abs(w.center[0] - centre[0]) < 1.2]
        places = np.sort_complex([complex(*(np.array(w.center) - centre)) for w in marks])
        entries = np.array([complex(z.entry(row, 0, j)) for j in range(z.order)])
        assert np.allclose(places, np.sort_complex(entries / abs(entries).max()))


def test_nodes_with_the_same_entry_share_a_mark_by_sectors():
    figure = pictures.phases(blocks.three_c())
    sectors = [w.theta2 - w.theta1 for w in figure.findobj(Wedge)]
    assert sectors == [360] * 6 + [120] * 3
    assert "0-2" in drawn(figure)
    many = drawn(pictures.phases(optimizers.memorization(AbelianGroup("Z5"))))
    assert many.count("5 nodes") == 5 + 5  # of rows b and c; those of a are in a row
    assert "20-24" in many


def test_a_picture_is_a_figure_of_a_column_or_is_on_the_axes_given():
    z = optimizers.four_plus_six(AbelianGroup("Z7"))
    found = recognise(embed(z.substitute(dict.fromkeys(z.parameters, 1))))
    T = {"before": (function_tensor(z), loss(z)), "after": (function_tensor(z), loss(z))}
    for name, draw in (
        ("phases", partial(cogo.pictures.phases, z)),
        ("tree", partial(cogo.pictures.tree, z)),
        ("tensors", partial(cogo.pictures.function_tensors, T)),
        *((x, partial(getattr(cogo.pictures, x), found)) for x in RECOGNISED),
    ):
        assert draw().get_size_inches()[0] == COLUMN, name
        figure = Figure()
        left, right = figure.subplots(1, 2)
        assert draw(ax=right) is figure
        assert not left.texts
        assert len(figure.axes) == 2


def test_a_notebook_shows_a_figure_by_itself():
    figure = pictures.phases(blocks.syn())
    assert isinstance(figure, Figure)
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_before_and_after_composing_the_losses_and_cells_are_those_of_the_library():
    G = AbelianGroup("Z5")
    before, after = (
        blocks.normalised(z).at(G, 1, 2) for z in (blocks.syn(), blocks.syn() * blocks.nu())
    )
    T = {"syn": (function_tensor(before), loss(before))}
    T["syn * nu"] = function_tensor(after), loss(after)
    found = drawn(cogo.pictures.function_tensors(T))
    assert [x for x in found if x.startswith("loss")] == ["loss = 2/5", "loss = 0"]
    assert found.count("1") == 4 + 2  # the framed cells, and two labels
    assert found.count(".5") == 4


def test_green_is_a_framed_cell_that_is_1_and_nothing_else():
    z = blocks.normalised(blocks.nu(I) * blocks.xi(1)).at(AbelianGroup("Z5"), 1, 2)
    half = z.scaled(c=2)
    for given, good, bad in ((z, 2, 2), (half, 0, 4)):
        figure = cogo.pictures.function_tensors({"z": (function_tensor(given), loss(given))})
        colours = [to_hex(x.get_facecolor()) for x in figure.findobj(Rectangle) if x.get_fill()]
        assert (colours.count(GOOD), colours.count(BAD)) == (good, bad)


def test_an_element_without_nodes_is_drawn():
    z = element(AbelianGroup("Z3"), [])
    assert drawn(pictures.phases(z)).count("element over Z3: 0 nodes") == 1
    assert "0 nodes" in drawn(pictures.tree(z))


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("nu(i)*syn(al,be)", r"$\nu$(i)$\ast$syn($\alpha$,$\beta$)"),
        ("nu(nu_1) at 1, c = 1 elsewhere", r"$\nu$($\nu_{1}$) at 1, c = 1 elsewhere"),
        ("xi(zeta(8)**3)", r"$\xi$($\zeta_{8}^{3}$)"),
        ("three_c", "$3_c$"),
        ("mine $\\frac{", r"mine \$\frac{"),
        ("a_name_of_mine", "a_name_of_mine"),
    ],
)
def test_names_are_written_in_the_letters_of_the_pages(name, latex):
    assert mathematics(name) == latex
    figure = new_figure(2, 1)
    figure.text(0, 0, mathematics(name))
    figure.canvas.draw()


def test_nothing_is_overwritten_and_other_suffixes_are_refused(tmp_path):
    figure = pictures.tree(optimizers.six_per_frequency(AbelianGroup("Z3")))
    (tmp_path / "mine.png").write_text("mine")
    with pytest.raises(WouldOverwriteError):
        save_figure(figure, tmp_path / "mine.png")
    assert (tmp_path / "mine.png").read_text() == "mine"
    for suffix, start in (("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")):
        save_figure(figure, tmp_path / f"mine.{suffix}", force=True)
        assert (tmp_path / f"mine.{suffix}").read_bytes().startswith(start)
    with pytest.raises(ValueError, match=r"pictures are written as \.png, \.pdf, \.svg"):
        save_figure(figure, tmp_path / "x.gif")


@pytest.mark.parametrize(("group", "width"), [("Z1", 4), ("Z2", 30), ("Z2xZ2", 30), ("Z2xZ2", 5)])
def test_what_no_composition_fits_is_drawn_and_says_so(group, width):
    """With constant parts and several frequencies everywhere, no node is a frequency's own."""
    G, rng = AbelianGroup(group), np.random.default_rng(1)
    found = recognise(Weights(G, *rng.normal(size=(3, G.order, width)), None))
    said = {name: drawn(getattr(cogo.pictures, name)(found)) for name in RECOGNISED}
    assert f"{group}, trained and fitted" in said["recognised"]
    if not any(x.entries.size and x.order <= 12 for x in found.frequencies):
        assert "no frequency has 1 to 12 nodes of its own" in said["recognised"]
    assert not any("inf" in text for text in said["recognised"])


def test_of_each_composition_one_frequency_is_drawn_with_the_fit_and_the_others_are_named():
    z = optimizers.four_plus_six(AbelianGroup("Z11"), nu=1)
    found = recognise(embed(z.substitute(dict.fromkeys(z.parameters, 1))))
    figure = cogo.pictures.recognised(found)
    titles = [x for x in drawn(figure) if x.startswith("$k$")]
    assert len(titles) == len(found.compositions) == 2
    assert titles[1].endswith("away; so is $k$ = 3, 4, 5")


@pytest.mark.parametrize("shade", pictures_recognition.SHADES.values())
def test_numbers_are_legible_on_every_shade(shade):
    ink = 255 if pictures_recognition._ink(shade) == "white" else 0
    weights = (0.299, 0.587, 0.114)
    parts = (int(shade[i : i + 2], 16) for i in (1, 3, 5))
    assert abs(sum(w * x for w, x in zip(weights, parts, strict=True)) - ink) > 90


def test_what_is_drawn_of_a_figure_of_a_parameter_and_of_a_tensor():
    assert as_svg(new_figure(1, 1)).startswith("<svg")
    assert abs(generic_angles(["nu"])["nu"]) == pytest.approx(1)
    T = function_tensor(optimizers.six_per_frequency(AbelianGroup("Z3")))
    assert slice_of(T, 1).tolist() == np.diag([0.0, 1.0, 0.0]).tolist()
