"""What people type and files that they name: every verb refuses what is no good, exit code 2."""

import re
import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.proofs.stand_alone import ROOT

FORMS = "write an Abelian group: Z7, 7, Z2xZ4, 2x4 or Z2^3"
#: A group as people type it, and what is said; the verbs that take a group.
GROUPS = {
    "": ["group=''", "a factor is missing", FORMS],
    "Z7x": ["group='Z7x'", "a factor is missing", FORMS],
    "Z10**6": ["group='Z10**6'", "cannot read 'Z10**6'", FORMS],
    "Z0": ["group='Z0'", "cyclic orders are integers >= 1, such as Z2xZ4"],
    "Z1000001": ["group='Z1000001'", "has order 1000001; at most 1000000"],
    "Z" + "9" * 20: [f"group='Z{'9' * 20}'", "has order about 2^66; at most 1000000"],
    "Z" + "9" * 6000: ["group='Z99999999", "is too large; at most order 1000000"],
    "Z7\x1b[31m": [r"Z7\x1b[31m", "cannot read", FORMS],
}
GROUP_VERBS = (
    *("build {}", "prove {}", "fuzz {}", "train {} -o runs", "sweep --groups {} -o runs"),
    *("narrow {} --width 3", "infeasible {} --width 3", "recognise w.npz --group {}"),
    *("certify w.npz --group {} -o x.cert.json", "verify w.npz --group {} -o w.verify.json"),
)


@pytest.mark.parametrize("text", GROUPS, ids=lambda text: ascii(text[:30]))
@pytest.mark.parametrize("words", GROUP_VERBS)
def test_a_group_that_cannot_be_read_is_quoted_with_what_to_write(words, text, refused):
    empty = words.startswith("sweep") and not text
    parts = ["groups=''", "write a group, such as Z23 or Z2xZ4"] if empty else GROUPS[text]
    refused([word.format(text) for word in words.split()], *parts)


