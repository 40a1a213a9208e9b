"""The command line: what it prints, what it writes, and how it refuses."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from algebra import AbelianGroup, optimizers, zeta
from algebra.files.element_file import from_text
from algebra.machine import memory
from algebra.machine.install import install
from numeric import read_weights
from proofs.certificates import certificate
from proofs.claims import blocks as claims
from proofs.claims.claim import Claim, Evidence
from proofs.claims.registry import CLAIMS
from proofs.subjects import subject
from tests.command import cogo as run, read_json


def test_prove_shows_every_claim_and_writes_certificates_of_z7_unless_told_otherwise(cogo):
    ran = cogo("prove -o certificates").says(
        "54 proved, 21 checked exhaustively, 4 sampled, 4 measured; 0 refuted"
    )
    assert ran.out.startswith("cogo prove Z7\n")  # where no group is given
    files = sorted(p.name for p in Path("certificates").iterdir())
    families = [*optimizers.families(AbelianGroup("Z7")), "four-two-plus-constant"]
    assert files == sorted(f"Z7.{f}{t}.cert.json" for f in families for t in ("", ".onehot"))
    cogo("check", *Path("certificates").iterdir())


def test_proving_again_keeps_equal_certificates_and_refuses_to_replace_others(cogo):
    chosen = (f"--claims=optimizers.{name}-per-frequency*" for name in ("six", "nine"))
    command = ("prove Z3 -o c -q", *chosen)
    cogo(*command)
    cogo(*command)
    Path("c/Z3.six-per-frequency.cert.json").write_text("mine")
    cogo(*command, code=2).says("Z3.six-per-frequency.cert.json exists")
    assert Path("c/Z3.six-per-frequency.cert.json").read_text() == "mine"
    cogo(*command, "--force")
    cogo("check", *Path("c").iterdir())


def test_prove_takes_several_groups_families_and_the_onehot_target(cogo):
    chosen = (f"--claims optimizers.{name}.onehot" for name in ("four-plus-real", "memorization"))
    found = cogo("prove 8 2x2 --json", *chosen).json
    nodes = [(x["group"], x["figures"]["nodes"]) for x in found if x["group"]]
    assert nodes == [("Z8", 14), ("Z8", 65), ("Z2xZ2", 6), ("Z2xZ2", 17)]


def only(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be one claim."""
    monkeypatch.setattr("cogo.cli.prove.selected", lambda patterns: [claim])
    monkeypatch.setattr("proofs.proving.prove.CLAIMS", {claim.id: claim})


def test_a_refuted_claim_exits_1_and_is_printed_even_when_quiet(cogo, monkeypatch):
    wrong = replace(CLAIMS["blocks.syn"], test=lambda x: claims._zero_set("syn", "aac", x))
    only(wrong, monkeypatch)
    out = cogo("prove Z3 -q", code=1).out
    assert out.startswith("refuted  blocks.syn: a-a-c = 0, expected not 0")
    assert subject.INSTALLED.block("syn").order == 3
    (found,) = cogo("prove Z3 --json", code=1).json
    assert (found["result"], found["kind"]) == ("refuted", "proved")


def test_brackets_in_statements_and_counterexamples_are_printed_as_they_are(cogo, monkeypatch):
    evidence = Evidence("sampled", 'pip install ".[train]"', "T[0,2,1] = [/red]")
    claim = replace(CLAIMS["blocks.syn"], statement="a[1] is [bold]", test=lambda _: evidence)
    only(claim, monkeypatch)
    cogo("prove Z3", code=1).says(
        "a[1] is [bold]", 'sampled: pip install ".[train]"', "T[0,2,1] = [/red]"
    )


def test_laws_need_no_group(cogo):
    cogo("laws").says("r(x y) = r(x) r(y)", "12 proved; 0 refuted")


def test_claims_are_listed_and_drawn_without_being_checked(cogo):
    cogo("claims criterion --graph graph.png").says(
        "6 claims", "criterion.tensor", "wrote graph.png"
    )
    assert Path("graph.png").read_bytes().startswith(b"\x89PNG")
    listed = {x["id"]: x for x in cogo("claims --json").json}
    assert listed["criterion.loss"]["needs"] == ["criterion.output", "characters.orthogonal"]
    assert listed["criterion.loss"]["about"] == "a group"
    assert listed["blocks.xi"]["about"] == "everything"
    cogo("claims criterion --graph graph.png", code=2)


def test_all_groups_of_an_order_are_proved_in_two_processes(cogo):
    cogo("prove --all-groups 8 --workers 2 --claims optimizers.four-plus-six*").says(
        "cogo prove --all-groups 8: 11 groups", "proved: 11 groups, Z1 to", "22 proved; 0 refuted"
    )


def test_an_interrupt_of_prove_is_one_line(cogo, monkeypatch):
    def interrupted(claims, groups, *, seed, executor):
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr("proofs.proving.prove.prove", interrupted)
    err = cogo("prove Z3 --workers 2", code=2).err
    assert err == "interrupted; nothing is left half written\n"


def test_prove_says_in_one_line_that_a_process_is_no_more(cogo, monkeypatch):
    def lost(claims, groups, *, seed, executor):
        yield executor.submit(os._exit, 3).result()

    monkeypatch.setattr("proofs.proving.prove.prove", lost)
    err = cogo("prove Z3 --workers 2", code=2).err
    assert err.startswith("error: a worker died (")
    assert err.endswith("); take fewer workers if memory was short\n")


