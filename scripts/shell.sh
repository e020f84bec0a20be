# Sourced by the scripts of this repository: where things are, and how to speak.
# shellcheck shell=bash

repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
target="${CARGO_TARGET_DIR:-$repository/target}"
# Where scripts/setup puts a Node.js of its own when the machine has none that is new enough.
node_home="$target/node"
[[ ! -x "$node_home/bin/node" ]] || PATH="$node_home/bin:$PATH"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

is_root() { [[ "$(id -u)" == 0 ]]; }

# Prints the directory of the newest PostgreSQL server on this machine; Debian keeps it off the PATH.
postgres_bin() {
  local newest
  newest="$(find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort --version-sort | tail -n 1)"
  [[ -n "$newest" ]] || newest="$(command -v initdb)" || return 1
  dirname "$newest"
}
