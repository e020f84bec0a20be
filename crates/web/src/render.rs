//! Renders refusals: as problem details (RFC 9457) for programs, as a page for people.

use serde::Serialize;

use crate::code::Code;
use crate::error::{Problem, Refusal};
use crate::header_name::HeaderName;
use crate::negotiate::wants_page;
use crate::page;
use crate::reply::Reply;
use crate::request::Request;
use crate::security_headers::{PagePolicy, Pictures};
use crate::text::detail;
use crate::web::Web;

/// The body of `application/problem+json` (RFC 9457 §3.1).
#[derive(Serialize)]
struct ProblemView<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
}

impl Reply {
    /// Creates problem details where the site is not known.
    pub fn problem(problem: &Problem) -> Self {
        let mut reply = problem_details(problem, &problem.detail());
        add_headers(&mut reply, problem);
        reply
    }
}

impl Web {
    /// Renders a refusal, with all security headers.
    pub fn render(&self, refusal: &Refusal, request: &Request<'_>) -> Reply {
        let mut reply = self.show(refusal, request);
        self.complete(&mut reply, request);
        reply
    }

    /// Renders a refusal without the headers common to all responses.
    pub(crate) fn show(&self, refusal: &Refusal, request: &Request<'_>) -> Reply {
        let problem = match refusal {
            Refusal::Redirect(location) => return Reply::see_other(location.clone()),
            Refusal::Problem(problem) => problem,
        };
        let renderer = self.config.renderer.as_ref();
        let mut reply = renderer
            .and_then(|renderer| renderer.render(problem, request))
            .unwrap_or_else(|| self.default_reply(problem, request));
        add_headers(&mut reply, problem);
        if request.is_mailed_link() {
            // Pages with a form need the usual policy: browsers would otherwise hide where the form comes from.
            reply.push_missing(HeaderName::ReferrerPolicy, "no-referrer");
        }
        reply
    }

    /// Adds the headers common to all responses. While the server drains, each response closes its connection.
    pub(crate) fn complete(&self, reply: &mut Reply, request: &Request<'_>) {
        if self.is_draining() {
            reply.close_connection();
        }
        let mut page = PagePolicy::USUAL;
        if request.is_callback() {
            reply.push_missing(HeaderName::ReferrerPolicy, "no-referrer");
            page.pictures = Pictures::Here;
        } else if request.is_mailed_link() {
            page.pictures = Pictures::Here;
        }
        self.security.complete(reply, page, request.id());
    }

    fn default_reply(&self, problem: &Problem, request: &Request<'_>) -> Reply {
        if wants_page(request.headers()) {
            match page::error::render(self, problem, request) {
                Ok(html) => return Reply::html(problem.status(), html),
                Err(error) => tracing::error!(%error, "a page cannot be rendered"),
            }
        }
        as_json(problem, request)
    }
}

fn as_json(problem: &Problem, request: &Request<'_>) -> Reply {
    if problem.code() == Code::Internal {
        return problem_details(problem, &detail::internal(&problem.detail(), request.id()));
    }
    problem_details(problem, &problem.detail())
}

fn problem_details(problem: &Problem, detail: &str) -> Reply {
    let status = problem.status();
    let view = ProblemView {
        r#type: "about:blank",
        title: detail::status(status),
        status,
        code: problem.word(),
        detail,
    };
    let written = Reply::json(status, "application/problem+json", &view);
    written.unwrap_or_else(|_| Reply::new(status))
}

fn add_headers(reply: &mut Reply, problem: &Problem) {
    reply.push_missing(HeaderName::CacheControl, "no-store");
    if let Some(methods) = problem.allow() {
        reply.push(HeaderName::Allow, methods.clone());
    }
    if let Some(seconds) = problem.retry_after() {
        reply.push(HeaderName::RetryAfter, seconds.to_string());
    }
    if problem.status() == 401 && problem.code().is_signed_out() {
        reply.push(HeaderName::WwwAuthenticate, "Bearer");
    }
}
