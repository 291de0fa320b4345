"""
HTTP: what SDKs call, the control API, and the server that carries both.

One pure function answers configuration requests (``sdk``); the ASGI front (``front``) calls it on the event loop, and
the Flask application (``application``) holds the same routes and everything else. Flask is imported by whoever calls
:func:`create_app`, never by importing this package: a configuration is served before Flask is there.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from emulator.server.parts import Parts

__all__ = ["create_app"]


def create_app(parts: "Parts") -> "Flask":
    """Return the Flask application over *parts*; it starts nothing and opens nothing."""
    from emulator.server.application import build_application

    return build_application(parts)
