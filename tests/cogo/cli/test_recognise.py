"""``cogo recognise``: what it prints, and how it and ``cogo certify`` end when they are stopped."""

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import algebra.machine.write_file
import numeric.exact.certify
from algebra import AbelianGroup, optimizers, unit, zeta
from cogo.cli import certify as certify_verb, recognise as recognise_verb
from numeric import embed, write_weights
from numeric.recognition.recognise import recognise
from numeric.weights.given import reading
from tests.numeric.trained_like import DENSE, TRAINED, served_network

#: Quick to recognise and to certify, where it does not matter what is found.
SMALL = TRAINED.with_name("max_margin_z7.npz")


def test_recognise_prints_a_line_for_every_frequency_and_the_totals(cogo):
    ran = cogo("recognise", TRAINED).says(
        "answers 529 of 529 pairs of x + y over Z23 correctly, least margin 0.98",
        "loss in [8.994",
        "nu(i)*xi 6, nu*syn 4, nu(i)*syn(al,be) 1",
        "nu(i)*xi 54.5 %, nu(i)*syn(al,be) 9.1 %, nu*syn 36.4 %",
        "54 live, 458 dead, 30 carriers",
    )
    assert "(measured)" not in ran.out  # squares answer so well that the activation is known
    rows = [x.split() for x in ran.out.splitlines() if x[:2].strip().isdigit()]
    assert [int(x[0]) for x in rows] == list(range(1, 12))


def test_recognise_says_which_nodes_serve_a_frequency(cogo):
    write_weights("served.npz", embed(served_network(), gauge="balanced"))
    cogo("recognise served.npz --potentials").says(
        "order42",
        "phi=unit(3/5) 61.9",
        "R_* is cancelled by the constant-part nodes 10 11",
        "potentials (ideal: abc 1, others 0)",
        "2 with a constant part",
    )


def test_parameters_can_be_typed_back_and_give_what_was_recognised(cogo):
    """The rounded figures of a trained network too: built, recognised, and the same again."""
    parameter = re.compile(r"(xi|nu)=(\S+) \d+\.\d°")
    printed = dict(parameter.findall(cogo("recognise", TRAINED).out))
    assert set(printed) == {"xi", "nu"}
    words = [f"--param {name}={x}" for name, x in printed.items()]
    cogo("build Z7 --family four-plus-six", *words, "-o again.npz")
    assert dict(parameter.findall(cogo("recognise again.npz").out)) == printed


def test_dense_networks_are_said_in_a_table_without_lists_of_nodes(cogo):
    lines = [x.split() for x in cogo("recognise", DENSE).says("T[k,k,k]").out.splitlines()]
    rows = [x for x in lines if x[:1] and x[0].isdigit()]
    assert [row[0] for row in rows] == list("123456")
    assert min(int(row[1]) for row in rows) > 90
    assert len(lines) < 16
    assert max(sum(word.isdigit() for word in x) for x in lines) < 6


def test_a_file_that_may_be_of_another_activation_says_both_accuracies(cogo):
    """As squares and with ReLU all pairs are right, and the loss as squares is far from 0."""
    relu = DENSE.with_name("relu_z7.pt")
    cogo("recognise", relu).says(
        "100.00% of all pairs are answered correctly as squares, 100.00% with ReLU",
        "a file does not tell the activation: pass --activation if",
    )
    (found,) = cogo("recognise", relu, "--json").json
    assert found["other activations"] == {"relu": 1.0, "abs": 1.0}
    assert found["right"] == found["pairs"] == 49


def test_a_network_trained_on_logits_is_not_advised_to_be_normalised(cogo):
    ran = cogo("recognise", DENSE.with_name("cross_entropy_z11.pt")).says(
        "answers 121 of 121 pairs of x + y over Z11 correctly, least margin 8.46",
        "times 0.0593, the best scale, they leave 0.264",
        "up to scale: T[k,k,k] is 9.7 to 14.5",
    )
    assert "--normalised" not in ran.out


