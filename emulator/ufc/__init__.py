"""The wire: the documents that travel to SDKs, their bytes and their obfuscated form. Pure."""
