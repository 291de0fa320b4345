"""Documents and their time stamps: content decides the ETag, stamps never do."""

from typing import Any

from emulator.ufc.encode import Encoded, canonical, encode, etag_of
from emulator.ufc.wire import Config, Models


def text_bytes(text: str) -> bytes:
    """Return a published text as it is served; what UTF-8 cannot carry becomes its escape."""
    return text.encode("utf-8", "backslashreplace")


def encode_config(config: Config, form: str) -> Encoded:
    """Return the bytes of *config*; its ETag leaves ``createdAt`` out."""
    content = canonical({name: value for name, value in config.items() if name != "createdAt"})[1:-1]
    return encode(("createdAt", config.get("createdAt", "")), content, etag_of(content, form))


def models_etag(models: Models) -> str:
    """Return the ETag of *models*, which leaves every ``updatedAt`` out."""
    unstamped = {key: without_stamp(model) for key, model in models["bandits"].items()}
    return etag_of(canonical({**without_stamp(models), "bandits": unstamped}), "bandits")


def without_stamp(value: Any) -> Any:
    """Return *value* without its own ``updatedAt``."""
    return {name: one for name, one in value.items() if name != "updatedAt"} if isinstance(value, dict) else value
