"""The pages for people. So far one, in plain text."""

from flask import Blueprint, Response, request

import emulator
from emulator.server.answers import Answer, length_of
from emulator.server.parts import Parts
from emulator.server.responses import as_response


def pages_blueprint(parts: Parts) -> Blueprint:
    pages = Blueprint("pages", __name__)
    pages.add_url_rule("/", "index", lambda: _index(parts), methods=["GET"])
    return pages


def _index(parts: Parts) -> Response:
    snapshot = parts.workspace.current
    counts = [
        f"  {environment.key}: {len(environment.config['flags'])} flags, {len(environment.models['bandits'])} bandits"
        for environment in snapshot.environments
    ]
    root = request.host_url.rstrip("/")
    lines = (
        f"eppo-emulator {emulator.__version__}: a local emulator of Eppo's feature-flag service.",
        "",
        f"base URL for SDKs:  {root}/api",
        f"status:             {root}/emulator/v1/status",
        f"HTTP interface:     {root}/emulator/v1/openapi.json",
        "",
        f"revision {snapshot.revision}, published {snapshot.published_at}",
        *counts,
    )
    body = "\n".join((*lines, "")).encode()
    content_type = (b"Content-Type", b"text/plain; charset=utf-8")
    return as_response(Answer(200, (content_type, length_of(body), (b"Cache-Control", b"no-store")), body))
