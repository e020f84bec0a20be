//! How long sessions live, in the program and its databases: their times are moved behind its back (SES-05, SES-06).

use serde_json::Value;

use crate::support::browser::{Browser, code};
use crate::support::program::Node;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, execute, is_sqlite, query, tables};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// What the test itself may take between moving the times and asking.
const SLACK: i64 = 2 * MINUTE;

/// Makes all sessions older.
fn age(site: &Site, seconds: i64) {
    let moved = |column: &str| {
        if is_sqlite(site) {
            format!("{column} = {column} - {seconds} * 1000000")
        } else {
            format!("{column} = {column} - interval '{seconds} seconds'")
        }
    };
    let columns = [
        "created_at",
        "authenticated_at",
        "last_used_at",
        "expires_at",
    ];
    let moved = columns.map(moved).join(", ");
    execute(site, &format!("UPDATE belgie_sessions SET {moved}"));
}

async fn session(browser: &Browser, node: &Node) -> Result<Value, String> {
    let answer = browser.get(node.url("/auth/session")).await;
    if answer.status() == 200 {
        return Ok(answer.json::<Value>().await.unwrap()["session"].clone());
    }
    assert_eq!(answer.status(), 401);
    Err(code(answer).await)
}

/// The seconds that a session still has, by its own account.
fn left(session: &Value) -> i64 {
    session["expires_in"].as_i64().unwrap()
}

on_both_databases! {
    ses_05_a_session_that_is_not_used_ends_after_seven_days,
    ses_05_a_session_in_use_ends_after_thirty_days,
    ses_05_no_expiry_in_the_database_passes_the_absolute_end,
    ses_06_a_thousand_checks_at_once_write_at_most_once,
}

async fn ses_05_a_session_that_is_not_used_ends_after_seven_days(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    age(&site, DAY - SLACK);
    let before = session(&browser, &node).await.unwrap();
    assert!(
        left(&before) <= 6 * DAY + SLACK,
        "it slid before its time: {before}"
    );
    age(&site, 6 * DAY);
    let slid = session(&browser, &node).await.unwrap();
    assert!(left(&slid) > 7 * DAY - SLACK, "it did not slide: {slid}");

    age(&site, 7 * DAY);
    for _ in 0..2 {
        assert_eq!(
            session(&browser, &node).await.unwrap_err(),
            "session_expired"
        );
        assert_eq!(browser.me(&node).await, None);
    }
}

async fn ses_05_a_session_in_use_ends_after_thirty_days(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let first = session(&browser, &node).await.unwrap();

    for day in 1..30 {
        age(&site, DAY);
        let now = session(&browser, &node).await.unwrap();
        let most = (7 * DAY).min((30 - day) * DAY);
        assert!(
            (most - SLACK..=most).contains(&left(&now)),
            "day {day}: {now}"
        );
    }
    age(&site, DAY - SLACK);
    let last = session(&browser, &node).await.unwrap();
    assert!((0..=SLACK).contains(&left(&last)), "{last}");
    assert_eq!(last["id"], first["id"]);

    age(&site, SLACK);
    assert_eq!(
        session(&browser, &node).await.unwrap_err(),
        "session_expired"
    );
}

/// An expiry that was written later than the absolute end does not count.
async fn ses_05_no_expiry_in_the_database_passes_the_absolute_end(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    age(&site, 30 * DAY);
    let later = if is_sqlite(&site) {
        "created_at + 99 * 86400000000"
    } else {
        "created_at + interval '99 days'"
    };
    execute(
        &site,
        &format!("UPDATE belgie_sessions SET expires_at = {later}, last_used_at = {later}"),
    );

    assert_eq!(
        session(&browser, &node).await.unwrap_err(),
        "session_expired"
    );
}

async fn ses_06_a_thousand_checks_at_once_write_at_most_once(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    count_writes(&site);

    check_a_thousand_times(&browser, &node).await;
    assert_eq!(writes(&site), "", "checks of a new session");

    age(&site, DAY);
    execute(&site, "DELETE FROM written");
    check_a_thousand_times(&browser, &node).await;
    assert_eq!(
        writes(&site),
        "belgie_sessions UPDATE",
        "checks of a session that is due"
    );
    assert_eq!(count(&site, "belgie_sessions"), 1);
}

/// Lets the database note every row that is written from now on, in a table of its own.
fn count_writes(site: &Site) {
    let ours = tables(site);
    execute(site, "CREATE TABLE written (what TEXT)");
    if !is_sqlite(site) {
        execute(
            site,
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             INSERT INTO written VALUES (TG_TABLE_NAME || ' ' || TG_OP); RETURN NULL; END $$",
        );
    }
    for table in ours {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            let what = if is_sqlite(site) {
                format!("BEGIN INSERT INTO written VALUES ('{table} {event}'); END")
            } else {
                "FOR EACH ROW EXECUTE FUNCTION note()".to_owned()
            };
            let name = format!("note_{event}_{table}");
            execute(
                site,
                &format!("CREATE TRIGGER {name} AFTER {event} ON {table} {what}"),
            );
        }
    }
}

fn writes(site: &Site) -> String {
    let written = query(site, "SELECT what FROM written");
    written.replace('\'', "").trim().to_owned()
}

async fn check_a_thousand_times(browser: &Browser, node: &Node) {
    let mut checks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (browser, url) = (browser.clone(), node.url("/api/me"));
        checks.spawn(async move {
            for _ in 0..50 {
                assert_eq!(browser.get(&url).await.status(), 200);
            }
        });
    }
    checks.join_all().await;
}
