//! The programs that the documentation opens with, as they stand there: a person signs in, and is greeted.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use belgie_idp_emulator::{Emulator, Person};
use reqwest::header::{ACCEPT, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

#[tokio::test]
async fn a_person_who_signs_in_is_greeted() {
    for example in ["hello_actix", "hello_axum"] {
        let idp = Emulator::builder()
            .client_any_redirect("client-id", "client-secret")
            .person(Person::new("1").email("jane@gmail.com").name("Jane Doe"))
            .start()
            .await
            .unwrap();
        let directory = tempfile::tempdir().unwrap();
        let _running = Running::start(example, &directory, idp.issuer());
        let browser = Browser::new();

        let sent_to_sign_in = browser.open_when_ready(SITE).await;
        let sent_to_provider = browser.follow(&sent_to_sign_in).await;
        let callback = idp.authorize(location(&sent_to_provider), "1").await;
        let came_back = browser
            .open(callback.unwrap().as_str(), &cookies(&sent_to_provider))
            .await;
        let greeted = browser.open(SITE, &cookies(&came_back)).await;

        assert_eq!(location(&came_back), "/", "{example}");
        assert_eq!(greeted.text().await.unwrap(), "Hello Jane Doe!");
    }
}

#[test]
fn a_variable_that_is_not_set_or_empty_is_named() {
    for example in ["hello_actix", "hello_axum"] {
        for empty in [false, true] {
            let directory = tempfile::tempdir().unwrap();
            let mut command = Command::new(program(example));
            command
                .current_dir(&directory)
                .env("GOOGLE_CLIENT_SECRET", "client-secret")
                .env_remove("GOOGLE_CLIENT_ID");
            if empty {
                command.env("GOOGLE_CLIENT_ID", "");
            }

            let ended = command.output().unwrap();

            let error = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(1), "{example}: {error}");
            assert!(error.contains("GOOGLE_CLIENT_ID"), "{example}: {error}");
            let files = directory.path().read_dir().unwrap();
            assert_eq!(
                files.count(),
                0,
                "no database before the settings are there"
            );
        }
    }
}

/// Where the examples listen.
const SITE: &str = "http://localhost:8080/";
/// How long to wait for the port, which the same test of another checkout may hold, and for the program.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that runs until the test drops it.
struct Running(Child);

impl Running {
    fn start(example: &str, directory: &tempfile::TempDir, issuer: &str) -> Self {
        let began = Instant::now();
        while let Err(error) = TcpListener::bind("127.0.0.1:8080") {
            assert!(began.elapsed() < PATIENCE, "port 8080: {error}");
            std::thread::sleep(Duration::from_millis(100));
        }
        let child = Command::new(program(example))
            .current_dir(directory.path())
            .env("GOOGLE_CLIENT_ID", "client-id")
            .env("GOOGLE_CLIENT_SECRET", "client-secret")
            .env("GOOGLE_ISSUER_URL", issuer)
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An example as `cargo test` has just built it.
fn program(example: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.ancestors().nth(2).unwrap();
    let program = built.join("examples").join(example);
    assert!(program.exists(), "run `cargo build -p belgie --examples`");
    program
}

/// A browser that navigates, and stops at each redirect.
struct Browser(Client);

impl Browser {
    fn new() -> Self {
        // The test and the program may both have chosen one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).no_proxy();
        Self(client.build().unwrap())
    }

    async fn open_when_ready(&self, url: &str) -> Response {
        let began = Instant::now();
        loop {
            match self.request(url, "").send().await {
                Ok(response) => return response,
                Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn open(&self, url: &str, cookies: &str) -> Response {
        self.request(url, cookies).send().await.unwrap()
    }

    async fn follow(&self, response: &Response) -> Response {
        let target = response.url().join(&location(response)).unwrap();
        self.open(target.as_str(), &cookies(response)).await
    }

    fn request(&self, url: &str, cookies: &str) -> reqwest::RequestBuilder {
        self.0
            .get(url)
            .header(ACCEPT, "text/html")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-site", "none")
            .header(COOKIE, cookies)
    }
}

fn location(response: &Response) -> String {
    let location = &response.headers()[LOCATION];
    location.to_str().unwrap().to_owned()
}

/// What a browser sends after these answers' `Set-Cookie`.
fn cookies(response: &Response) -> String {
    let headers: &HeaderMap = response.headers();
    let pairs = headers.get_all(SET_COOKIE).iter().map(|cookie| {
        let cookie = cookie.to_str().unwrap();
        cookie.split(';').next().unwrap()
    });
    pairs.collect::<Vec<_>>().join("; ")
}
