"""Pages and their files as answers. Pure."""

from emulator.pages.assets import Asset
from emulator.pages.wording import showable
from emulator.server.answers import Answer, Header, length_of

# Nothing but this server's own files runs, loads or is asked; no other page may show one of ours in a frame.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_SAFE: tuple[Header, ...] = (
    (b"Content-Security-Policy", _POLICY.encode("ascii")),
    (b"X-Content-Type-Options", b"nosniff"),
    (b"Referrer-Policy", b"same-origin"),
    (b"Cross-Origin-Opener-Policy", b"same-origin"),
    (b"Cross-Origin-Resource-Policy", b"same-origin"),
)
_FOR_EVER = b"public, max-age=31536000, immutable"


def page_answer(html: str, *headers: Header, status: int = 200) -> Answer:
    body = showable(html).encode("utf-8")
    fixed = ((b"Content-Type", b"text/html; charset=utf-8"), length_of(body), (b"Cache-Control", b"no-store"))
    return Answer(status, (*fixed, *_SAFE, *headers), body)


def see_other(target: str, *headers: Header) -> Answer:
    """Return the way to *target*, an address of this server in ASCII."""
    location = (b"Location", target.encode("ascii"))
    return Answer(303, (location, length_of(b""), (b"Cache-Control", b"no-store"), *headers))


def asset_answer(asset: Asset, *, current: bool) -> Answer:
    """Return the file; *current* is whether it was asked for under the digest that it has now."""
    keep = (b"Cache-Control", _FOR_EVER if current else b"no-cache")
    content_type = (b"Content-Type", asset.content_type.encode("ascii"))
    return Answer(200, (content_type, length_of(asset.body), keep, *_SAFE), asset.body)
