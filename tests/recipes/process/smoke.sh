#!/usr/bin/env bash
# Starts the shop in a sandbox of its own, and looks at what it shows.
set -euo pipefail

api=${EPPO_EMULATOR_URL:-http://127.0.0.1:8378}/emulator/v1
port=${PORT:-5000}

call() {
  curl --fail-with-body --silent --show-error "$@"
}

sandbox=$(call "$api/sandboxes" --data '{"name": "smoke test"}')
export EPPO_SDK_KEY EPPO_BASE_URL
EPPO_SDK_KEY=$(jq -r .sdkKey <<< "$sandbox")
EPPO_BASE_URL=$(jq -r .baseUrl <<< "$sandbox")
mine=$api/sandboxes/$EPPO_SDK_KEY

flask --app shop run --port "$port" &
trap 'kill %1; call --request DELETE "$mine"' EXIT

call --request PUT "$mine/flags/signup-headline" --data '{"serve": "short"}' > /dev/null
# Until the shop polls, and has this change.
call "$mine/await" --data '{"timeoutMs": 20000}' > /dev/null

headline=$(call --retry 10 --retry-connrefused "http://127.0.0.1:$port/?user=ann")
[ "$headline" = short ] || { echo "expected the short headline, found $headline" >&2; exit 1; }
echo "the shop shows the short headline"
