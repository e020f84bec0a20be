//! What the table of routes says of the answers.

use belgie_web::Code;
use belgie_web::routes::{ACCESS_ERRORS, Access, COMMON_ERRORS, RESOURCES, Resource, Route};

use crate::answer::Answer;

/// Checks that an answer is one of those that the table has for this route.
pub(crate) fn keep(method: &str, path: &str, answer: &Answer) {
    let Some(resource) = find(path) else {
        return assert!(
            [404, 303, 400, 421, 431].contains(&answer.status.as_u16()),
            "{path}"
        );
    };
    let Some(route) = resource.route(method) else {
        return;
    };
    let status = answer.status.as_u16();
    if status >= 400 && !route.answers.contains(&status) {
        assert!(may_fail(route, answer), "{method} {path}: {answer:?}");
        return;
    }
    // A browser that navigates is sent to sign in, or to the right host.
    assert!(
        route.answers.contains(&status) || status == 303,
        "{method} {path}: {answer:?}"
    );
}

fn may_fail(route: &Route, answer: &Answer) -> bool {
    let access: &[Code] = match route.access {
        Access::SignedIn => ACCESS_ERRORS,
        _ => &[],
    };
    let mut codes = route.errors.iter().chain(COMMON_ERRORS).chain(access);
    if answer.header("content-type") == Some("application/problem+json") && !answer.body.is_empty()
    {
        let code = answer.code();
        return codes.any(|known| known.as_str() == code);
    }
    let status = answer.status.as_u16();
    codes.any(|known| known.status() == status) || [421, 431].contains(&status)
}

fn find(path: &str) -> Option<&'static Resource> {
    let path = path.split('?').next().unwrap_or_default();
    RESOURCES
        .iter()
        .find(|resource| matches(resource.path, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(known), Some(segment)) if known == segment || known.starts_with('{') => {}
            _ => return false,
        }
    }
}
