"""
Sandboxes: one SDK key each, with its own changes, clock, faults and clients, over flag files that all of them share.

What a sandbox serves is a pure function of the Snapshot and its overrides; here is what has to be remembered. The
Sandbox itself, in ``sandbox``, is imported with the first one: a server starts quicker without.
"""

from emulator.sandboxes.faults import DAMAGES, TARGETS, Fault, Target
from emulator.sandboxes.ledger import Peer, Visit
from emulator.sandboxes.peers import Peers
from emulator.sandboxes.registry import DEFAULT_TTL, LONGEST_NAME, Sandboxes

__all__ = [
    "DAMAGES",
    "DEFAULT_TTL",
    "LONGEST_NAME",
    "TARGETS",
    "Fault",
    "Peer",
    "Peers",
    "Sandboxes",
    "Target",
    "Visit",
]
