use std::sync::Arc;

use actix_web::App;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::{self, TestRequest};
use belgie_auth::{Auth, Policy};
use belgie_domain::RedirectRule;
use belgie_http_actix::{Routes, WebConfig};
use belgie_testkit::{FakeProvider, SeededEntropy, TestClock};
use serde_json::Value;

use crate::brittle_store::BrittleStore;
use crate::panicking_provider::PanickingProvider;

/// A whole site in memory: provider `acme`, one trusted origin, `https://spa.example`.
pub(crate) struct Site {
    pub clock: TestClock,
    pub provider: Arc<FakeProvider>,
    pub store: BrittleStore,
    pub auth: Auth,
    pub routes: Routes,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

pub(crate) const BASE: &str = "https://a.example";
pub(crate) const SPA: &str = "https://spa.example";

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut WebConfig)) -> Self {
        Self::at(BASE, change)
    }

    pub(crate) fn at(base: &str, change: impl FnOnce(&mut WebConfig)) -> Self {
        let (clock, store) = (TestClock::default(), BrittleStore::default());
        let provider = Arc::new(FakeProvider::new("acme"));
        let trusted = [SPA.parse().unwrap()];
        let redirects = RedirectRule::new(base.parse().unwrap(), trusted);
        let auth = Auth::builder()
            .store(store.clone())
            .shared_provider(provider.clone())
            .provider(PanickingProvider::default())
            .clock(clock.clone())
            .entropy(SeededEntropy::default())
            .build(Policy::new(redirects))
            .unwrap();
        let mut config = WebConfig::new(base.parse().unwrap());
        change(&mut config);
        let routes = Routes::new(auth.clone(), config);
        Self {
            clock,
            provider,
            store,
            auth,
            routes,
        }
    }

    /// Sends one request to the whole server.
    pub(crate) async fn send(&self, request: TestRequest) -> Answer {
        let app = test::init_service(App::new().configure(self.routes.all())).await;
        match test::try_call_service(&app, request.to_request()).await {
            Ok(response) => Answer::of(response.into_parts().1).await,
            Err(error) => Answer::of(error.error_response()).await,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }
}

impl Answer {
    pub(crate) async fn of<B>(response: actix_web::HttpResponse<B>) -> Self
    where
        B: actix_web::body::MessageBody,
    {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = actix_web::body::to_bytes(response.into_body()).await;
        let body = body.unwrap_or_else(|_| panic!("the body can be read"));
        Self {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The stable word of a problem, its form checked on the way.
    pub(crate) fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        problem["code"].as_str().unwrap().to_owned()
    }

    /// What it sets as cookies, whole.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let values = self.headers.get_all("set-cookie");
        values.map(|value| value.to_str().unwrap()).collect()
    }
}
