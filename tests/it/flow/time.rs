//! How long an attempt lives, on the databases themselves. The program has no clock to set, so the row is made older.

use belgie_idp_emulator::Endpoint;

use crate::support::browser::{Browser, code};
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, execute, is_sqlite};

/// Makes all attempts older by so many seconds, behind the server's back.
fn age_attempts(site: &Site, seconds: u32) {
    let earlier = if is_sqlite(site) {
        format!("{seconds} * 1000000")
    } else {
        format!("interval '{seconds} seconds'")
    };
    let update = format!(
        "UPDATE belgie_attempts SET created_at = created_at - {earlier}, expires_at = expires_at - {earlier}"
    );
    execute(site, &update);
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
    assert_eq!(count(&site, "belgie_attempts"), 1);

    for _ in 0..2 {
        assert_eq!(
            code(browser.get(callback.clone()).await).await,
            "invalid_state"
        );
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), asked);
}
