"""The catalogue of widths: every certificate is checked again, and the page says what is proved."""

import json
from pathlib import Path

import pytest

from algebra import AbelianGroup
from proofs import catalogue
from proofs.catalogue import SUFFIX, Proved, groups, narrowest, page, read

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((ROOT / "docs" / "widths").glob("*" + SUFFIX))


@pytest.fixture(scope="module")
def proved():
    return [read(path) for path in FILES]


def test_the_page_is_what_the_certificates_prove_and_all_are_accepted(proved):
    assert len(proved) == len(FILES) >= 2 * len(groups())
    assert (ROOT / "docs" / "catalogue.md").read_text() == page(proved)
    used = page(proved)
    assert [x.file for x in proved if x.file not in used] == []


def test_there_are_all_groups_of_order_2_to_16():
    assert [sum(G.order == d for G in groups()) for d in range(2, 17)] == [
        1, 1, 2, 1, 1, 1, 3, 2, 1, 1, 2, 1, 1, 1, 5]  # fmt: skip


def test_widths_that_are_known_to_be_least_or_new(proved):
    expected = {
        ("Z5", "onehot", True): 8,
        ("Z3", "onehot", True): 4,
        ("Z3", "projected", True): 3,
        ("Z3", "projected", False): 6,
        ("Z7", "onehot", True): 13,
        ("Z7", "onehot", False): 14,
        ("Z2xZ2xZ2", "onehot", False): 8,
        ("Z15", "projected", True): 27,
        ("Z6", "onehot", True): 9,
        ("Z8", "onehot", True): 12,
        ("Z8", "onehot", False): 13,
        ("Z10", "projected", True): 16,
    }
    for (name, target, constants), q in expected.items():
        assert narrowest(proved, AbelianGroup(name), target, constants=constants).width == q


def test_a_certificate_proves_its_own_group_target_and_kind_and_what_is_weaker():
    G, H = AbelianGroup("Z4"), AbelianGroup("Z2xZ2")
    strong = Proved("a", G, "onehot", 5, False, "-")
    weak = Proved("b", G, "projected", 4, True, "-")
    for target in ("onehot", "projected"):
        for constants in (True, False):
            assert strong.proves(G, target, constants=constants)
            assert weak.proves(G, target, constants=constants) == (
                target == "projected" and constants
            )
    assert not strong.proves(H, "onehot", constants=True)
    assert narrowest([strong, weak], G, "projected", constants=True) is weak
    assert narrowest([strong, weak], G, "onehot", constants=True) is strong
    with pytest.raises(ValueError, match="no certificate for Z2xZ2, target onehot, constants=True"):
        narrowest([strong, weak], H, "onehot", constants=True)


def test_a_tampered_certificate_is_not_counted(tmp_path):
    source = ROOT / "docs" / "widths" / f"Z5.onehot{SUFFIX}"
    document = json.loads(source.read_text())
    document["nodes"].pop()
    path = tmp_path / source.name
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=r"Z5\.onehot\.cert\.json is not accepted by the checker"):
        read(path)


def test_constant_parts_are_seen_in_the_file(proved):
    kinds = {x.file: x.constants for x in proved}
    assert kinds[f"Z5.onehot{SUFFIX}"]
    assert not kinds[f"Z5.onehot.plain{SUFFIX}"]
    assert kinds[f"Z3.projected{SUFFIX}"]
    assert all(not x.constants for x in proved if ".plain." in x.file)


def test_the_certificates_in_the_repository_are_those_that_are_made():
    for name in ("Z2", "Z3", "Z5", "Z6"):
        for file, data in catalogue.certificates(AbelianGroup(name)).items():
            assert (ROOT / "docs" / "widths" / file).read_bytes() == data
