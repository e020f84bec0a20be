//! The arrows between the crates are those of the design, and each library stays in the crates that it belongs to.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// Each of our crates, and which of ours it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("belgie-domain", &[]),
    ("belgie-ports", &["belgie-domain"]),
    ("belgie-auth", &["belgie-ports", "belgie-domain"]),
    ("belgie-adapter-crypto", &["belgie-ports", "belgie-domain"]),
    ("belgie-adapter-diesel", &["belgie-ports", "belgie-domain"]),
    ("belgie-adapter-memory", &["belgie-ports", "belgie-domain"]),
    ("belgie-adapter-smtp", &["belgie-ports", "belgie-domain"]),
    ("belgie-provider-http", &["belgie-ports", "belgie-domain"]),
    (
        "belgie-provider-oidc",
        &["belgie-provider-http", "belgie-ports", "belgie-domain"],
    ),
    (
        "belgie-provider-github",
        &["belgie-provider-http", "belgie-ports", "belgie-domain"],
    ),
    (
        "belgie-provider-google",
        &[
            "belgie-provider-oidc",
            "belgie-provider-http",
            "belgie-ports",
            "belgie-domain",
        ],
    ),
    (
        "belgie-provider-microsoft",
        &[
            "belgie-provider-oidc",
            "belgie-provider-http",
            "belgie-ports",
            "belgie-domain",
        ],
    ),
    (
        "belgie-web",
        &["belgie-auth", "belgie-ports", "belgie-domain"],
    ),
    (
        "belgie-http-actix",
        &["belgie-web", "belgie-auth", "belgie-ports", "belgie-domain"],
    ),
    (
        "belgie-http-axum",
        &["belgie-web", "belgie-auth", "belgie-ports", "belgie-domain"],
    ),
    ("belgie-guard", &[]),
    ("belgie-idp-emulator", &[]),
    ("belgie-testkit", &["belgie-ports", "belgie-domain"]),
    (
        "belgie",
        &[
            "belgie-domain",
            "belgie-ports",
            "belgie-auth",
            "belgie-adapter-crypto",
            "belgie-adapter-diesel",
            "belgie-adapter-memory",
            "belgie-adapter-smtp",
            "belgie-provider-http",
            "belgie-provider-oidc",
            "belgie-provider-github",
            "belgie-provider-google",
            "belgie-provider-microsoft",
            "belgie-web",
            "belgie-http-actix",
            "belgie-http-axum",
        ],
    ),
    (
        "belgie-server",
        &[
            "belgie-domain",
            "belgie-ports",
            "belgie-auth",
            "belgie-adapter-crypto",
            "belgie-adapter-diesel",
            "belgie-adapter-smtp",
            "belgie-provider-http",
            "belgie-provider-oidc",
            "belgie-provider-github",
            "belgie-provider-google",
            "belgie-provider-microsoft",
            "belgie-guard",
            "belgie-http-actix",
            "belgie-web",
            "belgie-idp-emulator",
        ],
    ),
];

/// Libraries that only these crates may depend on.
const LIBRARIES: &[(&str, &[&str])] = &[
    (
        "actix-web",
        &["belgie-http-actix", "belgie-server", "belgie-idp-emulator"],
    ),
    ("axum", &["belgie-http-axum"]),
    ("actix-http", &["belgie-guard"]),
    ("actix-server", &["belgie-guard"]),
    ("actix-service", &["belgie-guard"]),
    ("diesel", &["belgie-adapter-diesel"]),
    ("diesel-async", &["belgie-adapter-diesel"]),
    ("lettre", &["belgie-adapter-smtp"]),
    ("oauth2", &["belgie-provider-oidc"]),
    ("reqwest", &["belgie-provider-http", "belgie-server"]),
];

/// What each crate in `crates/` depends on, dev-dependencies aside.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "metadata",
        "--format-version=1",
        "--no-deps",
        "--offline",
        "--manifest-path",
        manifest,
    ]);
    let metadata: Value = serde_json::from_slice(&cargo.output().unwrap().stdout).unwrap();

    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of_crate = |package: &Value| {
        package["manifest_path"]
            .as_str()
            .unwrap()
            .contains("/crates/")
    };
    let used = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| text(&dependency["name"]))
            .collect()
    };
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .filter(|package| of_crate(package))
        .map(|package| (text(&package["name"]), used(package)))
        .collect()
}

#[test]
fn crates_depend_on_each_other_as_the_design_says() {
    let dependencies = dependencies();
    let named: Vec<_> = dependencies.keys().map(String::as_str).collect();
    let mut designed: Vec<_> = ARROWS.iter().map(|(name, _)| *name).collect();
    designed.sort_unstable();
    assert_eq!(named, designed, "the design names other crates");

    for (name, allowed) in ARROWS {
        let ours = dependencies[*name]
            .iter()
            .filter(|dependency| dependency.starts_with("belgie"));
        for dependency in ours {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} may not depend on {dependency}"
            );
        }
    }
}

#[test]
fn libraries_stay_in_the_crates_that_they_belong_to() {
    for (name, used) in dependencies() {
        for (library, homes) in LIBRARIES {
            let at_home = homes.contains(&name.as_str());
            assert!(
                at_home || !used.iter().any(|used| used == library),
                "{name} may not depend on {library}"
            );
        }
    }
}
