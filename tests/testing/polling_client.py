"""
An application that polls: ``python polling_client.py BASE_URL SDK_KEY``.

For each line that it reads it prints what ``headline`` is. A process of its own, because the SDK has one client per
process.
"""

import sys

import eppo_client

base_url, sdk_key = sys.argv[1:]
client = eppo_client.init(
    eppo_client.ClientConfig(
        api_key=sdk_key,
        base_url=base_url,
        assignment_logger=eppo_client.AssignmentLogger(),
        poll_interval_seconds=1,
        poll_jitter_seconds=0,
    )
)
client.wait_for_initialization()
for _ in sys.stdin:
    print(client.get_string_assignment("headline", "ann", {}, "default"), flush=True)
client.shutdown()
