/// Removes what a serde error quotes: the unexpected value may be a token or an address. Names of missing and duplicate
/// fields stay, and nothing after them.
pub fn redacted(reason: &str) -> String {
    let Some(quote) = reason.find(['"', '`', '\\']) else {
        return reason.to_owned();
    };
    let (before, quoted) = (&reason[..quote], &reason[quote + 1..]);
    let is_field = reason[quote..].starts_with('`');
    if is_field && FIELDS.iter().any(|field| before.ends_with(field)) {
        let field = quoted.split('`').next().unwrap_or_default();
        return format!("{before}`{field}`");
    }
    format!("{before}...")
}

const FIELDS: [&str; 2] = ["missing field ", "duplicate field "];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_02_what_serde_quotes_is_left_out() {
        for (reason, expected) in [
            (
                r#"address: invalid type: string "1 Main Street", expected a map"#,
                "address: invalid type: string ...",
            ),
            (
                "phone: invalid type: integer `15551234567`, expected a string",
                "phone: invalid type: integer ...",
            ),
            (
                "unknown variant `secret`, expected `a`",
                "unknown variant ...",
            ),
            (
                "missing field `issuer` at line 1 column 2",
                "missing field `issuer`",
            ),
            (
                r#"duplicate field `sub`", line: 1, column: 246)"#,
                "duplicate field `sub`",
            ),
            ("EOF while parsing a value", "EOF while parsing a value"),
        ] {
            assert_eq!(redacted(reason), expected);
        }
    }
}
