"""The report says what was found, in three files that load nothing and give nothing away."""

import base64
import json
import re
import shutil
import socket
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from algebra import AbelianGroup
from algebra.machine.install import install
from proofs.claims.claim import Evidence
from proofs.claims.registry import CLAIMS, selected
from proofs.proving.pictures import claims_figure
from proofs.proving.prove import WORDS, Outcome, marked, prove, tally
from proofs.proving.report import (
    CERTIFICATES,
    FILES,
    junit,
    make_report,
    mathml,
    page,
    write_report,
)
from proofs.subjects.subject import INSTALLED
from tests.command import cogo
from tests.proofs.planted import FAULTS

WRONG_SYN = FAULTS["blocks.syn.output-sign"]
CERTIFICATE = "Z5.six-per-frequency.cert.json"
VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """A page taken apart: elements, texts by what they stand in, and what is not well-formed."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data, self.stack, self.wrong, self.elements, self.text = data, [], [], [], ""
        self.feed(data.decode())
        self.wrong += [f"{name} is not closed" for name in self.stack]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.wrong.append(f"{tag} closes itself")

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append(f"{tag} is closed and not open")

    def handle_data(self, data):
        self.text += data if "style" not in self.stack else ""

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def external(data: bytes) -> list[str]:
    """Return what a page refers to outside its folder, pictures inside it included."""
    text = data.decode()
    found = []
    for name, attributes in Page(data).elements:
        for key, value in attributes.items():
            if key not in ("href", "src", "srcset", "xlink:href", "action", "data", "poster"):
                continue
            if value.startswith("data:image/svg+xml;base64,"):
                found += external(base64.b64decode(value.partition(",")[2]))
            elif not re.fullmatch(r"#[\w.-]+|data:,|[\w.-]+(/[\w.-]+)?", value):
                found.append(f"{name} {key}={value}")
    return found + re.findall(r"@import.*|url\((?!#)[^)]*\)", text)


@pytest.fixture(scope="module")
def good() -> list[Outcome]:
    claims = selected(["blocks", "laws.one", "characters", "criterion.routes", "mirror.output"])
    claims += selected(["optimizers.six-per-frequency", "optimizers.memorization", "width.onehot"])
    found = list(prove(claims, [AbelianGroup("Z5"), AbelianGroup("Z6")]))
    found += prove(selected(["optimizers.memorization"]), [AbelianGroup("Z1031")])
    # No claim of this project is cited any more: what users write may be.
    found.append(replace(found[-1], evidence=Evidence("cited", "a theorem of others")))
    return marked(found)


@pytest.fixture(scope="module")
def bad() -> list[Outcome]:
    claims = selected(
        ["blocks", "optimizers.six-per-frequency", "optimizers.syn-alone", "characters.dual"]
    )
    return marked(prove(claims, [AbelianGroup("Z5")], subject=WRONG_SYN))


@pytest.fixture(scope="module")
def written(good, bad, tmp_path_factory) -> dict[str, Path]:
    folders = {name: tmp_path_factory.mktemp(name) for name in ("good", "bad")}
    somewhere = folders["good"] / CERTIFICATES / CERTIFICATE
    somewhere.parent.mkdir()
    somewhere.touch()
    certified = [replace(good[0], certificate=str(somewhere)), *good[1:]]
    write_report(certified, folders["good"], title="cogo prove Z5 Z6 Z1031", seed=3)
    write_report(bad, folders["bad"], title="cogo prove Z5", subject=WRONG_SYN)
    return folders


@pytest.fixture(scope="module")
def pages(written) -> dict[str, Page]:
    return {name: Page((folder / "index.html").read_bytes()) for name, folder in written.items()}


both = pytest.mark.parametrize("which", ["good", "bad"])


@both
def test_the_page_is_well_formed_and_all_its_links_lead_somewhere(written, pages, which):
    found = pages[which]
    assert found.wrong == []
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    targets = [a["href"] for a in [*found.all("a"), *found.all("use")]]
    assert {x for x in targets if x.startswith("#")} <= {f"#{name}" for name in ids}
    for x in targets:
        assert x.startswith("#") or (written[which] / x).is_file()


def test_what_is_not_well_formed_would_be_found():
    assert Page(b"<p><b>x</p>").wrong
    assert Page(b"<p>").wrong == ["p is not closed"]


@both
def test_the_page_loads_nothing_and_runs_nothing(pages, which):
    found = pages[which]
    assert external(found.data) == []
    assert not found.all("script")
    assert not [k for _, attributes in found.elements for k in attributes if k.startswith("on")]
    [policy] = [m["content"] for m in found.all("meta") if m.get("http-equiv")]
    assert "default-src 'none'" in policy
    assert len(found.all("img")) == 4


@pytest.mark.parametrize(
    "planted",
    [
        '<img src="https://example.org/x.png">',
        '<link href="//example.org/x.css">',
        '<a href="/etc/passwd"></a>',
        "<style>@import 'x.css'; p { background: url(http://example.org) }</style>",
        '<img src="data:image/svg+xml;base64,'
        + base64.b64encode(b'<svg><image href="http://example.org"></image></svg>').decode()
        + '">',
    ],
)
def test_what_would_be_loaded_is_found_by_the_test(planted):
    assert external(f"<html>{planted}</html>".encode())


def test_the_page_says_every_verdict(pages, good):
    found, numbers = pages["good"], tally(good)
    assert all(numbers[word] for word in list(WORDS.values())[:6])
    known = ", ".join(f"{number} {word}" for word, number in numbers.items() if number)
    assert f"Nothing was refuted: {known}." in found.text
    for outcome in good:
        assert CLAIMS[outcome.claim].statement in found.text
        assert outcome.how in found.text
        assert CLAIMS[outcome.claim].source in found.text
    assert "seed 3" in found.text
    assert "numpy" in found.text


def test_a_refuted_claim_stands_first_with_its_counterexample_and_marks_what_rests_on_it(
    pages, bad
):
    text = pages["bad"].text
    refuted = [x for x in bad if x.holds is False]
    resting = [x for x in bad if x.result == "rests on refuted"]
    assert {"blocks.syn", "blocks.syn*nu"} <= {x.claim for x in refuted}
    assert [x.claim for x in resting] == ["optimizers.six-per-frequency"]
    assert f"Refuted: {len(refuted)} of {len(bad)} checks; 1 more rest on them." in text
    for x in refuted:
        assert text.index(x.evidence.counterexample) < text.index("laws.multiplicative")
        assert f"{CLAIMS[x.claim].statement}proved" not in text
    assert f"Rests on what was refuted: {', '.join(resting[0].rests_on)}" in text
    assert text.count("✗ refuted") >= 2 * len(refuted)
    opened = [a["id"] for a in pages["bad"].all("details") if "open" in a]
    assert "claim-blocks.syn" in opened
    assert "claim-blocks.xi" not in opened


def test_what_was_refuted_is_never_called_proved(bad):
    wrong = [x for x in bad if x.holds is False]
    report = make_report(wrong, title="x")
    assert "proved:" not in Page(page(report)).text
    assert "proved:" not in junit(report).decode()


def test_every_kind_can_be_hidden_without_javascript(pages, good):
    found = pages["good"]
    slugs = {key.replace(" ", "-") for key in WORDS}
    assert {a["id"] for a in found.all("input")} == {f"show-{slug}" for slug in slugs}
    for slug in slugs:
        assert f"body:has(#show-{slug}:checked) .has-{slug} {{" in found.data.decode()
    claims = [a for a in found.all("details") if a.get("class", "").startswith("claim")]
    assert len(claims) == len({x.claim for x in good})
    shown = {f"has-{slug}" for slug in slugs}
    assert all(set(a["class"].split()) & shown for a in claims)
    [memorization] = [a for a in claims if a["id"] == "claim-optimizers.memorization"]
    assert {"has-proved", "has-not-attempted"} <= set(memorization["class"].split())


def test_everything_is_escaped():
    text = '<script>alert(1)</script> & "quotes" \' <img src=x onerror=y> \x00\x1b'
    outcome = Outcome(
        "laws.one", "", Evidence("proved", text, text, {text: text}), certificate=text
    )
    report = make_report([outcome], title=text)
    found = Page(page(report))
    assert found.wrong == []
    assert not found.all("script")
    assert not found.all("img")
    assert text.replace("\x00", "\ufffd").replace("\x1b", "\ufffd") in found.text
    assert ElementTree.fromstring(junit(report))[0].attrib["failures"] == "1"
    assert json.loads(report.as_json())["outcomes"][0]["counterexample"] == text


def test_no_path_and_no_host_is_given_away(written):
    host = socket.gethostname()
    for name in FILES:
        text = (written["good"] / name).read_text()
        for private in (str(written["good"]), f"{Path.home()}/", str(Path(__file__).parents[1])):
            assert private not in text
        assert host == "localhost" or host not in text
        assert (name == "junit.xml") or f"{CERTIFICATES}/{CERTIFICATE}" in text


def test_a_report_is_the_same_but_for_times(good):
    some = good[:9]

    def once():
        report = make_report(some, title="x", subject=INSTALLED)
        return replace(report, moment="2026-01-01T00:00:00")

    first, again = once(), once()
    assert first == again
    slower = replace(first, outcomes=tuple(replace(x, seconds=x.seconds + 9) for x in some))
    for render in (page, junit, lambda report: report.as_json()):
        assert render(first) == render(again)
        assert render(first) != render(slower)


def test_json_has_everything(written, good):
    top = json.loads((written["good"] / "report.json").read_bytes())
    assert top["format"] == "cogo-report"
    assert top["refuted"] is False
    assert top["seed"] == 3
    assert top["summary"] == tally(good)
    assert [x["claim"] for x in top["outcomes"]] == [x.claim for x in good]
    assert all(x["latex"] and x["statement"] and x["source"] for x in top["outcomes"])
    assert set(top["versions"]) >= {"Python", "numpy", "sympy", "cogo-algebra"}
    assert json.loads((written["bad"] / "report.json").read_bytes())["refuted"] is True


def test_json_is_valid_even_if_a_figure_is_no_number():
    evidence = Evidence("measured", "x", figures={"ulps": float("nan"), "most": float("inf")})
    found = make_report([Outcome("mirror.output", "Z5", evidence)], title="x").as_json()
    assert json.loads(found, parse_constant=pytest.fail)["outcomes"][0]["figures"] == {
        "ulps": "nan",
        "most": "inf",
    }


#: The schema of Apache Ant: children, in order, and attributes, all of them required but `skipped`.
SCHEMA = {
    "testsuites": ("(testsuite )*", ""),
    "testsuite": (
        "properties (testcase )*system-out system-err ",
        "errors failures hostname id name package skipped tests time timestamp",
    ),
    "properties": ("(property )*", ""),
    "property": ("", "name value"),
    "testcase": ("((skipped|error|failure) )?", "classname name time"),
    "skipped": ("", "message"),
    "error": ("", "message type"),
    "failure": ("", "message type"),
}
TYPES = {"time": r"\d+\.\d+", "timestamp": r"\d{4}(-\d\d){2}T(\d\d:){2}\d\d"}
COUNTS = {"tests": "", "failures": "/failure", "errors": "/error", "skipped": "/skipped"}


def violations(data: bytes) -> list[str]:
    """Return where a file departs from the schema."""
    root = ElementTree.fromstring(data)
    found = [] if root.tag == "testsuites" else [root.tag]
    for element in root.iter():
        children, attributes = SCHEMA.get(element.tag, ("", ""))
        if not re.fullmatch(children, "".join(f"{child.tag} " for child in element)):
            found.append(f"children of {element.tag}")
        if sorted(element.attrib) != attributes.split():
            found.append(f"attributes of {element.tag}: {sorted(element.attrib)}")
        values = element.attrib.items()
        found += [
            f"{key}={x}" for key, x in values if not re.fullmatch(TYPES.get(key, "(?s).*"), x)
        ]
    for suite in root:
        for key, tag in COUNTS.items():
            if int(suite.attrib[key]) != len(suite.findall(f"testcase{tag}")):
                found.append(f"number of {key}")
    return found


@both
def test_junit_keeps_to_the_schema(written, which):
    assert violations((written[which] / "junit.xml").read_bytes()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<failure message="', '<failure text="'),
        ("<failure ", "<skipped /><failure "),
        ('failures="', 'failures="1'),
        ('hostname="localhost"', ""),
        ("<system-err />", ""),
        ("<properties>", "<system-out /><properties>"),
        ('time="', 'time="1e-'),
    ],
)
def test_what_departs_from_the_schema_is_found_by_the_test(written, old, new):
    text = (written["bad"] / "junit.xml").read_text()
    assert old in text
    assert violations(text.replace(old, new, 1).encode())


def test_junit_says_what_failed_and_why(written, good, bad):
    root = ElementTree.parse(written["bad"] / "junit.xml").getroot()
    cases = {case.attrib["name"]: case for case in root.iter("testcase")}
    assert len(cases) == len(bad)
    syn = next(x for x in bad if x.claim == "blocks.syn")
    assert syn.evidence.counterexample in cases["blocks.syn"].find("failure").text
    assert cases["optimizers.six-per-frequency [Z5]"].find("error").attrib["message"] == (
        "rests on what was refuted: blocks.syn*nu"
    )
    assert list(cases["blocks.xi"]) == []
    root = ElementTree.parse(written["good"] / "junit.xml").getroot()
    assert [suite.attrib["name"] for suite in root] == ["Z5", "Z6", "every group", "Z1031"]
    [skipped] = root.iter("skipped")
    assert "not attempted: d^3" in skipped.attrib["message"]


def test_many_groups_are_one_line_a_claim(good):
    groups = [f"Z{n}" for n in range(2, 302)]
    about = [x for x in good if x.group == "Z5"]
    every = [replace(x, group=name) for name in groups for x in about]
    data = page(make_report(every, title="many"))
    assert len(every) > 2000
    assert len(data) < 1_500_000
    found = Page(data)
    assert len([a for a in found.all("details") if "open" in a]) == 0
    assert "300 groups" in found.text


def test_the_claims_without_result_are_dashed_and_the_refuted_ones_red():
    from matplotlib.colors import to_hex

    claims = selected(["blocks.syn*nu", "laws.zero"])
    results = {"blocks.syn*nu": "refuted", "laws.zero": "holds"}
    texts = claims_figure(claims, results=results).axes[0].texts
    boxes = {text.get_text(): text.get_bbox_patch() for text in texts}
    assert to_hex(boxes["blocks.syn*nu"].get_edgecolor()) == "#cc0000"
    for claim, line in (("blocks.syn*nu", "-"), ("laws.zero", "-"), ("laws.multiplicative", "--")):
        assert boxes[claim].get_linestyle() == line


def test_every_family_of_claims_can_be_drawn():
    texts = {text.get_text() for text in claims_figure(list(CLAIMS.values())).axes[0].texts}
    assert set(CLAIMS) <= texts


def commands_left(latex: str) -> list[str]:
    """Return the commands of a formula that came through as they are."""
    return re.findall(r"\\\w+", mathml(latex))


def test_every_formula_of_the_registry_can_be_drawn():
    assert [c.id for c in CLAIMS.values() if commands_left(c.latex)] == []
    assert commands_left(r"\unknown = 1") == [r"\unknown"]
    assert "three_c" in mathml(CLAIMS["blocks.three_c"].latex)


@pytest.mark.parametrize(
    ("latex", "text"),
    [(r"\chi_k = \tfrac12", "χk=12"), (r"\text{<b>x</b> & } a < b", "<b>x</b>\xa0&\xa0a<b")],
)
def test_a_formula_has_its_text_escaped(latex, text):
    assert "".join(ElementTree.fromstring(mathml(latex)).itertext()) == text


def test_a_picture_that_cannot_be_drawn_is_said_to_be_missing():
    def broken(group, family, target):
        raise RuntimeError("planted")

    report = make_report([], title="x", subject=replace(INSTALLED, optimizer=broken))
    assert [bool(x.svg) for x in report.pictures] == [True, False, False]
    assert "Could not be drawn: RuntimeError: planted" in Page(page(report)).text
    assert "Nothing was checked." in Page(page(report)).text


CLAIM = ("--claims", "optimizers.six-per-frequency")


@pytest.fixture
def no_work(monkeypatch):
    monkeypatch.setattr(
        "cogo.cli.prove.engine.prove", lambda *args, **kwargs: pytest.fail("worked")
    )


def test_the_command_writes_a_report_with_certificates_linked(tmp_path, capsys):
    folder, own = tmp_path / "new" / "report", tmp_path / "own"
    code, out, _ = cogo(capsys, "prove", "Z3", "Z5", *CLAIM, "--report", folder, "-o", own)
    assert code == 0
    assert f"report: {folder / 'index.html'}" in out.replace("\n", "")
    links = [a["href"] for a in Page((folder / "index.html").read_bytes()).all("a")]
    for name in ("Z3.six-per-frequency.cert.json", "Z5.six-per-frequency.cert.json"):
        linked = folder / CERTIFICATES / name
        assert f"{CERTIFICATES}/{name}" in links
        assert cogo(capsys, "check", linked)[0] == 0
        assert (own / name).read_bytes() == linked.read_bytes()
    assert sorted(x.name for x in folder.iterdir()) == sorted([*FILES, CERTIFICATES])


@pytest.mark.parametrize("name", FILES)
def test_a_report_is_not_replaced_and_that_is_said_before_any_work(tmp_path, capsys, name, no_work):
    (tmp_path / name).write_text("mine")
    code, _, err = cogo(capsys, "prove", "Z3", *CLAIM, "--report", tmp_path)
    assert code == 2
    assert "pass --force" in err.replace("\n", " ")
    assert (tmp_path / name).read_text() == "mine"
    assert [x.name for x in tmp_path.iterdir()] == [name]


def test_a_report_is_replaced_if_forced(tmp_path, capsys):
    for name in FILES:
        (tmp_path / name).write_text("mine")
    assert cogo(capsys, "prove", "Z3", *CLAIM, "--report", tmp_path, "--force")[0] == 0
    for name in FILES:
        assert (tmp_path / name).read_text() != "mine"


def test_what_is_missing_for_a_report_is_said_before_any_work(
    tmp_path, capsys, monkeypatch, no_work
):
    monkeypatch.setattr("proofs.proving.report.find_spec", lambda name: None)
    code, _, err = cogo(capsys, "prove", "Z3", *CLAIM, "--report", tmp_path / "new")
    assert code == 2
    said = f"a report needs jinja2 and latex2mathml: {install('report')}"
    assert said in " ".join(err.split())
    assert not any(tmp_path.iterdir())


def test_a_refuted_claim_gives_its_report_and_exit_code_1(tmp_path, capsys, monkeypatch):
    def planted(claims, groups, *, executor, **options):
        return prove(claims, groups, subject=WRONG_SYN, **options)

    monkeypatch.setattr("cogo.cli.prove.engine.prove", planted)
    assert cogo(capsys, "prove", "Z3", "--claims", "blocks.syn", "--report", tmp_path)[0] == 1
    assert "Refuted: 1 of 1 checks." in Page((tmp_path / "index.html").read_bytes()).text
    assert ElementTree.parse(tmp_path / "junit.xml").getroot()[0].attrib["failures"] == "1"


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")


def browsed(path: Path, profile: Path) -> tuple[str, list[str]]:
    """Return the page as Chromium has it, and what it wrote to its console."""
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
    flags += " --disable-background-networking --disable-component-update --dump-dom"
    flags += f" --enable-logging=stderr --v=0 --user-data-dir={profile}"
    done = subprocess.run(
        [BROWSER, *flags.split(), path.as_uri()], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]


@pytest.mark.skipif(
    BROWSER is None, reason="there is no chromium on the PATH to look at the page with"
)
def test_chromium_shows_the_verdicts_and_has_nothing_to_complain_of(written, pages, tmp_path):
    for which, verdict in (("good", "Nothing was refuted"), ("bad", "Refuted: ")):
        dom, console = browsed(written[which] / "index.html", tmp_path / which)
        assert console == []
        assert verdict in Page(dom.encode()).text
    planted = tmp_path / "planted.html"
    planted.write_bytes(pages["bad"].data.replace(b"</body>", b"<script>x()</script></body>"))
    assert browsed(planted, tmp_path / "planted")[1]