def test_names_of_files_are_text(cogo):
    for name in ("x[", "[red]"):
        Path(name).mkdir()
        shutil.copy(SMALL, f"{name}/].npz")
        ran = cogo(f"recognise {name}/].npz --pictures {name}/p")
        assert ran.out.startswith(f"{name}/].npz: ")
        ran.says(f"wrote {name}/p/].npz/orders.png")


def test_two_files_of_one_name_are_refused_before_anything_is_drawn(cogo):
    shutil.copy(SMALL, "w.npz")
    cogo("recognise w.npz", Path("w.npz").resolve(), "--pictures p", code=2).says(
        "error: p/w.npz/orders.png is named twice; give each file its own name\n"
    )
    assert not list(Path("p").rglob("*.png"))


def test_potentials_are_printed_whole(cogo):
    out = cogo("recognise", TRAINED, "--potentials").out
    rows = out[out.index("potentials") :].splitlines()[2:13]
    for row, x in zip(rows, recognise(reading(TRAINED).weights).frequencies, strict=True):
        shown = [complex(cell) for cell in row.split()[1:-1]]
        assert np.allclose(shown, [*x.sums.potentials.values()], atol=8e-4)


def test_json_has_no_numbers_that_json_does_not_know(cogo):
    """Weights near the largest floats overflow; nothing is said of that on the way."""
    arrays = dict(np.load(TRAINED.with_name("x_minus_y_mod7.npz")))
    np.savez("large.npz", **{key: x.astype(np.float64) * 1e140 for key, x in arrays.items()})
    out = cogo("recognise large.npz --json").out

    def refuse(text: str) -> None:
        raise AssertionError(text)

    (found,) = json.loads(out, parse_constant=refuse)
    assert found["loss"] is None


def test_recognise_json_and_pictures(cogo):
    (found,) = cogo("recognise", TRAINED, "--json --pictures pictures").json
    assert found["orders"] == {"4": 6, "6": 5}
    assert len(found["frequencies"]) == 11
    folder = Path("pictures") / TRAINED.name
    names = ["orders.png", "phases.png"]
    assert sorted(os.listdir(folder)) == names
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in names)
    cogo("recognise", TRAINED, "--pictures pictures", code=2).says("exists already; pass --force")
    cogo("recognise", TRAINED, "--pictures pictures --force")


def test_recognise_reports_a_network_that_has_not_learned_and_memorization(cogo):
    a, b, c = np.random.default_rng(0).normal(size=(3, 8, 11))
    np.savez("random.npz", layera=a, layerb=b, layerc=c.T)
    cogo("recognise random.npz").says("the network has not learned: ")
    _, _, err = cogo("certify random.npz -o new.cert.json", code=1)
    assert err.startswith("refused: random.npz: the network has not learned: ")
    assert err.endswith("; nothing was written\n")
    assert os.listdir() == ["random.npz"]
    write_weights("memory.npz", embed(optimizers.memorization(AbelianGroup("Z5"))))
    cogo("recognise memory.npz").says("memorization: 25 of 25 pairs")


def test_the_group_is_an_option_and_else_the_files_or_cyclic(cogo):
    w = embed(optimizers.four_plus_six(AbelianGroup("Z3xZ3"), xi=unit(2), nu=unit(3)))
    write_weights("named.npz", w)
    found = cogo("recognise named.npz --json").json[0]
    assert found["group"] == "Z3xZ3"
    assert found["compositions"] == {"nu(i)*xi": 3, "nu*syn": 1}
    cogo("recognise named.npz --group 9").says(
        "it answers 81 of 81 pairs as x + y over Z3xZ3; Z9 was asked for",
        "answers 54 of 81 pairs of x + y over Z9 correctly (proved)",
    )


