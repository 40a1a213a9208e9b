"""``cogo certify``: what it prints and writes, what it refuses, and how long it takes."""

import json
import shutil
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
from proofs.certificates import checker
from proofs.certificates.certificate import from_bytes, to_text
from tests.command import environment, read_json
from tests.numeric.trained_like import TRAINED, served_network, with_dying_nodes

CASES = TRAINED.parent
DENSE_Z13, MAX_MARGIN_Z7 = CASES / "dense_sgd_z13.pt", CASES / "max_margin_z7.npz"


@pytest.fixture
def certified_not(cogo):
    """See a network refused with what is said of it, and no certificate written."""

    def certify(*words: object, says: tuple[str, ...]) -> str:
        err: str = cogo("certify", *words, "-o no.cert.json", code=1).says(*says).err
        assert err.startswith("refused: ")
        assert err.endswith("; nothing was written\n")
        assert not Path("no.cert.json").exists()
        return err

    return certify


@pytest.fixture
def without_frequency_7(cogo) -> str:
    """The trained network without the nodes of that frequency."""
    arrays = dict(np.load(TRAINED))
    arrays["layerc"][:, [56, 210, 242, 492]] = 0
    np.savez("cut.npz", **arrays)
    return "cut.npz"


def test_the_certificate_is_accepted_by_the_checker_and_has_few_denominators(certified):
    out, written = certified["nearest"]
    assert "nearest optimizer: distance 0.27" in out
    assert "loss 8.994e-05; right on 529 of 529 pairs" in out
    assert "accepted: Z23" in out
    assert checker.check(written)[0] == 0
    data = json.loads(written)
    assert data["notes"]["trained loss"] == pytest.approx(8.99e-5, rel=1e-3)
    assert data["notes"]["all weights free"] is False
    entries = [terms for node in data["nodes"] for row in node.values() for _, terms in row]
    denominators = {term[1] for terms in entries for term in terms}
    assert sum(x.bit_length() for x in denominators) < 1000
    z, target = from_bytes(written)
    exact = {q.denominator for x in z.nodes.value.scalars for q, _, _ in x.terms()}
    assert sum(x.bit_length() for x in exact) > 1500
    assert from_bytes(to_text(z, target=target).encode()) == (z, target)
    for entry in data["nodes"][0]["c"][:1] + data["nodes"][0]["c"][-1:]:
        entry[1][0][0] += 1  # at k and at -k, in the last digit of the numerator
    code, message = checker.check(json.dumps(data).encode())
    assert code == 1
    assert message.startswith("refuted: T[")


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
    notes = json.loads(certified["named"][1])["notes"]
    assert set(notes["blocks"][1]["parameters"]) == {"xi"}
    assert notes["carriers"] == {f"k={k}": "1/5" for k in (1, 5, 6, 8, 11)}
    assert 0.022 < notes["relative distance"] < 0.024


def test_of_named_blocks_every_frequency_has_a_line(cogo):
    ran = cogo("certify", TRAINED, "-o t.cert.json --named --tolerance 1").says(
        "named blocks, angles within 1 degrees of the fitted ones:",
        "accepted: Z23, 54 nodes, 0 parameters",
    )
    lines = [x for x in ran.out.splitlines() if x.startswith("k=")]
    assert [x.split(":")[0] for x in lines[:11]] == [f"k={k}" for k in range(1, 12)]
    assert lines[1].startswith("k=2: nu(i)*xi, xi=(20+21i)/29; a turned by ")
    assert lines[11] == (
        "k=1, k=5, k=6, k=8, k=11: carry 1/5 each of what the other blocks leave over, T[0,0,k]"
    )
    cogo("check t.cert.json -q")
    notes = read_json("t.cert.json")["notes"]
    assert (notes["kind"], notes["tolerance in degrees"]) == ("named", 1)
    assert notes["blocks"][1]["parameters"] == {"xi": "(20+21i)/29"}


def test_constants_and_what_was_replaced_are_printed(cogo, without_frequency_7):
    write_weights("served.npz", embed(served_network(), gauge="balanced"))
    ran = cogo("certify served.npz -o s.cert.json --named").says(
        "k=1: carries 1 of what the other blocks leave over, T[0,0,k]"
    )
    (line,) = (x for x in ran.out.splitlines() if x.startswith("k=2"))
    assert line.startswith("k=2: order")
    assert ", phi=(8+15i)/17" in line
    ran = cogo("certify", without_frequency_7, "-o c.cert.json --named --anyway").says(
        "(no node reads it alone: 7)"
    )
    assert "k=7: nu(i)*xi, xi=1" in ran.out.splitlines()


