//! `docs/security.md` names the tests of each requirement, and each requirement has one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security.md");

/// All Rust sources of the workspace.
fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The names of tests that begin with an id, such as `flow_03_…`, by id.
fn tests_by_id() -> BTreeMap<String, BTreeSet<String>> {
    let mut files = Vec::new();
    sources(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")),
        &mut files,
    );
    let mut tests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let source = std::fs::read_to_string(file).unwrap();
        for name in source
            .lines()
            .filter_map(|line| line.split_once("fn "))
            .map(|(_, rest)| rest)
        {
            let name = name.split(['(', '<']).next().unwrap();
            if let Some(id) = id_of(name) {
                tests.entry(id).or_default().insert(name.to_owned());
            }
        }
    }
    tests
}

/// `FLOW-03` of `flow_03_an_attempt_…`.
fn id_of(name: &str) -> Option<String> {
    let (area, rest) = name.split_once('_')?;
    let (number, sentence) = rest.split_once('_')?;
    let is_id = (3..=4).contains(&area.len())
        && area.bytes().all(|byte| byte.is_ascii_lowercase())
        && number.len() == 2
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !sentence.is_empty();
    is_id.then(|| format!("{}-{number}", area.to_uppercase()))
}

/// The table with its last column as the sources say.
fn expected(table: &str, tests: &BTreeMap<String, BTreeSet<String>>) -> String {
    let row = |line: &str| {
        let cells: Vec<_> = line.split(" | ").collect();
        let id = cells[0].trim_start_matches("| ");
        let is_row = cells.len() == 3
            && id
                .split_once('-')
                .is_some_and(|(_, number)| number.parse::<u8>().is_ok());
        if !is_row {
            return line.to_owned();
        }
        let names = tests.get(id).map(|names| {
            names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
        });
        format!(
            "| {id} | {} | {} |",
            cells[1],
            names.unwrap_or_default().join(", ")
        )
    };
    table.lines().map(row).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn the_table_names_every_test_and_every_row_has_one() {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let expected = expected(&table, &tests_by_id());
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test is told to write instead of to compare"
    )]
    if std::env::var("BELGIE_TEST_UPDATE").is_ok() {
        std::fs::write(TABLE, &expected).unwrap();
    }

    let untested: Vec<_> = expected
        .lines()
        .filter(|line| line.ends_with("|  |"))
        .collect();
    assert!(untested.is_empty(), "rows without a test: {untested:#?}");
    let table = std::fs::read_to_string(TABLE).unwrap();
    assert!(
        table == expected,
        "docs/security.md is stale: run this test with BELGIE_TEST_UPDATE=1"
    );
}
