use serde_json::Value;

use crate::program::{Program, SECRET};

fn program() -> Program {
    let program = Program::new().with("SECRET", SECRET);
    program.run(&["migrate"]).ok();
    program
}

fn json(program: &Program, arguments: &[&str]) -> Value {
    serde_json::from_str(&program.run(arguments).ok()).unwrap()
}

fn states(program: &Program) -> Vec<String> {
    let keys = json(program, &["keys", "list", "--json"]);
    let keys = keys.as_array().unwrap().iter();
    keys.map(|key| key["state"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn jwt_04_the_first_key_signs_at_once_and_the_next_one_is_only_published() {
    let program = program();
    assert!(program.run(&["keys", "list"]).ok().contains("no keys"));

    let first = json(&program, &["keys", "rotate", "--json"]);
    let said = program.run(&["keys", "rotate"]).ok();

    assert_eq!(first["state"], "signing");
    assert_eq!(first["alg"], "ES256");
    assert!(said.contains("is published, and signs from"), "{said}");
    assert_eq!(states(&program), ["signing", "published"]);
    let table = program.run(&["keys", "list"]).ok();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains(first["kid"].as_str().unwrap()), "{table}");
}

#[test]
fn jwt_04_a_withdrawn_key_is_gone() {
    let program = program();
    program.run(&["keys", "rotate"]).ok();
    program.run(&["keys", "rotate"]).ok();

    let said = program.run(&["keys", "rotate", "--now"]).ok();

    assert!(said.contains("signs now"), "{said}");
    assert_eq!(states(&program), ["signing"]);
}

#[test]
fn a_key_is_not_made_without_a_secret() {
    let program = Program::new();
    program.run(&["migrate"]).ok();

    let ended = program.run(&["keys", "rotate"]);

    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("BELGIE_SECRET is not set"),
        "{ended:?}"
    );
    assert!(program.run(&["keys", "list"]).ok().contains("no keys"));
}
