use std::fs;
use std::path::Path;

#[test]
fn the_documentation_has_the_table_of_settings() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");

    let text = fs::read_to_string(page).unwrap();

    assert!(
        text.contains(&belgie::settings::markdown()),
        "put the output of `cargo run -p belgie --example settings_table` into docs/settings.md"
    );
}
