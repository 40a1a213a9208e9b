"""The catalogue of widths: every certificate is checked again, and the page says what is proved."""

from itertools import product
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
BOUNDS = {"onehot": onehot_bound, "projected": projected_bound}
TASKS = [*product(BOUNDS, (True, False))]


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


@pytest.mark.parametrize(
    ("kind", "name", "old", "new", "message"),
    [
        (read_table, f"widths/S3.onehot{SUFFIX}", '"operation": "S3"', '"operation": "D3xZ2"',
         "is not about the one-hot task of D3xZ2"),
        (read_table, f"widths/S3.onehot{SUFFIX}", '"target": "onehot"', '"target": "projected"',
         "is not about the one-hot task of S3"),
        (read_table, f"widths/S3.onehot{SUFFIX}", "[1, 1, 0]", "[2, 1, 0]",
         "is not accepted by the checker: refuted"),
        (read_excluded, "infeasible/Z3.onehot.3.json", '"scale": 3', '"scale": 2',
         "is not accepted by the checker: ref"),
        (read, f"widths/Z5.onehot{SUFFIX}", "[1, 1, 0]", "[2, 1, 0]",
         "is not accepted by the checker: ref"),
    ],
)  # fmt: skip
def test_a_certificate_of_something_else_or_tampered_with_is_not_counted(
    kind, name, old, new, message, tmp_path
):
    source = (FOLDER.parent / name).read_text()
    assert old in source
    path = tmp_path / Path(name).name
    path.write_text(source.replace(old, new, 1))
    with pytest.raises(ValueError, match=f"{path.name} {message}"):
        kind(path)


def test_there_are_all_groups_of_order_2_to_16():
    assert [sum(G.order == d for G in groups()) for d in range(2, 17)] == [
        1, 1, 2, 1, 1, 1, 3, 2, 1, 1, 2, 1, 1, 1, 5]  # fmt: skip


def test_widths_that_are_known_to_be_least_or_new(proved):
    for constants, target, widths in (
        (True, "onehot", {"Z3": 4, "Z5": 8, "Z6": 9, "Z7": 13, "Z8": 12}),
        (False, "onehot", {"Z7": 14, "Z8": 13, "Z2xZ2xZ2": 8}),
        (True, "projected", {"Z3": 3, "Z10": 16, "Z15": 27}),
        (False, "projected", {"Z3": 6}),
    ):
        for name, q in widths.items():
            assert narrowest(proved, AbelianGroup(name), target, constants=constants).width == q


def test_bounds_that_rest_on_certificates_are_linked(proved, excluded):
    rows = {row.split(" | ")[0]: row for row in abelian_rows(proved, excluded)}
    for name, target, q in (("Z2", "onehot", 1), ("Z3", "onehot", 3), ("Z3", "projected", 2)):
        assert f"| [{q + 1}](infeasible/{name}.{target}.{q}.json) |" in rows[f"| {name}"]
    assert "infeasible" not in rows["| Z5"]  # there the theorem says more
    assert "infeasible/" not in "".join(abelian_rows(proved, []))


def test_no_proven_width_is_below_its_bound(proved):
    for G, (target, constants) in product(groups(), TASKS):
        least = BOUNDS[target](G, constants=constants)
        assert narrowest(proved, G, target, constants=constants).width >= least
        assert least >= max(G.order, lower_bound(G))


#: Groups with longer characters whose least one-hot width is known: docs/theory/narrow.md.
LEAST = ("Z5", "Z6", "Z8", "Z10", "Z12", "Z2xZ2xZ3", "Z8xZ2")


def test_widths_are_least_where_all_orders_divide_4_or_are_3(proved):
    """The theorem of docs/theory/narrow.md, with its closed forms."""
    for G, target in product(groups(), BOUNDS):
        d, real = G.order, 1 + len(G.real_characters())
        width, bound = narrowest(proved, G, target, constants=True).width, BOUNDS[target](G)
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
    for target, constants in TASKS:
        excluded = (x.excludes(G, target, constants=constants, width=q) for q in (2, 3, 4))
        assert [*excluded] == [True, True, False]
    assert not x.excludes(AbelianGroup("Z2xZ2"), "onehot", constants=True, width=3)
    onehot, plain = Excluded("b", G, "onehot", True, 3), Excluded("c", G, "projected", False, 3)
    assert not onehot.excludes(G, "projected", constants=True, width=3)
    assert not plain.excludes(G, "onehot", constants=True, width=3)
    assert plain.excludes(G, "onehot", constants=False, width=3)


def test_a_certificate_proves_its_own_group_target_and_kind_and_what_is_weaker():
    G, H = AbelianGroup("Z4"), AbelianGroup("Z2xZ2")
    strong = Proved("a", G, "onehot", 5, False, "-")
    weak = Proved("b", G, "projected", 4, True, "-")
    for target, constants in TASKS:
        assert strong.proves(G, target, constants=constants)
        proved = weak.proves(G, target, constants=constants)
        assert proved == (target == "projected" and constants)
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
