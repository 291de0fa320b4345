import os

import eppo_client
from eppo_client import AssignmentLogger, ClientConfig

client = eppo_client.init(
    ClientConfig(
        api_key="local-test",
        base_url=os.environ.get("EPPO_BASE_URL", "http://127.0.0.1:8378/api"),
        assignment_logger=AssignmentLogger(),
    )
)
client.wait_for_initialization()
print(client.get_string_assignment("signup-headline", "ann", {}, "control"))
client.shutdown()
