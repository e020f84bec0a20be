//! What `deny.toml` allows into the build, checked also where cargo-deny is not installed.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

const RULES: &str = include_str!("../../../deny.toml");
const LOCK: &str = include_str!("../../../Cargo.lock");

/// The text between the first two quotation marks after this.
fn quoted_after<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(before)?;
    rest.trim_start_matches([' ', '='])
        .strip_prefix('"')?
        .split('"')
        .next()
}

fn banned() -> BTreeSet<&'static str> {
    let (_, rules) = RULES.split_once("[bans]").unwrap();
    let lines = rules
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    lines
        .filter_map(|line| quoted_after(line, "{ crate"))
        .collect()
}

fn licences() -> BTreeSet<&'static str> {
    let (_, rules) = RULES.split_once("[licenses]").unwrap();
    let (rules, _) = rules.split_once("\n]").unwrap();
    rules
        .lines()
        .filter_map(|line| quoted_after(line, "    "))
        .collect()
}

/// The lines of each package in `Cargo.lock`.
fn locked() -> Vec<BTreeMap<&'static str, &'static str>> {
    let package = |text: &'static str| {
        let pairs = text.lines().filter_map(|line| line.split_once(" = "));
        pairs
            .map(|(name, value)| (name, value.trim_matches('"')))
            .collect()
    };
    LOCK.split("[[package]]").skip(1).map(package).collect()
}

#[test]
fn no_banned_crate_is_locked_and_tls_is_one_stack() {
    let (banned, locked) = (banned(), locked());
    for expected in ["aws-lc-rs", "openssl-sys", "native-tls", "actix-governor"] {
        assert!(
            banned.contains(expected),
            "{expected} is not banned: {banned:?}"
        );
    }

    let names: Vec<_> = locked.iter().map(|package| package["name"]).collect();

    assert!(names.len() > 100, "the lock file was read: {}", names.len());
    for name in &names {
        assert!(
            !banned.contains(name),
            "{name} is banned: deny.toml says why"
        );
    }
    for one in ["rustls", "ring"] {
        let versions = names.iter().filter(|name| **name == one).count();
        assert_eq!(versions, 1, "versions of {one}");
    }
}

#[test]
fn every_crate_is_ours_or_comes_from_the_registry() {
    let sources: BTreeSet<_> = { locked() }
        .iter()
        .filter_map(|package| package.get("source").copied())
        .collect();

    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    assert_eq!(sources, BTreeSet::from([registry]));
}

/// `wildcards = "deny"`: a requirement of ours names versions, unless it names a folder.
#[test]
fn no_requirement_takes_any_version() {
    let packages = metadata(&["--no-deps"]);
    let packages = packages["packages"].as_array().unwrap();
    let requirements = { packages.iter() }.flat_map(|package| {
        let dependencies = package["dependencies"].as_array().unwrap();
        dependencies
            .iter()
            .map(move |dependency| (&package["name"], dependency))
    });

    let mut seen = 0;
    for (package, dependency) in requirements.filter(|(_, dependency)| dependency["path"].is_null())
    {
        assert_ne!(dependency["req"], "*", "{package}: {}", dependency["name"]);
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

/// Whether these licences fulfil an SPDX expression without parentheses inside of parentheses.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let expression = expression.replace('/', " OR ");
    if let Some((before, rest)) = expression.split_once('(') {
        let (inner, after) = rest.split_once(')').unwrap();
        let inner = if is_allowed(inner, allowed) {
            "MIT"
        } else {
            "none"
        };
        return is_allowed(&format!("{before}{inner}{after}"), allowed);
    }
    let fulfils = |all: &str| all.split(" AND ").all(|one| allowed.contains(one.trim()));
    expression.split(" OR ").any(fulfils)
}

#[test]
fn expressions_of_licences_are_understood() {
    let allowed = BTreeSet::from(["MIT", "ISC"]);
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND ISC", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("(GPL-3.0 OR MIT) AND BSD-3-Clause", false),
        ("GPL-3.0-or-later", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}

fn said_by(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {complaint}");
    output.stdout
}

fn metadata(arguments: &[&str]) -> Value {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let common = [
        "metadata",
        "--format-version=1",
        "--offline",
        "--locked",
        "--all-features",
        "--manifest-path",
        manifest,
    ];
    let said = said_by(env!("CARGO"), &[&common, arguments].concat());
    serde_json::from_slice(&said).unwrap()
}

#[test]
fn every_crate_of_this_platform_has_an_allowed_licence() {
    let about = String::from_utf8(said_by("rustc", &["-vV"])).unwrap();
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    let metadata = metadata(&["--filter-platform", host.unwrap()]);
    let (allowed, packages) = (licences(), metadata["packages"].as_array().unwrap());

    assert!(packages.len() > 100, "{}", packages.len());
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        let name = &package["name"];
        assert!(is_allowed(licence, &allowed), "{name}: {licence}");
    }
}
