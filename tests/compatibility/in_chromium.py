"""js-client-sdk-common in a page, in a real Chromium: the same questions as its programs for Node are asked."""

import json
import shutil
from pathlib import Path
from typing import Any

from tests.sdk.browser import page_at_another_origin, shown_by_chromium
from tests.sdk.programs import NODE

_BUNDLE = NODE / "node_modules" / "@eppo" / "js-client-sdk-common" / "dist" / "eppo-sdk.js"
_VIRTUAL_TIME_S = 60
# The package's own bundle reads its log level from `process`, which an application's bundler would put in.
_PAGE = """<!doctype html><title>asking</title><pre id="answers"></pre>
<script>globalThis.process = { env: { LOG_LEVEL: 'silent' } };</script>
<script src="eppo-sdk.js"></script><script type="module">
import { commandsOf } from './answering.mjs';
import { clientOf } from './browser-client.mjs';
const { start, ask } = commandsOf((message, recorder) => clientOf(eppo, message, recorder));
const message = await (await fetch('message.json')).json();
await start(message);
document.getElementById('answers').textContent = JSON.stringify(ask(message));
</script>"""


def answers_in_chromium(folder: Path, base_url: str, questions: list[dict[str, Any]]) -> Any:
    """Return the answers of a page at another origin than *base_url*."""
    for script in (_BUNDLE, NODE / "answering.mjs", NODE / "assigning.mjs", NODE / "browser-client.mjs"):
        shutil.copy(script, folder)
    message = {"key": "local-test", "baseUrl": base_url, "pollMs": 3_600_000, "questions": questions}
    (folder / "message.json").write_text(json.dumps(message), encoding="utf-8")
    (folder / "page.html").write_text(_PAGE, encoding="utf-8")
    with page_at_another_origin(folder) as url:
        return shown_by_chromium(url, folder / "profile", virtual_time_s=_VIRTUAL_TIME_S)
