//! The pages: the account chooser, and errors.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::authorization::AuthorizationRequest;
use crate::path;
use crate::person::Person;
use crate::provider::Provider;
use crate::reply::Reply;

#[derive(Template)]
#[template(path = "chooser.html")]
struct Chooser<'a> {
    /// Where the forms go.
    action: &'a str,
    client_id: &'a str,
    /// Where the person will return: scheme, host and port of the redirect URI.
    destination: String,
    query: &'a str,
    people: Vec<Entry>,
    hosted_domain: Option<&'a str>,
    typed: Typed<'a>,
}

/// The contents of the form for another account.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Typed<'a> {
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    /// What is wrong with them.
    pub(crate) problem: Option<&'static str>,
}

struct Entry {
    subject: String,
    name: String,
    email: String,
    note: &'static str,
    initial: String,
    hue: u32,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    title: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    issuer: &'a str,
    discovery: String,
    people: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "picture.svg", escape = "html")]
struct Picture {
    initial: String,
    hue: u32,
}

/// Shows the account chooser.
pub(crate) fn chooser(
    provider: &Provider,
    request: &AuthorizationRequest,
    query: &str,
    typed: Typed<'_>,
) -> Reply {
    let page = Chooser {
        action: request.protocol.authorization_path(),
        client_id: &request.client_id,
        destination: origin_of(&request.redirect_uri),
        query,
        people: choice(provider.people.all(), request),
        hosted_domain: request.hosted_domain.as_deref().filter(|it| *it != "*"),
        typed,
    };
    let status = match typed.problem {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    html(status, &page)
}

/// Shows why an authorization request cannot be answered.
pub(crate) fn error(text: &str) -> Reply {
    let title = "This request cannot be answered";
    html(StatusCode::BAD_REQUEST, &Message { title, text })
}

pub(crate) async fn not_found() -> HttpResponse {
    let page = Message {
        title: "Page not found",
        text: "The identity provider has no such page.",
    };
    html(StatusCode::NOT_FOUND, &page).into()
}

pub(crate) async fn home(provider: web::Data<Provider>) -> HttpResponse {
    let page = Home {
        issuer: &provider.issuer,
        discovery: provider.url(path::DISCOVERY),
        people: provider.people.all().iter().map(Entry::of).collect(),
    };
    html(StatusCode::OK, &page).into()
}

pub(crate) async fn style() -> HttpResponse {
    let body = include_str!("../templates/style.css");
    Reply::new(StatusCode::OK, "text/css; charset=utf-8", body).into()
}

pub(crate) async fn icon() -> HttpResponse {
    let body = include_str!("../templates/icon.svg");
    Reply::new(StatusCode::OK, "image/svg+xml", body).into()
}

/// Draws a picture of a person: the first letter of their name.
pub(crate) async fn picture(
    provider: web::Data<Provider>,
    subject: web::Path<String>,
) -> HttpResponse {
    let Some(person) = provider.people.find(&subject) else {
        return not_found().await;
    };
    let Entry { initial, hue, .. } = Entry::of(&person);
    let body = render(&Picture { initial, hue });
    Reply::new(StatusCode::OK, "image/svg+xml", body).into()
}

/// Lists the hinted person first, and leaves out those of other domains.
fn choice(mut people: Vec<Person>, request: &AuthorizationRequest) -> Vec<Entry> {
    match request.hosted_domain.as_deref() {
        None => {}
        Some("*") => people.retain(|person| person.text("hd").is_some()),
        Some(domain) => people.retain(|person| person.text("hd") == Some(domain)),
    }
    if let Some(hint) = request.login_hint.as_deref() {
        people.sort_by_key(|person| person.text("email") != Some(hint) && person.subject() != hint);
    }
    people.iter().map(Entry::of).collect()
}

impl Entry {
    fn of(person: &Person) -> Self {
        let email = person.text("email").unwrap_or_default();
        let name = person.text("name").unwrap_or(match email {
            "" => person.subject(),
            email => email,
        });
        Self {
            subject: person.subject().to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            note: person.note(),
            initial: name.chars().take(1).flat_map(char::to_uppercase).collect(),
            hue: person.subject().bytes().map(u32::from).sum::<u32>() * 47 % 360,
        }
    }
}

fn origin_of(redirect_uri: &str) -> String {
    url::Url::parse(redirect_uri)
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}

/// Has no `form-action` in its policy, since browsers would also apply it to the redirect after the form.
fn html(status: StatusCode, page: &impl Template) -> Reply {
    Reply::new(status, "text/html; charset=utf-8", render(page))
        .header("content-security-policy", CONTENT_SECURITY_POLICY)
        .header("referrer-policy", "no-referrer")
        .header("x-content-type-options", "nosniff")
        .no_store()
}

fn render(page: &impl Template) -> String {
    page.render()
        .expect("writing to a string fails only when a value's own Display does")
}

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'";
