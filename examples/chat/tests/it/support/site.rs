use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};
use belgie::auth::{NewUser, Proof};
use belgie::domain::{ClientInfo, SessionToken};
use belgie::google::{ClientCredentials, GoogleConfig};
use belgie::{Role, User, UserId};
use belgie_idp_emulator::{Emulator, Person};
use chat::app::Chat;
use chat::settings::Settings;
use clap::Parser as _;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Events;

/// A database of a test's own.
pub(crate) struct Place {
    pub(crate) url: String,
    _directory: Option<TempDir>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("chat.db");
        Self {
            url: format!("sqlite://{}", path.display()),
            _directory: Some(directory),
        }
    }

    pub(crate) async fn postgres() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("BELGIE_TEST_POSTGRES_URL").expect(
            "no BELGIE_TEST_POSTGRES_URL: run the tests by `scripts/with-postgres cargo test -p chat`",
        );
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("chat_{}_{count}", std::process::id());
        let connected = tokio_postgres::connect(&server, tokio_postgres::NoTls).await;
        let (client, connection) = connected.unwrap();
        actix_web::rt::spawn(connection);
        let create = format!("CREATE DATABASE {name}");
        client.batch_execute(&create).await.unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        let (url, _directory) = (url.into(), None);
        Self { url, _directory }
    }
}

/// A chat that runs.
pub(crate) struct Site {
    pub(crate) chat: Chat,
    pub(crate) url: String,
    pub(crate) provider: Emulator,
    pub(crate) http: Client,
    server: ServerHandle,
}

impl Site {
    pub(crate) async fn start(place: &Place) -> Self {
        Self::with(place, |_| {}).await
    }

    /// Starts a chat with other settings.
    pub(crate) async fn with(place: &Place, change: impl FnOnce(&mut Settings)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let jane = Person::of_email("jane@example.com").name("Jane Doe");
        let provider = Emulator::builder()
            .client_any_redirect("chat", "chat")
            .person(jane.hosted_domain("example.com"));
        let provider = provider.start().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut settings = settings(place, &url, &provider);
        change(&mut settings);
        let chat = Chat::open(&settings).await.unwrap();
        let served = chat.clone();
        let server =
            HttpServer::new(move || App::new().configure(|config| served.configure(config)));
        let server = server.workers(2).disable_signals().listen(listener);
        let server = server.unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self {
            chat,
            url,
            provider,
            http: Client::builder().redirect(Policy::none()).build().unwrap(),
            server: handle,
        }
    }

    /// Creates a user who has just signed in.
    pub(crate) async fn person(&self, name: &str) -> Caller<'_> {
        self.in_role(name, Role::USER).await
    }

    pub(crate) async fn in_role(&self, name: &str, role: Role) -> Caller<'_> {
        let email = format!("{name}@example.com").parse().unwrap();
        let new = NewUser::new(email).name(name).role(role);
        let user = self.chat.belgie.auth().operator().create(new).await;
        self.sign_in(user.unwrap().id).await
    }

    /// Begins a session.
    pub(crate) async fn sign_in(&self, user: UserId) -> Caller<'_> {
        let sessions = self.chat.belgie.auth().sessions();
        let begun = sessions.begin(user, &ClientInfo::default()).await.unwrap();
        Caller {
            site: self,
            user: begun.user,
            token: begun.token.secret().to_owned(),
        }
    }

    /// Stops at once.
    pub(crate) async fn kill(self) {
        self.server.stop(false).await;
    }
}

fn settings(place: &Place, url: &str, provider: &Emulator) -> Settings {
    let google = GoogleConfig::new(ClientCredentials::new("chat", "chat"));
    let settings = [
        "chat",
        "--frontend-url=http://localhost:4200",
        "--secret=a secret that is long enough for a test",
        &format!("--base-url={url}"),
        &format!("--database-url={}", place.url),
    ];
    Settings {
        google: Some(google.issuer(provider.issuer())),
        partner_timeout: 30,
        session_age: 3600,
        ..Settings::parse_from(settings)
    }
}

/// Somebody who calls the API with a token.
#[derive(Clone)]
pub(crate) struct Caller<'s> {
    site: &'s Site,
    pub(crate) user: User,
    token: String,
}

impl<'s> Caller<'s> {
    /// The same person with the same token at another chat on the same database.
    pub(crate) fn at(self, site: &Site) -> Caller<'_> {
        Caller { site, ..self }
    }

    /// The same person with an access token of the same session.
    pub(crate) async fn by_access_token(mut self) -> Self {
        let auth = self.site.chat.belgie.auth();
        let sessions = auth.sessions();
        let token = SessionToken::parse(&self.token).unwrap();
        let current = sessions.authenticate(&token, Proof::SessionToken);
        let current = current.await.unwrap();
        let issued = auth.access_tokens().issue_to(&current).await.unwrap();
        self.token = issued.token.secret().to_owned();
        self
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.site.url);
        self.site.http.request(method, url).bearer_auth(&self.token)
    }

    /// The session's cookie, as a browser sends it.
    pub(crate) fn cookie(&self) -> String {
        format!("belgie_session={}", self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.request(Method::POST, path).json(body);
        answer(request.send().await.unwrap()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.request(Method::PATCH, path).json(body);
        answer(request.send().await.unwrap()).await
    }

    /// Begins a conversation; returns its path.
    pub(crate) async fn conversation(&self) -> String {
        let (status, created) = self.post("/api/conversations", &json!({})).await;
        assert_eq!(status, 201, "{created}");
        format!("/api/conversations/{}", created["id"].as_str().unwrap())
    }

    /// Sends a message; returns it and the answer to come.
    pub(crate) async fn say(&self, conversation: &str, text: &str) -> (Value, Value) {
        let path = format!("{conversation}/messages");
        let (status, sent) = self.post(&path, &json!({ "text": text })).await;
        assert_eq!(status, 201, "{sent}");
        (sent["message"].clone(), sent["answer"].clone())
    }

    pub(crate) async fn watch(&self, conversation: &str) -> Events {
        let path = format!("{conversation}/stream");
        Events::of(self.request(Method::GET, &path).send().await.unwrap())
    }
}

async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}
