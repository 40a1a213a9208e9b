"""The command line: what it prints, what it writes, and how it refuses."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers, zeta
from algebra.files.element_file import from_text
from algebra.machine import memory
from algebra.machine.install import install
from numeric import read_weights
from proofs.certificates import certificate
from tests.command import cogo

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def test_prove_shows_every_claim_and_writes_certificates_of_z7_unless_told_otherwise(capsys):
    code, out, _ = cogo(capsys, "prove", "-o", "certificates")
    assert code == 0
    assert out.startswith("cogo prove Z7\n")  # where no group is given
    assert "54 proved, 21 checked exhaustively, 4 sampled, 4 measured; 0 refuted" in out
    files = sorted(p.name for p in Path("certificates").iterdir())
    families = [*optimizers.families(AbelianGroup("Z7")), "four-two-plus-constant"]
    assert files == sorted(f"Z7.{f}{t}.cert.json" for f in families for t in ("", ".onehot"))
    assert cogo(capsys, "check", *(f"certificates/{name}" for name in files))[0] == 0


def test_proving_again_keeps_equal_certificates_and_refuses_to_replace_others(capsys):
    chosen = (f"--claims=optimizers.{name}-per-frequency*" for name in ("six", "nine"))
    command = ("prove", "Z3", *chosen, "-o", "c", "-q")
    assert cogo(capsys, *command)[0] == 0
    assert cogo(capsys, *command)[0] == 0
    Path("c/Z3.six-per-frequency.cert.json").write_text("mine")
    code, _, err = cogo(capsys, *command)
    assert code == 2
    assert "Z3.six-per-frequency.cert.json exists" in err
    assert Path("c/Z3.six-per-frequency.cert.json").read_text() == "mine"
    assert cogo(capsys, *command, "--force")[0] == 0
    assert cogo(capsys, "check", *Path("c").iterdir())[0] == 0


def test_prove_takes_several_groups_families_and_the_onehot_target(capsys):
    code, out, _ = cogo(
        capsys,
        "prove 8 2x2 --claims optimizers.four-plus-real.onehot --claims "
        "optimizers.memorization.onehot --json",
    )
    assert code == 0
    assert [(x["group"], x["figures"]["nodes"]) for x in json.loads(out) if x["group"]] == [
        ("Z8", 14),
        ("Z8", 65),
        ("Z2xZ2", 6),
        ("Z2xZ2", 17),
    ]


def test_a_refuted_claim_exits_1_and_is_printed_even_when_quiet(capsys, monkeypatch):
    from dataclasses import replace

    from proofs.claims import blocks as claims
    from proofs.claims.registry import CLAIMS
    from proofs.subjects import subject

    wrong = replace(
        CLAIMS["blocks.syn"], test=lambda context: claims._zero_set("syn", "aac", context)
    )
    monkeypatch.setattr("cogo.cli.prove.selected", lambda patterns: [wrong])
    monkeypatch.setattr("proofs.proving.prove.CLAIMS", {"blocks.syn": wrong})
    code, out, _ = cogo(capsys, "prove", "Z3", "-q")
    assert code == 1
    assert out.startswith("refuted  blocks.syn: a-a-c = 0, expected not 0")
    assert subject.INSTALLED.block("syn").order == 3
    code, out, _ = cogo(capsys, "prove", "Z3", "--json")
    assert code == 1
    assert [(x["result"], x["kind"]) for x in json.loads(out)] == [("refuted", "proved")]


def test_brackets_in_statements_and_counterexamples_are_printed_as_they_are(capsys, monkeypatch):
    from dataclasses import replace

    from proofs.claims.claim import Evidence
    from proofs.claims.registry import CLAIMS

    def check(context):
        return Evidence("sampled", 'pip install ".[train]"', "T[0,2,1] = [/red]")

    claim = replace(CLAIMS["blocks.syn"], statement="a[1] is [bold]", test=check)
    monkeypatch.setattr("cogo.cli.prove.selected", lambda patterns: [claim])
    monkeypatch.setattr("proofs.proving.prove.CLAIMS", {"blocks.syn": claim})
    code, out, _ = cogo(capsys, "prove", "Z3")
    assert code == 1
    for text in ("a[1] is [bold]", 'sampled: pip install ".[train]"', "T[0,2,1] = [/red]"):
        assert text in out


def test_laws_need_no_group(capsys):
    code, out, _ = cogo(capsys, "laws")
    assert code == 0
    assert "r(x y) = r(x) r(y)" in out
    assert "12 proved; 0 refuted" in out


def test_claims_are_listed_and_drawn_without_being_checked(capsys):
    code, out, _ = cogo(capsys, "claims", "criterion", "--graph", "graph.png")
    assert code == 0
    assert all(text in out for text in ("6 claims", "criterion.tensor", "wrote graph.png"))
    assert Path("graph.png").read_bytes().startswith(b"\x89PNG")
    code, out, _ = cogo(capsys, "claims", "--json")
    listed = {x["id"]: x for x in json.loads(out)}
    assert listed["criterion.loss"]["needs"] == ["criterion.output", "characters.orthogonal"]
    assert (listed["criterion.loss"]["about"], listed["blocks.xi"]["about"]) == (
        "a group",
        "everything",
    )
    assert cogo(capsys, "claims", "criterion", "--graph", "graph.png")[0] == 2


def test_all_groups_of_an_order_are_proved_in_two_processes(capsys):
    code, out, _ = cogo(
        capsys, "prove --all-groups 8 --workers 2 --claims optimizers.four-plus-six*"
    )
    assert code == 0
    assert "cogo prove --all-groups 8: 11 groups" in out
    assert "proved: 11 groups, Z1 to" in out
    assert "22 proved; 0 refuted" in out


def test_an_interrupt_of_prove_ends_the_processes_and_is_one_line(capsys, monkeypatch):
    workers = []

    def interrupted_at_work(claims, groups, *, seed, executor):
        at_work = executor.submit(time.sleep, 120)
        while not at_work.running():
            time.sleep(0.05)
        workers.extend(multiprocessing.active_children())
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr("proofs.proving.prove.prove", interrupted_at_work)
    code, out, err = cogo(capsys, "prove", "Z3", "--workers", "2")
    assert (code, out, err) == (2, "", "interrupted; nothing is left half written\n")
    assert workers
    # The pool's own thread waits for them too, and who comes second is told a moment later.
    until = time.monotonic() + 20
    while any(worker.is_alive() for worker in workers):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_prove_says_in_one_line_that_a_process_is_no_more(capsys, monkeypatch):
    def lost(claims, groups, *, seed, executor):
        yield executor.submit(os._exit, 3).result()

    monkeypatch.setattr("proofs.proving.prove.prove", lost)
    code, out, err = cogo(capsys, "prove", "Z3", "--workers", "2")
    assert (code, out) == (2, "")
    assert err.startswith("error: a worker died (")
    assert err.endswith("); take fewer workers if memory was short\n")
    assert err.count("\n") == 1


def test_build_writes_every_format_and_they_agree(capsys):
    names = [f"z.{s}" for s in ("cert.json", "json", "tex", "py", "npz", "safetensors", "pt")]
    words = "build Z2xZ4 --family four-plus-six --param xi=zeta(8) --param nu=unit(1/2)"
    code, out, _ = cogo(capsys, " ".join([words, *(f"-o {name}" for name in names)]))
    assert code == 0
    assert "loss = 0 exactly" in out
    assert all(f"wrote {name}" in out for name in names)
    z = from_text(Path("z.json").read_bytes())
    assert z.parameters == ()
    assert certificate.from_bytes(Path("z.cert.json").read_bytes())[0] == z
    weights = [read_weights(Path(name)) for name in names[4:]]
    for w in weights[1:]:
        assert (w.plain()[0] == weights[0].plain()[0]).all()
        assert (w.plain()[2] == weights[0].plain()[2]).all()
    assert cogo(capsys, "check", "z.cert.json")[0] == 0


def test_free_parameters_stay_free_in_exact_files_and_are_set_for_weights(capsys):
    assert cogo(capsys, "build", "Z7", "-o", "free.cert.json")[0] == 0
    free, _ = certificate.from_bytes(Path("free.cert.json").read_bytes())
    assert free.parameters == ("xi_1", "xi_2", "xi_3")
    code, out, _ = cogo(capsys, "build", "Z7", "-o", "set.cert.json", "-o", "set.npz")
    assert code == 0
    assert "xi set to 1 where not given" in out
    assert certificate.from_bytes(Path("set.cert.json").read_bytes())[0].parameters == ()


def test_parameters_are_set_for_all_or_single_frequencies(capsys):
    words = "build Z7 --family six-per-frequency --param nu=zeta(3) --param nu@2=zeta(5) -o z.json"
    assert cogo(capsys, words)[0] == 0
    group = AbelianGroup("Z7")
    expected = optimizers.six_per_frequency(group, nu={1: zeta(3), 2: zeta(5), 3: zeta(3)})
    assert from_text(Path("z.json").read_bytes()) == expected


def test_a_parameter_may_be_free_at_one_frequency_and_set_at_the_others(capsys):
    words = ["build", "Z7", "--param", "xi=zeta(8)", "--param", "xi@3=free", "-o", "z.json"]
    assert cogo(capsys, *words)[0] == 0
    assert from_text(Path("z.json").read_bytes()).parameters == ("xi_3",)


@pytest.mark.parametrize("name", ["[/red]", "[bold]x", r"$\frac{$", "x\\[y]"])
def test_names_in_files_are_text_and_nothing_else(name, capsys):
    cogo(capsys, "build", "Z3", "-o", "z.json", "-q")
    document = json.loads(Path("z.json").read_text())
    document["elements"][-1]["name"] = name
    Path("z.json").write_text(json.dumps(document))
    code, out, err = cogo(capsys, "show", "z.json")
    assert (code, err) == (0, "")
    assert f"{name} over Z3: 3 nodes" in out
    assert f"{name}, 3 nodes, Z3" in out
    assert cogo(capsys, "show", "z.json", "--tree", "t.png", "--phases", "p.png")[0] == 0


def test_build_prints_the_optimizer_when_no_file_is_named(capsys):
    code, out, _ = cogo(capsys, "build", "Z4")
    assert code == 0
    assert "few-plus-constant over Z4: 5 nodes" in out
    assert (
        "other families (nodes): few-plus-real 5, four-plus-real 6, four-plus-constant 7, "
        "four-plus-six 8" in out
    )


def test_build_json_names_what_was_built(capsys):
    words = ["build", "Z4", "--family", "four-plus-real", "--json", "-o", "z.json", "--mirror"]
    code, out, _ = cogo(capsys, *words)
    assert code == 0
    assert json.loads(out) == {
        "group": "Z4",
        "family": "four-plus-real",
        "width": 6,
        "target": "projected",
        "parameters": ["xi_1"],
        "operation": None,
        "proved": True,
        "files": ["z.json"],
        "notes": [],
    }


@pytest.mark.parametrize(
    ("group", "formula", "value"),
    [
        ("Z7", "x - y", lambda x, y: (x - y) % 7),
        ("Z12", "x*y mod 13", lambda x, y: (x + 1) * (y + 1) % 13 - 1),
        ("Z4xZ3", "x/y", lambda x, y: (x + 1) * pow(y + 1, -1, 13) % 13 - 1),
    ],
)
def test_build_relabels_a_network_for_another_operation(capsys, group, formula, value):
    words = ["build", group, "--operation", formula, "-o", "w.npz", "-o", "w.cert.json"]
    code, out, _ = cogo(capsys, *words, "--json")
    assert code == 0
    stated = json.loads(out)["operation"]
    assert stated["group"] == group
    written = json.loads(Path("w.cert.json").read_text())["operation"]
    assert stated == {"group": group, **{key: written[key] for key in ("name", "p", "s", "r")}}
    a, b, c = (np.load("w.npz")[f"layer{p}.weight"] for p in "abc")
    d = len(c)
    for x in range(d):
        outputs = c @ (a[:, [x]] + b) ** 2
        assert outputs.argmax(axis=0).tolist() == [value(x, y) for y in range(d)]
        one_hot = np.eye(d)[:, [value(x, y) for y in range(d)]] - 1 / d
        assert np.abs(outputs - outputs.mean(axis=0) - one_hot).max() < 1e-12
    code, out, _ = cogo(capsys, "check", "w.cert.json")
    assert code == 0
    assert f"at all {d * d} pairs; the name, {stated['name']!r}, was not checked" in out


def test_show_draws_pictures_and_prints_every_form(capsys):
    cogo(capsys, "build", "Z2xZ3", "--family", "four-plus-six", "-o", "z.json", "-q")
    code, out, _ = cogo(capsys, "show", "z.json", "--tree", "t.png", "--phases", "p.svg")
    assert (code, out) == (0, "wrote t.png\nwrote p.svg\n")
    assert Path("t.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert "<svg" in Path("p.svg").read_text()
    assert "longtable" in cogo(capsys, "show", "z.json", "--latex")[1]
    assert "cos(2pi(" in cogo(capsys, "show", "z.json", "--cosine")[1]
    assert "loss = 0 exactly" in cogo(capsys, "show", "z.json")[1]
    assert json.loads(cogo(capsys, "show", "z.json", "--json")[1])["accepted"] is True


def test_show_says_what_is_wrong_with_a_file_that_is_no_optimizer(capsys):
    cogo(capsys, "build Z3 --family six-per-frequency --param nu=1 -o z.cert.json -q")
    text = Path("z.cert.json").read_text().replace("[1, 6, 0]", "[1, 5, 0]", 2)
    Path("bad.cert.json").write_text(text)
    code, out, _ = cogo(capsys, "show", "bad.cert.json")
    assert code == 0
    assert "not an optimizer" in out
    code, out, _ = cogo(capsys, "check", "bad.cert.json", "z.cert.json")
    assert code == 1
    assert "bad.cert.json: refuted" in out
    assert "z.cert.json: accepted" in out


def test_check_reports_the_worst_exit_code_and_json(capsys):
    Path("empty.cert.json").write_text("")
    code, out, _ = cogo(capsys, "check", "empty.cert.json", "--json")
    assert code == 2
    assert json.loads(out)[0]["code"] == 2


@pytest.mark.parametrize("suffix", ["cert.json", "npz", "tex"])
def test_work_that_will_not_fit_into_memory_is_refused_before_it_starts(
    suffix, capsys, monkeypatch
):
    monkeypatch.setattr(memory, "available_bytes", lambda: 10**8)
    code, _, err = cogo(capsys, "build", "Z211", "--family", "memorization", "-o", f"z.{suffix}")
    assert code == 2
    assert "MB are available" in err or "at most 20000 are written out" in err
    assert os.listdir() == []


def test_a_group_too_large_for_every_family_is_refused_before_it_is_built(capsys, monkeypatch):
    monkeypatch.setattr("cogo.cli.build.any_group.build", lambda *a, **b: pytest.fail("built"))
    code, _, err = cogo(capsys, "build", "Z1000000")
    assert (code, err) == (
        2,
        "error: group=Z1000000: three-plus-shared has 1749998 nodes, and at most 300000 are built; "
        "pass a smaller group\n",
    )


def test_a_file_that_cannot_be_written_is_an_error_without_traceback(capsys, monkeypatch):
    def refused(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    code, _, err = cogo(capsys, "build", "Z3", "-o", "z.json")
    assert code == 2
    assert "z.json cannot be written: Permission denied" in err


def test_the_installed_command_starts_without_hypothesis_and_dask_and_runs_without_torch():
    script = (
        "import sys; sys.modules['torch'] = None; from cogo.cli.main import main\n"
        "assert not {'hypothesis', 'distributed', 'pytest'} & {*sys.modules}\n"
        "main(['prove', 'Z3', '--json'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, timeout=120, capture_output=True, text=True
    )
    found = {x["claim"]: x for x in json.loads(done.stdout)}
    assert found["mirror.torch"]["result"] == "not attempted"
    assert found["mirror.torch"]["scope"] == f"needs PyTorch: {install('train')}"
    assert all(x["holds"] for name, x in found.items() if name != "mirror.torch")