def test_a_network_of_which_a_frequency_is_replaced_is_refused_unless_wanted_anyway(
    cogo, certified_not, without_frequency_7
):
    reason = "standard blocks would stand for 1 of 11 frequencies"
    for more in ("", "--named"):
        err = certified_not("cut.npz", more, says=(f"{reason} (no node reads it alone: 7)",))
        assert err.startswith("refused: cut.npz: ")
        assert not cogo("certify cut.npz -o no.cert.json --json", more, code=1).json["accepted"]
    assert not Path("no.cert.json").exists()
    cogo("certify cut.npz -o c.cert.json --anyway").says(f"named: written anyway, though {reason}")
    notes = read_json("c.cert.json")["notes"]
    assert notes["replaced"] == {"7": "no node reads it alone"}
    assert notes["refused"].startswith(reason)
    cogo("check c.cert.json -q")


@pytest.mark.parametrize(
    ("group", "xi", "said"),
    [
        ("Z7", "1", "four-plus-constant of Z7, xi = 1: distance 0"),
        ("Z2xZ6", "unit(1/9)", "four-plus-constant of Z2xZ6, xi = (40+9i)/41: distance 0"),
    ],
)
def test_an_optimizer_that_build_made_is_named_in_the_first_line(group, xi, said, cogo):
    cogo("build", group, f"--family four-plus-constant --param 'xi={xi}' -o z.npz -q")
    arrays = {name: x for name, x in np.load("z.npz").items() if x.ndim == 2}
    np.savez("w.npz", **arrays)  # without what the file says of itself
    for words in ("w.npz", "z.npz --named"):
        out = cogo("certify", words, "-o c.cert.json --force --group", group).out
        assert out.splitlines()[0] == f"{words[:5]}: {said}"


def test_without_a_file_to_write_the_answer_is_the_same(cogo):
    cogo("build Z7 -o w.npz -q")
    asked = cogo("certify w.npz").out
    assert {str(x) for x in Path().iterdir()} == {"w.npz"}
    written = cogo("certify w.npz -o c.cert.json").out
    assert asked.splitlines()[:-1] == written.splitlines()[:-1]
    assert asked.splitlines()[-1] == "-o FILE.cert.json writes the certificate"
    assert cogo("certify w.npz --json").json["output"] is None


@pytest.mark.parametrize("kind", ["", "--named"])
def test_names_of_files_are_text(kind, cogo):
    Path("a[").mkdir()
    shutil.copy(MAX_MARGIN_Z7, "a[/]b.npz")  # an end of Rich's markup
    out = cogo("certify a[/]b.npz -o c[red]d.cert.json", kind).out
    assert out.startswith("a[/]b.npz: ")
    assert out.endswith("wrote c[red]d.cert.json\n")


def test_it_is_said_when_all_weights_were_free(cogo):
    write_weights("dying.npz", with_dying_nodes("Z5", np.random.default_rng(0), size=1e-4))
    ran = cogo("certify dying.npz -o d.cert.json")
    ran.says("all weights of the trained ones were free, and all entries")
    assert "blocks of order 4 in closed form" not in ran.out
    assert cogo("certify dying.npz -o d.cert.json --json --force").json["all weights free"] is True


def test_a_network_trained_otherwise_is_certified_where_all_weights_are_free(cogo):
    """ReLU in place of squares: no frequency is as it should be, and yet 17 % away is a zero."""
    found = cogo("certify", CASES / "relu_z7.pt", "-o r.cert.json --json").json
    assert found["replaced"] == {}
    assert 0.16 < found["relative distance"] < 0.17


def test_what_has_no_optimizer_near_it_is_refused(certified_not):
    """``syn`` everywhere answers every pair correctly at loss (d-1)/2d."""
    group = AbelianGroup("Z7")
    parts = [blocks.normalised(blocks.syn()).at(group, k) for k in group.conjugate_pairs()]
    write_weights("syn.npz", embed(total(group, parts), gauge="balanced"))
    nearest = "nearest: no network of zero loss was found near this one"
    named = "standard blocks would stand for 3 of 3 frequencies (its composition is syn: 1, 2, 3)"
    certified_not("syn.npz", says=(nearest, named))


