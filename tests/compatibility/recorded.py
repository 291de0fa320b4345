"""
SDKs that do not run here: their requests exactly as their sources send them, replayed over a raw socket.

Parameters in the order sent, headers in their case and order, conditional requests, doubled prefixes. Source:
protocol.md sections 1.1 to 1.7, and each SDK's repository at the version named, which is right where the two differ.
The version that a HTTP library tells of itself varies with the application's.
"""

import gzip
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]
_REST_SHARP: Headers = (
    ("Accept", "application/json, text/json, text/x-json, text/javascript, application/xml, text/xml"),
    ("User-Agent", "RestSharp/113.0.0.0"),
    ("Accept-Encoding", "gzip, deflate, br"),
)
_GUZZLE: Headers = (("User-Agent", "GuzzleHttp/7"),)
_CORE: Headers = (("accept", "*/*"),)
_OKHTTP: Headers = (("Connection", "Keep-Alive"), ("Accept-Encoding", "gzip"), ("User-Agent", "okhttp/4.12.0"))
_URL_SESSION: Headers = (
    ("Accept", "*/*"),
    ("User-Agent", "Shop/1 CFNetwork/1498.700.2 Darwin/23.6.0"),
    ("Accept-Language", "en-GB,en;q=0.9"),
    ("Accept-Encoding", "gzip, deflate"),
)
_FETCH: Headers = (("accept", "*/*"), ("user-agent", "Vercel Edge Functions"), ("accept-encoding", "gzip, deflate, br"))
_NODE: Headers = (
    ("accept", "*/*"),
    ("accept-language", "*"),
    ("sec-fetch-mode", "cors"),
    ("user-agent", "node"),
    ("accept-encoding", "gzip, deflate"),
)
_BROWSER: Headers = (
    (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    ),
    ("Accept", "*/*"),
    ("Origin", "https://shop.example"),
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Mode", "cors"),
    ("Referer", "https://shop.example/"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
)
_DART: Headers = (("user-agent", "Dart/3.5 (dart:io)"), ("accept-encoding", "gzip"))
_GO: Headers = (
    ("User-Agent", "Go-http-client/1.1"),
    ("Content-Type", "application/json; charset=UTF-8"),
    ("Accept-Encoding", "gzip"),
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """
    One SDK's way to ask. *query* has the key's place as ``{key}``; *bases* are paths that base URLs of its had.

    *etag* is the header by which it, or the platform's cache under it, asks for 304. *limit_s* is its own time limit.
    One that *strips* leaves out slashes at the end of its base URL.
    """

    id: str
    name: str
    version: str
    query: str
    headers: Headers
    bases: tuple[str, ...] = ("/api", "", "/api/api", "/api/")
    strips: bool = False
    etag: str = ""
    obfuscated: bool = False
    has_bandits: bool = True
    limit_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Precomputed:
    """One SDK's way to ask for precomputed assignments."""

    id: str
    name: str
    version: str
    target: str
    content_type: str
    headers: Headers
    limit_s: float = 10.0


RECORDED: tuple[Recorded, ...] = (
    Recorded(
        "dotnet", ".NET", "4.2.0", "apiKey={key}&sdkName=dotnet-server&sdkVersion=4.2.0", _REST_SHARP,
        etag="IF-NONE-MATCH", limit_s=1.0,
    ),
    Recorded(
        "php", "PHP", "4.2.1", "apiKey={key}&sdkVersion=4.2.1&sdkName=eppo%2Fphp-sdk", _GUZZLE, etag="IF-NONE-MATCH"
    ),
    Recorded("go", "Go", "6.3.0", "apiKey={key}&sdkName=go&sdkVersion=6.3.0", _GO),
    Recorded("ruby", "Ruby", "3.8.0", "apiKey={key}&sdkName=ruby&sdkVersion=3.8.0&coreVersion=10.0.0", _CORE),
    Recorded("elixir", "Elixir", "0.2.4", "apiKey={key}&sdkName=elixir&sdkVersion=0.2.4&coreVersion=10.0.0", _CORE),
    Recorded(
        "java-server", "Java server", "5.3.4", "apiKey={key}&sdkName=java-server-sdk&sdkVersion=5.3.4", _OKHTTP,
        strips=True,
    ),
    Recorded(
        "android-sdk", "Android", "4.12.1", "apiKey={key}&sdkName=android&sdkVersion=4.12.1", _OKHTTP,
        strips=True, obfuscated=True, has_bandits=False,
    ),
    Recorded(
        "ios", "iOS", "5.3.4", "sdkName=ios&sdkVersion=5.3.4&apiKey={key}", _URL_SESSION,
        etag="If-None-Match", obfuscated=True, has_bandits=False,
    ),
    Recorded(
        "node-4", "Node", "4.0.2", "apiKey={key}&sdkName=node-server-sdk&sdkVersion=4.0.2", _NODE,
        strips=True, limit_s=5.0,
    ),
    Recorded(
        "browser-sdk", "Browser", "4.0.0", "apiKey={key}&sdkName=js-client-sdk&sdkVersion=4.0.0", _BROWSER,
        strips=True, etag="If-None-Match", obfuscated=True, has_bandits=False, limit_s=5.0,
    ),
    Recorded(
        "vercel", "Vercel Edge", "3.0.2", "apiKey={key}&sdkName=js-client-sdk&sdkVersion=3.0.2", _FETCH,
        obfuscated=True, has_bandits=False,
    ),
)  # fmt: skip
# iOS throws the path of its base URL away; Android does not encode the key; Dart's 1.2.0 calls itself 1.0.0.
PRECOMPUTED: tuple[Precomputed, ...] = (
    Precomputed(
        "android-sdk", "Android", "4.12.1", "/assignments?apiKey={key}&sdkVersion=4.12.1&sdkName=android",
        "application/json; charset=utf-8", _OKHTTP,
    ),
    Precomputed(
        "ios", "iOS", "5.3.4", "/assignments?sdkName=ios&sdkVersion=5.3.4&apiKey={key}", "application/json",
        _URL_SESSION, limit_s=60.0,
    ),
    Precomputed(
        "dart", "Dart", "1.2.0", "/api/assignments?apiKey={key}&sdkVersion=1.0.0&sdkName=eppo-dart",
        "application/json; charset=utf-8", _DART, limit_s=2.0,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """*headers* by lower-case name; *body* as the client reads it, which undoes only what it asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(
    port: int, client: Recorded, path: str, *, base: str = "/api", key: str = "local-test", etag: str = ""
) -> Reply:
    """Send one GET as *client* does, with *etag* where it holds one."""
    conditional: Headers = ((client.etag, etag),) if etag else ()
    target = f"{base.rstrip('/') if client.strips else base}{path}?{client.query.format(key=key)}"
    return _sent(port, "GET", target, (*client.headers, *conditional), b"", client.limit_s)


def post(port: int, client: Precomputed, body: bytes, key: str = "local-test-web") -> Reply:
    headers = (("Content-Type", client.content_type), ("Content-Length", str(len(body))), *client.headers)
    return _sent(port, "POST", client.target.format(key=key), headers, body, client.limit_s)


def _sent(port: int, method: str, target: str, headers: Headers, body: bytes, limit_s: float) -> Reply:
    lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{port}", *(f"{name}: {value}" for name, value in headers)]
    with closing(socket.create_connection(("127.0.0.1", port), timeout=limit_s)) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode() + body)
        reader = connection.makefile("rb")
        status = int(reader.readline().split()[1])
        found: dict[str, str] = {}
        while (line := reader.readline().strip()) != b"":
            name, _, value = line.decode().partition(":")
            found[name.lower()] = value.strip()
        content = b"" if status == 304 else reader.read(int(found["content-length"]))
    coding = found.get("content-encoding", "identity")
    offered = any(name.lower() == "accept-encoding" and "gzip" in value for name, value in headers)
    assert coding == "identity" or (coding == "gzip" and offered), f"{coding} was not asked for"
    return Reply(status, found, gzip.decompress(content) if coding == "gzip" else content)
