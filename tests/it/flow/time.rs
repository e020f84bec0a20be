//! How long an attempt lives, on the databases themselves. The program has no clock to set, so the row is made older.

use std::process::Command;

use belgie_idp_emulator::Endpoint;

use crate::support::browser::{Browser, code};
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::query;

/// Makes all attempts older by so many seconds, behind the server's back.
fn age_attempts(site: &Site, seconds: u32) {
    let update = |earlier: &str| {
        format!(
            "UPDATE belgie_attempts SET created_at = created_at - {earlier}, expires_at = expires_at - {earlier}"
        )
    };
    let url = site.setting("DATABASE_URL").to_owned();
    let status = match url.strip_prefix("sqlite://") {
        Some(path) => Command::new("sqlite3")
            .args([
                "-cmd",
                ".timeout 5000",
                path,
                &update(&format!("{seconds} * 1000000")),
            ])
            .status(),
        None => Command::new("psql")
            .args([
                &url,
                "-qXc",
                &update(&format!("interval '{seconds} seconds'")),
            ])
            .status(),
    };
    assert!(status.unwrap().success());
}

on_both_databases! {
    flow_04_an_attempt_lives_ten_minutes_even_if_its_row_is_still_there,
}

async fn flow_04_an_attempt_lives_ten_minutes_even_if_its_row_is_still_there(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    let callback = browser.authorized(&node, &site.idp, "jane").await;
    age_attempts(&site, 9 * 60);
    assert_eq!(
        browser.get(callback).await.status(),
        303,
        "nine minutes are not too long"
    );

    let asked = site.idp.request_count(Endpoint::Token);
    let callback = browser.authorized(&node, &site.idp, "jane").await;
    age_attempts(&site, 10 * 60 + 1);
    assert_eq!(
        query(&site, "SELECT count(*) FROM belgie_attempts").trim(),
        "1"
    );

    for _ in 0..2 {
        assert_eq!(
            code(browser.get(callback.clone()).await).await,
            "invalid_state"
        );
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), asked);
}
