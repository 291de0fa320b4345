"""Request bodies: decompressed by what they say they are, never past the cap. Pure."""

import zlib

from emulator.errors import EmulatorError

# 32 added to the window size: zlib tells gzip and zlib headers apart by itself.
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})


class BodyTooLargeError(EmulatorError):
    """The body, as sent or decompressed, is larger than *limit_bytes*."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        super().__init__(f"the body is larger than {limit_bytes} bytes, counted after decompression")


class BodyUnreadableError(EmulatorError):
    """The body is not in the coding that its Content-Encoding names."""


def decoded_body(body: bytes, content_encoding: str, limit_bytes: int) -> bytes:
    """
    Return *body* decompressed by its ``Content-Encoding``, whatever its content type says.

    Raises:
        BodyTooLargeError: more than *limit_bytes* would come out; no more than that is ever held.
        BodyUnreadableError: the coding is unknown, or the bytes are not in it.

    Source: spec vendor-facts (RudderStack's Node library labels its gzip as a form).
    """
    coding = content_encoding.strip().lower()
    if coding in ("", "identity"):
        plain = body
    elif coding in _COMPRESSED:
        plain = _inflated(body, limit_bytes)
    else:
        raise BodyUnreadableError(f'Content-Encoding "{coding}" is not understood; expected gzip, deflate or none')
    if len(plain) > limit_bytes:
        raise BodyTooLargeError(limit_bytes)
    return plain


def _inflated(body: bytes, limit_bytes: int) -> bytes:
    stream = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        plain = stream.decompress(body, limit_bytes + 1)
    except zlib.error as error:
        raise BodyUnreadableError(f"the body is not what its Content-Encoding says: {error}") from None
    if len(plain) <= limit_bytes and (not stream.eof or stream.unused_data):
        raise BodyUnreadableError("the compressed body ends too early, or more follows it")
    return plain
