//! `docs/security.md` counts the tests of each requirement, `docs/security-tests.md` lists them, and each requirement has one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

type Tests = BTreeMap<String, BTreeSet<String>>;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security.md");
const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security-tests.md");
const PREFACE: &str = "# Tests by requirement

Generated from the sources; see [the requirements](security.md).
";

/// Finds all Rust sources of the workspace.
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

/// Returns the names of tests that begin with an id, such as `flow_03_…`, by id.
fn tests_by_id() -> Tests {
    let mut files = Vec::new();
    sources(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")),
        &mut files,
    );
    let mut tests = Tests::new();
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

/// Returns `FLOW-03` for `flow_03_an_attempt_…`.
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

/// Returns the id and the text of a row of requirements: `| FLOW-03 | requirement | how it is met | …`.
fn requirement(line: &str) -> Option<(&str, &str)> {
    let row = line.strip_prefix("| ")?.strip_suffix('|')?;
    let (row, _count) = row.rsplit_once('|')?;
    let (id, _) = row.split_once(" | ")?;
    let (_, number) = id.split_once('-')?;
    number.parse::<u8>().ok()?;
    Some((id, row.trim_end()))
}

/// Returns the table with the current counts.
fn counted(table: &str, tests: &Tests) -> String {
    let row = |line: &str| {
        let Some((id, row)) = requirement(line) else {
            return format!("{line}\n");
        };
        let count = tests.get(id).map_or(0, BTreeSet::len);
        let anchor = id.to_lowercase();
        format!("| {row} | [{count}](security-tests.md#{anchor}) |\n")
    };
    table.lines().map(row).collect()
}

/// Returns the list of the tests of each requirement in the table.
fn listed(table: &str, tests: &Tests) -> String {
    let mut list = PREFACE.to_owned();
    for (id, _) in table.lines().filter_map(requirement) {
        list.extend(["\n## ", id, "\n\n"]);
        for name in tests.get(id).into_iter().flatten() {
            list.extend(["- `", name, "`\n"]);
        }
    }
    list
}

#[test]
fn each_requirement_has_a_test_and_the_documents_are_current() {
    let (table, tests) = (std::fs::read_to_string(TABLE).unwrap(), tests_by_id());
    let expected = [
        (TABLE, counted(&table, &tests)),
        (LIST, listed(&table, &tests)),
    ];
    #[expect(
        clippy::disallowed_methods,
        reason = "how to make the test write instead of compare"
    )]
    if std::env::var("BELGIE_TEST_UPDATE").is_ok() {
        for (path, text) in &expected {
            std::fs::write(path, text).unwrap();
        }
    }

    let ids = table.lines().filter_map(requirement).map(|(id, _)| id);
    let untested: Vec<_> = ids.filter(|id| !tests.contains_key(*id)).collect();
    assert!(
        untested.is_empty(),
        "requirements without a test: {untested:?}"
    );
    for (path, text) in &expected {
        assert!(
            std::fs::read_to_string(path).is_ok_and(|current| current == *text),
            "{path} is stale: run this test with BELGIE_TEST_UPDATE=1"
        );
    }
}
