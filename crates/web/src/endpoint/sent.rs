use belgie_auth::{AuthError, SignedIn};
use belgie_domain::{EmailAddress, OneTimeToken, Password, UserId};
use serde_json::Value;

use super::credentials::{self, Transport};
use super::password_form;
use crate::body::RequestBody;
use crate::call::Call;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::json_body::{self, JsonFields};
use crate::notice::Notice;
use crate::page;
use crate::page::mailing::Mailing;
use crate::page::sent_form::SentForm;
use crate::page::visit::Visit;
use crate::params::Params;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::Texts;
use crate::web::{Answer, Web};

/// What was sent to a route for people who are not signed in, which takes a form or JSON.
///
/// When a field is [`Wrong`], [`Self::wrong`] gives the form to be shown again, or the problem for a program.
pub(super) enum Sent {
    Form(SentForm),
    Json(SentJson),
}

/// A field is missing or malformed. Why is kept beside the fields.
pub(super) struct Wrong;

/// The fields of a JSON object, and the first problem with one of them.
pub(super) struct SentJson {
    fields: JsonFields,
    problem: Option<Problem>,
}

impl Sent {
    /// Reads the body.
    ///
    /// # Errors
    /// `cross_origin`; `unsupported_media_type`; `invalid_request` when a field is repeated, and as
    /// [`read`](crate::body::read).
    pub(super) async fn read(call: Call<'_>, body: &mut impl RequestBody) -> Result<Self, Problem> {
        call.web.check_sign_in_origin(call.request)?;
        if RequestFormat::of(call.headers())? == RequestFormat::Form {
            return Ok(Self::Form(SentForm::read(body).await?));
        }
        Ok(Self::Json(SentJson {
            fields: json_body::read_object(call.headers(), body).await?,
            problem: None,
        }))
    }

    pub(super) fn email(&mut self) -> Result<EmailAddress, Wrong> {
        match self {
            Self::Form(form) => form.email("email").ok_or(Wrong),
            Self::Json(json) => json.take("email", credentials::email),
        }
    }

    /// Returns the password that a person has.
    pub(super) fn current_password(&mut self) -> Result<Password, Wrong> {
        self.password(Texts::current().forms.enter_password)
    }

    /// Returns the password that a person chooses.
    pub(super) fn new_password(&mut self) -> Result<Password, Wrong> {
        self.password(Texts::current().forms.choose_password)
    }

    /// Returns the password; a form without one is shown again with the text `missing`.
    fn password(&mut self, missing: &str) -> Result<Password, Wrong> {
        match self {
            Self::Form(form) => form.password("password", missing).ok_or(Wrong),
            Self::Json(json) => {
                json.take("password", |value| credentials::password("password", value))
            }
        }
    }

    /// Returns the password that a person chooses, where the field may be left out.
    pub(super) fn optional_password(&mut self) -> Result<Option<Password>, Wrong> {
        let is_there = match self {
            Self::Form(form) => form.has("password"),
            Self::Json(json) => json.fields.has("password"),
        };
        if is_there {
            return self.new_password().map(Some);
        }
        Ok(None)
    }

    /// Returns the token of a mailed link.
    pub(super) fn token(&mut self) -> Result<OneTimeToken, Wrong> {
        match self {
            Self::Form(form) => {
                let token = OneTimeToken::parse(&form.text("token").unwrap_or_default());
                if token.is_err() {
                    form.refuse(AuthError::InvalidToken.into());
                }
                token.map_err(|_| Wrong)
            }
            Self::Json(json) => json.take("token", credentials::mailed_token),
        }
    }

    pub(super) fn name(&mut self) -> Result<Option<String>, Wrong> {
        match self {
            Self::Form(form) => Ok(form.text("name")),
            Self::Json(json) => json.take("name", |value| credentials::optional("name", value)),
        }
    }

    /// Returns how a new session is to reach the client. A form always gets a cookie.
    pub(super) fn transport(&mut self) -> Result<Transport, Wrong> {
        match self {
            Self::Form(_) => Ok(Transport::Cookie),
            Self::Json(json) => json.take("transport", credentials::transport),
        }
    }

    /// Returns where a person who has sent a form is to go afterwards.
    ///
    /// # Errors
    /// As [`Visit::of`].
    pub(super) fn visit(&self, web: &Web) -> Result<Visit, Problem> {
        match self {
            Self::Form(form) => Visit::of(web, &form.params()),
            Self::Json(_) => Visit::of(web, &Params::of("")),
        }
    }

    /// Returns the form to be shown again because of a wrong field.
    ///
    /// # Errors
    /// The problem with the field, for a program.
    pub(super) fn wrong(self) -> Result<SentForm, Problem> {
        match self {
            Self::Form(form) => Ok(form),
            Self::Json(json) => Err(json.problem.unwrap_or_else(Problem::internal)),
        }
    }

    /// Returns the form to be shown again after a use case has failed.
    ///
    /// # Errors
    /// The problem, for a program or when no form is shown for it.
    pub(super) fn refused(self, error: AuthError) -> Result<SentForm, Problem> {
        match self {
            Self::Form(mut form) => {
                password_form::refuse(&mut form, "password", error)?;
                Ok(form)
            }
            Self::Json(_) => Err(credentials::refused("password", error)),
        }
    }

    /// Answers a person who has signed in: a form leads on.
    pub(super) fn signed_in(
        &self,
        call: Call<'_>,
        (status, transport): (u16, Transport),
        visit: &Visit,
        signed_in: &SignedIn,
    ) -> Answer {
        match self {
            Self::Form(_) => {
                let cookie = call.web.cookies.set_session(&signed_in.token);
                let reply = Reply::see_other(visit.location(call.web));
                Ok(reply.with_header(HeaderName::SetCookie, cookie))
            }
            Self::Json(_) => credentials::signed_in(call, status, transport, signed_in),
        }
    }

    /// Answers a person who gets a mail, if the address is one that gets such mails.
    pub(super) fn mailed(
        &self,
        call: Call<'_>,
        visit: &Visit,
        mailing: Mailing,
        email: &EmailAddress,
    ) -> Answer {
        match self {
            Self::Form(form) => {
                page::check_mail::show(call, visit, mailing, email, form.has("again"))
            }
            Self::Json(_) => Ok(Reply::new(202)),
        }
    }

    /// Answers a person who has used a mailed link of this user: a form leads to the account page, or to where one signs
    /// in.
    pub(super) async fn used(&self, call: Call<'_>, user: UserId, notice: Notice) -> Answer {
        let Self::Form(_) = self else {
            return Ok(Reply::new(204));
        };
        let web = call.web;
        // The link has been used: that the store fails now must not look as if it had not.
        let current = web.optional(call.request).await.ok().flatten();
        let location = match current {
            Some(current) if current.user.id == user => Some(web.account_page()),
            Some(_) => web.sign_in_again_location(None),
            None => web.sign_in_location(None),
        };
        let reply = Reply::see_other(location.unwrap_or_else(|| web.home()));
        Ok(web.with_notice(reply, notice))
    }
}

impl SentJson {
    fn take<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(Option<Value>) -> Result<T, Problem>,
    ) -> Result<T, Wrong> {
        read(self.fields.take(field)).map_err(|problem| {
            self.problem.get_or_insert(problem);
            Wrong
        })
    }
}
