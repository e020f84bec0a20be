#!/usr/bin/env bash
# Checks the emulator with npm's openid-client. Needs cargo, Node 20 or newer, and npm.
# EMULATOR may name the example `standalone` where it is built already. Arguments are those of `node --test`.
set -euo pipefail
cd "$(dirname "$0")"

installed=node_modules/.installed-package-lock.json
if ! cmp --silent package-lock.json "$installed"; then
  npm ci --no-progress
  cp package-lock.json "$installed"
fi
if [[ -n "${EMULATOR:-}" ]]; then
  emulator=("$EMULATOR")
else
  cargo build --quiet --package belgie-idp-emulator --example standalone
  emulator=(cargo run --quiet --package belgie-idp-emulator --example standalone --)
fi

# Characters that a client must encode (RFC 6749 §2.3.1).
export CLIENT_ID='client:id with spaces'
export CLIENT_SECRET='s%c+ret é&='

# `cargo run` becomes the emulator, so that its process id is the emulator's.
coproc IDP {
  exec "${emulator[@]}" \
    --port 0 --client-id "$CLIENT_ID" --client-secret "$CLIENT_SECRET"
}
idp=$IDP_PID
trap 'kill "$idp" 2>/dev/null || true' EXIT

if ! read -r -t 120 ISSUER <&"${IDP[0]}"; then
  echo 'the emulator did not start' >&2
  exit 1
fi
export ISSUER

node --test --test-reporter=spec "$@"
