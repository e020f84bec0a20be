//! The table of settings, as text for `--help` and as Markdown for the documentation.

use std::fmt::Write as _;

use super::table::{Kind, SETTINGS, Setting};

/// Returns the settings as lines for a terminal.
pub fn text() -> String {
    let mut text = String::from(
        "Settings (from the environment, then from `.env`; a secret X may also come from the file that X_FILE names):\n",
    );
    for setting in SETTINGS {
        let default = setting.default.map(|value| format!(" [{value}]"));
        let _ = write!(
            text,
            "\n  {}{}\n      {}; {}",
            setting.variable(),
            default.unwrap_or_default(),
            value(setting).replace('`', ""),
            setting.meaning
        );
    }
    text
}

/// Returns the settings as a table for the documentation.
pub fn markdown() -> String {
    let mut table = String::from("| setting | value | default | meaning |\n|---|---|---|---|\n");
    for setting in SETTINGS {
        let default = setting.default.map(|value| format!("`{value}`"));
        let _ = writeln!(
            table,
            "| `{}` | {} | {} | {} |",
            setting.variable(),
            value(setting),
            default.unwrap_or_else(|| "none".to_owned()),
            setting.meaning
        );
    }
    table
}

fn value(setting: &Setting) -> String {
    match setting.kind {
        Kind::Text => "text".to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::OneOf(words) => format!("`{}`", words.join("`, `")),
        Kind::Number(least, most) => format!("{least} to {most}"),
        Kind::Duration(least, most) => format!("{least} to {most} seconds"),
        Kind::List => "list".to_owned(),
        Kind::Secret => "secret, or `…_FILE`".to_owned(),
    }
}
