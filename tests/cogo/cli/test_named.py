"""``cogo certify --named``: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from numeric import embed, write_weights
from tests.command import cogo
from tests.numeric.trained_like import TRAINED, served_network

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def test_every_frequency_has_a_line_and_the_certificate_is_accepted(capsys):
    code, out, err = cogo(
        capsys, "certify", str(TRAINED), "-o", "t.cert.json", "--named", "--tolerance", "1"
    )
    assert (code, err) == (0, "")
    lines = [x for x in out.splitlines() if x.startswith("k=")]
    assert [x.split(":")[0] for x in lines[:11]] == [f"k={k}" for k in range(1, 12)]
    assert lines[1].startswith("k=2: nu(i)*xi, xi=(20+21i)/29; a turned by ")
    assert lines[11] == (
        "k=1, k=5, k=6, k=8, k=11: carry 1/5 each of what the other blocks leave over, T[0,0,k]"
    )
    assert "named blocks, angles within 1 degrees of the fitted ones:" in out
    assert "accepted: Z23, 54 nodes, 0 parameters" in out
    assert cogo(capsys, "check", "t.cert.json", "-q")[0] == 0
    notes = json.loads(Path("t.cert.json").read_text())["notes"]
    assert notes["kind"] == "named"
    assert notes["tolerance in degrees"] == 1
    assert notes["blocks"][1]["parameters"] == {"xi": "(20+21i)/29"}


def test_the_certificate_states_the_blocks_and_the_carriers(certified):
    notes = json.loads(certified["named"][1])["notes"]
    assert set(notes["blocks"][1]["parameters"]) == {"xi"}
    assert notes["carriers"] == {f"k={k}": "1/5" for k in (1, 5, 6, 8, 11)}
    assert 0.022 < notes["relative distance"] < 0.024


def test_constants_and_what_was_replaced_are_printed(capsys):
    write_weights("served.npz", embed(served_network(), gauge="balanced"))
    code, out, _ = cogo(capsys, "certify", "served.npz", "-o", "s.cert.json", "--named")
    assert code == 0
    (line,) = (x for x in out.splitlines() if x.startswith("k=2"))
    assert line.startswith("k=2: order")
    assert ", phi=(8+15i)/17" in line
    assert "k=1: carries 1 of what the other blocks leave over, T[0,0,k]" in out
    arrays = dict(np.load(TRAINED))
    arrays["layerc"][:, [56, 210, 242, 492]] = 0  # the block of frequency 7
    np.savez("cut.npz", **arrays)
    code, out, _ = cogo(capsys, "certify", "cut.npz", "-o", "c.cert.json", "--named", "--anyway")
    assert code == 0
    assert "(no node reads it alone: 7)" in out
    assert "k=7: nu(i)*xi, xi=1" in out.splitlines()
