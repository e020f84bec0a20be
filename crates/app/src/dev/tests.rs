use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use secrecy::ExposeSecret as _;

use super::*;
use crate::settings::{ProviderSettings, Settings};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn cfg_10_the_folder_and_the_secret_are_private_to_their_owner() {
    let root = tempfile::tempdir().unwrap();
    let folder = DevFolder::at(root.path().join(".belgie"));

    folder.prepare().unwrap();

    assert_eq!(mode(&folder.path), 0o700);
    assert_eq!(mode(&folder.path.join(SECRET)), 0o600);
}

#[test]
fn the_secret_is_made_once_and_is_a_good_one() {
    let root = tempfile::tempdir().unwrap();
    let folder = DevFolder::at(root.path());
    let secret = || {
        folder.prepare().unwrap();
        let mut vars = Vars::default();
        folder.add_defaults(&mut vars).unwrap();
        let settings = Settings::read(&vars).unwrap();
        settings
            .required_secret()
            .unwrap()
            .expose_secret()
            .to_owned()
    };

    assert_eq!(secret(), secret());
    assert_eq!(secret().len(), 2 * SECRET_BYTES);
}

#[test]
fn a_weak_secret_is_reported_with_its_file() {
    let root = tempfile::tempdir().unwrap();
    let folder = DevFolder::at(root.path());
    let path = root.path().join(SECRET);
    for (text, weakness) in [
        ("", "is too short"),
        ("\n", "is too short"),
        (&*"ab".repeat(20), "repeats itself"),
    ] {
        fs::write(&path, text).unwrap();

        let error = folder.add_defaults(&mut Vars::default()).unwrap_err();

        let expected = format!("{} {weakness}", path.display());
        assert!(error.to_string().starts_with(&expected), "{error}");
        let other = ("SECRET", "b2e9cc41f70d8a36e5914bd27fa0c863");
        folder.add_defaults(&mut Vars::of(&[other])).unwrap();
    }
}

#[test]
fn what_is_read_from_outside_wins() {
    let folder = DevFolder::at("/nowhere");
    let mut vars = Vars::of(&[("DATABASE_URL", "sqlite://mine.db")]);

    folder.add_defaults(&mut vars).unwrap();

    let settings = Settings::read(&vars).unwrap();
    assert_eq!(settings.database.url.to_string(), "sqlite://mine.db");
}

#[test]
fn the_site_is_at_the_port_that_is_listened_on() {
    let mut vars = Vars::of(&[("BIND", "127.0.0.1:9123")]);

    DevFolder::at("/nowhere").add_defaults(&mut vars).unwrap();

    let settings = Settings::read(&vars).unwrap();
    assert_eq!(settings.site.base(), "http://localhost:9123");
    assert!(!settings.cookie.secure);
}

#[test]
fn the_local_provider_stands_where_google_stands_unless_google_is_set_up() {
    let root = tempfile::tempdir().unwrap();
    let folder = DevFolder::at(root.path());
    folder.remember_issuer("http://127.0.0.1:8001").unwrap();
    let google = |vars: &[(&str, &str)]| {
        let mut vars = Vars::of(vars);
        folder.add_defaults(&mut vars).unwrap();
        let providers = Settings::read(&vars).unwrap().providers;
        match &*providers {
            [ProviderSettings::Google(google)] => google.clone(),
            other => panic!("{other:?}"),
        }
    };

    let local = google(&[]);
    let real = google(&[("GOOGLE_CLIENT_ID", "id"), ("GOOGLE_CLIENT_SECRET", "s")]);

    assert_eq!(local.issuer.as_str(), "http://127.0.0.1:8001");
    assert_eq!(real.issuer.as_str(), "https://accounts.google.com");
}
