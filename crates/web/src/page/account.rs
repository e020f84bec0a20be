mod deletion;
mod email;
mod methods;
mod profile;
mod sent;

use askama::Template;
use belgie_auth::Authenticated;

use self::deletion::DeletionForm;
use self::email::EmailForms;
use self::methods::Methods;
use self::profile::ProfileForms;
pub(crate) use self::sent::AccountForm;
use self::sent::Sent;
use super::device::DeviceKind;
use super::frame::{Frame, show as render, show_to};
use super::person::Person;
use super::sent_form::SentForm;
use super::session_list::SessionList;
use super::tab::Tab;
use crate::call::Call;
use crate::error::Refusal;
use crate::header_name::HeaderName;
use crate::reply::Reply;
use crate::security_headers::{PagePolicy, Pictures};
use crate::web::{Answer, Web};

#[derive(Template)]
#[template(path = "account.html")]
struct Page<'a> {
    frame: Frame<'a>,
    user: Person<'a>,
    profile: ProfileForms<'a>,
    email: Option<EmailForms<'a>>,
    methods: Methods<'a>,
    sessions: SessionList,
    deletion: DeletionForm<'a>,
    /// Where the person confirms who they are, if a change that needs a recent sign-in would be refused.
    confirm_first: Option<String>,
}

/// `GET /account`
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let (current, sent) = (call.require().await?, Sent::default());
    let frame = Frame::of(call.web).with_notice(call, true);
    let page = Page::new(call, &current, frame, &sent).await?;
    Ok(with_policy(call.web, show_to(call, &page)?))
}

/// Shows the page again to a person who filled in one of its forms wrongly.
pub(crate) async fn show_again(
    call: Call<'_>,
    current: &Authenticated,
    which: AccountForm,
    form: SentForm,
) -> Answer {
    if !call.web.has_pages() {
        return Err(form.into_problem().into());
    }
    let sent = Sent::new(which, form);
    let page = Page::new(call, current, Frame::of(call.web), &sent).await?;
    let page = with_policy(call.web, render(&page)?);
    Ok(sent.form().complete(page))
}

/// The page shows a person, and its forms that connect an account lead to the provider.
fn with_policy(web: &Web, page: Reply) -> Reply {
    let policy = web.security.policy(PagePolicy {
        pictures: Pictures::Anywhere,
        forms_leave: true,
    });
    page.with_header(HeaderName::ContentSecurityPolicy, policy)
}

impl<'a> Page<'a> {
    async fn new(
        call: Call<'a>,
        current: &'a Authenticated,
        frame: Frame<'a>,
        sent: &'a Sent,
    ) -> Result<Self, Refusal> {
        let (web, user) = (call.web, &current.user);
        let email = EmailForms::of(user, web, sent);
        let methods = Methods::of(current, web, sent).await?;
        let profile = ProfileForms::of(user, methods.provider_name(), sent);
        let deletion = DeletionForm::of(user, sent);
        let mut fields = vec![&profile.name, &profile.image];
        fields.extend(email.iter().map(|forms| &forms.new));
        fields.extend(methods.fields());
        fields.extend(&deletion.confirmation);
        let errors = sent.form().summary(&web.config.app_name, &fields);
        let is_fresh = web.auth.sessions().fresh(current).is_ok();
        Ok(Self {
            user: Person::new(user, frame.text),
            sessions: SessionList::of(current, web).await?,
            confirm_first: (!is_fresh).then(|| web.reauthentication_page(&web.account_page())),
            profile,
            email,
            methods,
            deletion,
            frame: frame.at(Tab::Account).with_errors(errors),
        })
    }
}
