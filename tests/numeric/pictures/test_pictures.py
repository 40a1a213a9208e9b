"""Pictures are written whole, show what they say, and refuse what they cannot write."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from algebra import AbelianGroup, blocks, element, optimizers
from algebra.machine.write_file import WouldOverwriteError
from numeric import embed
from numeric.pictures import elements as pictures, recognition as pictures_recognition
from numeric.recognition.recognise import recognise
from numeric.recognition.report import Recognition
from numeric.weights.embed import Weights


def texts(path: Path) -> list[str]:
    """Return the comments matplotlib leaves beside every text it draws as paths."""
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    root = ElementTree.parse(path, parser).getroot()
    return [node.text.strip() for node in root.iter() if node.tag is ElementTree.Comment]


@pytest.mark.parametrize("family", ["four-plus-six", "six-per-frequency", "memorization"])
def test_every_part_of_a_composition_is_drawn_with_its_order(family, tmp_path):
    z = optimizers.build(AbelianGroup("Z5"), family)
    pictures.tree(z, tmp_path / "tree.svg")
    found = texts(tmp_path / "tree.svg")
    assert any(text.startswith(f"composition of {family}") for text in found)
    assert f"{z.order} nodes" in found


def test_long_sums_are_shortened_and_say_by_how_much(tmp_path):
    z = optimizers.six_per_frequency(AbelianGroup("Z101"))
    pictures.tree(z, tmp_path / "tree.svg")
    assert "... 44 more" in texts(tmp_path / "tree.svg")


def test_shared_parts_are_drawn_once(tmp_path):
    group = AbelianGroup("Z5")
    x = blocks.syn().at(group, 1).named("shared")
    pictures.tree(x + x * x, tmp_path / "tree.svg")
    assert sum(text.startswith("shared") for text in texts(tmp_path / "tree.svg")) == 1


def test_phases_have_a_circle_for_every_frequency(tmp_path):
    pictures.phases(optimizers.four_plus_constant(AbelianGroup("Z7")), tmp_path / "p.svg")
    found = texts(tmp_path / "p.svg")
    assert [text for text in found if text.startswith("k = ")] == [f"k = {k}" for k in range(4)]
    assert any("free parameters at generic angles" in text for text in found)
    pictures.phases(optimizers.six_per_frequency(AbelianGroup("Z101"), nu=1), tmp_path / "q.svg")
    assert any("the first 12 of 50 frequencies" in text for text in texts(tmp_path / "q.svg"))


def test_an_element_without_nodes_is_drawn(tmp_path):
    z = element(AbelianGroup("Z3"), [])
    pictures.phases(z, tmp_path / "p.png")
    pictures.tree(z, tmp_path / "t.png")
    assert (tmp_path / "p.png").read_bytes()[:4] == b"\x89PNG"


def test_nothing_is_overwritten_and_other_suffixes_are_refused(tmp_path):
    z = optimizers.six_per_frequency(AbelianGroup("Z3"))
    (tmp_path / "mine.png").write_text("mine")
    with pytest.raises(WouldOverwriteError):
        pictures.tree(z, tmp_path / "mine.png")
    assert (tmp_path / "mine.png").read_text() == "mine"
    pictures.tree(z, tmp_path / "mine.png", force=True)
    with pytest.raises(ValueError, match=r"pictures are written as \.png, \.pdf, \.svg"):
        pictures.phases(z, tmp_path / "x.gif")


def small_network(group: str, width: int, *, seed: int) -> Recognition:
    rng = np.random.default_rng(seed)
    d = AbelianGroup(group).order
    return recognise(Weights(AbelianGroup(group), *rng.normal(size=(3, d, width)), None))


@pytest.mark.parametrize(("group", "width"), [("Z1", 4), ("Z2", 30), ("Z2xZ2", 30), ("Z2xZ2", 5)])
def test_what_no_composition_fits_is_drawn_and_says_so(group, width, tmp_path):
    """With constant parts and several frequencies everywhere, no node is a frequency's own."""
    found = small_network(group, width, seed=1)
    for name in ("orders", "phases", "fitted"):
        getattr(pictures_recognition, name)(found, tmp_path / f"{name}.svg")
    assert "nodes, and fitted compositions as rings" in texts(tmp_path / "phases.svg")
    if not any(x.entries.size and x.order <= 12 for x in found.frequencies):
        assert "no frequency has 1 to 12 nodes of its own" in texts(tmp_path / "phases.svg")
    if not any(x.match.model.size for x in found.frequencies):
        assert "no composition was fitted" in texts(tmp_path / "fitted.svg")
    assert not any("inf" in text for text in texts(tmp_path / "phases.svg"))


@pytest.mark.parametrize(("group", "frequencies"), [("Z3", 1), ("Z5", 2), ("Z7", 3)])
def test_pictures_of_recognition_are_wide_enough_for_their_titles(group, frequencies, monkeypatch):
    kept = []
    monkeypatch.setattr(
        pictures_recognition, "save_figure", lambda figure, *_, **__: kept.append(figure)
    )
    found = recognise(embed(optimizers.six_per_frequency(AbelianGroup(group), nu=1)))
    assert len(found.frequencies) == frequencies
    pictures_recognition.phases(found, "phases.png")
    (figure,) = kept
    figure.canvas.draw()
    drawn = figure._suptitle.get_window_extent()
    assert 0 <= drawn.x0 < drawn.x1 <= figure.bbox.width


def test_fitted_names_the_frequencies_of_a_product_group(tmp_path):
    z = optimizers.build(AbelianGroup("Z2xZ4"), "four-plus-real", xi=1)
    pictures_recognition.fitted(recognise(embed(z)), tmp_path / "f.svg")
    assert {"(0,1)", "(0,2)", "(1,0)", "(1,1)"} <= set(texts(tmp_path / "f.svg"))


@pytest.mark.parametrize("shade", pictures_recognition.SHADES.values())
def test_numbers_are_legible_on_every_shade(shade):
    ink = 255 if pictures_recognition._ink(shade) == "white" else 0
    weights = (0.299, 0.587, 0.114)
    parts = (int(shade[i : i + 2], 16) for i in (1, 3, 5))
    assert abs(sum(w * x for w, x in zip(weights, parts, strict=True)) - ink) > 90
