"""``cogo narrow``: what it says about what was found and what is proved, and how it refuses."""

import json
import re

import pytest

from algebra import AbelianGroup, optimizers
from algebra.optimizers.width_bounds import onehot_bound, projected_bound
from cogo.cli.main import main
from proofs.widths.known import PLAIN, KnownWidths
from tests.command import cogo


def test_zeros_are_called_measured_and_the_family_known(capsys):
    options = ("narrow", "Z3", "--width", "4", "--target", "onehot", "--starts", "20")
    code, out, _ = cogo(capsys, *options)
    assert code == 0
    assert "measured in floats, not proved" in " ".join(out.split())
    assert (
        "known: few-plus-constant has 4 nodes; proved: at least 4 (Coq: onehot_width_of_products)"
        in out
    )


def test_a_width_at_which_nothing_is_found_exits_1(capsys):
    code, out, _ = cogo(capsys, "narrow Z3 --width 3 --target onehot --starts 10")
    assert code == 1
    assert "proved: 3 nodes do not suffice, with real weights" in out


def test_what_is_known_is_said_at_once_and_nothing_searched_for_unless_asked(
    capsys, monkeypatch, tmp_path
):
    def searched(problem, *, starts, **options):
        raise AssertionError(f"searched with {starts} starts")

    monkeypatch.setattr("cogo.cli.narrow.run", searched)
    for options, code, words in (
        (["--width", "8", "--target", "onehot"], 0, "proved: 8 nodes suffice: few-plus-constant, 8 "
         "nodes, Z5, target onehot: loss = 0 exactly (sparse route)"),
        (["--width", "7", "--target", "onehot"], 1, "proved: 7 nodes do not suffice"),
        (["--width", "9"], 0, "proved: 9 nodes suffice: few-plus-constant, 8 nodes"),
        (["--width", "6", "--symmetry", "swap"], 1, "proved: 6 nodes do not suffice"),
    ):  # fmt: skip
        found, out, _ = cogo(capsys, "narrow", "Z5", *options)
        assert found == code
        assert words in out
        assert "nothing was searched for; pass --starts N to search all the same" in out
        for asked in (["--starts", "3"], ["-o", str(tmp_path / "hits")]):
            with pytest.raises(AssertionError, match=r"searched with (3|200) starts"):
                main(["narrow", "Z5", *options, *asked])
            assert words in capsys.readouterr().out  # before the search
    for open_one in (["--width", "7"], ["--width", "8", "--symmetry", "swap"]):
        with pytest.raises(AssertionError, match="searched with 200 starts"):
            main(["narrow", "Z5", *open_one])
    assert "whether 7 nodes suffice is not known" in capsys.readouterr().out


def test_the_certificate_that_is_named_is_written_by_the_command_that_is_named(capsys, tmp_path):
    for options in (["Z5", "-w", 8], ["Z7", "-w", 14, "--target", "onehot", "--no-constants"]):
        out = cogo(capsys, "narrow", *options)[1]
        command = re.search(r"its certificate: cogo (.*) -o FILE.cert.json", out)[1]
        path = tmp_path / f"{options[0]}.cert.json"
        assert cogo(capsys, *command.split(), "-o", path)[0] == 0
        code, out, _ = cogo(capsys, "check", path)
        assert code == 0
        assert f"{options[0]}, {options[2]} nodes, " in out


def test_json_and_a_folder_that_is_gone_on_with(capsys, tmp_path):
    options = ("narrow", "Z3", "--width", "3", "--json", "-o", str(tmp_path / "hits"))
    code, out, _ = cogo(capsys, *options, "--starts", "10")
    first = json.loads(out)
    assert code == 0
    assert first["starts"] == 10
    assert first["proved widths"]["few-plus-constant"] == 3 == first["lower bound"]
    code, out, _ = cogo(capsys, *options, "--starts", "30")
    second = json.loads(out)
    assert second["starts"] == 30 == sum(second["outcomes"].values())
    assert second["zeros"][: len(first["zeros"])] == first["zeros"]
    files = {path.name for path in (tmp_path / "hits").glob("*.npz")}
    assert files == {f"start-{zero['start']:07d}.npz" for zero in second["zeros"]}


def test_a_proved_width_exits_0_though_nothing_is_found(capsys):
    options = ("narrow", "Z7", "--width", "13", "--starts", "1", "--steps", "2", "--json")
    code, out, _ = cogo(capsys, *options)
    assert code == 0
    assert json.loads(out)["zeros"] == []


def test_with_the_support_of_the_known_solution_z5_is_found(capsys):
    support = "0;1;1;2;2;0,1,2;0,1,2;0,1,2"
    code, out, _ = cogo(capsys, "narrow", "Z5", "--width", "8", "--target", "onehot",
                        "--support", support, "--starts", "30", "--json",
                        "--proofs", "0")  # fmt: skip
    assert code == 0
    assert json.loads(out)["zeros"]


def test_processes_find_what_one_process_finds(capsys):
    options = ("narrow", "Z3", "--width", "3", "--starts", "120", "--json")
    alone = json.loads(cogo(capsys, *options)[1])
    together = json.loads(cogo(capsys, *options, "--workers", "2")[1])
    assert [x["start"] for x in together["zeros"]] == [x["start"] for x in alone["zeros"]]
    assert together["outcomes"] == alone["outcomes"]


