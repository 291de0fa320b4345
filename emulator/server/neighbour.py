"""Asking who has the port: the one call that a server makes, when it cannot start."""

import json
from http.client import HTTPConnection, HTTPException

_PATIENCE_S = 0.5


def emulator_at(host: str, port: int) -> str:
    """Return ``pid N, version V`` when an emulator answers there, else an empty text."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    connection = HTTPConnection(address, port, timeout=_PATIENCE_S)
    try:
        # Named as loopback: the status is refused to foreign names.
        connection.request("GET", "/emulator/v1/status", headers={"Host": f"127.0.0.1:{port}"})
        status = json.loads(connection.getresponse().read(1_000_000))
        return f"pid {status['pid']}, version {status['version']}"
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return ""
    finally:
        connection.close()