def test_a_zero_in_floats_that_is_too_large_for_the_checker_is_no_certificate(
    certified_not, monkeypatch
):
    monkeypatch.setattr(numeric.exact.nearest, "MOST_HELD", 10**4)
    found, not_exact = "a zero of the loss in floats is at 0.57", "it was not made exact, because"
    certified_not(DENSE_Z13, says=(found, f"{not_exact} 128 nodes over Z13"))


def test_the_search_leaves_time_for_rounding_and_checking(cogo, monkeypatch):
    monkeypatch.setattr(numeric.exact.nearest, "A_SECOND", 1.0)
    monkeypatch.setattr(numeric.exact.nearest, "SEARCH", 1e-5)
    found = cogo("certify", DENSE_Z13, "-o x.cert.json --time-limit 100 --json").json
    assert found["relative distance"] > 0.05
    cogo("certify", DENSE_Z13, "-o x.cert.json --time-limit 0 --force", code=2)
    cogo("certify --help").says("300")


@pytest.mark.parametrize(
    ("module", "name", "file", "limit", "said"),
    [
        (numeric.exact.nearest, "corrections", DENSE_Z13, 0.1,
         "came while rounding a zero of the loss in floats at "),
        (proofs.certificates.checker, "check", MAX_MARGIN_Z7, 5,
         "an exact network is at 0; the time limit came before it was checked"),
        (numeric.recognition.recognise, "performance", MAX_MARGIN_Z7, 0.1,
         "the time limit of 0.1 s came while reading"),
    ],
)  # fmt: skip
def test_what_takes_too_long_is_given_up_soon_after_the_time_limit(
    module, name, file, limit, said, certified_not, monkeypatch
):
    pytest.importorskip("torch")  # which takes seconds to load
    monkeypatch.setattr(module, name, lambda *_, **__: time.sleep(60))
    start = time.monotonic()
    certified_not(file, "--time-limit", limit, says=(said,))
    assert time.monotonic() - start < 30


def test_what_was_found_before_the_time_limit_is_written(cogo, monkeypatch):
    """The named optimizer, where there is no time for the nearest one."""
    monkeypatch.setattr(numeric.exact.nearest, "corrections", lambda *_: time.sleep(60))
    cogo("certify", TRAINED, "-o x.cert.json --time-limit 3").says(
        "nearest: refused: the time limit of 3 s came while rounding a zero of the loss"
    )
    assert read_json("x.cert.json")["notes"]["kind"] == "named"


def test_a_certificate_of_another_operation_is_relabelled_by_it(cogo):
    found = cogo("certify", CASES / "x_minus_y_mod7.npz", "-o x.cert.json --json").json
    for x in (found, read_json("x.cert.json")):
        assert x["operation"]["name"] == "x - y over Z7"
    cogo("check x.cert.json").says("relabelled by its p, s, r")


@pytest.mark.parametrize("more", ["", "--named", "--anyway"])
def test_a_network_trained_by_cross_entropy_is_said_to_be_one(more, certified_not):
    err = certified_not(CASES / "cross_entropy_z11.pt", more, says=("cross-entropy",))
    assert "pass --normalised" not in err


def test_a_certificate_has_the_same_bytes_whatever_the_number_of_threads(in_an_empty_folder):
    """Of a network with all weights free, by LSMR and by factoring."""
    files = [str(CASES / name) for name in ("dense_sgd_z13.pt", "relu_z7.pt")]
    code = (
        "import sys\nfrom cogo.cli.main import main\n"
        "for i, file in enumerate(sys.argv[2:]):\n"
        "    try: main(['certify', file, '-o', f'{sys.argv[1]}-{i}.cert.json', '-q'])\n"
        "    except SystemExit as stop: assert not stop.code\n"
    )
    for threads in ("1", "2"):
        threaded = environment() | {"OMP_NUM_THREADS": threads}
        subprocess.run([sys.executable, "-c", code, threads, *files], env=threaded, check=True)
    for i in range(len(files)):
        one, two = (Path(f"{threads}-{i}.cert.json").read_bytes() for threads in (1, 2))
        assert one == two
