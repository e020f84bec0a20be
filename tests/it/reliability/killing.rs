//! `kill -9` at any moment: what was acknowledged holds, and nothing is half-written (REL-08).

use std::time::{Duration, Instant};

use belgie_idp_emulator::Person;
use reqwest::Method;
use tokio::task::JoinSet;
use url::Url;

use crate::support::browser::Browser;
use crate::support::program::Node;
use crate::support::random::random;
use crate::support::repetition::repetitions;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored;

/// How many come back from the provider at once.
const VISITORS: usize = 6;

/// How a visit ended.
enum Visit {
    Acknowledged(Box<Acknowledged>),
    /// The server was killed before it answered what was asked last.
    CutOff,
    /// A busy server answered 503: nothing was acknowledged.
    Unavailable,
}

/// What the server acknowledged to a visitor.
struct Acknowledged {
    browser: Browser,
    /// The callback that signed in: used up.
    callback: Url,
    session: String,
    is_signed_in: bool,
}

on_both_databases! {
    rel_08_kill_9_leaves_nothing_half_written,
}

async fn rel_08_kill_9_leaves_nothing_half_written(mut site: Site) {
    site.set("RATE_LIMIT", "off");
    let node = site.node().await;
    let begun = Instant::now();
    let mut all = come_in(&site, &node, "first").await.join_all().await;
    let mut within = begun.elapsed();
    drop(node);
    let mut random = random();

    let rounds = repetitions(50, 1_000);
    let mut restarts = Vec::new();
    for round in 0..rounds {
        let killed = Instant::now();
        let mut node = site.node().await;
        restarts.push(killed.elapsed());
        let visitors = come_in(&site, &node, &round.to_string()).await;
        tokio::time::sleep(within.mul_f64(random.f64())).await;
        node.kill().await;
        let visits = visitors.join_all().await;
        within = within.mul_f64(correction(&visits));
        all.extend(visits);
    }

    let node = site.node().await;
    let count = |is: fn(&Visit) -> bool| all.iter().filter(|visit| is(visit)).count();
    let acknowledged = count(|visit| matches!(visit, Visit::Acknowledged(_)));
    let cut_off = count(|visit| matches!(visit, Visit::CutOff));
    let unavailable = count(|visit| matches!(visit, Visit::Unavailable));
    assert!(
        acknowledged > rounds / 2 && cut_off > rounds / 2 && unavailable <= all.len() / 50,
        "{acknowledged} acknowledged, {cut_off} cut off, {unavailable} unavailable"
    );
    restarts.sort_unstable();
    let median = restarts[rounds / 2];
    assert!(median <= Duration::from_secs(3), "ready after {median:?}");

    for visit in all {
        if let Visit::Acknowledged(acknowledged) = visit {
            expect_it_holds(&node, *acknowledged).await;
        }
    }
    expect_nothing_half_written(&site);
}

/// How much later, or earlier, the next server is killed, so that some are let in and others are not, however fast the
/// machine is just now.
fn correction(visits: &[Visit]) -> f64 {
    let acknowledged = |visit: &&Visit| matches!(visit, Visit::Acknowledged(_));
    match visits.iter().filter(acknowledged).count() {
        0 => 1.5,
        VISITORS => 0.67,
        _ => 1.0,
    }
}

/// Everybody comes back from the provider at once; every other one leaves again.
async fn come_in(site: &Site, node: &Node, round: &str) -> JoinSet<Visit> {
    let mut arrived = Vec::new();
    for number in 0..VISITORS {
        arrived.push(arrive(site, node, &format!("{round}-{number}")).await);
    }
    let mut visitors = JoinSet::new();
    for (number, (browser, callback)) in arrived.into_iter().enumerate() {
        let sign_out = node.url("/auth/signout");
        visitors.spawn(visit(browser, callback, sign_out, number % 2 == 0));
    }
    visitors
}

/// A new user comes back from the provider: all that is left to ask is the callback.
async fn arrive(site: &Site, node: &Node, name: &str) -> (Browser, Url) {
    let email = format!("{name}@gmail.com");
    let person = Person::new(name).email(email).email_verified(true);
    site.idp.put_person(person);
    let browser = Browser::new();
    let callback = browser.authorized(node, &site.idp, name).await;
    (browser, callback)
}

/// Signs in, perhaps out again.
async fn visit(browser: Browser, callback: Url, sign_out: String, leaves: bool) -> Visit {
    let get = browser.request(Method::GET, &callback);
    let Ok(answer) = get.send().await else {
        return Visit::CutOff;
    };
    if answer.status() == 503 {
        return Visit::Unavailable;
    }
    assert_eq!(answer.status(), 303, "{answer:?}");
    let mut cookies = answer.cookies();
    let session = cookies.find(|cookie| cookie.name() == "belgie_session");
    let session = session.unwrap().value().to_owned();
    drop(cookies);
    if leaves {
        let post = browser.request(Method::POST, sign_out);
        let Ok(answer) = post.send().await else {
            return Visit::CutOff;
        };
        if answer.status() == 503 {
            return Visit::Unavailable;
        }
        assert_eq!(answer.status(), 204, "{answer:?}");
    }
    Visit::Acknowledged(Box::new(Acknowledged {
        browser,
        callback,
        session,
        is_signed_in: !leaves,
    }))
}

/// Sessions work or do not as they were acknowledged, and no callback signs in a second time.
async fn expect_it_holds(node: &Node, acknowledged: Acknowledged) {
    let holder = Browser::new();
    let cookie = format!("belgie_session={}", acknowledged.session);
    holder.set_cookie(node, &cookie);
    let is_signed_in = holder.me(node).await.is_some();
    assert_eq!(is_signed_in, acknowledged.is_signed_in);

    let path = &acknowledged.callback[url::Position::BeforePath..];
    let again = acknowledged.browser.get(node.url(path)).await;
    assert_eq!(again.status(), 400, "the attempt is used up");
}

fn expect_nothing_half_written(site: &Site) {
    let count = |sql: &str| stored::query(site, sql).trim().to_owned();
    let half = "SELECT count(*) FROM belgie_users u WHERE \
                (SELECT count(*) FROM belgie_accounts a WHERE a.user_id = u.id) <> 1";
    assert_eq!(count(half), "0", "users without an account");
    let orphans =
        "SELECT count(*) FROM belgie_sessions WHERE user_id NOT IN (SELECT id FROM belgie_users)";
    assert_eq!(count(orphans), "0", "sessions without a user");
    let untold = "SELECT count(*) FROM belgie_users WHERE id NOT IN \
                  (SELECT user_id FROM belgie_events WHERE kind = 'user_created')";
    assert_eq!(count(untold), "0", "users without the event that made them");
    if stored::is_sqlite(site) {
        assert_eq!(count("PRAGMA integrity_check").trim_matches('\''), "ok");
    }
}
