"""What the scope of a question stands for, in the snapshot that is current when its request comes in. Pure."""

from emulator.queries import Resolver, Scope, Served, served
from emulator.server.parts import Parts


def resolver_of(parts: Parts) -> Resolver:
    """Return the resolver for one request: it answers from one snapshot, and at one time, however often it is asked."""
    snapshot, now = parts.workspace.current, parts.clock()

    def resolve(scope: Scope) -> Served:
        return served(snapshot, scope, now, strict_keys=parts.settings.strict_keys)

    return resolve
