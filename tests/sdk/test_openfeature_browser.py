"""
The real OpenFeature SDK for browsers in Chromium, on a page of another origin, with its OFREP provider.

The provider keeps flags and their tag in the browser's storage, so a page is loaded three times: with nothing kept,
after the emulator was started again, and after it was started with other flags, whose revision is the first one, too.
"""

from typing import Any

import pytest

from emulator import Emulator
from tests.sdk.browser import page_at_another_origin, shown_by_chromium
from tests.sdk.flag_files import FlagFolder
from tests.sdk.programs import NODE

pytestmark = pytest.mark.ci

PAGE = """<!doctype html><title>asking</title><pre id="answers"></pre>
<script type="importmap">{"imports": {
  "@openfeature/core": "/node_modules/@openfeature/core/dist/esm/index.js",
  "@openfeature/web-sdk": "/node_modules/@openfeature/web-sdk/dist/esm/index.js",
  "@openfeature/ofrep-web-provider": "/node_modules/@openfeature/ofrep-web-provider/index.esm.js",
  "@openfeature/ofrep-core":
    "/node_modules/@openfeature/ofrep-web-provider/node_modules/@openfeature/ofrep-core/index.esm.js"
}}</script>
<script type="module">
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature } from "@openfeature/web-sdk";

const statuses = [];
let arrived;
const answered = new Promise((resolve) => { arrived = resolve; });
const provider = new OFREPWebProvider({
  baseUrl: "%(base)s",
  headers: [["Authorization", "Bearer local-test-web"]],
  async fetchImplementation(...request) {
    const response = await fetch(...request);
    statuses.push([response.status, response.headers.get("etag") !== null]);
    // The provider has read the answer by then: it waits for nothing but a hash.
    setTimeout(arrived, 100);
    return response;
  },
});
const seen = ({ value, reason, errorMessage }) => ({ value, reason, errorMessage });
await OpenFeature.setProviderAndWait(provider, { targetingKey: "user-1", plan: "pro" });
await answered;
const client = OpenFeature.getClient();
const shown = {
  headline: seen(client.getStringDetails("headline", "mine")),
  limit: seen(client.getNumberDetails("limit", 0)),
  "new-checkout": seen(client.getBooleanDetails("new-checkout", false)),
};
document.getElementById("answers").textContent = JSON.stringify({ statuses, shown });
</script>"""


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Return what the page shows the first, the second and the third time."""
    site = tmp_path_factory.mktemp("site")
    flags = FlagFolder(tmp_path_factory.mktemp("flags") / "flags")
    profile = tmp_path_factory.mktemp("profile")
    assert (NODE / "node_modules").is_dir(), f"the OpenFeature SDKs are missing: run `npm ci` in {NODE}"
    (site / "node_modules").symlink_to(NODE / "node_modules")
    with page_at_another_origin(site) as url:
        with Emulator(flags.path) as emulator:
            (site / "page.html").write_text(PAGE % {"base": emulator.url})
            first = shown_by_chromium(url, profile)
        with Emulator(flags.path, port=emulator.port):
            second = shown_by_chromium(url, profile)
        flags.serve_headline("long")
        with Emulator(flags.path, port=emulator.port):
            third = shown_by_chromium(url, profile)
    return [first, second, third]


def test_a_page_of_another_origin_gets_every_flag_and_the_tag(loads: list[Any]) -> None:
    shown = loads[0]["shown"]

    assert loads[0]["statuses"] == [[200, True]]
    assert (shown["headline"]["value"], shown["headline"]["reason"]) == ("short", "STATIC")
    assert (shown["limit"]["value"], shown["limit"]["reason"]) == (50, "TARGETING_MATCH")


def test_a_page_of_another_origin_sees_why_it_gets_its_default(loads: list[Any]) -> None:
    found = loads[0]["shown"]["new-checkout"]

    assert (found["value"], found["reason"]) == (False, "ERROR")
    assert "`country` is missing" in found["errorMessage"]


def test_what_a_browser_keeps_is_right_after_a_restart(loads: list[Any]) -> None:
    assert loads[1]["statuses"] == [[304, True]]
    assert loads[1]["shown"]["headline"] == {"value": "short", "reason": "CACHED"}


def test_what_a_browser_keeps_is_not_taken_for_other_flags_of_the_same_revision(loads: list[Any]) -> None:
    assert loads[2]["statuses"] == [[200, True]]
    assert loads[2]["shown"]["headline"] == {"value": "long", "reason": "STATIC"}
