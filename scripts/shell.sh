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

# Runs each named function or command, whatever became of the one before; then says how each went.
# A step ends at its first failing command, except where this is called in a condition: there bash goes on after failures.
run_steps() {
  local step began status failed=0 summary=()
  for step in "$@"; do
    say "$step"
    began=$SECONDS
    # In a condition bash would not stop the step at its first failing command.
    set +e
    (set -e; "$step")
    status=$?
    set -e
    summary+=("$(printf '%-12s %-8s %4d s' "$step" "$([[ "$status" == 0 ]] && echo passed || echo FAILED)" $((SECONDS - began)))")
    [[ "$status" == 0 ]] || failed=1
  done
  printf '\n' >&2
  printf '    %s\n' "${summary[@]}" >&2
  return "$failed"
}
