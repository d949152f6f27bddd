"""The page of the report opened in a real browser, headless: requests, complaints, overflow, contrast, keyboard.

Runs where Chromium and ChromeDriver are installed, as `.ci/run` does where it may.
"""

import functools
import http.server
import json
import os
import shutil
import threading
from pathlib import Path

import pytest

from tests.charts.made import made_verdicts

FOUND = shutil.which("chromium") and shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not FOUND, reason="Chromium and ChromeDriver are not installed")
DESK, PHONE = (1280, 900), (390, 844)
# Elements that reach beyond the window and are in no box that scrolls by itself.
OVERFLOW = """
const wide = document.documentElement.clientWidth;
const scrolls = (e) => e && (["auto", "scroll"].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
const hidden = (e) => getComputedStyle(e).position === "absolute";
return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > wide + 1 && !scrolls(e) && !hidden(e) && !e.closest("svg *"))
    .map((e) => e.tagName + "." + e.className);
"""
CONTRAST = """
const linear = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = (c) => {
    const [r, g, b] = c.match(/[\\d.]+/g).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const style = getComputedStyle(document.body);
const [a, b] = [light(style.color), light(style.backgroundColor)];
return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), a > b];
"""


@pytest.fixture(scope="module")
def address(made_report):
    """The address of a report, served on loopback."""
    handler = functools.partial(_Quiet, directory=str(made_report[0]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *message):
        """Say nothing of a request."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A headless Chromium that fetches nothing of its own accord."""
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "disable-component-update"):
        options.add_argument(f"--{flag}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


def opened(browser, address, size, scheme="light"):
    """The page at a size of window and in light or dark; the width is that of a phone or a desk, not of a frame."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    browser.get_log("performance"), browser.get_log("browser")
    browser.get(address)
    return browser


def asked_for(browser):
    """Every address that the page made the browser ask for."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def test_the_page_asks_for_nothing_and_nothing_complains(browser, address):
    page = opened(browser, address, DESK)
    # A browser asks for a site's icon by itself; what is written into the page as data is asked of nobody.
    asked = [url for url in asked_for(page) if not url.endswith("favicon.ico") and not url.startswith("data:")]
    assert asked == [address]
    complaints = [entry for entry in page.get_log("browser") if "favicon.ico" not in entry["message"]]
    assert complaints == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_reaches_beyond_the_window(browser, address, size):
    page = opened(browser, address, size)
    assert page.execute_script("return window.innerWidth") == size[0]
    assert page.execute_script(OVERFLOW) == []
    assert page.execute_script("return document.documentElement.scrollWidth") <= size[0]


def test_what_does_reach_beyond_the_window_is_found(browser, address):
    page = opened(browser, address, PHONE)
    page.execute_script("document.body.insertAdjacentHTML('beforeend', '<p class=long style=width:900px>x</p>')")
    assert page.execute_script(OVERFLOW) == ["P.long"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(browser, address, scheme):
    contrast, light_on_dark = opened(browser, address, DESK, scheme).execute_script(CONTRAST)
    assert contrast > 7
    assert light_on_dark is (scheme == "dark")


def test_the_keyboard_reaches_a_claim_and_sees_where_it_is(browser, address):
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    page, claims = opened(browser, address, DESK), {verdict.claim.id for verdict in made_verdicts()}
    for _ in range(60):
        page.switch_to.active_element.send_keys(keys.TAB)
        reached = (page.switch_to.active_element.get_attribute("href") or "").rpartition("#")[2]
        if reached in claims:
            break
    assert reached in claims
    assert page.execute_script("return getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.switch_to.active_element.send_keys(keys.ENTER)
    target = page.execute_script("return document.getElementById(location.hash.slice(1)).getBoundingClientRect().top")
    assert 0 <= target < DESK[1]


AXE = """
const done = arguments[arguments.length - 1];
document.querySelectorAll("details").forEach((each) => (each.open = true));
axe.run(document, { resultTypes: ["violations"] }).then((found) =>
    done(found.violations.map((each) => `${each.id} (${each.impact}): ${each.nodes[0].html}`)));
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_axe_of_any_grade_is_broken(browser, address, scheme):
    """With axe-core of the npm registry, by the path of its axe.min.js in TRENDS_AXE; skipped without it."""
    file = Path(os.environ.get("TRENDS_AXE", ""))
    if not file.is_file():
        pytest.skip("no axe-core: name its axe.min.js in TRENDS_AXE")
    page = opened(browser, address, DESK, scheme)
    page.execute_script(f"{file.read_text(encoding='utf-8')}; window.axe = axe;")
    assert page.execute_async_script(AXE) == []