@pytest.mark.parametrize("verb", ["recognise", "certify"])
def test_a_network_with_the_factor_of_the_paper_is_read_with_normalised(verb, cogo):
    z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=zeta(16), nu=zeta(20))
    write_weights("plain.npz", embed(z, gauge="balanced"))
    plain = np.load("plain.npz")
    np.savez("factor.npz", **{**plain, "layerc.weight": 14 * plain["layerc.weight"]})
    writes = verb == "certify"
    words = f"{verb} factor.npz" + " -o new.cert.json" * writes
    cogo(words, code=int(writes)).says(
        "the outputs are too large: 100.0% of all pairs are answered correctly, and yet the loss "
        "is 145; times 1/2d they leave less than 1e-12: if this network multiplies its output by "
        "1/2d, pass --normalised (normalised=True)"
    )
    assert not Path("new.cert.json").exists()
    assert "too large" not in cogo(words, "--normalised").out
    assert Path("new.cert.json").exists() == writes


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [
        (recognise_verb, "reading", "recognise"),
        (recognise_verb, "recognised", "recognise"),
        (recognise_verb, "_drawn", "recognise --pictures p"),
        (numeric.exact.certify, "reading", "certify -o x.cert.json"),
        (numeric.exact.certify, "nearest_float", "certify -o x.cert.json"),
        (certify_verb, "write_bytes", "certify -o x.cert.json"),
    ],
)
def test_an_interrupt_in_any_phase_is_exit_2_without_traceback_and_leaves_no_file(
    module, name, arguments, cogo, monkeypatch
):
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, name, interrupted)
    file = TRAINED if name == "nearest_float" else SMALL  # the other is a family
    cogo(arguments, file, code=2).says("interrupted")
    assert [x for _, _, files in os.walk(".") for x in files] == []


def test_no_space_on_disk_is_exit_2_and_keeps_what_was_there(cogo, monkeypatch):
    Path("t.cert.json").write_text("mine")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(algebra.machine.write_file.os, "fsync", full)
    cogo("certify", SMALL, "-o t.cert.json --force", code=2).says(
        "t.cert.json cannot be written: No space left on device"
    )
    assert Path("t.cert.json").read_text() == "mine"
    cogo("recognise", SMALL, "--pictures p", code=2).says("No space left on device")
    assert sorted(x for _, _, files in os.walk(".") for x in files) == ["t.cert.json"]


def test_the_papers_checkpoint_with_its_one_hot_embedding_is_read(cogo):
    torch = pytest.importorskip("torch")
    data = np.load(TRAINED)
    state = {f"{name}.weight": torch.from_numpy(data[name]) for name in data.files}
    torch.save({**state, "embedding.weight": torch.eye(23)}, "paper.pt")
    found = cogo("recognise paper.pt --json").json[0]
    assert found["compositions"] == {"nu(i)*xi": 6, "nu*syn": 4, "nu(i)*syn(al,be)": 1}
    halves = {f"layer{p}.weight": state[f"layer{p}.weight"] / 2 for p in "ab"}
    torch.save({**state, **halves, "embedding.weight": 2 * torch.eye(23)}, "twice.pt")
    again = cogo("recognise twice.pt --json").json[0]
    assert again["compositions"] == found["compositions"]


@pytest.mark.parametrize(("name", "doing"), [("reading", "reading"), ("verified", "evaluating")])
def test_what_takes_longer_than_the_time_limit_is_given_up_and_said(name, doing, cogo, monkeypatch):
    monkeypatch.setattr(recognise_verb, name, lambda *_, **__: time.sleep(60))
    start = time.monotonic()
    err = cogo("recognise", TRAINED, "--time-limit 2 --pictures p", code=1).err
    assert time.monotonic() - start < 30
    assert err.startswith(f"refused: the time limit of 2 s came while {doing}")
    assert [x for _, _, files in os.walk("p") for x in files] == []
    cogo("recognise", TRAINED, "--time-limit nan", code=2)


def test_pictures_and_potentials_are_said_to_be_there_only_where_they_are(cogo):
    cogo("build S3 -o s3.npz -q")
    ran = cogo("recognise s3.npz --pictures p --potentials")
    assert "wrote" not in ran.out
    said = "they are of networks over Abelian groups"
    ran.says(f"no pictures: {said}", f"no potentials: {said}")
    assert not list(Path("p").rglob("*.png"))
