"""How fast the page is in a browser, and its pictures for the documentation.

    python benchmarks/page.py [--pictures DIR]

prints, measured in headless Chromium against a server in a process of its own: the time to the
first paint and to the badge, and from moving a slider to moved points, over groups up to Z127.
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

MOVES = 12
#: Wait until the points have moved, and return the milliseconds since the slider did.
MOVED = """([name, degrees]) => new Promise(done => {
  const nodes = () => [...document.querySelectorAll('circle.node')];
  const points = () => nodes().map(c => c.getAttribute('cx')).join();
  const slider = document.querySelector(`[data-testid="slider-${name}"]`), before = points();
  const began = performance.now();
  slider.value = degrees;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  const look = () => points() !== before ? done(performance.now() - began) : setTimeout(look, 1);
  look();
})"""
PAINT = """() => performance.getEntriesByType('paint')
  .find(x => x.name == 'first-contentful-paint').startTime"""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    folder = parser.parse_args().pictures
    command = [sys.executable, "-m", "cogo", "page", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())[0]  # type: ignore[index]
            with sync_playwright() as play:
                browser = play.chromium.launch(
                    executable_path=shutil.which("chromium"), args=list(FLAGS)
                )
                measure(browser, address)
                if folder is not None:
                    draw(browser, address, folder)
                browser.close()
        finally:
            server.terminate()


def measure(browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    badge = page.get_by_test_id("badge")
    badge.filter(has_text="proved").wait_for()
    print(f"first paint {page.evaluate(PAINT):.0f} ms (goal 1000)")
    for name in ("Z7", "Z23", "Z59", "Z127"):
        field = page.get_by_label("group", exact=True)
        field.fill(name)
        field.press("Enter")
        badge.filter(has_text=f"over {name}:").wait_for()
        page.wait_for_timeout(500)
        times = [page.evaluate(MOVED, ["xi_1", 7 * i + 5]) for i in range(MOVES)]
        print(
            f"{name}: from the slider to the points {statistics.median(times):.0f} ms in the "
            f"median, {max(times):.0f} ms at most (goal 50)",
            flush=True,
        )
    page.close()


def draw(browser, address: str, folder: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1180})
    page.goto(address)
    page.get_by_test_id("badge").filter(has_text="proved").wait_for()
    page.get_by_test_id("slider-xi_1").fill("25")
    page.wait_for_timeout(500)
    page.screenshot(path=folder / "page-play.png")
    page.get_by_test_id("delete").click()
    page.get_by_test_id("badge").filter(has_text="wrong").wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=folder / "page-broken.png")
    page.close()


if __name__ == "__main__":
    main()
