//! The program itself, with a provider of this machine: a session outlives a crash.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use belgie_idp_emulator::{Emulator, Person};
use reqwest::{Client, StatusCode};
use tempfile::TempDir;
use tokio::process::{Child, Command};

#[tokio::test]
async fn a_session_survives_a_crash_and_can_still_be_ended() {
    let (idp, directory, browser) = (provider().await, TempDir::new().unwrap(), browser());
    let port = free_port();
    let url = |path: &str| format!("http://localhost:{port}{path}");
    let mut program = start(port, &idp, directory.path());
    wait_for(&browser, &url("/readyz")).await;
    sign_in(&browser, &url("/auth/provider/google/signin"), &idp).await;
    let before = me(&browser, &url("/api/me")).await.unwrap();

    program.kill().await.unwrap();
    let _program = start(port, &idp, directory.path());
    wait_for(&browser, &url("/readyz")).await;

    let after = me(&browser, &url("/api/me")).await;
    assert_eq!(after.as_ref(), Some(&before));
    assert!(before.contains("jane@gmail.com"), "{before}");
    let sign_out = browser.post(url("/auth/signout"));
    let ended = sign_out.header("sec-fetch-site", "same-origin").send();
    assert!(ended.await.unwrap().status().is_success());
    assert_eq!(me(&browser, &url("/api/me")).await, None);
}

async fn provider() -> Emulator {
    let jane = Person::new("jane").email("jane@gmail.com");
    let builder = Emulator::builder().client_any_redirect("client-id", "client-secret");
    let builder = builder.person(jane.email_verified(true));
    builder.start().await.unwrap()
}

/// A browser that keeps cookies, and shows redirects instead of following them.
fn browser() -> Client {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().cookie_store(true).no_proxy();
    let redirects = reqwest::redirect::Policy::none();
    builder.redirect(redirects).build().unwrap()
}

fn start(port: u16, idp: &Emulator, directory: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_custom-store"))
        .current_dir(directory)
        .env("PORT", port.to_string())
        .env("GOOGLE_CLIENT_ID", "client-id")
        .env("GOOGLE_CLIENT_SECRET", "client-secret")
        .env("GOOGLE_ISSUER_URL", idp.issuer())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn wait_for(browser: &Client, url: &str) {
    for _ in 0..1500 {
        let answer = browser.get(url).send().await;
        if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the program is not ready");
}

async fn sign_in(browser: &Client, url: &str, idp: &Emulator) {
    let begun = browser.get(url).send().await.unwrap();
    let asked = begun.headers()["location"].to_str().unwrap();
    let callback = idp.authorize(asked, "jane").await.unwrap();
    let ended = browser.get(callback).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    assert_eq!(ended.headers()["location"], "/dashboard");
}

/// Who is signed in, as the program says.
async fn me(browser: &Client, url: &str) -> Option<String> {
    let answer = browser.get(url).send().await.unwrap();
    match answer.status() {
        StatusCode::OK => Some(answer.text().await.unwrap()),
        StatusCode::UNAUTHORIZED => None,
        other => panic!("{url} answered {other}"),
    }
}

/// A port that is free now.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
