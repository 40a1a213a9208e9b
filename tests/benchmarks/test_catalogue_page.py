"""The catalogue of widths: every certificate is checked again, and the page says what is proved."""

import json
from pathlib import Path

import pytest

from algebra import AbelianGroup
from algebra.optimizers.width_bounds import lower_bound, onehot_bound, projected_bound
from benchmarks.catalogue_page import (
    SUFFIX,
    Excluded,
    Proved,
    abelian_rows,
    certificates,
    groups,
    narrowest,
    read,
    read_excluded,
    read_table,
    table_rows,
    tables,
)

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "catalogue" / "widths"
TABLES = [f"{G.name}.onehot{SUFFIX}" for G in tables()]
FILES = sorted(path for path in FOLDER.glob("*" + SUFFIX) if path.name not in TABLES)


@pytest.fixture(scope="module")
def proved():
    return [read(path) for path in FILES]


@pytest.fixture(scope="module")
def excluded():
    return [read_excluded(path) for path in sorted(FOLDER.with_name("infeasible").glob("*.json"))]


def test_all_certificates_are_accepted_and_the_table_links_each(proved, excluded):
    assert len(proved) == len(FILES) >= 2 * len(groups())
    rows = abelian_rows(proved, excluded)
    assert [x.file for x in proved if f"(widths/{x.file})" not in "".join(rows)] == []
    [row] = [x for x in rows if x.startswith("| Z5 |")]
    onehot, least, _, _, projected, below = row.split(" | ")[2:8]
    assert (onehot, least) == ("[**8**](widths/Z5.onehot.cert.json) few-plus-constant", "8")
    assert (projected, below) == ("[8](widths/Z5.onehot.cert.json) few-plus-constant", "7")


def test_groups_that_are_not_abelian_have_a_certificate_each_and_those_up_to_12_are_all_there():
    rows = {row.split(" | ")[0].removeprefix("| "): row.split(" | ") for row in table_rows(FOLDER)}
    up_to_12 = ["S3", "D4", "Q8", "D5", "A4", "D6", "Dic3"]  # 1, 2, 1 and 3
    assert list(rows)[:7] == up_to_12
    assert len(rows) == len(TABLES) == 13
    widths = {name: read_table(FOLDER / f"{name}.onehot{SUFFIX}")[1] for name in rows}
    for name, (_, order, _, least, _, projected, *_) in rows.items():
        assert widths[name] >= int(least) >= int(projected) >= int(order)
    assert [name for name, row in rows.items() if "**" in row[2]] == ["S3", "D4", "Q8", "Q8xZ2"]


def test_a_certificate_over_another_table_or_tampered_with_is_not_counted(tmp_path):
    source = (FOLDER / f"S3.onehot{SUFFIX}").read_text()
    path = tmp_path / "S3.json"
    path.write_text(source.replace('"operation": "S3"', '"operation": "D3xZ2"'))
    with pytest.raises(ValueError, match=r"S3\.json is not about the one-hot task of D3xZ2"):
        read_table(path)
    path.write_text(source.replace('"target": "onehot"', '"target": "projected"'))
    with pytest.raises(ValueError, match=r"S3\.json is not about the one-hot task of S3"):
        read_table(path)
    document = json.loads(source)
    document["nodes"].pop()
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=r"S3\.json is not accepted by the checker: refuted"):
        read_table(path)


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


def test_bounds_that_rest_on_certificates_are_linked(proved, excluded):
    rows = {row.split(" | ")[0]: row for row in abelian_rows(proved, excluded)}
    for name, target, q in (("Z2", "onehot", 1), ("Z3", "onehot", 3), ("Z3", "projected", 2)):
        assert f"| [{q + 1}](infeasible/{name}.{target}.{q}.json) |" in rows[f"| {name}"]
    assert "infeasible" not in rows["| Z5"]  # there the theorem says more
    assert "infeasible/" not in "".join(abelian_rows(proved, []))


def test_no_proven_width_is_below_its_bound(proved):
    bounds = {"onehot": onehot_bound, "projected": projected_bound}
    for G in groups():
        for target, bound in bounds.items():
            for constants in (True, False):
                least = bound(G, constants=constants)
                assert narrowest(proved, G, target, constants=constants).width >= least
                assert least >= max(G.order, lower_bound(G))


#: Groups with longer characters whose least one-hot width is known: docs/theory/narrow.md.
LEAST = ("Z5", "Z6", "Z8", "Z10", "Z12", "Z2xZ2xZ3", "Z8xZ2")


def test_widths_are_least_where_all_orders_divide_4_or_are_3(proved):
    """The theorem of docs/theory/narrow.md, with its closed forms."""
    for G in groups():
        d, real = G.order, 1 + len(G.real_characters())
        for target in ("onehot", "projected"):
            width = narrowest(proved, G, target, constants=True).width
            bound = (onehot_bound if target == "onehot" else projected_bound)(G)
            if 4 % G.exponent == 0:
                assert width == bound == (3 * d - real) // 2
                assert narrowest(proved, G, target, constants=False).width == width
            elif G.exponent == 3:
                assert width == bound == 3 * (d - 1) // 2 + (target == "onehot")
            else:
                assert lower_bound(G) < bound <= width
                if target == "onehot":
                    assert (width == bound) == (str(G) in LEAST), G


def test_an_infeasible_width_excludes_less_and_what_asks_for_more():
    G = AbelianGroup("Z4")
    x = Excluded("a", G, "projected", True, 3)
    for target in ("onehot", "projected"):
        for constants in (True, False):
            assert x.excludes(G, target, constants=constants, width=3)
            assert x.excludes(G, target, constants=constants, width=2)
            assert not x.excludes(G, target, constants=constants, width=4)
    assert not x.excludes(AbelianGroup("Z2xZ2"), "onehot", constants=True, width=3)
    onehot, plain = Excluded("b", G, "onehot", True, 3), Excluded("c", G, "projected", False, 3)
    assert not onehot.excludes(G, "projected", constants=True, width=3)
    assert not plain.excludes(G, "onehot", constants=True, width=3)
    assert plain.excludes(G, "onehot", constants=False, width=3)


@pytest.mark.parametrize(
    ("name", "kind", "old", "new"),
    [
        ("infeasible/Z3.onehot.3.json", read_excluded, '"scale": 3', '"scale": 2'),
        (f"widths/Z5.onehot{SUFFIX}", read, "[1, 1, 0]", "[2, 1, 0]"),
    ],
)
def test_a_tampered_certificate_is_not_counted(name, kind, old, new, tmp_path):
    source = FOLDER.parent / name
    path = tmp_path / source.name
    path.write_text(source.read_text().replace(old, new, 1))
    with pytest.raises(ValueError, match=f"{path.name} is not accepted by the checker: ref"):
        kind(path)


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


def test_constant_parts_are_seen_in_the_file(proved):
    kinds = {x.file: x.constants for x in proved}
    assert kinds[f"Z5.onehot{SUFFIX}"]
    assert not kinds[f"Z5.onehot.plain{SUFFIX}"]
    assert kinds[f"Z3.projected{SUFFIX}"]
    assert all(not x.constants for x in proved if ".plain." in x.file)


def test_the_certificates_in_the_repository_are_those_that_are_made():
    for name in ("Z2", "Z3", "Z5", "Z6"):
        for file, data in certificates(AbelianGroup(name)).items():
            assert (FOLDER / file).read_bytes() == data
