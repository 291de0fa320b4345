"""
What applications log: an assignment, a bandit's action, or anything else, in every SDK family's spelling.

Pure. :func:`read_event` takes what somebody sent and never raises: what is missing or mistyped is in the event. Who
sent it, when it arrived and whether it is right are no business of this room.
"""

from emulator.events.event import KINDS, Choice, Event, Fault, Kind
from emulator.events.plain import attribute_text, plain_json, raw_json
from emulator.events.reading import invalid_event, read_event
from emulator.events.vendors import Sent, UnreadableError, Vendor, read_pixel, read_sent

__all__ = [
    "KINDS",
    "Choice",
    "Event",
    "Fault",
    "Kind",
    "Sent",
    "UnreadableError",
    "Vendor",
    "attribute_text",
    "invalid_event",
    "plain_json",
    "raw_json",
    "read_event",
    "read_pixel",
    "read_sent",
]
