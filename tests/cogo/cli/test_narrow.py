"""``cogo narrow``: what it says about what was found and what is proved, and how it refuses."""

import re
from pathlib import Path

import pytest

from algebra import AbelianGroup, optimizers
from cogo.cli.main import main
from proofs.widths.known import PLAIN, KnownWidths
from tests.command import read_json


def only(pattern: str) -> Path:
    """The only file of this kind in the folder of hits."""
    (path,) = Path("hits").glob(pattern)
    return path


def test_zeros_are_called_measured_and_the_family_known(cogo):
    cogo("narrow Z3 --width 4 --target onehot --starts 20").says(
        "measured in floats, not proved",
        "known: few-plus-constant has 4 nodes; proved: at least 4 (Coq: onehot_width_of_products)",
    )


def test_a_width_at_which_nothing_is_found_exits_1(cogo):
    cogo("narrow Z3 --width 3 --target onehot --starts 10", code=1).says(
        "proved: 3 nodes do not suffice, with real weights"
    )


def test_what_is_known_is_said_at_once_and_nothing_searched_for_unless_asked(
    capsys, cogo, monkeypatch
):
    def searched(problem, *, starts, **options):
        raise AssertionError(f"searched with {starts} starts")

    monkeypatch.setattr("cogo.cli.narrow.run", searched)
    for options, code, words in (
        ("--width 8 --target onehot", 0, "proved: 8 nodes suffice: few-plus-constant, 8 nodes, Z5, "
         "target onehot: loss = 0 exactly (sparse route)"),
        ("--width 7 --target onehot", 1, "proved: 7 nodes do not suffice"),
        ("--width 9", 0, "proved: 9 nodes suffice: few-plus-constant, 8 nodes"),
        ("--width 6 --symmetry swap", 1, "proved: 6 nodes do not suffice"),
    ):  # fmt: skip
        nothing = "nothing was searched for; pass --starts N to search all the same"
        cogo("narrow Z5", options, code=code).says(words, nothing)
        for asked in ("--starts 3", "-o hits"):
            with pytest.raises(AssertionError, match=r"searched with (3|200) starts"):
                main(f"narrow Z5 {options} {asked}".split())
            assert words in capsys.readouterr().out  # before the search
    for open_one in ("--width 7", "--width 8 --symmetry swap"):
        with pytest.raises(AssertionError, match="searched with 200 starts"):
            main(f"narrow Z5 {open_one}".split())
    assert "whether 7 nodes suffice is not known" in capsys.readouterr().out


@pytest.mark.parametrize("asked", ["Z5 -w 8", "Z7 -w 14 --target onehot --no-constants"])
def test_the_certificate_that_is_named_is_written_by_the_command_that_is_named(asked, cogo):
    command = re.search(r"its certificate: cogo (.* -o FILE.cert.json)", cogo("narrow", asked).out)
    cogo(command[1])
    group, _, width, *_ = asked.split()
    cogo("check FILE.cert.json").says(f"{group}, {width} nodes, ")


def test_json_and_a_folder_that_is_gone_on_with(cogo):
    first, second = (
        cogo("narrow Z3 --width 3 --json -o hits --starts", starts).json for starts in (10, 30)
    )
    assert first["starts"] == 10
    assert first["proved widths"]["few-plus-constant"] == 3 == first["lower bound"]
    assert second["starts"] == 30 == sum(second["outcomes"].values())
    assert second["zeros"][: len(first["zeros"])] == first["zeros"]
    files = {path.name for path in Path("hits").glob("*.npz")}
    assert files == {f"start-{zero['start']:07d}.npz" for zero in second["zeros"]}


def test_a_proved_width_exits_0_though_nothing_is_found(cogo):
    assert cogo("narrow Z7 --width 13 --starts 1 --steps 2 --json").json["zeros"] == []


def test_with_the_support_of_the_known_solution_z5_is_found(cogo):
    support = "--support '0;1;1;2;2;0,1,2;0,1,2;0,1,2'"
    words = "narrow Z5 --width 8 --target onehot --starts 30 --json --proofs 0"
    assert cogo(words, support).json["zeros"]


def test_processes_find_what_one_process_finds(cogo):
    words = "narrow Z3 --width 3 --starts 120 --json"
    alone, together = cogo(words).json, cogo(words, "--workers 2").json
    assert [x["start"] for x in together["zeros"]] == [x["start"] for x in alone["zeros"]]
    assert together["outcomes"] == alone["outcomes"]


