"""
Real client libraries of vendors behind the logger of a real eppo_client: one line of JSON in, one out.

``{"vendor", "url", "baseUrl", "key", "options", "subjects", "attributes"}`` → what the SDK logged, what the libraries
reported. Run by the tests; no part of them.
"""

import json
import sys
from collections.abc import Callable, Mapping
from threading import Condition
from typing import Any

import eppo_client
from eppo_client import AssignmentLogger, ClientConfig
from eppo_client.bandit import ContextAttributes

Track = Callable[[dict[str, Any]], object]
DEADLINE_S = 25.0
SCHEMA = "iglu:com.geteppo/event/jsonschema/1-0-0"
Report = dict[str, Any]


class Vendor:
    """*track* hands one event over; *finish* returns when all have arrived, or were given up."""

    def __init__(self, track: Track, finish: Callable[[], object]) -> None:
        self.track = track
        self.finish = finish


def segment(url: str, key: str, options: Report, report: Report) -> Vendor:
    from segment.analytics.client import Client

    client = Client(key, host=url, on_error=lambda error, _: report["errors"].append(str(error)), **options)
    return Vendor(
        lambda event: client.track(event["subject"], "Eppo Randomization Event", event),
        lambda: (client.flush(), client.shutdown()),
    )


def rudderstack(url: str, key: str, options: Report, report: Report) -> Vendor:
    from rudderstack.analytics.client import Client

    client = Client(key, host=url, on_error=lambda error, _: report["errors"].append(str(error)), **options)
    return Vendor(
        lambda event: client.track(event["subject"], "Eppo Randomization Event", event),
        lambda: (client.flush(), client.shutdown()),
    )


def amplitude(url: str, key: str, options: Report, report: Report) -> Vendor:
    from amplitude import Amplitude, BaseEvent

    def told(_: object, code: int, message: str) -> None:
        (report["confirmed"] if code == 200 else report["errors"]).append(f"{code} {message}")

    client = Amplitude(key)
    client.configuration.server_url = f"{url}{options.get('path', '/2/httpapi')}"
    client.configuration.flush_interval_millis = 50
    client.configuration.callback = told

    def finish() -> None:
        for future in client.flush() or ():
            if future:
                future.result()
        client.shutdown()

    return Vendor(
        lambda event: client.track(
            BaseEvent(event_type="Experiment Viewed", user_id=event["subject"], event_properties=event)
        ),
        finish,
    )


def mparticle(url: str, key: str, options: Report, report: Report) -> Vendor:
    import mparticle as library

    configuration = library.Configuration()
    configuration.api_key, configuration.api_secret, configuration.host = key, "secret", f"{url}/v2"
    api = library.EventsApi(configuration)

    def track(event: dict[str, Any]) -> None:
        one = library.AppEvent("Eppo Randomization Event", "other")
        # The library refuses what is nested.
        one.custom_attributes = {k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in event.items()}
        batch = library.Batch()
        batch.environment = "development"
        batch.user_identities = library.UserIdentities(customerid=event["subject"])
        batch.events = [one]
        api.bulk_upload_events([batch]) if options.get("bulk") else api.upload_events(batch)
        report["confirmed"].append("sent")

    return Vendor(track, lambda: None)


def snowplow(url: str, key: str, options: Report, report: Report) -> Vendor:
    from snowplow_tracker import Emitter, SelfDescribing, SelfDescribingJson, Tracker

    arrived = Condition()

    def confirm(sent: list[object]) -> None:
        with arrived:
            report["confirmed"].extend("sent" for _ in sent)
            arrived.notify_all()

    emitter = Emitter(
        url,
        method=options.get("method", "post"),
        batch_size=options.get("size", 1),
        on_success=confirm,
        on_failure=lambda _, failed: report["errors"].extend(map(str, failed)),
    )
    tracker = Tracker("emulator", emitter, app_id=key, encode_base64=options.get("base64", True))

    def track(event: dict[str, Any]) -> None:
        data = {"properties": event} if options.get("nested") else event
        tracker.track(SelfDescribing(SelfDescribingJson(SCHEMA, data)))

    def finish() -> None:
        tracker.flush()
        # What failed is tried again by a timer of the library's.
        with arrived:
            arrived.wait_for(lambda: len(report["confirmed"]) >= len(report["logged"]), DEADLINE_S)

    return Vendor(track, finish)


VENDORS: Mapping[str, Callable[[str, str, Report, Report], Vendor]] = {
    "segment": segment,
    "rudderstack": rudderstack,
    "amplitude": amplitude,
    "mparticle": mparticle,
    "snowplow": snowplow,
}


class Logger(AssignmentLogger):
    def __init__(self, vendor: Vendor, report: Report) -> None:
        self._vendor = vendor
        self._report = report

    def log_assignment(self, assignment: dict[str, Any]) -> None:
        self._forward(assignment)

    def log_bandit_action(self, bandit_action: dict[str, Any]) -> None:
        self._forward(bandit_action)

    def _forward(self, event: dict[str, Any]) -> None:
        self._report["logged"].append(event)
        try:
            self._vendor.track(event)
        except Exception as error:
            # The SDK would swallow it.
            self._report["errors"].append(repr(error))


def run(message: Report) -> Report:
    report: Report = {"logged": [], "confirmed": [], "errors": []}
    vendor = VENDORS[message["vendor"]](message["url"], message["key"], message["options"], report)
    logger = Logger(vendor, report)
    configuration = ClientConfig(api_key=message["key"], base_url=message["baseUrl"], assignment_logger=logger)
    client = eppo_client.init(configuration)
    client.wait_for_initialization()
    for subject in message["subjects"]:
        client.get_string_assignment("headline", subject, message["attributes"], "none")
        client.get_bandit_action(
            "shoes",
            subject,
            ContextAttributes({"age": 30.5}, {"country": "NO"}),
            {"nike": ContextAttributes({"price": 9.5}, {"colour": "rød"})},
            "none",
        )
    vendor.finish()
    client.shutdown()
    return report


for line in sys.stdin:
    try:
        reply: Report = {"answer": run(json.loads(line))}
    except Exception as error:
        reply = {"error": repr(error)}
    print(json.dumps(reply), flush=True)