SEVENS = "7" * 3999
#: What is typed after a verb, and what is said.
BUILD = {
    "Z7 --family four-plus-real": "has odd order 7; these families exist: four-plus-constant,",
    "Z7 --family order5": "family='order5' is unknown; for Z7",
    "Z7 --param mu=1": "mu is no parameter of",
    "Z7 --param xi": "--param 'xi': write NAME=VALUE, for example xi=zeta(8)",
    f"Z7 --family four-plus-six --param xi=unit(1/{SEVENS})": "a number of more than 4300 digits "
    "is not written; set parameters to shorter numbers",
    "Z2xZ4 --param xi=zeta(8)": "few-plus-constant has no xi over Z2xZ4; --family four-plus-real",
    "Z2xZ4 --param xi=free": "few-plus-constant has no xi over Z2xZ4",
    "Z2^2 --family six-per-frequency --param nu=1": "no nu over Z2xZ2; no family has one",
    "Z2xZ4 --mirror": "--mirror: few-plus-constant has no xi",
    "Z7 --param mirror=false": "write --mirror",
    "Z2xZ4 --family four-plus-real --param xi_0_1=1": "is set as xi@0,1=1",
    "Z8 --family few-plus-constant --param xi@4=zeta(3)": "4 is not a frequency with this",
    "Z7 --param xi@9=free": "index=9 is not in Z7",
    "Z7 --param xi=1 --param xi=zeta(3)": "--param xi=zeta(3): xi is set twice",
    "Z2xZ4 --param xi@5=1 --param xi@1,1=zeta(3)": "xi@1,1 is set twice",
    "Z7 --param @3=1": "names no parameter",
    "Z8 --param xi@q=1": "is no frequency",
    "Z7 --param xi=free -o z.npz": "xi cannot be free",
    "Z2^3 --family four-plus-six --carrier 1": "not a conjugate pair",
    "Z7 --target both": "pass projected or onehot",
    "Z7 --gauge other": "--gauge='other'; pass balanced or rational",
    "Z7 --dtype int8": "--dtype='int8'; pass float64 or float32",
    "Z7 --operation 'x^2 + y'": "of 7 numbers: no addition in disguise",
    "Z7 --operation 'x - y' -o z.tex": "with --operation pass .cert.json",
    "Z7 -o z.xyz": "the format follows the suffix",
    "Z7 -o new.json -o ./new.json": "new.json is named twice",
    "Z7 -o no/z.json": "create it first",
    "Z7 -o folder.json": "is a folder",
    "Z7 -o there.json": "there.json exists already; pass --force",
    "Z3 -o zero.npz": "zero.npz is no regular file",
    "S3 --param turn": "--param 'turn': write NAME=VALUE, for example turn=1/3",
    "S3 --mirror": "mirror is no parameter of short; it has: linear",
    "S3 --operation x-y": "--operation: S3 (order 6) has no such choice",
    "S3 -o x.tex": "output=x.tex: of S3 (order 6) pass .cert.json or weights",
    "S3 -o there.cert.json": "exists already",
    "S3 --family order46": "these exist: auto, short, representation, memorization",
    "S6": "S6 (order 720): such networks are built up to order 250",
    "S7": "too large",
    "none.csv": "none.csv does not exist",
    "Q9": "group='Q9': Q9 is no group",
    "Z100000 --family memorization": "group=Z100000: memorization has 10000000000 nodes, and at "
    "most 300000 are built; pass --family three-plus-shared (174998 nodes), or a smaller group",
}
PROVE = {
    "Z7 --claims optimizers.four-plus-real": "nothing was attempted: none of these claims is about",
    "--claims loss": "--claims='loss' matches no claim",
    "--claims optimizers.x": "matches no claim",
    "--all-groups 201": "all-groups=201; pass 1 to 200",
    "S3 --claims optimizers.four-plus-six": "nothing was attempted",
    "Z3 -o text.json": "text.json is no folder; give the name",
    "Z3 --report text.json": "text.json is no folder; give the name",
}
SHOW = {
    "nothing.json": "nothing.json does not exist; give the path",
    "z.json --tree w.npz": "w.npz exists already; pass --force",
    "z.json --tree t.png --phases there.png": "there.png exists already",
    "z.json --tree t.png --phases t.png": "t.png is named twice",
    "z.json --tree t.gif": "pictures are written as",
}
TRAIN = {
    "Q9": "group='Q9': Q9 is no group; Q8, Q16, ..., Dic3 of order 12",
    "s3.csv": "group=s3.csv: s3.csv does not exist; give the path of a file",
    "Z7 --width 0": "--width=0; pass 1 <= width <= 1048576",
    "Z7 --seeds 4-0": "--seeds='4-0'; write FIRST-LAST or FIRST-LAST:STEP, upwards",
    "Z7 --threads 0": "--threads=0; pass 1 to 256",
    "Z7 --threads 1000000": "--threads=1000000; pass 1 to 256",
    "Z7 --lr nan": "--lr=nan; pass a finite lr >= 0",
    "Z7 --dtype int8": "--dtype='int8'; pass float32 or float64",
    "Z7 -o a/b": "a/b: the folder a does not exist; create it first",
    "Z3 -o text.json": "text.json is no folder; give the name",
}
COMPOSE = {
    "--frequency both": "frequency='both'; pass pair or real",
    "--roots 1": "roots=1; pass 2 to 48",
    "--max-order 13": "max-order=13; pass 1 to 12",
    "--search luck": "search='luck'; pass generators, cover, direct",
    "--kill ' '": "kill is empty; pass names such as all, R_c or 'a-bc,aa-c'",
    "--kill foo": "kill='foo' is unknown; pass all, R_c, R_n, R_*, order4, or",
    "--frequency real --roots 3": "roots=3 has no sign -1, which a real character needs; pass 2",
    "--frequency real --search direct": "search=direct is for conjugate pairs; pass generators or",
    "--frequency real --kill R_c": "kill='R_c' names no potential of a real character; pass aac,",
    "--roots 4 --cluster nonsense://x": "unknown address scheme 'nonsense' (known schemes: ",
}
NARROW = {
    "Z5 --width 0": "width=0; pass 1 to 256",
    "Z5 -w 999": "--width=999; pass 1 to 256",
    "Z5 --width 3 --starts 0": "starts=0; pass 1 to 10000000",
    "Z5 --width 3 --steps 1": "steps=1; pass 2 to 100000",
    "Z5 --width 2 --support 1;x": "support='1;x'; pass frequencies as indices",
    "Z5 --width 3 --support 1;2": "support has 2 nodes and --width=3",
    "Z5 --width 2 --support 1;3": "support: 3 is no frequency here; pass one of",
    "Z5 --width 1 --support 0 --no-constants": "support: 0 is no frequency",
    "Z5 --width 3 --proofs -1": "proofs=-1; pass 0 to 1000",
    "Z5 --width 2 --symmetry 'times 2' --support 0;1": "support: --symmetry='times 2' takes node "
    "2, '1', to '2', and 1 of the nodes are '1' but 0 are '2'; pass as many of each of '1', '2', "
    "or '1,2', which stays",
    "Z5 --width 3 --seed -1": "seed=-1; pass 0 to",
    "Z1 --width 3": "group=Z1 has order 1; pass one of order 2 to 32",
    "Z5 --width 3 --target one": "--target='one'; pass projected or onehot",
    "S3 --width 2 --symmetry 'times 2'": "'times 2' is no symmetry of S3 (order 6); pass 'swap'",
    "S3 --width 2 --symmetry 'auto 1,1'": "an automorphism by the images of 3 and 1",
    "S3 --width 2 --support 0;3": "3 is no representation here; pass numbers: 0 for [3], 1 for",
    "A5 --width 2": "group=A5 has order 60; pass one of order 2 to 32",
    "both.csv --width 2 --symmetry 'translate 1,1'": "both (order 2) has none but 'swap'",
    "ragged.csv --width 2": "group=ragged.csv: row 1 has 1 entries, and row 0 has 2",
    "Z3 --width 5 -o text.json": "text.json is no folder; give the name",
}
VERIFY = {
    "w.npz -o there.verify.json": "there.verify.json exists already; pass --force",
    "w.npz -o new.json": "output=new.json: the name of such a file ends in .verify.json",
    "w.npz -o folder.npz/w.verify.json": "the checker looks for the weights beside it; pass",
    "w.npz --activation gelu": "activation='gelu'; pass square, relu, abs, or power:n with n from",
    "s3.npz --group Q8": "Q8 (order 8): the weights have 6 inputs and 6",
    "s3.npz --group S3 --operation x-y": "leave out the operation",
}
CERTIFY = {
    "w.npz -o z.cert.json": "z.cert.json exists already; pass --force",
    "w.npz -o new.json": "a certificate's name ends in .cert.json",
    "w.npz -o no/new.cert.json": "does not exist; create it first",
    "trivial.npz -o new.cert.json": "Z1 has one element, and every network adds in it; pass",
    "trivial.npz -o new.cert.json --named": "Z1 has one element, and every network adds in it;",
    "z7.npz -o new.cert.json --named --tolerance 0.01": "tolerance=0.01: pass an angle of 0.05",
    "z7.npz -o new.cert.json --named --tolerance nan": "tolerance=nan: pass an angle of 0.05",
    "z7.npz -o new.cert.json --named --tolerance 45": "tolerance=45.0: pass an angle of 0.05",
}
FUZZ = {
    "--claims nothing": "claims='nothing' is attacked by no property",
    "--replay": "nothing is stored in fuzz-failures for these groups and claims",
    "--subject x": "subject='x': No module named 'x'; pass MODULE:NAME",
}
SWEEP = {
    "": "groups is missing; pass --groups Z23, or a plan in YAML",
    "--groups Z3 -o a/b": "a/b: the folder a does not exist; create it first",
    "--groups Z3 -o text.json": "text.json is no folder; give the name",
}
PAGE = {
    "--for Z5": "pass that as well",
    "--export copy --for Z17": "order 2 to 16",
    "--export copy --for Zx": "Zx",
    "--port 70000": "port=70000",
}
EXPERIMENTS = {
    "table2 --groups Z7": "groups=Z7 is no part of this experiment, which has Z23",
    "fig5 --seeds 7": "seeds=7 is no part of this experiment, which has 0, 1",
    "fig3 --seeds 0": "fig3 trains one network; leave out --groups and --seeds",
    "all --seeds 0": "fig3 trains one network; leave out --groups and --seeds",
    "table2 --groups 5,,7": "a factor is missing; write an Abelian group: Z7, 7, Z2xZ4",
    "table3": "what='table3' is no experiment; pass table2, weight-decay, decoupling,",
    "fig5 -o text.json": "text.json is no folder; give the name of a folder",
    "fig5 --so-far --runs trianed": "runs=trianed is no folder, so nothing is trained there; give",
}
#: What is said of weights alike by the verbs that read them.
WEIGHTS = {
    "trained.npz --group Z24": "Z24 has order 24, and the weights have d = 23; up to the order of "
    "factors, pass one of Z23",
    "trained.npz --group Q9": "group='Q9': Q9 is no group; Q8, Q16",
    "z7.npz --operation 'x ? y'": "operation='x ? y': cannot read '? y'; write a sum such as 'x -",
    "z7.npz --operation 'x*y mod 11'": "operation='x*y mod 11': the 7 numbers are not the 11",
}
WORKERS = {f"--workers {n}": f"workers={n}; pass 1 to 256" for n in (0, 257)}
TYPED = [
    *(("build", BUILD), ("prove", PROVE), ("show", SHOW), ("train -o runs", TRAIN)),
    *(("compose", COMPOSE), ("narrow", NARROW), ("verify", VERIFY), ("certify", CERTIFY)),
    *(("fuzz --workers 1", FUZZ), ("sweep -o runs", SWEEP), ("page", PAGE)),
    *(("claims", {"foo": "error: claims='foo' matches no claim"}),),
    *(("experiments --quick", EXPERIMENTS),),
    *((verb, WEIGHTS) for verb in ("recognise", "certify", "verify")),
    *((verb, WORKERS) for verb in ("compose", "fuzz Z3", "narrow Z5 --width 3", "prove Z3")),
    *(("sweep -o runs", WORKERS),),
]
ROWS = {f"{verb} {words}": said for verb, table in TYPED for words, said in table.items()}


