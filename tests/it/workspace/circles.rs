//! The files of a crate import one another in one direction only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::workspace::imports::{arrows, modules};

/// Returns the arrows that lie on a circle.
fn circles(arrows: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let leads_to = |from: &str, to: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(file) = open.pop() {
            if seen.insert(file) {
                open.extend(&arrows[file]);
            }
        }
        seen.contains(to)
    };
    let all = (arrows.iter()).flat_map(|(from, to)| to.iter().map(move |to| (*from, *to)));
    let circular = all.filter(|(from, to)| leads_to(to, from));
    circular
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect()
}

/// Adds the sources in a directory, those of tests and of further programs aside.
fn collect(source: &Path, directory: &Path, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(source).unwrap().to_str().unwrap();
        if path.is_dir() && name != "bin" {
            collect(source, &path, files);
        } else if path.extension().is_some_and(|it| it == "rs") && !name.ends_with("tests.rs") {
            files.insert(name.to_owned(), std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn files_of_a_crate_import_each_other_in_no_circle() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let crates = std::fs::read_dir(root.join("crates")).unwrap();
    let crates = crates.map(|it| it.unwrap().path());
    let (mut imports, mut found) = (0, BTreeMap::new());

    for path in crates.chain([root.join("bench")]) {
        let (mut files, source) = (BTreeMap::new(), path.join("src"));
        collect(&source, &source, &mut files);
        if files.contains_key("lib.rs") {
            files.remove("main.rs");
        }
        let modules = modules(&files);
        let arrows = arrows(&modules);
        imports += arrows.values().map(BTreeSet::len).sum::<usize>();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap();
        found.insert(name.to_owned(), circles(&arrows));
    }

    assert!(imports > 500, "imports were read: {imports}");
    found.retain(|_, circles| !circles.is_empty());
    assert!(found.is_empty(), "circles: {found:#?}");
}

#[test]
fn a_circle_is_found_through_reexports_and_names_in_the_code() {
    let made_up = |row: &str| {
        let files = [
            (
                "lib.rs",
                "mod row; mod store; pub use store::{Kind as Sort, Store};",
            ),
            ("row.rs", row),
            (
                "store/mod.rs",
                "mod read; use read::read; pub struct Store; pub enum Kind {}",
            ),
            (
                "store/read.rs",
                "pub fn read() { vec![crate::row::Row::new()]; }",
            ),
        ];
        let files = files.map(|(file, text)| (file.to_owned(), text.to_owned()));
        circles(&arrows(&modules(&files.into())))
    };
    let tied = [
        "row.rs -> store/mod.rs",
        "store/mod.rs -> store/read.rs",
        "store/read.rs -> row.rs",
    ];

    for row in [
        "use crate::Sort;",
        "use super::{store::{self, Kind}};",
        "fn f(_: &crate::Store) {}",
    ] {
        assert_eq!(made_up(row), tied, "{row}");
    }
    for row in [
        "use store::Kind;",
        "mod inner {}",
        "#[cfg(test)] mod tests { use crate::Store; }",
    ] {
        assert!(made_up(row).is_empty(), "{row}");
    }
}
