//! The chooser page and its form.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use url::Url;

use super::decision::{approve, deny, interaction_required, refuse};
use super::request::AuthorizationRequest;
use crate::page::{self, Typed};
use crate::path;
use crate::person::Person;
use crate::protocol::Protocol;
use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::{Endpoint, Parameters};
use crate::transport::deliver;

/// Shows the account chooser.
pub(crate) async fn get(provider: web::Data<Provider>, request: HttpRequest) -> HttpResponse {
    let query = request.query_string();
    let parameters = Parameters::parse(query.as_bytes());
    provider.log.authorization(parameters.clone());
    deliver(&provider, Endpoint::Authorization, || {
        show(
            &provider,
            Protocol::of_path(request.path()),
            query,
            &parameters,
        )
    })
    .await
}

/// Handles the decision.
pub(crate) async fn post(
    provider: web::Data<Provider>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let protocol = Protocol::of_path(request.path());
    decide(&provider, protocol, &Parameters::parse(&body)).into()
}

fn show(provider: &Provider, protocol: Protocol, query: &str, parameters: &Parameters) -> Reply {
    match AuthorizationRequest::parse(provider, protocol, parameters) {
        Ok(request) if request.prompts("none") => {
            see_other(&interaction_required(provider, &request))
        }
        Ok(request) => {
            let typed = Typed {
                email: request.login_hint.as_deref().unwrap_or_default(),
                ..Typed::default()
            };
            page::chooser(provider, &request, query, typed)
        }
        Err(refusal) => match refuse(provider, protocol, refusal) {
            Ok(url) => see_other(&url),
            Err(text) => page::error(&text),
        },
    }
}

fn decide(provider: &Provider, protocol: Protocol, form: &Parameters) -> Reply {
    let query = form.first("request").unwrap_or_default();
    let parameters = Parameters::parse(query.as_bytes());
    let Ok(request) = AuthorizationRequest::parse(provider, protocol, &parameters) else {
        return show(provider, protocol, query, &parameters);
    };
    match form.first("decision") {
        Some("deny") => see_other(&deny(provider, &request)),
        Some("another") => match typed_person(provider, form) {
            Ok(person) => {
                let subject = person.subject().to_owned();
                provider.people.put(person);
                grant(provider, &request, &subject)
            }
            Err(problem) => {
                let typed = Typed {
                    email: form.first("email").unwrap_or_default(),
                    name: form.first("name").unwrap_or_default(),
                    problem: Some(problem),
                };
                page::chooser(provider, &request, query, typed)
            }
        },
        _ => grant(
            provider,
            &request,
            form.first("subject").unwrap_or_default(),
        ),
    }
}

fn grant(provider: &Provider, request: &AuthorizationRequest, subject: &str) -> Reply {
    match approve(provider, request, subject) {
        Ok(url) => see_other(&url),
        Err(error) => page::error(&error.to_string()),
    }
}

/// Finds the person with the e-mail address entered, or creates one.
fn typed_person(provider: &Provider, form: &Parameters) -> Result<Person, &'static str> {
    let text = |name| form.first(name).map(str::trim).unwrap_or_default();
    let email = text("email");
    let Some((local, domain)) = email.rsplit_once('@') else {
        return Err("Type an e-mail address, such as jane@example.com.");
    };
    if local.is_empty() || domain.is_empty() || email.contains(char::is_whitespace) {
        return Err("Type an e-mail address, such as jane@example.com.");
    }
    let known = provider.people.find_by_email(email);
    let mut person = known.unwrap_or_else(|| {
        let person = Person::of_email(email).name(local);
        let picture = provider.url(&path::picture(person.subject()));
        person.picture(picture)
    });
    if !text("name").is_empty() {
        person = person.name(text("name"));
    }
    person = person.email_verified(form.first("email_verified").is_some());
    Ok(match form.first("hosted_domain") {
        Some(_) => person.hosted_domain(domain),
        None => person.without_claim("hd"),
    })
}

fn see_other(url: &Url) -> Reply {
    Reply::new(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", "")
        .header("location", url.as_str())
        .no_store()
}
