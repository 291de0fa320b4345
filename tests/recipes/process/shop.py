"""The application under test: a process of its own, whose SDK polls."""

import os

import eppo_client
from flask import Flask, request

from emulator.loggers import InboxLogger

base_url, sdk_key = os.environ["EPPO_BASE_URL"], os.environ["EPPO_SDK_KEY"]
config = eppo_client.ClientConfig(
    api_key=sdk_key,
    base_url=base_url,
    assignment_logger=InboxLogger(base_url, sdk_key),  # in production, the one that you have
    poll_interval_seconds=1,
    poll_jitter_seconds=0,  # else up to 3 s are taken off, which leaves no pause
)
eppo_client.init(config).wait_for_initialization()
app = Flask(__name__)


@app.get("/")
def home() -> str:
    return eppo_client.get_instance().get_string_assignment("signup-headline", request.args["user"], {}, "control")
