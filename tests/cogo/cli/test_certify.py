"""``cogo certify``: what it refuses, how long it takes, and that it writes the same each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import numeric.exact.nearest.in_floats
from algebra import AbelianGroup, blocks, total
from cogo.cli import certify as certify_verb
from numeric import embed, write_weights
from tests.command import cogo
from tests.numeric.trained_like import TRAINED

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")
CASES = TRAINED.parent


def test_a_network_that_is_half_replaced_is_refused_with_the_frequencies_and_no_file(
    capsys: Any,
) -> None:
    file = CASES / "max_margin_z7.npz"
    code, out, err = cogo(capsys, "certify", file, "-o", "m.cert.json", "--named")
    assert (code, out) == (1, "")
    assert err.startswith(f"refused: {file}: the exact optimizer that was found is 112.0% away")
    assert "in place of 3 of 3 frequencies: frequency 1 (its composition is general)" in err
    assert "Without --named no composition needs a name" in err
    assert not Path("m.cert.json").exists()
    code, out, _ = cogo(capsys, "certify", file, "-o", "m.cert.json", "--named", "--json")
    assert (code, json.loads(out)["accepted"]) == (1, False)
    assert cogo(capsys, "certify", file, "-o", "m.cert.json")[0] == 0


def test_a_network_trained_otherwise_is_certified_where_all_weights_are_free(capsys: Any) -> None:
    """ReLU in place of squares: no frequency is as it should be, and yet 15.5 % away is a zero."""
    code, out, _ = cogo(capsys, "certify", CASES / "relu_z7.pt", "-o", "r.cert.json", "--json")
    found = json.loads(out)
    assert (code, found["replaced"]) == (0, {})
    assert found["relative distance"] < 0.16


def test_what_has_no_optimizer_near_it_is_refused_and_nothing_written(capsys: Any) -> None:
    """``syn`` everywhere answers every pair correctly at loss (d-1)/2d."""
    group = AbelianGroup("Z7")
    parts = [blocks.normalised(blocks.syn()).at(group, k) for k in group.conjugate_pairs()]
    write_weights("syn.npz", embed(total(group, parts), gauge="balanced"))
    code, out, err = cogo(capsys, "certify", "syn.npz", "-o", "syn.cert.json")
    assert (code, out) == (1, "")
    assert "3 of 3 frequencies: frequency 1 (its conditions are off by up to" in err
    assert "and this one has 0.429: train it longer on the squared error" in err
    assert not Path("syn.cert.json").exists()


def test_a_zero_in_floats_that_is_too_large_for_the_checker_is_no_certificate(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numeric.exact.nearest.in_floats, "MOST_HELD", 10**4)
    code, out, err = cogo(capsys, "certify", CASES / "dense_sgd_z13.pt", "-o", "x.cert.json")
    assert (code, out) == (1, "")
    assert "a zero of the loss in floats is at 0.57" in err
    assert "it was not made exact, because 128 nodes over Z13" in err
    assert not Path("x.cert.json").exists()


def test_long_work_writes_a_line_now_and_then_and_ends_at_its_time_limit(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certify_verb, "EVERY", 0.0)
    words = ["certify", CASES / "dense_sgd_z13.pt", "-o", "x.cert.json"]
    code, out, err = cogo(capsys, *words, "--time-limit", "0.001", "--json")
    assert code == 0
    assert json.loads(out)["relative distance"] > 0.1
    assert err == ""
    assert "s: rounding" in cogo(capsys, *words, "--time-limit", "0.001", "--force")[2]
    assert cogo(capsys, *words, "--time-limit", "0", "--force")[0] == 2
    assert cogo(capsys, *words, "--time-limit", "1", "--named", "--force")[0] == 2


def test_a_certificate_has_the_same_bytes_whatever_the_number_of_threads() -> None:
    """Of a network with all weights free, by conjugate gradients and by factoring."""
    root = str(CASES.parent.parent)
    files = [CASES / "dense_sgd_z13.pt", CASES / "relu_z7.pt"]
    for file in files:
        written = []
        for threads in ("1", "2"):
            run = [sys.executable, "-c", "from cogo.cli.main import main; main()"]
            subprocess.run(
                [*run, "certify", str(file), "-o", f"{threads}.cert.json", "-q", "--force"],
                env={**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": threads},
                check=True,
            )
            written.append(Path(f"{threads}.cert.json").read_bytes())
        assert written[0] == written[1]
