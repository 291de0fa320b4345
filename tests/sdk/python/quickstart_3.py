import os
import time

import eppo_client
from eppo_client.assignment_logger import AssignmentLogger
from eppo_client.config import Config

client = eppo_client.init(
    Config(
        api_key="local-test",
        base_url=os.environ.get("EPPO_BASE_URL", "http://127.0.0.1:8378/api"),
        assignment_logger=AssignmentLogger(),
    )
)
while not client.is_initialized():
    time.sleep(0.01)
print(client.get_string_assignment("signup-headline", "ann", {}, "control"))
client._shutdown()
