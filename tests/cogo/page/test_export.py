"""A copy of the page answers from files what the library answered, and says where it cannot."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from algebra.groups.group import AbelianGroup
from cogo.page import play, prover
from cogo.page.export import export, key
from proofs.claims.registry import selected


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy with the claims of one section, and the optimizers of one group."""
    found = tmp_path_factory.mktemp("copy")
    with pytest.MonkeyPatch.context() as patched:
        few = {claim.id: claim for claim in selected(["criterion"])}
        patched.setattr(prover, "CLAIMS", few)
        prover.catalogue.cache_clear()
        list(export(found, [AbelianGroup("Z5")]))
    prover.catalogue.cache_clear()
    return found


def test_its_answers_are_those_of_the_library(folder):
    answers = json.loads((folder / "Z5.json").read_text())
    broken = {"group": "Z5", "family": "four-plus-six", "target": "projected", "deleted": [1]}
    assert answers[key("play", broken)] == play.structure(broken)
    asked = {"group": "Z7", "deleted": [], "phases": {"xi_1": 0, "xi_2": 15}}
    assert key("play", asked) == 'play {"group":"Z7","phases":{"xi_2":15}}'
    moved = {"group": "Z5", "family": "four-plus-constant", "target": "projected"}
    moved |= {"phases": {"xi_1": 30}, "frequency": 2, "node": 0}
    assert answers[key("values", moved)] == json.loads(json.dumps(play.values(moved)))


def test_a_copy_is_played_with_in_a_browser(browser, folder):
    from playwright.sync_api import expect

    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"http://127.0.0.1:{server.server_port}/")

    def says(place, text):
        expect(page.get_by_test_id(place)).to_contain_text(text)

    def panel(name):
        page.get_by_role("tab", name=name).click()

    expect(page.locator("header")).to_contain_text("This is a copy")
    group = page.get_by_label("group", exact=True)
    group.fill("Z5")
    group.press("Enter")
    says("badge", "few-plus-constant over Z5")
    page.get_by_label("family").select_option("four-plus-constant")
    says("badge", "loss = 0, proved for all values of the 2 phases")
    page.get_by_test_id("slider-xi_1").fill("30")
    page.get_by_test_id("slider-xi_2").fill("60")
    page.get_by_test_id("delete").click()
    says("badge", "wrong at the frequencies 1, 2")
    panel("Your network")
    says("proved", "answers 49 of 49 pairs")
    page.get_by_test_id("certify").click()
    says("certified", "accepted: Z7")
    panel("Widths and claims")
    says("report", "Nothing was refuted")
    panel("Compose")
    says("composed", "An optimizer by itself")
    panel("Doubt")
    says("verdict", "accepted: Z7")
    page.get_by_test_id("tamper").click()
    says("verdict", "refuted")
    page.close()
    server.shutdown()
    assert errors == []
