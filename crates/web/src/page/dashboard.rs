use askama::Template;
use belgie_domain::{EmailAddress, EmailStatus, User};

use super::frame::{Frame, show_to};
use super::person::Person;
use crate::call::Call;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::security_headers::PagePolicy;
use crate::web::{Answer, Web};

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Page<'a> {
    frame: Frame<'a>,
    user: Person<'a>,
    admin_command: Option<String>,
}

/// `GET /dashboard`
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let (web, current) = (call.web, call.require().await?);
    let (frame, user) = (Frame::of(web), &current.user);
    let page = Page {
        user: Person::new(user, frame.text),
        admin_command: admin_command(user, web).await?,
        frame: frame.with_notice(call, true),
    };
    let policy = web.security.policy(PagePolicy::PEOPLE);
    Ok(show_to(call, &page)?.with_header(HeaderName::ContentSecurityPolicy, policy))
}

/// Returns the command that makes the only user of a new installation its admin. There is no default admin.
async fn admin_command(user: &User, web: &Web) -> Result<Option<String>, Problem> {
    let Some(command) = &web.config.admin_command else {
        return Ok(None);
    };
    if user.role.is_admin() || !web.auth.is_only_user(user).await? {
        return Ok(None);
    }
    Ok(Some(command.replace("{user}", &in_a_shell(user))))
}

/// Returns the user's address for use in a shell command, or the id if the address is not proved (such users are only
/// accepted by id) or contains shell metacharacters.
fn in_a_shell(user: &User) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@.+-_".contains(&byte);
    let proved = user.email_status >= EmailStatus::Proved;
    let email = { user.email.as_ref() }.filter(|_| proved);
    let email = email.map(EmailAddress::as_str);
    match email.filter(|email| email.bytes().all(plain) && !email.starts_with('-')) {
        Some(email) => email.to_owned(),
        None => user.id.to_string(),
    }
}
