"""Pictures are written whole, show what they say, and refuse what they cannot write."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from algebra import AbelianGroup, blocks, element, optimizers
from algebra.write_file import WouldOverwriteError
from numeric import pictures


def texts(path: Path) -> list[str]:
    """Return the comments matplotlib leaves beside every text it draws as paths."""
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    root = ElementTree.parse(path, parser).getroot()
    return [node.text.strip() for node in root.iter() if node.tag is ElementTree.Comment]


@pytest.mark.parametrize("family", ["order46", "order6", "memorization"])
def test_every_part_of_a_composition_is_drawn_with_its_order(family, tmp_path):
    z = optimizers.build(AbelianGroup("Z5"), family)
    pictures.tree(z, tmp_path / "tree.svg")
    found = texts(tmp_path / "tree.svg")
    assert any(text.startswith(f"composition of {family}") for text in found)
    assert f"{z.order} nodes" in found


def test_long_sums_are_shortened_and_say_by_how_much(tmp_path):
    z = optimizers.order6(AbelianGroup("Z101"))
    pictures.tree(z, tmp_path / "tree.svg")
    assert "... 44 more" in texts(tmp_path / "tree.svg")


def test_shared_parts_are_drawn_once(tmp_path):
    group = AbelianGroup("Z5")
    x = blocks.syn().at(group, 1).named("shared")
    pictures.tree(x + x * x, tmp_path / "tree.svg")
    assert sum(text.startswith("shared") for text in texts(tmp_path / "tree.svg")) == 1


def test_phases_have_a_circle_for_every_frequency(tmp_path):
    pictures.phases(optimizers.order4_const(AbelianGroup("Z7")), tmp_path / "p.svg")
    found = texts(tmp_path / "p.svg")
    assert [text for text in found if text.startswith("k = ")] == [f"k = {k}" for k in range(4)]
    assert any("free parameters at generic angles" in text for text in found)
    pictures.phases(optimizers.order6(AbelianGroup("Z101"), nu=1), tmp_path / "q.svg")
    assert any("the first 12 of 50 frequencies" in text for text in texts(tmp_path / "q.svg"))


def test_an_element_without_nodes_is_drawn(tmp_path):
    z = element(AbelianGroup("Z3"), [])
    pictures.phases(z, tmp_path / "p.png")
    pictures.tree(z, tmp_path / "t.png")
    assert (tmp_path / "p.png").read_bytes()[:4] == b"\x89PNG"


def test_nothing_is_overwritten_and_other_suffixes_are_refused(tmp_path):
    z = optimizers.order6(AbelianGroup("Z3"))
    (tmp_path / "mine.png").write_text("mine")
    with pytest.raises(WouldOverwriteError):
        pictures.tree(z, tmp_path / "mine.png")
    assert (tmp_path / "mine.png").read_text() == "mine"
    pictures.tree(z, tmp_path / "mine.png", force=True)
    with pytest.raises(ValueError, match=r"pictures are written as \.png, \.pdf, \.svg"):
        pictures.phases(z, tmp_path / "x.gif")
