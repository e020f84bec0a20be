use std::fs;
use std::path::Path;

use belgie_web::Code;

use crate::program::{Program, SECRET};

fn page(name: &str) -> String {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    fs::read_to_string(pages.join(name)).unwrap()
}

#[test]
fn the_documentation_has_the_table_of_settings() {
    assert!(
        page("settings.md").contains(&belgie_server::settings::markdown()),
        "put the output of `cargo run -p belgie-server --example settings_table` into docs/settings.md"
    );
}

#[test]
fn the_documentation_has_every_error_code_with_its_status() {
    let text = page("api.md");
    let documented: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter_map(|(code, rest)| Some((code, rest.split(" | ").next()?.parse().ok()?)))
        .collect();
    let known: Vec<(_, u16)> = Code::ALL
        .iter()
        .map(|code| (code.as_str(), code.status()))
        .collect();

    assert_eq!(documented, known, "the table of codes in docs/api.md");
}

#[test]
fn the_example_of_a_file_of_settings_is_accepted() {
    let example = page("../deploy/env.example");
    let here = example
        .replace("/etc/belgie/", "")
        .replace("/var/lib/belgie/", "");
    let program = Program::new()
        .with_file("secret", SECRET)
        .with_file("google", "GOCSPX-made-up")
        .with_file("settings", here);

    let ended = program.run(&["settings", "--env-file", "settings"]);

    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
}
