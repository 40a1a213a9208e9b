"""``cogo recognise`` and ``cogo certify``: output, exit codes, and everything that is refused."""

from __future__ import annotations

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
from proofs.certificates import checker
from proofs.certificates.certificate import from_bytes, to_text
from tests.command import cogo
from tests.numeric.trained_like import DENSE, TRAINED, served_network, with_dying_nodes

#: Quick to recognise and to certify, where it does not matter what is found.
SMALL = TRAINED.with_name("max_margin_z7.npz")
PNG = b"\x89PNG\r\n\x1a\n"


pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def test_recognise_prints_a_line_for_every_frequency_and_the_totals(capsys):
    code, out, err = cogo(capsys, "recognise", str(TRAINED))
    assert (code, err) == (0, "")
    assert "answers 529 of 529 pairs of x + y over Z23 correctly, least margin 0.98" in out
    assert "loss in [8.994" in out
    assert "(measured)" not in out  # squares answer so well that the activation is known
    assert "nu(i)*xi 6, nu*syn 4, nu(i)*syn(al,be) 1" in out
    assert "nu(i)*xi 54.5 %, nu(i)*syn(al,be) 9.1 %, nu*syn 36.4 %" in out
    assert "54 live, 458 dead, 30 carriers" in out
    rows = [x.split() for x in out.splitlines() if x[:2].strip().isdigit()]
    assert [int(x[0]) for x in rows] == list(range(1, 12))


def test_recognise_says_which_nodes_serve_a_frequency(capsys):
    write_weights("served.npz", embed(served_network(), gauge="balanced"))
    code, out, _ = cogo(capsys, "recognise", "served.npz", "--potentials")
    assert code == 0
    assert "order42" in out
    assert "phi=unit(3/5) 61.9" in out
    assert "R_* is cancelled by the constant-part nodes 10 11" in out
    assert "potentials (ideal: abc 1, others 0)" in out
    assert "2 with a constant part" in out


def test_parameters_can_be_typed_back_and_give_what_was_recognised(capsys):
    """The rounded figures of a trained network too: built, recognised, and the same again."""
    _, out, _ = cogo(capsys, "recognise", str(TRAINED))
    printed = dict(re.findall(r"(xi|nu)=(\S+) \d+\.\d°", out))
    assert set(printed) == {"xi", "nu"}
    words = [word for name, x in printed.items() for word in ("--param", f"{name}={x}")]
    code, _, err = cogo(
        capsys, "build", "Z7", "--family", "four-plus-six", *words, "-o", "again.npz"
    )
    assert (code, err) == (0, "")
    _, out, _ = cogo(capsys, "recognise", "again.npz")
    assert dict(re.findall(r"(xi|nu)=(\S+) \d+\.\d°", out)) == printed


def test_dense_networks_are_said_in_a_table_without_lists_of_nodes(capsys):
    code, out, _ = cogo(capsys, "recognise", str(DENSE))
    assert code == 0
    rows = [x.split() for x in out.splitlines() if x[:1].isdigit()]
    assert [row[0] for row in rows] == list("123456")
    assert all(int(row[1]) > 90 for row in rows)
    assert len(out.splitlines()) < 16
    assert max(len([word for word in x.split() if word.isdigit()]) for x in out.splitlines()) < 6
    assert "T[k,k,k]" in out


def test_a_file_that_may_be_of_another_activation_says_both_accuracies(capsys):
    """As squares and with ReLU all pairs are right, and the loss as squares is far from 0."""
    relu = DENSE.with_name("relu_z7.pt")
    _, out, _ = cogo(capsys, "recognise", str(relu))
    assert "100.00% of all pairs are answered correctly as squares, 100.00% with ReLU" in out
    assert "a file does not tell the activation: pass --activation if" in out
    _, out, _ = cogo(capsys, "recognise", str(relu), "--json")
    (found,) = json.loads(out)
    assert found["other activations"] == {"relu": 1.0, "abs": 1.0}
    assert found["right"] == found["pairs"] == 49


