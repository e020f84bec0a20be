//! The examples share what was compiled for the program.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Returns the sets of features with which each dependency of a package is compiled.
fn features(package: &str) -> BTreeMap<String, BTreeSet<String>> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal,build"])
        .args([
            "--prefix",
            "none",
            "--format",
            "{p}|{f}",
            "--package",
            package,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{tree:?}");
    let mut features = BTreeMap::<String, BTreeSet<String>>::new();
    for line in String::from_utf8(tree.stdout).unwrap().lines().skip(1) {
        let line = line.trim_end_matches(" (*)");
        let (package, set) = line.split_once('|').unwrap();
        let sets = features.entry(package.to_owned()).or_default();
        sets.insert(set.to_owned());
    }
    features
}

#[test]
fn the_examples_compile_nothing_anew_that_the_program_has_too() {
    let program = features(env!("CARGO_PKG_NAME"));
    assert!(program.len() > 200, "{program:?}");

    for example in ["embed", "custom-provider", "custom-store"] {
        for (package, sets) in features(example) {
            let Some(compiled) = program.get(&package) else {
                continue;
            };
            assert!(
                sets.is_subset(compiled),
                "{example} wants {package} with {sets:?} instead of {compiled:?}: name the crate that asks for them in examples/features"
            );
        }
    }
}
