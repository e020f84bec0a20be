use super::super::table;
use super::*;

#[test]
fn lists_are_separated_by_commas_or_spaces_or_are_json() {
    for text in ["a,b,c", "a b c", " a, b ,c,", r#"["a","b","c"]"#] {
        let vars = Vars::of(&[("GOOGLE_SCOPES", text)]);
        assert_eq!(
            Reader::new(&vars).list(&table::GOOGLE_SCOPES),
            ["a", "b", "c"]
        );
    }
}

#[test]
fn flags_are_read_in_every_usual_spelling() {
    for (text, expected) in [
        ("true", true),
        ("ON", true),
        ("1", true),
        ("no", false),
        ("0", false),
    ] {
        let vars = Vars::of(&[("COOKIE_SECURE", text)]);
        assert_eq!(Reader::new(&vars).flag(&table::COOKIE_SECURE), expected);
    }
}

#[test]
fn every_invalid_value_is_reported_by_variable_and_never_shown() {
    let vars = Vars::of(&[
        ("GOOGLE_SCOPES", "[hunter2"),
        ("COOKIE_SECURE", "hunter2"),
        ("WORKERS", "0"),
        ("REGISTRATION", "hunter2"),
        ("APP_NAME", "hunter2\n"),
    ]);
    let mut reader = Reader::new(&vars);

    reader.list(&table::GOOGLE_SCOPES);
    reader.flag(&table::COOKIE_SECURE);
    reader.number(&table::WORKERS);
    reader.one_of(&table::REGISTRATION, &[true, false]);
    reader.text(&table::APP_NAME);

    let errors = reader.finish().to_string();
    assert_eq!(
        errors.lines().collect::<Vec<_>>(),
        [
            "BELGIE_GOOGLE_SCOPES is not a JSON list of strings",
            "BELGIE_COOKIE_SECURE must be `true` or `false`",
            "BELGIE_WORKERS must be a whole number from 1 to 1024",
            "BELGIE_REGISTRATION must be `open` or `closed`",
            "BELGIE_APP_NAME contains a control character",
        ]
    );
}

#[test]
fn a_secret_comes_from_its_file_without_the_line_break() {
    use secrecy::ExposeSecret as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "pass phrase \r\n").unwrap();
    let vars = Vars::of(&[("SECRET_FILE", path.to_str().unwrap())]);

    let secret = Reader::new(&vars).secret(&table::SECRET).unwrap();

    assert_eq!(secret.expose_secret(), "pass phrase ");
}

#[test]
fn a_secret_given_twice_or_in_no_usable_file_is_refused() {
    for (vars, expected) in [
        (
            Vars::of(&[("SECRET", "a"), ("SECRET_FILE", "/b")]),
            "BELGIE_SECRET and BELGIE_SECRET_FILE are both set: keep one",
        ),
        (
            Vars::of(&[("SECRET_FILE", "/nowhere/hunter2")]),
            "BELGIE_SECRET_FILE names a file that cannot be read: No such file or directory (os error 2)",
        ),
        (
            Vars::of(&[("SECRET_FILE", "/dev/zero")]),
            "BELGIE_SECRET_FILE names a file that is too large for a secret",
        ),
    ] {
        let mut reader = Reader::new(&vars);
        assert!(reader.secret(&table::SECRET).is_none());
        assert_eq!(reader.finish().to_string(), expected);
    }
}