def test_a_network_trained_on_logits_is_not_advised_to_be_normalised(capsys):
    code, out, _ = cogo(capsys, "recognise", str(DENSE.with_name("cross_entropy_z11.pt")))
    assert code == 0
    assert "answers 121 of 121 pairs of x + y over Z11 correctly, least margin 8.46" in out
    assert "times 0.0593, the best scale, they leave 0.264" in out
    assert "up to scale: T[k,k,k] is 9.7 to 14.5" in out
    assert "--normalised" not in out


def test_names_of_files_are_text(capsys):
    for name in ("x[", "[red]"):
        Path(name).mkdir()
        shutil.copy(SMALL, f"{name}/].npz")
        code, out, err = cogo(capsys, "recognise", f"{name}/].npz", "--pictures", f"{name}/p")
        assert (code, err) == (0, "")
        assert out.startswith(f"{name}/].npz: ")
        assert f"wrote {name}/p/].npz/orders.png" in out


def test_two_files_of_one_name_are_refused_before_anything_is_drawn(capsys):
    for folder in ("a", "b"):
        Path(folder).mkdir()
        shutil.copy(SMALL, f"{folder}/w.npz")
    code, out, err = cogo(capsys, "recognise", "a/w.npz", "b/w.npz", "--pictures", "p")
    assert (code, out) == (2, "")
    assert err.strip() == "error: p/w.npz/orders.png is named twice; give each file its own name"
    assert not list(Path("p").rglob("*.png"))


def test_potentials_are_printed_whole(capsys):
    code, out, _ = cogo(capsys, "recognise", str(TRAINED), "--potentials")
    assert code == 0
    rows = out[out.index("potentials") :].splitlines()[2:13]
    for row, x in zip(rows, recognise(reading(TRAINED).weights).frequencies, strict=True):
        shown = [complex(cell) for cell in row.split()[1:-1]]
        assert np.allclose(shown, [*x.sums.potentials.values()], atol=8e-4)


def test_json_has_no_numbers_that_json_does_not_know(capsys):
    """Weights near the largest floats overflow; nothing is said of that on the way."""
    arrays = dict(np.load(TRAINED.with_name("x_minus_y_mod7.npz")))
    np.savez("large.npz", **{key: x.astype(np.float64) * 1e140 for key, x in arrays.items()})
    code, out, err = cogo(capsys, "recognise", "large.npz", "--json")
    assert (code, err) == (0, "")

    def refuse(text: str) -> None:
        raise AssertionError(text)

    (found,) = json.loads(out, parse_constant=refuse)
    assert found["loss"] is None


def test_recognise_json_and_pictures(capsys):
    code, out, _ = cogo(capsys, "recognise", str(TRAINED), "--json", "--pictures", "pictures")
    assert code == 0
    (found,) = json.loads(out)
    assert found["orders"] == {"4": 6, "6": 5}
    assert len(found["frequencies"]) == 11
    folder = Path("pictures") / TRAINED.name
    names = ["orders.png", "phases.png"]
    assert sorted(os.listdir(folder)) == names
    assert all((folder / name).read_bytes()[:8] == PNG for name in names)
    code, _, err = cogo(capsys, "recognise", str(TRAINED), "--pictures", "pictures")
    assert code == 2
    assert "exists already; pass --force" in err
    assert cogo(capsys, "recognise", str(TRAINED), "--pictures", "pictures", "--force")[0] == 0


def test_recognise_reports_a_network_that_has_not_learned_and_memorization(capsys):
    rng = np.random.default_rng(0)
    arrays = {"layera": (8, 11), "layerb": (8, 11), "layerc": (11, 8)}
    np.savez("random.npz", **{name: rng.normal(size=shape) for name, shape in arrays.items()})
    code, out, _ = cogo(capsys, "recognise", "random.npz")
    assert code == 0
    assert "the network has not learned: " in out
    code, out, err = cogo(capsys, "certify", "random.npz", "-o", "new.cert.json")
    assert (code, out) == (1, "")
    assert err.startswith("refused: random.npz: the network has not learned: ")
    assert err.endswith("; nothing was written\n")
    assert os.listdir() == ["random.npz"]
    write_weights("memory.npz", embed(optimizers.memorization(AbelianGroup("Z5"))))
    code, out, _ = cogo(capsys, "recognise", "memory.npz")
    assert "memorization: 25 of 25 pairs" in out


