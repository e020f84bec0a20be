[private]
default:
    @just --list --unsorted

# A server on this machine with no settings at all; prints the address to open.
[group('run')]
dev:
    cargo run -- dev

# All tests, or parts of them (rust, emulator, browser, providers); installs what they need.
[group('check')]
test *PARTS:
    scripts/test {{ PARTS }}

# The Rust tests whose name contains this, with the PostgreSQL that they need.
[group('check')]
t +NAMES:
    scripts/test rust {{ NAMES }}

# All tests with the repetitions and sizes at which they prove most; takes long.
[group('check')]
test-full *PARTS:
    BELGIE_TEST_FULL=1 scripts/test {{ PARTS }}

# Format, lints, scripts, manifests and types, without changing anything.
[group('check')]
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    shellcheck --external-sources scripts/* .ci/run examples/chat/start
    npm --prefix tests/browser run check

# The files of deploy/ for nginx and Caddy, tried with the real ones; wants `apt install nginx-light caddy`.
[group('check')]
proxies:
    scripts/proxies

# Licences, advisories and banned crates; wants `cargo install --locked cargo-deny`.
[group('check')]
deny:
    cargo deny --locked --workspace --all-features check

# Each crate built from its package alone; takes long.
[group('check')]
packages:
    scripts/published package --locked

# What breaks for users since a revision; takes long, and wants `cargo install --locked cargo-semver-checks`.
[group('check')]
semver REVISION:
    scripts/published semver-checks --baseline-rev {{ REVISION }}

# What has to pass before a change is taken.
[group('check')]
ci:
    .ci/run

# Formats the Rust sources.
[group('change')]
fmt:
    cargo fmt --all

# Takes the pictures of the README again.
[group('change')]
screenshots:
    scripts/setup
    cargo build --workspace --bins --examples
    npm --prefix examples/chat/web run build
    npm --prefix tests/browser run screenshots

# The crates' documentation, opened in a browser.
[group('read')]
doc:
    cargo doc --workspace --no-deps --open

# The load benchmark: requests per second, CPU and memory beside a bare actix server.
[group('measure')]
bench *ARGUMENTS:
    bench/run {{ ARGUMENTS }}
