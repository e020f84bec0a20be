use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::Person;
use crate::support::program;
use crate::support::site::{Site, on_both_databases};

const OLDER: &str = "jFq0r8vWm3Zt5Yx7Lk1Pb9Nc2Hd4Gs6A";
const NEWER: &str = "2xK9vTq4Lm7Rb1Zc8Wd5Yf3Hg6Jn0PsE";

on_both_databases! {
    cfg_07_secrets_are_rotated_under_load_without_losing_a_token,
    cfg_07_tokens_of_an_unknown_secret_are_reported,
}

/// The counts that `keys reencrypt` prints.
fn reencrypt(site: &Site) -> [u64; 3] {
    let printed = site.run(&["keys", "reencrypt", "--json"]);
    let counts: Value = serde_json::from_str(&printed).unwrap();
    ["reencrypted", "current", "undecryptable"].map(|name| counts[name].as_u64().unwrap())
}

/// What `check` reports on standard error.
async fn check(site: &Site) -> String {
    let output = site.try_run_beside(&["check"]).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

async fn cfg_07_secrets_are_rotated_under_load_without_losing_a_token(mut site: Site) {
    let before = site.node().await;
    site.idp.rotate_refresh_tokens();
    let jane = Person::sign_in_due(&site, &before, "jane").await;
    let john = Person::sign_in(&site, &before, "john").await;
    let johns = john.access_token(&before).await;
    drop(before);

    site.set("SECRET", NEWER);
    site.set("SECRET_PREVIOUS", OLDER);
    let node = Arc::new(site.node().await);
    let done = Arc::new(AtomicBool::new(false));
    let load = {
        let (node, done, jane, john) = (
            Arc::clone(&node),
            Arc::clone(&done),
            jane.clone(),
            john.clone(),
        );
        tokio::spawn(async move {
            let mut calls = 0;
            while !done.load(Ordering::Relaxed) {
                jane.access_token(&node).await;
                john.access_token(&node).await;
                calls += 1;
            }
            calls
        })
    };
    site.run_beside(&["keys", "reencrypt"]).await;
    Person::sign_in(&site, &node, "jane").await;
    done.store(true, Ordering::Relaxed);
    assert!(load.await.unwrap() > 0);
    assert_eq!(reencrypt(&site), [0, 2, 0]);
    drop(node);

    site.settings.retain(|(name, _)| name != "SECRET_PREVIOUS");
    let node = site.node().await;
    assert_eq!(john.access_token(&node).await, johns);
    assert!(!jane.access_token(&node).await.is_empty());
}

async fn cfg_07_tokens_of_an_unknown_secret_are_reported(mut site: Site) {
    let node = site.node().await;
    let jane = Person::sign_in(&site, &node, "jane").await;
    drop(node);
    site.set("SECRET", NEWER);

    let directory = site.directory.path();
    let output = program::run(directory, &site.settings, &["keys", "reencrypt"]);

    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&jane.account), "{said}");
    assert!(said.contains("BELGIE_SECRET_PREVIOUS"), "{said}");
    assert!(!said.contains(NEWER), "{said}");
    let warning = "warning: secrets: the tokens of 1 account and 0 signing keys are encrypted with a secret that is neither BELGIE_SECRET nor in BELGIE_SECRET_PREVIOUS";
    let said = check(&site).await;
    assert!(said.contains(warning), "{said}");
    site.set("SECRET_PREVIOUS", OLDER);
    let said = check(&site).await;
    assert!(!said.contains("secrets"), "{said}");
    assert_eq!(reencrypt(&site), [1, 0, 0]);
}
