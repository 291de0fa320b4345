"""The flags that the SDK tests serve, and edits of them."""

from pathlib import Path

FLAGS = """\
environments:
  test:       { name: Test,       sdk_keys: [local-test], client_tokens: [local-test-web] }
  production: { name: Production, sdk_keys: [local-prod], client_tokens: [local-prod-web] }

flags:
  headline:
    type: string
    variations: [short, long, playful]
    serve: short
    environments:
      production: { serve: playful }
  limit:
    type: integer
    variations: { low: 3, high: 50 }
    allocations:
      - { key: paying, if: 'plan in [pro, team]', serve: high, extra_logging: { squad: growth } }
    serve: low
  price:
    type: numeric
    variations: { full: 5, reduced: 2.5 }
    serve: full
  new-checkout:
    type: boolean
    allocations:
      - { key: norway, if: country = NO, serve: true, log: false }
  banner:
    type: json
    variations: { spring: { text: Grüße, size: 3 } }
    serve: spring
"""

BANDITS = """\
flags:
  shoes:
    type: string
    variations:
      control: control
      shoe-bandit: { bandit: shoe-bandit }
    serve: shoe-bandit
bandits:
  shoe-bandit:
    pin: nike
    actions: { nike: { intercept: 1.0 }, adidas: { intercept: 2.0 } }
"""

BROKEN = "flags: { headline: { type: string, serve: nothing-like-it } }\n"


class FlagFolder:
    """A folder with one flag file that tests edit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path / "flags.yaml"
        path.mkdir()
        self.write(FLAGS)

    def write(self, text: str) -> None:
        self._file.write_text(text, encoding="utf-8")

    def serve_headline(self, variation: str) -> None:
        self.write(FLAGS.replace("serve: short", f"serve: {variation}"))

    def add(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")
