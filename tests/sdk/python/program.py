"""
Eppo's SDK for Python in a program that answers each line of JSON on standard input with one on standard output.

``{"do": "start" | "ask", ...}`` is answered by ``{"answer": ...}`` or ``{"error": "..."}``. It runs under whichever
version of the SDK its interpreter has, 3 or 4, and imports nothing else.
"""

import json
import sys
import time
from typing import Any

import eppo_client

try:
    from eppo_client import AssignmentLogger, ClientConfig
except ImportError:  # version 3
    from eppo_client.assignment_logger import AssignmentLogger
    from eppo_client.config import Config as ClientConfig

FIRST_FETCH_S = 10.0


class Program(AssignmentLogger):  # type: ignore[misc]  # one of two classes, by the version
    """The SDK's client (one per process), and what it logged since the last answer."""

    def __init__(self) -> None:
        self._assignments: list[Any] = []
        self._bandits: list[Any] = []

    def log_assignment(self, event: Any) -> None:
        self._assignments.append(event)

    def log_bandit_action(self, event: Any) -> None:
        self._bandits.append(event)

    def start(self, message: Any) -> None:
        self._client = eppo_client.init(
            ClientConfig(
                api_key=message["key"],
                base_url=message["baseUrl"],
                assignment_logger=self,
                # Whole seconds; version 3 stops polling without any jitter.
                poll_interval_seconds=max(1, message["pollMs"] // 1000),
                poll_jitter_seconds=1,
            )
        )
        until = time.monotonic() + (FIRST_FETCH_S if message["awaits"] else 0)
        while not self._client.is_initialized() and time.monotonic() < until:
            time.sleep(0.01)

    def ask(self, message: Any) -> Any:
        return [self._answered(question) for question in message["questions"]]

    def _answered(self, question: Any) -> Any:
        try:
            answer = self._action(question) if question.get("actions") is not None else self._value(question)
        except Exception as error:  # whatever reaches a caller is the answer
            answer = {"failed": repr(error)}
        answer |= {"assignments": self._assignments, "bandits": self._bandits}
        self._assignments, self._bandits = [], []
        return answer

    def _value(self, question: Any) -> Any:
        ask = getattr(self._client, f"get_{question['type'].lower()}_assignment")
        value = ask(question["flag"], question["subject"], question["attributes"], question["default"])
        return {"value": value}

    def _action(self, question: Any) -> Any:
        members = (question[name] for name in ("flag", "subject", "attributes", "actions", "default"))
        result = self._client.get_bandit_action(*members)
        return {"value": result.variation, "action": result.action}


def main() -> None:
    program = Program()
    commands = {"start": program.start, "ask": program.ask}
    for line in sys.stdin:
        try:
            message = json.loads(line)
            reply = {"answer": commands[message["do"]](message)}
        except Exception as error:  # said to whoever asked
            reply = {"error": repr(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