def test_a_symmetry_goes_with_supports_and_without_constants(cogo):
    symmetry = "--symmetry 'times 2' --starts 60"
    cogo("narrow Z5 --width 9 --support '0;1;1;1;1;2;2;2;2' -o hits", symmetry).says(
        "proved: an exact solution, reached from start"
    )
    cogo("check", only("*.cert.json"))
    found = cogo("narrow Z3 --width 6 --no-constants --json", symmetry).json
    assert (found["constants"], found["symmetry"]) == (False, "times 2")
    assert found["proofs"][0]["kind"] == "exact"


@pytest.mark.parametrize("name", ["Z2", "Z3", "Z6", "Z7", "Z2xZ4", "Z3xZ3"])
@pytest.mark.parametrize("target", ["onehot", "projected"])
def test_the_families_without_constant_parts_have_none(name, target):
    G = AbelianGroup(name)
    proved = KnownWidths(G, target, constants=False).proved
    assert proved
    assert set(proved) <= set(PLAIN)
    for family in proved:
        z = optimizers.build(G, family, target=target)
        assert z.order == proved[family]
        assert not any(key[1] == 0 and key[0] in "ab" for v in z.node_list() for key in v)
    assert min(proved.values()) >= KnownWidths(G, target).least


def test_a_zero_is_proved_and_the_certificate_passes_check(cogo):
    words = "narrow Z3 --width 3 --starts 20 -o hits"
    ran = cogo(words).says("proved: an exact solution, reached from start")
    ran.says(f"({only('*.cert.json').name})")
    cogo("check", only("*.cert.json"))
    # The starts are done: what more is asked for is proved from the weights that are kept.
    proofs = cogo(words, "--proofs 3 --json").json["proofs"]
    assert [proof["kind"] for proof in proofs] == ["exact"] * 3
    assert len(list(Path("hits").glob("*.cert.json"))) == 3
    assert cogo(words, "--proofs 0 --json").json["proofs"] == []


def test_a_zero_is_proved_to_exist_where_its_numbers_are_not_recognised(cogo, monkeypatch):
    monkeypatch.setattr("proofs.widths.hit_proof.MAX_UNKNOWNS", 0)
    words = "narrow Z3 --width 4 --target onehot -o hits"
    cogo(words, "--symmetry swap --starts 100").says(
        "proved: an exact solution exists next to numbers reached from start"
    )
    path = only("*.exist.json")
    cogo("check", path).says("exactly one real exact optimizer")
    path.write_text(path.read_text().replace('"onehot"', '"projected"'))
    cogo("check", path, code=1)
    assert read_json("hits/narrow.json")["symmetry"] == "swap"
    cogo(words, "-q", code=2).says("belongs to another search")


def test_zeros_that_are_not_proved_are_said_not_to_be(cogo, monkeypatch):
    monkeypatch.setattr("proofs.widths.hit_proof.MAX_UNKNOWNS", 0)
    cogo("narrow Z3 --width 4 --target onehot --starts 3").says(
        "not proved: start", "the derivatives of 27 independent equations have rank 26"
    )


def test_groups_that_are_not_abelian_are_searched_and_proved(cogo):
    cogo("narrow S3 --width 9 --target onehot", code=1).says(
        "cited: at least 10 (docs/theory/proofs/narrow.md; Alder and Strassen 1981, "
    )
    cogo("narrow Q8 --width 12").says(
        "its certificate: cogo build Q8 --target projected --family short"
    )
    words = "narrow S3 --width 10 --target onehot -o hits"
    symmetry = "--symmetry 'auto 4,1' --support '2;0;1;1;1;1;1;1;1;1' --starts 30"
    cogo(words, symmetry).says("proved: an exact solution, reached from start")
    cogo("check", only("*.cert.json")).says("a table of 6 x 6, 10 nodes, target onehot")
    cogo("verify", next(Path("hits").glob("*.npz")), "--group S3")
    cogo(words, "--starts 40 -q", code=2).says("belongs to another search")


def test_tables_are_searched_and_proved(cogo):
    Path("both.csv").write_text("0,0,0\n0,1,0\n0,0,1\n")
    found = cogo("narrow both.csv --width 3 --target onehot --json").json
    assert (found["lower bound"], found["proofs"][0]["kind"]) == (3, "exact")
    Path("both.csv").write_text("0,2,1\n1,0,2\n2,1,0\n")
    cogo("narrow both.csv --width 4 --target onehot --starts 1").says(
        "both is addition in Z3 relabelled: it has the widths of Z3"
    )