def test_the_group_is_an_option_and_else_the_files_or_cyclic(capsys):
    w = embed(optimizers.four_plus_six(AbelianGroup("Z3xZ3"), xi=unit(2), nu=unit(3)))
    write_weights("named.npz", w)
    found = json.loads(cogo(capsys, "recognise", "named.npz", "--json")[1])[0]
    assert found["group"] == "Z3xZ3"
    assert found["compositions"] == {"nu(i)*xi": 3, "nu*syn": 1}
    code, out, _ = cogo(capsys, "recognise", "named.npz", "--group", "9")
    assert code == 0
    assert "it answers 81 of 81 pairs as x + y over Z3xZ3; Z9 was asked for" in out
    assert "answers 54 of 81 pairs of x + y over Z9 correctly (proved)" in out


def test_certify_writes_a_certificate_that_the_checker_accepts_over_few_denominators(certified):
    out, written = certified["nearest"]
    assert "nearest optimizer: distance 0.27" in out
    assert "loss 8.994e-05; right on 529 of 529 pairs" in out
    assert "accepted: Z23" in out
    assert checker.check(written)[0] == 0
    data = json.loads(written)
    assert data["notes"]["trained loss"] == pytest.approx(8.99e-5, rel=1e-3)
    assert data["notes"]["all weights free"] is False
    terms = [
        term
        for node in data["nodes"]
        for row in node.values()
        for _, terms in row
        for term in terms
    ]
    assert sum(x.bit_length() for x in {term[1] for term in terms}) < 1000
    z, target = from_bytes(written)
    exact = {q.denominator for x in z.nodes.value.scalars for q, _, _ in x.terms()}
    assert sum(x.bit_length() for x in exact) > 1500
    assert from_bytes(to_text(z, target=target).encode()) == (z, target)
    for entry in data["nodes"][0]["c"][:1] + data["nodes"][0]["c"][-1:]:
        entry[1][0][0] += 1  # at k and at -k, in the last digit of the numerator
    code, message = checker.check(json.dumps(data).encode())
    assert code == 1
    assert message.startswith("refuted: T[")


def test_certify_says_when_all_weights_were_free(capsys):
    write_weights("dying.npz", with_dying_nodes("Z5", np.random.default_rng(0), size=1e-4))
    code, out, _ = cogo(capsys, "certify", "dying.npz", "-o", "d.cert.json")
    assert code == 0
    assert "all weights of the trained ones were free, and all entries" in out
    assert "blocks of order 4 in closed form" not in out
    code, out, _ = cogo(capsys, "certify", "dying.npz", "-o", "d.cert.json", "--json", "--force")
    assert (code, json.loads(out)["all weights free"]) == (0, True)


@pytest.mark.parametrize("verb", ["recognise", "certify"])
def test_a_network_with_the_factor_of_the_paper_is_read_with_normalised(verb, capsys):
    w = embed(
        optimizers.four_plus_six(AbelianGroup("Z7"), xi=zeta(16), nu=zeta(20)), gauge="balanced"
    )
    write_weights("plain.npz", w)
    plain = np.load("plain.npz")
    np.savez("factor.npz", **{**plain, "layerc.weight": 14 * plain["layerc.weight"]})
    more = ["-o", "new.cert.json"] if verb == "certify" else []
    code, out, err = cogo(capsys, verb, "factor.npz", *more)
    assert code == (1 if more else 0)
    hint = (
        "the outputs are too large: 100.0% of all pairs are answered correctly, and yet the loss "
        "is 145; times 1/2d they leave less than 1e-12: if this network multiplies its output by "
        "1/2d, pass --normalised (normalised=True)"
    )
    assert hint in out + err
    assert not Path("new.cert.json").exists()
    code, out, err = cogo(capsys, verb, "factor.npz", "--normalised", *more)
    assert (code, err) == (0, "")
    assert "too large" not in out
    assert Path("new.cert.json").exists() == bool(more)