def test_a_symmetry_goes_with_supports_and_without_constants(capsys, tmp_path):
    folder = tmp_path / "hits"
    options = ("narrow", "Z5", "--width", "9", "--symmetry", "times 2", "--support",
               "0;1;1;1;1;2;2;2;2", "--starts", "60", "-o", str(folder))  # fmt: skip
    code, out, _ = cogo(capsys, *options)
    assert code == 0
    assert "is close to an exact solution" in out
    (path,) = folder.glob("*.cert.json")
    assert cogo(capsys, "check", str(path))[0] == 0
    options = ("narrow", "Z3", "--width", "6", "--symmetry", "times 2", "--no-constants",
               "--starts", "60", "--json")  # fmt: skip
    found = json.loads(cogo(capsys, *options)[1])
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


def test_the_bounds_are_those_of_the_claims():
    bounds = {name: onehot_bound(AbelianGroup(name)) for name in ("Z2", "Z2^2", "Z3", "Z4", "Z7")}
    assert bounds == {"Z2": 2, "Z2^2": 4, "Z3": 4, "Z4": 5, "Z7": 12}
    projected = [projected_bound(AbelianGroup(name)) for name in ("Z1", "Z2", "Z2^2", "Z3", "Z7")]
    assert projected == [0, 2, 4, 3, 11]
    plain = [projected_bound(AbelianGroup(name), constants=False) for name in ("Z3", "Z3^2", "Z7")]
    assert plain == [6, 13, 11]
    assert KnownWidths(AbelianGroup("Z3"), "projected", constants=False).least == 6


def test_a_zero_is_proved_and_the_certificate_passes_check(capsys, tmp_path):
    folder = tmp_path / "hits"
    options = ("narrow", "Z3", "--width", "3", "--starts", "20", "-o", str(folder))
    code, out, _ = cogo(capsys, *options)
    assert code == 0
    assert "proved: start" in out
    assert "is close to an exact solution" in out
    (path,) = folder.glob("*.cert.json")
    assert f"({path.name})" in out
    assert cogo(capsys, "check", str(path))[0] == 0
    # The starts are done: what more is asked for is proved from the weights that are kept.
    code, out, _ = cogo(capsys, *options, "--proofs", "3", "--json")
    proofs = json.loads(out)["proofs"]
    assert [proof["kind"] for proof in proofs] == ["exact"] * 3
    assert len(list(folder.glob("*.cert.json"))) == 3
    assert json.loads(cogo(capsys, *options, "--proofs", "0", "--json")[1])["proofs"] == []


def test_a_zero_is_proved_to_exist_where_its_numbers_are_not_recognised(
    capsys, tmp_path, monkeypatch
):
    monkeypatch.setattr("proofs.widths.hit_proof.MAX_UNKNOWNS", 0)
    folder = tmp_path / "hits"
    options = ("narrow", "Z3", "--width", "4", "--target", "onehot", "--symmetry", "swap",
               "--starts", "100", "-o", str(folder))  # fmt: skip
    code, out, _ = cogo(capsys, *options)
    assert code == 0
    assert "proved: an exact solution exists close to start" in out
    (path,) = folder.glob("*.exist.json")
    code, out, _ = cogo(capsys, "check", str(path))
    assert code == 0
    assert "exactly one real exact optimizer" in out
    path.write_text(path.read_text().replace('"onehot"', '"projected"'))
    assert cogo(capsys, "check", str(path))[0] == 1
    assert json.loads((folder / "narrow.json").read_text())["symmetry"] == "swap"
    code, _, err = cogo(capsys, *options[:6], "-o", str(folder))
    assert code == 2
    assert "belongs to another search" in err


def test_zeros_that_are_not_proved_are_said_not_to_be(capsys, monkeypatch):
    monkeypatch.setattr("proofs.widths.hit_proof.MAX_UNKNOWNS", 0)
    options = ("narrow", "Z3", "--width", "4", "--target", "onehot", "--starts", "3")
    out = cogo(capsys, *options)[1]
    assert "not proved: start" in out
    assert "the derivatives of 27 independent equations have rank 26" in " ".join(out.split())


def test_groups_that_are_not_abelian_and_tables_are_searched_and_proved(capsys, tmp_path):
    code, out, _ = cogo(capsys, "narrow S3 --width 9 --target onehot")
    assert code == 1
    assert "cited: at least 10 (docs/theory/proofs/narrow.md; Alder and Strassen 1981, " in out
    code, out, _ = cogo(capsys, "narrow Q8 --width 12")
    assert code == 0
    assert "its certificate: cogo build Q8 --target projected --family short" in out
    folder = tmp_path / "s3"
    options = ("narrow", "S3", "--width", 10, "--target", "onehot", "--symmetry", "auto 4,1",
               "--support", "2;0;1;1;1;1;1;1;1;1", "--starts", 30, "-o", folder)  # fmt: skip
    code, out, _ = cogo(capsys, *options)
    assert code == 0
    assert "is close to an exact solution" in out
    (path,) = folder.glob("*.cert.json")
    code, out, _ = cogo(capsys, "check", path)
    assert code == 0
    assert "a table of 6 x 6, 10 nodes, target onehot" in out
    code, out, _ = cogo(capsys, "verify", next(folder.glob("*.npz")), "--group", "S3")
    assert code == 0, out
    table = tmp_path / "both.csv"
    table.write_text("0,0,0\n0,1,0\n0,0,1\n")
    code, out, _ = cogo(capsys, "narrow", table, "--width", 3, "--target", "onehot", "--json")
    found = json.loads(out)
    assert (code, found["lower bound"], found["proofs"][0]["kind"]) == (0, 3, "exact")
    table.write_text("0,2,1\n1,0,2\n2,1,0\n")
    out = cogo(capsys, "narrow", table, "--width", 4, "--target", "onehot", "--starts", 1)[1]
    assert "both is addition in Z3 relabelled: it has the widths of Z3" in out
    code, _, err = cogo(capsys, *options[:6], "--starts", 40, "-o", folder)
    assert code == 2
    assert "belongs to another search" in err
