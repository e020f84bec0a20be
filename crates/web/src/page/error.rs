use askama::Template;
use belgie_auth::ProviderSummary;
use uuid::Uuid;

use super::frame::Frame;
use super::link::Link;
use super::reauthentication;
use super::time::Moment;
use crate::code::NextStep;
use crate::error::Problem;
use crate::request::Request;
use crate::text::{ErrorPageTexts, Texts};
use crate::web::Web;

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    frame: Frame<'a>,
    heading: &'a str,
    text: &'a str,
    code: &'a str,
    status: u16,
    request_id: Uuid,
    time: Moment,
    /// The first one is the most useful.
    links: Vec<Link>,
}

/// Renders the error page, with a text and a way forward.
pub(crate) fn render(
    web: &Web,
    problem: &Problem,
    request: &Request<'_>,
) -> askama::Result<String> {
    // An application with a sign-in page of its own also has people sign in again there.
    let has_own_page = !web.has_pages() || web.config.sign_in_page.is_some();
    if let Some(ways) = problem.ways_to_confirm().filter(|_| !has_own_page) {
        let here = Some(request.target()).filter(|_| request.is_repeatable());
        return reauthentication::instead_of_error(web, ways, here);
    }
    let app_name = &web.config.app_name;
    let mut frame = Frame::of(web);
    if request.is_callback() || request.is_mailed_link() {
        frame = frame.with_own_pictures();
    }
    let page = Page {
        heading: &problem.title(app_name),
        text: &problem.text(app_name),
        code: problem.word(),
        status: problem.status(),
        request_id: request.id(),
        time: Moment::new(web.auth.now(), &frame.text.time),
        links: links(web, problem, request, frame.text),
        frame,
    };
    page.render()
}

fn links(web: &Web, problem: &Problem, request: &Request<'_>, texts: &Texts) -> Vec<Link> {
    let text = &texts.error_page;
    let home = home(web, texts);
    let sign_in = |location: Option<String>| location.map(|page| Link::new(texts.sign_in, page));
    let then_home = |first: Option<Link>, home| first.into_iter().chain([home]).collect();
    match problem.next_step() {
        // An empty reference is the URL of this page (RFC 3986 §4.4).
        NextStep::TryAgain if request.is_repeatable() => {
            vec![Link::new(text.try_again, ""), home]
        }
        NextStep::Account if web.has_pages() => {
            vec![Link::new(texts.your_account, web.account_page()), home]
        }
        NextStep::Account | NextStep::Home | NextStep::TryAgain => vec![home],
        NextStep::SignIn => match problem.provider() {
            Some(provider) => sign_in_again(provider, problem, web, text, home),
            None => then_home(sign_in(web.sign_in_location(problem.return_to())), home),
        },
        NextStep::SignInAgain => {
            let here = Some(request.target()).filter(|_| request.is_repeatable());
            let others = sign_in(web.sign_in_again_location(here));
            let again = problem.provider();
            match again.map(|provider| reauthenticate(provider, here, web, text)) {
                Some(again) if web.auth.providers().len() > 1 => {
                    vec![again, others.unwrap_or(home)]
                }
                Some(again) => vec![again, home],
                None => then_home(others, home),
            }
        }
    }
}

/// Links to the application, if it is known where it is, or else to the home page.
fn home(web: &Web, texts: &Texts) -> Link {
    match &web.config.brand.home_url {
        Some(url) => Link::new((texts.back_to)(&web.config.app_name), url.as_str()),
        None => Link::new(texts.error_page.go_home, web.home()),
    }
}

/// Links to the same provider first, then to other ways to sign in; both lead to where the browser was to go.
fn sign_in_again(
    provider: &ProviderSummary,
    problem: &Problem,
    web: &Web,
    text: &ErrorPageTexts,
    home: Link,
) -> Vec<Link> {
    let return_to = problem.return_to();
    let label = if problem.has_mailed() {
        text.sign_in_again_with
    } else {
        text.try_provider_again
    };
    let again = Link::new(
        label(&provider.name),
        web.sign_in_with(&provider.id, return_to),
    );
    let has_others = web.auth.providers().len() > 1;
    let others = web.sign_in_location(return_to).filter(|_| has_others);
    let second = others.map_or(home, |page| Link::new(text.other_ways, page));
    vec![again, second]
}

/// Links to a provider of the user's, to authenticate again and come back, by default to the account page.
fn reauthenticate(
    provider: &ProviderSummary,
    here: Option<&str>,
    web: &Web,
    text: &ErrorPageTexts,
) -> Link {
    let account_page = web.account_page();
    let location = web.reauthenticate_with(&provider.id, here.unwrap_or(&account_page));
    Link::new((text.sign_in_again_with)(&provider.name), location)
}