def test_build_writes_every_format_and_they_agree(cogo):
    names = [f"z.{s}" for s in ("cert.json", "json", "tex", "py", "npz", "safetensors", "pt")]
    words = "build Z2xZ4 --family four-plus-six --param xi=zeta(8) --param nu=unit(1/2)"
    cogo(words, *(f"-o {name}" for name in names)).says(
        "loss = 0 exactly", *(f"wrote {name}" for name in names)
    )
    z = from_text(Path("z.json").read_bytes())
    assert z.parameters == ()
    assert certificate.from_bytes(Path("z.cert.json").read_bytes())[0] == z
    weights = [read_weights(Path(name)) for name in names[4:]]
    for w in weights[1:]:
        assert (w.plain()[0] == weights[0].plain()[0]).all()
        assert (w.plain()[2] == weights[0].plain()[2]).all()
    cogo("check z.cert.json")


def test_free_parameters_stay_free_in_exact_files_and_are_set_for_weights(cogo):
    cogo("build Z7 -o free.cert.json")
    cogo("build Z7 -o set.cert.json -o set.npz").says("xi set to 1 where not given")
    for name, parameters in (("free", ("xi_1", "xi_2", "xi_3")), ("set", ())):
        z, _ = certificate.from_bytes(Path(f"{name}.cert.json").read_bytes())
        assert z.parameters == parameters


def test_parameters_are_set_or_left_free_for_all_or_single_frequencies(cogo):
    words = "build Z7 --family six-per-frequency --param nu=zeta(3) --param nu@2=zeta(5)"
    cogo(words, "-o set.json")
    nu = {1: zeta(3), 2: zeta(5), 3: zeta(3)}
    expected = optimizers.six_per_frequency(AbelianGroup("Z7"), nu=nu)
    assert from_text(Path("set.json").read_bytes()) == expected
    cogo("build Z7 --param xi=zeta(8) --param xi@3=free -o free.json")
    assert from_text(Path("free.json").read_bytes()).parameters == ("xi_3",)


@pytest.mark.parametrize("name", ["[/red]", "[bold]x", r"$\frac{$", "x\\[y]"])
def test_names_in_files_are_text_and_nothing_else(name, cogo):
    cogo("build Z3 -o z.json -q")
    document = read_json("z.json")
    document["elements"][-1]["name"] = name
    Path("z.json").write_text(json.dumps(document))
    cogo("show z.json").says(f"{name} over Z3: 3 nodes", f"{name}, 3 nodes, Z3")
    cogo("show z.json --tree t.png --phases p.png")


def test_build_prints_the_optimizer_when_no_file_is_named(cogo):
    cogo("build Z4").says(
        "few-plus-constant over Z4: 5 nodes",
        "other families (nodes): few-plus-real 5, four-plus-real 6, four-plus-constant 7, "
        "four-plus-six 8",
    )


def test_build_json_names_what_was_built(cogo):
    assert cogo("build Z4 --family four-plus-real --json -o z.json --mirror").json == {
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


def test_show_draws_pictures_and_prints_every_form(cogo):
    cogo("build Z2xZ3 --family four-plus-six -o z.json -q")
    ran = cogo("show z.json --tree t.png --phases p.svg")
    assert ran.out == "wrote t.png\nwrote p.svg\n"
    assert Path("t.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert "<svg" in Path("p.svg").read_text()
    cogo("show z.json --latex").says("longtable")
    cogo("show z.json --cosine").says("cos(2pi(")
    cogo("show z.json").says("loss = 0 exactly")
    assert cogo("show z.json --json").json["accepted"] is True


def test_show_says_what_is_wrong_with_a_file_that_is_no_optimizer(cogo):
    cogo("build Z3 --family six-per-frequency --param nu=1 -o z.cert.json -q")
    text = Path("z.cert.json").read_text().replace("[1, 6, 0]", "[1, 5, 0]", 2)
    Path("bad.cert.json").write_text(text)
    cogo("show bad.cert.json").says("not an optimizer")
    cogo("check bad.cert.json z.cert.json", code=1).says(
        "bad.cert.json: refuted", "z.cert.json: accepted"
    )


def test_check_reports_the_worst_exit_code_and_json(capsys, in_an_empty_folder):
    Path("empty.cert.json").write_text("")
    ran = run(capsys, "check empty.cert.json --json")
    assert (ran.code, ran.json[0]["code"]) == (2, 2)


@pytest.mark.parametrize("suffix", ["cert.json", "npz", "tex"])
def test_work_that_will_not_fit_into_memory_is_refused_before_it_starts(suffix, cogo, monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 10**8)
    err = cogo("build Z211 --family memorization -o", f"z.{suffix}", code=2).err
    assert "MB are available" in err or "at most 20000 are written out" in err
    assert os.listdir() == []


def test_a_group_too_large_for_every_family_is_refused_before_it_is_built(cogo, monkeypatch):
    monkeypatch.setattr("cogo.cli.build.any_group.build", lambda *a, **b: pytest.fail("built"))
    assert cogo("build Z1000000", code=2).err == (
        "error: group=Z1000000: three-plus-shared has 1749998 nodes, and at most 300000 are built; "
        "pass a smaller group\n"
    )


def test_a_file_that_cannot_be_written_is_an_error_without_traceback(cogo, monkeypatch):
    def refused(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    cogo("build Z3 -o z.json", code=2).says("z.json cannot be written: Permission denied")


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
