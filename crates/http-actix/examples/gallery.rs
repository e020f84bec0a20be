//! All pages with people who do not exist, to look at: `cargo run -p belgie-http-actix --example gallery`
//!
//! `/gallery` lists them.

use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data, Path};
use actix_web::{App, HttpResponse, HttpServer, Responder};
use belgie_adapter_memory::MemoryStore;
use belgie_auth::{Auth, BeginSignIn, Callback, Completed, ProviderAnswer, SignedIn};
use belgie_domain::{ClientInfo, ProviderIdentity};
use belgie_http_actix::{Routes, Site, WebConfig};
use belgie_testkit::{FakeProvider, TestClock, changed, identity};
use chrono::TimeDelta;

type Failure = Box<dyn std::error::Error>;

const BASE: &str = "http://127.0.0.1:8123";

const AGENTS: [(&str, &str, i64); 3] = [
    (
        "192.0.2.44",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile Safari/604.1",
        9,
    ),
    (
        "2001:db8:85a3::8a2e:370:7334",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
        3,
    ),
    (
        "198.51.100.7",
        "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        0,
    ),
];

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    let clock = TestClock::default();
    let google = Arc::new(FakeProvider::new("google"));
    let site = Site::new(BASE)?;
    let auth = Auth::builder()
        .store(MemoryStore::default())
        .shared_provider(google.clone())
        .provider(FakeProvider::new("acme"))
        .clock(clock.clone())
        .build(site.policy())?;
    let people = Data::new(people(&auth, &google, &clock).await?);
    let mut config = WebConfig::default();
    config.admin_command = Some("belgie user set-role {user} admin".to_owned());
    let routes = Routes::new(auth, site, config)?;
    println(&format!("{BASE}/gallery\n"))?;
    let app = move || {
        App::new()
            .app_data(people.clone())
            .route("/gallery", web::get().to(list))
            .route("/as/{person}", web::get().to(become_one))
            .configure(routes.all())
    };
    Ok(HttpServer::new(app)
        .workers(1)
        .bind(("127.0.0.1", 8123))?
        .run()
        .await?)
}

fn println(line: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    std::io::stdout().write_all(line.as_bytes())
}

/// The tokens of the sessions that one can look through.
async fn people(
    auth: &Auth,
    provider: &FakeProvider,
    clock: &TestClock,
) -> Result<Vec<String>, Failure> {
    let jane = changed(identity(), |identity| identity.picture = None);
    let address = format!("{}@a-long-domain-name.example.com", "long".repeat(12));
    let long = ProviderIdentity::new(jane.issuer.clone(), "2".parse()?)
        .with_email(address)
        .with_name("<img src=x onerror=alert(1)> de Koninck-Vanden Broucke Ten Brinke");
    let mut tokens = Vec::new();
    for (person, sessions) in [(jane, AGENTS.len()), (long, 1)] {
        provider.set_identity(person);
        for (address, agent, days_ago) in AGENTS.iter().rev().take(sessions).rev() {
            let client = ClientInfo::default()
                .with_ip_address(address.parse()?)
                .with_user_agent(agent);
            clock.advance(-TimeDelta::days(*days_ago) * i32::from(sessions > 1));
            let signed_in = sign_in(auth, client).await?;
            clock.advance(TimeDelta::days(*days_ago) * i32::from(sessions > 1));
            tokens.push(signed_in.token.secret().to_owned());
        }
    }
    Ok(tokens)
}

async fn sign_in(auth: &Auth, client: ClientInfo) -> Result<SignedIn, Failure> {
    let begun = auth.sign_in().begin(BeginSignIn::new("google")).await?;
    let mut parameters = begun.authorization_url.query_pairs();
    let state = parameters.find(|(name, _)| name == "state");
    let state = state.ok_or("the provider got no state")?.1.into_owned();
    let states = [&*state];
    let callback = Callback::new("google", &states, ProviderAnswer::Code("code"))
        .with_binding(begun.binding)
        .with_client(client);
    match auth.sign_in().complete(callback).await? {
        Completed::SignedIn(signed_in) => Ok(*signed_in),
        Completed::CodeIssued { .. } | Completed::Linked { .. } => Err("no session".into()),
    }
}

async fn list(people: Data<Vec<String>>) -> impl Responder {
    let pages = [
        "/",
        "/signin",
        "/signin?redirect_url=https://elsewhere.example",
        "/nowhere",
        "/auth/provider/google/callback?error=access_denied",
    ];
    let people = (0..people.len()).map(|person| format!("/as/{person}"));
    let pages = pages.iter().map(|page| (*page).to_owned()).chain(people);
    let links: Vec<_> = pages
        .map(|page| format!("<li><a href=\"{page}\">{page}</a>"))
        .collect();
    let links = links.concat();
    HttpResponse::Ok()
        .content_type("text/html")
        .body(format!("<!doctype html><title>Gallery</title><ul>{links}"))
}

async fn become_one(person: Path<usize>, people: Data<Vec<String>>) -> impl Responder {
    let token = people.get(*person).cloned().unwrap_or_default();
    HttpResponse::SeeOther()
        .insert_header((LOCATION, "/dashboard"))
        .cookie(Cookie::build("belgie_session", token).path("/").finish())
        .finish()
}
