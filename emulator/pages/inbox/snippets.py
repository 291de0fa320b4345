"""How to send events, to be pasted."""

Snippet = tuple[str, str]

_PYTHON = """\
import eppo_client
from emulator.loggers import InboxLogger

config = eppo_client.ClientConfig(
    api_key="{key}",
    base_url="{root}/api",
    assignment_logger=InboxLogger("{root}", sdk_key="{key}"),
)
client = eppo_client.init(config)
client.wait_for_initialization()
"""
_NODE = """\
import {{ init }} from "@eppo/node-server-sdk";

const url = "{root}/emulator/v1/events?sdkKey={key}";
const assignmentLogger = {{
  logAssignment: (event) => fetch(url, {{ method: "POST", body: JSON.stringify(event) }}),
}};
await init({{ apiKey: "{key}", baseUrl: "{root}/api", assignmentLogger }});
"""
_CURL = """\
curl -s "{root}/emulator/v1/events?sdkKey={key}" -d '{{
  "featureFlag": "my-flag", "allocation": "everybody", "experiment": "my-flag-everybody",
  "variation": "on", "subject": "user-1", "subjectAttributes": {{}}, "timestamp": "{now}"
}}'
"""


def snippets(root: str, sdk_key: str, now: str) -> tuple[Snippet, ...]:
    """Return each way with its name, for the emulator at *root* and a key that it knows; *now* is a timestamp."""
    texts = (("Python", _PYTHON), ("Node", _NODE), ("curl", _CURL))
    return tuple((name, text.format(root=root, key=sdk_key, now=now)) for name, text in texts)
