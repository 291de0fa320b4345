"""An emulator that runs elsewhere: its control API, and what it serves to an SDK."""

import json
from datetime import datetime
from threading import Lock, local
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from emulator.errors import EmulatorError
from emulator.queries import QueryError
from emulator.sandboxes.refusals import ChangeError
from emulator.testing.control import NotInStepError
from emulator.wording import printable

if TYPE_CHECKING:
    import requests

    from emulator.testing.sandbox import Sandbox

_TIMEOUT_S = 30.0
_REFUSED_CHANGE = 422


class RemoteEmulator:
    """
    An emulator at *url*, such as ``http://127.0.0.1:8378``; *token* is what its control routes demand, if anything.

    It makes sandboxes as an Emulator in this process does. Thread-safe; ``close`` ends its connections.
    """

    def __init__(self, url: str, *, token: str | None = None) -> None:
        self.url = url.rstrip("/").removesuffix("/api")
        self._token = token
        self._own = local()
        self._sessions: list[requests.Session] = []
        self._adding = Lock()

    @property
    def base_url(self) -> str:
        """What an SDK takes as its base URL."""
        return f"{self.url}/api"

    def sandbox(
        self,
        environment: str | None = None,
        *,
        at: datetime | str | None = None,
        name: str = "",
        ttl_seconds: int | None = None,
    ) -> "Sandbox":
        """Return a new sandbox; without *ttl_seconds* it ends after an hour without use, or when it is closed."""
        from emulator.testing.changing import creation
        from emulator.testing.remote_control import RemoteControl
        from emulator.testing.sandbox import Sandbox

        document = creation(environment, at, name, ttl_seconds)
        return Sandbox(RemoteControl(self, document), at=document.get("at"))

    def call(self, method: str, path: str, document: Any = None, *, timeout_s: float = _TIMEOUT_S) -> Any:
        """
        Call the control API below ``/emulator/v1`` and return what it answers as JSON.

        Raises:
            QueryError, ChangeError, NotInStepError: what the emulator says of the call.
            EmulatorError: there is none, or none that understands.
        """
        body = None if document is None else json.dumps(document)
        response = self._request(method, f"/emulator/v1{path}", body, timeout_s)
        if response.ok:
            return response.json() if response.content else None
        raise _error_of(response)

    def document(self, path: str, sdk_key: str) -> str:
        """Return what an SDK with that key is served at *path*."""
        query = f"?apiKey={quote(sdk_key)}"
        response = self._request("GET", f"/api/flag-config/v1/{path}{query}", None, _TIMEOUT_S)
        if not response.ok:
            raise _error_of(response)
        return response.content.decode("utf-8")

    def close(self) -> None:
        with self._adding:
            sessions, self._sessions = self._sessions, []
        for session in sessions:
            session.close()

    def _request(self, method: str, path: str, body: str | None, timeout_s: float) -> "requests.Response":
        import requests

        try:
            return self._session().request(method, f"{self.url}{path}", data=body, timeout=timeout_s)
        except requests.RequestException as error:
            reason = printable(str(error))
            raise EmulatorError(f"no emulator answers at {printable(self.url)}; does one run? ({reason})") from None

    def _session(self) -> "requests.Session":
        """Return this thread's session: they are not to be shared."""
        import requests

        found: requests.Session | None = getattr(self._own, "session", None)
        if found is None:
            found = self._own.session = requests.Session()
            # An emulator is near; no proxy of the environment is to be asked.
            found.trust_env = False
            found.headers["Content-Type"] = "application/json"
            if self._token:
                found.headers["Authorization"] = f"Bearer {self._token}"
            with self._adding:
                self._sessions.append(found)
        return found


def _error_of(response: "requests.Response") -> Exception:
    try:
        problem = response.json()
        word, detail = str(problem["type"]), str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return EmulatorError(f"{response.url} answered {response.status_code}: {printable(response.text)}")
    if word == "not-in-step":
        return NotInStepError(detail)
    return ChangeError(detail, word) if response.status_code == _REFUSED_CHANGE else QueryError(detail, word)
