"""The page in a browser: it stays on this machine, and shows what the library says."""

import re

import pytest
from playwright.sync_api import expect

from algebra.criterion.verdict import check
from algebra.groups.group import AbelianGroup
from algebra.optimizers.table import build
from algebra.semiring.made import element
from numeric.weights.files import read_weights
from proofs.certificates import certificate, checker

PROVED = re.compile("loss = 0, proved for all values of the 3 phases")


@pytest.fixture
def page(browser, address):
    """A page that fails its test if it complains, or asks anyone else for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = context.new_page()
    complaints = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    own = (address, "data:", "blob:")
    found.on("request", lambda r: None if r.url.startswith(own) else complaints.append(r.url))
    found.goto(address)
    yield found
    context.close()
    assert complaints == []


def says(page, place, pattern, **options):
    """Wait for what a place of the page says."""
    expect(page.get_by_test_id(place)).to_contain_text(pattern, **options)


def downloaded(page, button, folder):
    """Press a button, and return the file that it gives, under the name that it has."""
    with page.expect_download() as started:
        button.click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def doubted(page, path):
    """Give a file to the panel Doubt."""
    page.get_by_role("tab", name="Doubt").click()
    page.locator("input[type=file]").set_input_files(path)


def test_moving_a_phase_keeps_the_badge_and_moves_the_points(page):
    says(page, "badge", PROVED)
    before = page.locator("circle.node").evaluate_all("x => x.map(c => c.getAttribute('cx'))")
    page.get_by_test_id("slider-xi_1").fill("77")
    page.wait_for_function(
        "old => JSON.stringify([...document.querySelectorAll('circle.node')]"
        ".map(c => c.getAttribute('cx'))) != JSON.stringify(old)",
        arg=before,
    )
    says(page, "badge", PROVED)


def test_a_broken_node_shows_the_exact_loss_and_is_mended(page):
    says(page, "badge", PROVED)
    page.get_by_test_id("delete").click()
    G = AbelianGroup("Z7")
    loss = check(element(G, build(G).node_list()[1:])).loss
    assert repr(loss) == "12/7"
    says(page, "badge", "wrong at the frequencies 1, 2, 3")
    assert page.get_by_test_id("badge").locator("mfrac mn").all_text_contents() == ["12", "7"]
    expect(page.locator('.lamp[data-met="false"]')).to_have_count(2)
    page.get_by_test_id("mend").click()
    says(page, "badge", PROVED)


def test_a_downloaded_certificate_is_accepted_in_the_panel_doubt_and_a_tampered_one_not(
    page, tmp_path
):
    says(page, "badge", PROVED)
    path = downloaded(page, page.get_by_test_id("certificate"), tmp_path)
    assert checker.check(path.read_bytes())[0] == 0
    doubted(page, path)
    says(page, "verdict", "accepted: Z7, 13 nodes")
    expect(page.locator(".line.ran").first).to_be_visible()
    assert page.get_by_test_id("refused").count() == 0
    page.get_by_test_id("tamper").click()
    says(page, "verdict", "refuted")
    says(page, "refused", "raise Refuted")


def test_a_file_with_a_hostile_name_is_a_message_and_nothing_else(page, tmp_path):
    path = tmp_path / "<img src=x onerror=alert(1)>.json"
    path.write_bytes(b"<script>alert(1)</script>")
    doubted(page, path)
    says(page, "verdict", "malformed")
    assert page.locator("main script, main img").count() == 0


def test_blocks_are_dragged_and_clicked_onto_a_product(page):
    page.get_by_role("tab", name="Compose").click()
    composed = page.get_by_test_id("composed")
    expect(composed).to_contain_text("6 nodes")
    expect(composed).to_contain_text("An optimizer by itself")
    page.get_by_role("button", name="remove nu").click()
    expect(composed).to_contain_text("3 nodes")
    expect(composed).to_contain_text("Not yet")
    page.locator('[data-tile="nu(1)"]').drag_to(page.locator(".tree.target").first)
    expect(composed).to_contain_text("6 nodes")
    expect(composed).to_contain_text("An optimizer by itself")


def test_the_panels_are_reached_by_the_keyboard(page):
    page.get_by_role("tab", name="Play").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Compose")).to_be_focused()
    page.locator('[data-tile="u"]').focus()
    page.keyboard.press("Enter")
    says(page, "composed", "6 nodes")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 800, 1600])
def test_nothing_is_wider_than_the_screen(browser, address, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    for panel in ("play", "compose", "training", "doubt", "widths"):
        page.goto(f"{address}/#{panel}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, panel
    context.close()


def test_the_claims_are_checked_from_the_panel_and_a_width_gives_its_certificate(page, tmp_path):
    page.get_by_role("tab", name="Widths and claims").click()
    page.get_by_label("group of the report").fill("Z3")
    page.get_by_test_id("prove").click()
    says(page, "report", "checked now", timeout=240_000)
    says(page, "report", "Nothing was refuted")
    button = page.get_by_title("download the certificate of 8 nodes").first
    path = downloaded(page, button, tmp_path)
    assert checker.check(path.read_bytes())[0] == 0


def test_the_example_is_read_and_certified(page, tmp_path):
    page.get_by_role("tab", name="Your network").click()
    page.get_by_test_id("example").click()
    says(page, "proved", "answers 49 of 49 pairs of x + y over Z7")
    page.get_by_test_id("certify").click()
    says(page, "certified", "Certified nearest: 41 nodes over Z7")
    expect(page.get_by_label("contributions, exact")).to_be_visible()
    button = page.get_by_role("button", name="download the certificate")
    assert downloaded(page, button, tmp_path).name == "z7-nearest.cert.json"


def test_a_run_is_watched_cancelled_and_its_weights_are_taken_away(page, tmp_path):
    page.get_by_role("tab", name="Training").click()
    state, epochs = page.get_by_test_id("state"), page.get_by_label("epochs")
    page.get_by_label("group", exact=True).fill("Z5")
    epochs.fill("50000")
    page.get_by_test_id("start").click()
    expect(state).to_contain_text("of 50000", timeout=60_000)
    page.get_by_role("button", name="cancel").click()
    expect(state).to_have_text("cancelled")
    epochs.fill("120")
    page.get_by_test_id("start").click()
    expect(state).to_have_text("done", timeout=60_000)
    expect(page.locator("main")).to_contain_text("epoch 120: loss")
    path = downloaded(page, page.get_by_role("button", name="download weights"), tmp_path)
    assert read_weights(path).plain()[0].shape == (128, 5)


def test_stored_runs_that_come_late_do_not_cancel_what_was_started(page):
    late = []
    page.route("**/runs.json", lambda route: late.append(route))
    page.reload()
    page.get_by_role("tab", name="Training").click()
    page.get_by_label("group", exact=True).fill("Z5")
    page.get_by_label("epochs").fill("120")
    with page.expect_request("**/training"):
        page.get_by_test_id("start").click()
    late[0].continue_()
    expect(page.get_by_test_id("state")).to_have_text("done", timeout=60_000)


def test_a_certificate_of_another_group_is_named(page, tmp_path):
    path = tmp_path / "z.cert.json"
    path.write_text(certificate.to_text(build("Z2xZ4"), target="projected"))
    doubted(page, path)
    says(page, "verdict", "accepted: Z2xZ4")