@pytest.mark.parametrize("kind", [[], ["--named"]])
def test_certify_takes_names_as_text(kind, capsys):
    Path("a[").mkdir()
    shutil.copy(SMALL, "a[/]b.npz")  # an end of Rich's markup
    code, out, err = cogo(capsys, "certify", "a[/]b.npz", "-o", "c[red]d.cert.json", *kind)
    assert (code, err) == (0, "")
    assert out.startswith("a[/]b.npz: ")
    assert out.endswith("wrote c[red]d.cert.json\n")


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [
        (recognise_verb, "reading", ["recognise"]),
        (recognise_verb, "recognised", ["recognise"]),
        (recognise_verb, "_drawn", ["recognise", "--pictures", "p"]),
        (numeric.exact.certify, "reading", ["certify", "-o", "x.cert.json"]),
        (numeric.exact.certify, "nearest_float", ["certify", "-o", "x.cert.json"]),
        (certify_verb, "write_bytes", ["certify", "-o", "x.cert.json"]),
    ],
)
def test_an_interrupt_in_any_phase_is_exit_2_without_traceback_and_leaves_no_file(
    module, name, arguments, capsys, monkeypatch
):
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, name, interrupted)
    file = TRAINED if name == "nearest_float" else SMALL  # the other is a family
    code, out, err = cogo(capsys, *arguments, file)
    assert (code, out) == (2, "")
    assert "interrupted" in err
    assert [x for _, _, files in os.walk(".") for x in files] == []


def test_no_space_on_disk_is_exit_2_and_keeps_what_was_there(capsys, monkeypatch):
    Path("t.cert.json").write_text("mine")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(algebra.machine.write_file.os, "fsync", full)
    code, _, err = cogo(capsys, "certify", SMALL, "-o", "t.cert.json", "--force")
    assert code == 2
    assert "t.cert.json cannot be written: No space left on device" in err
    assert Path("t.cert.json").read_text() == "mine"
    code, _, err = cogo(capsys, "recognise", SMALL, "--pictures", "p")
    assert code == 2
    assert "No space left on device" in err
    assert sorted(x for _, _, files in os.walk(".") for x in files) == ["t.cert.json"]


def test_the_papers_checkpoint_with_its_one_hot_embedding_is_read(capsys):
    torch = pytest.importorskip("torch")
    data = np.load(TRAINED)
    state = {f"{name}.weight": torch.from_numpy(data[name]) for name in data.files}
    torch.save({**state, "embedding.weight": torch.eye(23)}, "paper.pt")
    found = json.loads(cogo(capsys, "recognise", "paper.pt", "--json")[1])[0]
    assert found["compositions"] == {"nu(i)*xi": 6, "nu*syn": 4, "nu(i)*syn(al,be)": 1}
    state["layera.weight"], state["layerb.weight"] = (
        state[f"layer{p}.weight"] / 2 for p in ("a", "b")
    )
    torch.save({**state, "embedding.weight": 2 * torch.eye(23)}, "twice.pt")
    again = json.loads(cogo(capsys, "recognise", "twice.pt", "--json")[1])[0]
    assert again["compositions"] == found["compositions"]


@pytest.mark.parametrize(("name", "doing"), [("reading", "reading"), ("verified", "evaluating")])
def test_what_takes_longer_than_the_time_limit_is_given_up_and_said(
    name, doing, capsys, monkeypatch
):
    monkeypatch.setattr(recognise_verb, name, lambda *_, **__: time.sleep(60))
    start = time.monotonic()
    words = ["recognise", str(TRAINED), "--time-limit", "2", "--pictures", "p"]
    code, out, err = cogo(capsys, *words)
    assert (code, out) == (1, "")
    assert time.monotonic() - start < 30
    assert err.startswith(f"refused: the time limit of 2 s came while {doing}")
    assert [x for _, _, files in os.walk("p") for x in files] == []
    assert cogo(capsys, *words[:2], "--time-limit", "nan")[0] == 2


def test_pictures_and_potentials_are_said_to_be_there_only_where_they_are(capsys):
    assert cogo(capsys, "build", "S3", "-o", "s3.npz", "-q")[0] == 0
    code, out, _ = cogo(capsys, "recognise", "s3.npz", "--pictures", "p", "--potentials")
    assert (code, "wrote" in out) == (0, False)
    for what in ("pictures", "potentials"):
        assert f"no {what}: they are of networks over Abelian groups" in out
    assert not list(Path("p").rglob("*.png"))
