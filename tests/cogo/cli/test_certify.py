"""``cogo certify``: what it refuses, how long it takes, and that it writes the same each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import numeric.exact.nearest
import numeric.recognition.recognise
import proofs.certificates.checker
from algebra import AbelianGroup, blocks, total
from numeric import embed, write_weights
from tests.command import cogo
from tests.numeric.trained_like import TRAINED

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")
CASES = TRAINED.parent


def cut(path: str) -> None:
    """The trained network without the nodes of frequency 7."""
    arrays = dict(np.load(TRAINED))
    arrays["layerc"][:, [56, 210, 242, 492]] = 0
    np.savez(path, **arrays)


def test_a_network_of_which_a_frequency_is_replaced_is_refused_with_the_reason_and_no_file(capsys):
    cut("cut.npz")
    reason = "standard blocks would stand for 1 of 11 frequencies (no node reads it alone: 7)"
    for more in ([], ["--named"]):
        code, out, err = cogo(capsys, "certify", "cut.npz", "-o", "c.cert.json", *more)
        assert (code, out) == (1, "")
        assert err.startswith("refused: cut.npz: ")
        assert reason in err
        assert err.endswith("; nothing was written\n")
        code, out, _ = cogo(capsys, "certify", "cut.npz", "-o", "c.cert.json", "--json", *more)
        assert (code, json.loads(out)["accepted"]) == (1, False)
    assert not Path("c.cert.json").exists()


def test_anyway_it_is_written_and_said_to_have_too_little_to_do_with_the_network(capsys):
    cut("cut.npz")
    code, out, _ = cogo(capsys, "certify", "cut.npz", "-o", "c.cert.json", "--anyway")
    assert code == 0
    assert "named: written anyway, though standard blocks would stand for 1 of 11" in out
    notes = json.loads(Path("c.cert.json").read_text())["notes"]
    assert notes["replaced"] == {"7": "no node reads it alone"}
    assert notes["refused"].startswith("standard blocks would stand for 1 of 11 frequencies")
    assert cogo(capsys, "check", "c.cert.json", "-q")[0] == 0


def test_an_optimizer_that_build_made_is_named_in_the_first_line(capsys):
    for spec, param, said in (
        ("Z7", "xi=1", "four-plus-constant of Z7, xi = 1: distance 0"),
        ("Z2xZ6", "xi=unit(1/9)", "four-plus-constant of Z2xZ6, xi = (40+9i)/41: distance 0"),
    ):
        words = ["build", spec, "--family", "four-plus-constant", "--param", param, "-o", "z.npz"]
        assert cogo(capsys, *words, "--force", "-q")[0] == 0
        arrays = {name: x for name, x in np.load("z.npz").items() if x.ndim == 2}
        np.savez("w.npz", **arrays)  # without what the file says of itself
        for more in ([], ["--named"]):
            words = ["certify", "z.npz" if more else "w.npz", "-o", "c.cert.json", "--force"]
            code, out, _ = cogo(capsys, *words, "--group", spec, *more)
            assert code == 0
            assert out.splitlines()[0] == f"{words[1]}: {said}"


def test_without_a_file_to_write_the_answer_is_the_same(capsys):
    cogo(capsys, "build", "Z7", "-o", "w.npz", "-q")
    code, asked, _ = cogo(capsys, "certify", "w.npz")
    assert code == 0
    assert {str(x) for x in Path().iterdir()} == {"w.npz"}
    _, written, _ = cogo(capsys, "certify", "w.npz", "-o", "c.cert.json")
    assert asked.splitlines()[:-1] == written.splitlines()[:-1]
    assert asked.splitlines()[-1] == "-o FILE.cert.json writes the certificate"
    _, out, _ = cogo(capsys, "certify", "w.npz", "--json")
    assert json.loads(out)["output"] is None


def test_both_kinds_are_in_one_table_and_the_option_says_which_is_written(certified):
    for kind, (out, written) in certified.items():
        rows = {x.split("│")[1].strip(): x for x in out.splitlines() if "│" in x}
        assert set(rows) == {"named", "nearest"}
        assert " 0.27" in rows["nearest"]
        assert " 2.29" in rows["named"]
        assert "written" in rows[kind]
        assert json.loads(written)["notes"]["kind"] == kind
        assert "k=2: nu(i)*xi, xi=" in out
        assert ("without --named" in rows["nearest"]) == (kind == "named")


def test_a_network_trained_otherwise_is_certified_where_all_weights_are_free(capsys):
    """ReLU in place of squares: no frequency is as it should be, and yet 17 % away is a zero."""
    code, out, _ = cogo(capsys, "certify", CASES / "relu_z7.pt", "-o", "r.cert.json", "--json")
    found = json.loads(out)
    assert (code, found["replaced"]) == (0, {})
    assert 0.16 < found["relative distance"] < 0.17


def test_what_has_no_optimizer_near_it_is_refused_and_nothing_written(capsys):
    """``syn`` everywhere answers every pair correctly at loss (d-1)/2d."""
    group = AbelianGroup("Z7")
    parts = [blocks.normalised(blocks.syn()).at(group, k) for k in group.conjugate_pairs()]
    write_weights("syn.npz", embed(total(group, parts), gauge="balanced"))
    code, out, err = cogo(capsys, "certify", "syn.npz", "-o", "syn.cert.json")
    assert (code, out) == (1, "")
    assert "nearest: no network of zero loss was found near this one" in err
    assert (
        "standard blocks would stand for 3 of 3 frequencies (its composition is syn: 1, 2, 3)"
        in err
    )
    assert not Path("syn.cert.json").exists()


def test_a_zero_in_floats_that_is_too_large_for_the_checker_is_no_certificate(capsys, monkeypatch):
    monkeypatch.setattr(numeric.exact.nearest, "MOST_HELD", 10**4)
    code, out, err = cogo(capsys, "certify", CASES / "dense_sgd_z13.pt", "-o", "x.cert.json")
    assert (code, out) == (1, "")
    assert "a zero of the loss in floats is at 0.57" in err
    assert "it was not made exact, because 128 nodes over Z13" in err
    assert not Path("x.cert.json").exists()


def test_the_search_leaves_time_for_rounding_and_checking(capsys, monkeypatch):
    words = ["certify", CASES / "dense_sgd_z13.pt", "-o", "x.cert.json"]
    monkeypatch.setattr(numeric.exact.nearest, "A_SECOND", 1.0)
    monkeypatch.setattr(numeric.exact.nearest, "SEARCH", 1e-5)
    code, out, err = cogo(capsys, *words, "--time-limit", "100", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["relative distance"] > 0.05
    assert cogo(capsys, *words, "--time-limit", "0", "--force")[0] == 2
    assert "300" in cogo(capsys, "certify", "--help")[1]


@pytest.mark.parametrize(
    ("place", "file", "limit", "said"),
    [
        (
            (numeric.exact.nearest, "corrections"),
            "dense_sgd_z13.pt",
            "0.1",
            "came while rounding a zero of the loss in floats at ",
        ),
        (
            (proofs.certificates.checker, "check"),
            "max_margin_z7.npz",
            "5",
            "an exact network is at 0; the time limit came before it was checked",
        ),
        (
            (numeric.recognition.recognise, "performance"),
            "max_margin_z7.npz",
            "0.1",
            "the time limit of 0.1 s came while reading",
        ),
    ],
)
def test_what_takes_too_long_is_given_up_soon_after_the_time_limit(
    place, file, limit, said, capsys, monkeypatch
):
    pytest.importorskip("torch")  # which takes seconds to load
    monkeypatch.setattr(*place, lambda *_, **__: time.sleep(60))
    start = time.monotonic()
    words = ["certify", CASES / file, "-o", "x.cert.json", "--time-limit", limit]
    code, out, err = cogo(capsys, *words)
    assert (code, out) == (1, "")
    assert time.monotonic() - start < 30
    assert said in err
    assert err.endswith("; nothing was written\n")
    assert not Path("x.cert.json").exists()


def test_what_was_found_before_the_time_limit_is_written(capsys, monkeypatch):
    """The named optimizer, where there is no time for the nearest one."""
    place = numeric.exact.nearest
    monkeypatch.setattr(place, "corrections", lambda *_: time.sleep(60))
    words = ["certify", TRAINED, "-o", "x.cert.json", "--time-limit", "3"]
    code, out, _ = cogo(capsys, *words)
    assert code == 0
    assert "nearest: refused: the time limit of 3 s came while rounding a zero of the loss" in out
    assert json.loads(Path("x.cert.json").read_text())["notes"]["kind"] == "named"


def test_a_certificate_of_another_operation_is_relabelled_by_it(capsys):
    file = CASES / "x_minus_y_mod7.npz"
    code, out, _ = cogo(capsys, "certify", file, "-o", "x.cert.json", "--json")
    assert code == 0
    assert json.loads(out)["operation"]["name"] == "x - y over Z7"
    assert json.loads(Path("x.cert.json").read_text())["operation"]["name"] == "x - y over Z7"
    code, out, _ = cogo(capsys, "check", "x.cert.json")
    assert code == 0
    assert "relabelled by its p, s, r" in out


@pytest.mark.parametrize("more", [[], ["--named"], ["--anyway"]])
def test_a_network_trained_by_cross_entropy_is_said_to_be_one_and_nothing_written(more, capsys):
    file = CASES / "cross_entropy_z11.pt"
    code, out, err = cogo(capsys, "certify", file, "-o", "x.cert.json", *more)
    assert (code, out) == (1, "")
    assert "cross-entropy" in err
    assert "pass --normalised" not in err
    assert not Path("x.cert.json").exists()


def test_a_certificate_has_the_same_bytes_whatever_the_number_of_threads():
    """Of a network with all weights free, by LSMR and by factoring."""
    root = str(CASES.parent.parent)
    files = [str(CASES / name) for name in ("dense_sgd_z13.pt", "relu_z7.pt")]
    code = (
        "import sys\nfrom cogo.cli.main import main\n"
        "for i, file in enumerate(sys.argv[2:]):\n"
        "    try: main(['certify', file, '-o', f'{sys.argv[1]}-{i}.cert.json', '-q'])\n"
        "    except SystemExit as stop: assert not stop.code\n"
    )
    for threads in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, threads, *files],
            env={**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": threads},
            check=True,
        )
    for i in range(len(files)):
        one, two = (Path(f"{threads}-{i}.cert.json").read_bytes() for threads in (1, 2))
        assert one == two