@pytest.mark.parametrize("words", ROWS, ids=lambda words: words[:70])
def test_what_is_no_good_is_refused_with_its_name_and_value_and_what_to_do(words, refused):
    refused(words, ROWS[words])


READ = "give the path of a file"
DEVICE = "is no regular file, and pipes and devices are not read; copy it into a file"
WEIGHTS = "weights are files ending in .npz, .npy, .safetensors, .pt, .pth, .ckpt"
SAVE = "save the state_dict alone: torch.save(model.state_dict(), path)"
READING = ("show {}", "check {}", "recognise {}", "certify {} -o new.cert.json")
READING += ("verify {} -o new.verify.json", "sweep {} -o runs")
FORMAT_VERBS = {words.split()[0]: words.split() for words in READING}
WEIGHT_VERBS = ("recognise", "certify", "verify")


def by(verbs: Iterable[str], *parts: str) -> dict[str, list[str]]:
    """The same for several verbs."""
    return {verb: list(parts) for verb in verbs}


#: A file that people name, and what each verb says of it besides its name.
FILES: dict[str, dict[str, list[str]]] = {
    "absent.json": {
        **by(("show", "check", "sweep"), "does not exist", READ),
        **by(WEIGHT_VERBS, WEIGHTS, "not .json"),
    },
    "absent.npz": by(("show", "check", "recognise", "certify"), "not exist", READ),
    "empty.npz": by(FORMAT_VERBS, "is empty; give a file with something in it"),
    "folder.npz": by(FORMAT_VERBS, "is a folder; give the name of a file"),
    **dict.fromkeys(
        ("pipe.npz", "zero.npz", "pipe.pt", "pipe.safetensors"), by(FORMAT_VERBS, DEVICE)
    ),
    ".": {
        **by(("show", "check", "sweep"), "is a folder; give the name"),
        **by(WEIGHT_VERBS, "is a folder; give the name of a file of weights"),
    },
    "w.npz": {
        "show": ["holds weights, which are floats", "cogo recognise FILE", "cogo certify FILE"],
        "check": ["no certificate: holds weights", "cogo certify FILE"],
        "sweep": ["the plan is no UTF-8 text"],
    },
    "z.json": {
        "check": ["no certificate: an element", "cogo build GROUP -o FILE.cert.json"],
        "recognise": [WEIGHTS, "not .json"],
        "certify": [WEIGHTS, "not .json"],
        "sweep": ["format is no part of a plan; write groups"],
    },
    "z.cert.json": {"recognise": [WEIGHTS, "not .json"], "sweep": ["no part of a plan"]},
    "text.json": {
        "show": ["neither JSON nor weights", "cogo build GROUP -o FILE.cert.json"],
        "check": ["no certificate: neither JSON nor weights"],
    },
    "cut.json": {"show": ["not JSON: "], "check": ["an element"]},
    "cut.cert.json": {"show": ["not a certificate: text:"], "check": ["malformed: text:"]},
    "cut.npz": by(WEIGHT_VERBS, "no zip archive, which is what np.savez"),
    "cut.safetensors": by(WEIGHT_VERBS, "not a .safetensors file"),
    "cut.pt": by(WEIGHT_VERBS, "no zip archive", "torch.save writes"),
    "text.npz": by(WEIGHT_VERBS, "no zip archive, which is what np.savez"),
    "array.npz": by(WEIGHT_VERBS, "no zip archive, which is what np.savez"),
    "three.npz": by(
        WEIGHT_VERBS[:2], "three inputs are not supported; there are W (40, 30), V (10"
    ),
    "nan.npz": by(WEIGHT_VERBS, "layera: the weight at (3, 4) is nan, not a finite number"),
    "inf.npz": by(WEIGHT_VERBS, "layera: the weight at (3, 4) is inf, not a finite number"),
    "objects.npz": by(WEIGHT_VERBS, "layera: it needs pickle, which is not read; save it as"),
    "pickled.pt": by(WEIGHT_VERBS, "pickled.pt: "),
    "pickle.pt": by(WEIGHT_VERBS, "no zip archive", "torch.save writes"),
    "zip.pt": by(WEIGHT_VERBS, "not a .pt file written by torch.save"),
    "w.bin": by(WEIGHT_VERBS, WEIGHTS, "not .bin"),
    "escape\x1b[31m.npz": by(FORMAT_VERBS, r"escape\x1b[31m.npz"),
}
READ_BY = [(verb, name) for name, verbs in FILES.items() for verb in verbs]


@pytest.mark.parametrize(("verb", "name"), READ_BY, ids=[f"{v}-{n!a}" for v, n in READ_BY])
def test_a_file_that_is_not_what_a_verb_reads_is_named_with_what_to_do(
    verb, name, refused, recwarn
):
    shown = [name.replace("\x1b", r"\x1b")] * (name != ".")
    refused([word.format(name) for word in FORMAT_VERBS[verb]], *shown, *FILES[name][verb])
    assert not recwarn.list  # outside of a test they would be lines on stderr


CHECKERS = sorted((ROOT / "proofs" / "certificates").glob("*checker.py"))


@pytest.mark.parametrize("path", CHECKERS, ids=lambda path: path.stem)
def test_a_stand_alone_checker_waits_for_no_pipe_and_reads_no_device(path, bad_files):
    command = [sys.executable, "-I", str(path), "pipe.npz", "zero.npz", "."]
    run = {"capture_output": True, "text": True, "timeout": 20, "cwd": bad_files}
    found = subprocess.run(command, check=False, **run)
    assert found.returncode == 2
    assert len(re.findall("malformed: .*: not a regular file\n", found.stdout)) == 3
