"""
Sandboxes: one SDK key each, with its own changes, clock, faults and clients, over flag files that all of them share.

What a sandbox serves is a pure function of the Snapshot and its overrides; here is what has to be remembered.
"""

from emulator.sandboxes.faults import DAMAGES, TARGETS, Fault, Target
from emulator.sandboxes.ledger import Client, Peer, Visit
from emulator.sandboxes.peers import Peers
from emulator.sandboxes.registry import DEFAULT_TTL, Sandboxes
from emulator.sandboxes.sandbox import Identity, Revision, Sandbox, World

__all__ = [
    "DAMAGES",
    "DEFAULT_TTL",
    "TARGETS",
    "Client",
    "Fault",
    "Identity",
    "Peer",
    "Peers",
    "Revision",
    "Sandbox",
    "Sandboxes",
    "Target",
    "Visit",
    "World",
]
