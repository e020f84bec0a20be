use std::borrow::Cow;
use std::fmt;

use belgie_auth::ProviderSummary;
use belgie_domain::EmailAddress;

use crate::code::{Code, NextStep};
use crate::text::{ErrorText, Names, Texts, detail};
use crate::ways_to_confirm::WaysToConfirm;

/// An error as the client sees it: a stable code, a status and a text. The cause stays in the log.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: Code,
    status: u16,
    detail: Option<Cow<'static, str>>,
    provider: Option<ProviderSummary>,
    /// Where the browser was to go after signing in.
    return_to: Option<String>,
    attempted: Attempted,
    /// The address to which a link was mailed.
    mailed_to: Option<String>,
    /// How the person can authenticate again.
    ways_to_confirm: Option<WaysToConfirm>,
    /// The application's own code, in place of ours.
    word: Option<String>,
    allow: Option<Cow<'static, str>>,
    retry_after: Option<u32>,
}

/// What failed at a provider. After anything but a sign-in, the person stays signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempted {
    SignIn,
    Link,
    Reauthentication,
}

/// The default of `Retry-After`, in seconds.
const RETRY_SECONDS: u32 = 5;

impl Problem {
    /// Creates the problem for a code, with its usual status and text.
    pub fn new(code: Code) -> Self {
        let is_temporary = matches!(code, Code::RateLimited | Code::Unavailable);
        let retry_after = is_temporary.then_some(RETRY_SECONDS);
        Self(Box::new(Parts {
            code,
            status: code.status(),
            detail: None,
            provider: None,
            return_to: None,
            attempted: Attempted::SignIn,
            mailed_to: None,
            ways_to_confirm: None,
            word: None,
            allow: None,
            retry_after,
        }))
    }

    /// Creates the problem for malformed input; the detail says what is wrong.
    pub fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidRequest).with_detail(detail)
    }

    pub(crate) fn internal() -> Self {
        Self::new(Code::Internal)
    }

    /// Replaces the code's usual status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = status;
        self
    }

    /// Replaces the code's usual text. Clients see it: no secrets, no SQL, no file names.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Sets the provider involved.
    #[must_use]
    pub fn at_provider(mut self, provider: Option<ProviderSummary>) -> Self {
        self.0.provider = provider;
        self
    }

    /// Sets where the browser was to go after signing in.
    pub(crate) fn returning_to(mut self, location: Option<String>) -> Self {
        self.0.return_to = location;
        self
    }

    /// Sets what failed.
    pub(crate) fn while_attempting(mut self, attempted: Attempted) -> Self {
        self.0.attempted = attempted;
        self
    }

    /// Sets the address to which a link was mailed.
    pub(crate) fn having_mailed(mut self, email: &EmailAddress) -> Self {
        self.0.mailed_to = Some(email.to_string());
        self
    }

    /// Sets how the person can authenticate again.
    pub(crate) fn confirmed_by(mut self, ways: WaysToConfirm) -> Self {
        self.0.ways_to_confirm = Some(ways);
        self
    }

    /// Replaces the code with one of the application's own.
    pub(crate) fn with_word(mut self, word: &str) -> Self {
        self.0.word = Some(word.to_owned());
        self
    }

    /// Sets after how many seconds a retry may help (`Retry-After`).
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Sets the methods that the path supports (`Allow`).
    pub(crate) fn with_allow(mut self, methods: impl Into<Cow<'static, str>>) -> Self {
        self.0.allow = Some(methods.into());
        self
    }

    /// Returns the stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Returns the code that programs match on: ours, or the application's own.
    pub fn word(&self) -> &str {
        self.0.word.as_deref().unwrap_or(self.0.code.as_str())
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Returns the heading of the error page.
    pub fn title(&self, site: &str) -> Cow<'static, str> {
        self.fill(|error| error.heading, Some(site))
    }

    /// Returns the text of the error page: what happened and what helps, in a sentence or two.
    pub fn text(&self, site: &str) -> Cow<'_, str> {
        // Details are for programs, except the site's real address.
        match &self.0.detail {
            Some(detail) if self.0.status == 421 => Cow::Borrowed(detail),
            _ => match self.minutes_to_wait() {
                Some(minutes) => (Texts::current().wait)(minutes).into(),
                None => self.fill(|error| error.text, Some(site)),
            },
        }
    }

    /// Returns how long a person has to wait after too many attempts, if that is more than a moment.
    fn minutes_to_wait(&self) -> Option<u32> {
        let seconds = self.0.retry_after.filter(|seconds| *seconds > 60)?;
        (self.0.code == Code::RateLimited).then(|| seconds.div_ceil(60))
    }

    /// Returns the text for programs.
    pub fn detail(&self) -> Cow<'_, str> {
        if let Some(detail) = &self.0.detail {
            return Cow::Borrowed(detail);
        }
        match detail::of_code(self.0.code) {
            Some(detail) => Cow::Borrowed(detail),
            None => self.fill(|error| error.text, None),
        }
    }

    /// Returns what a person can do next.
    pub(crate) fn next_step(&self) -> NextStep {
        match self.0.code.next_step() {
            NextStep::SignIn if self.0.attempted != Attempted::SignIn => NextStep::Account,
            step => step,
        }
    }

    /// Returns the provider involved, if known.
    pub fn provider(&self) -> Option<&ProviderSummary> {
        self.0.provider.as_ref()
    }

    /// Returns how the person can authenticate again, if that helps.
    pub(crate) fn ways_to_confirm(&self) -> Option<&WaysToConfirm> {
        let ways = self.0.ways_to_confirm.as_ref();
        ways.filter(|ways| !ways.is_empty())
    }

    /// Returns where the browser was to go after signing in, if known.
    pub fn return_to(&self) -> Option<&str> {
        self.0.return_to.as_deref()
    }

    /// Returns whether a link was mailed, with which the person goes on.
    pub(crate) fn has_mailed(&self) -> bool {
        self.0.mailed_to.is_some()
    }

    /// Returns a part of the code's text, with the names filled in.
    fn fill(&self, part: fn(ErrorText) -> &'static str, site: Option<&str>) -> Cow<'static, str> {
        let (texts, provider) = (Texts::current(), self.0.provider.as_ref());
        let names = Names {
            provider: provider.map(|provider| provider.name.as_str()),
            site,
            email: self.0.mailed_to.as_deref(),
        };
        let is_of_sign_in = self.0.code.next_step() == NextStep::SignIn;
        let page = &texts.error_page;
        let error = match (self.0.attempted, self.0.status) {
            (Attempted::Link, _) if is_of_sign_in => page.not_connected,
            (Attempted::Reauthentication, _) if is_of_sign_in => page.not_reauthenticated,
            (Attempted::Reauthentication, 409) => page.somebody_else,
            _ if self.has_mailed() => page.link_mailed,
            (_, 504) => texts.provider_timed_out,
            _ => (texts.error)(self.0.code),
        };
        names.fill(part(error), &texts.unknown)
    }

    /// Returns after how many seconds a retry may help.
    pub fn retry_after(&self) -> Option<u32> {
        self.0.retry_after
    }

    pub(crate) fn allow(&self) -> Option<&Cow<'static, str>> {
        self.0.allow.as_ref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.code.fmt(f)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rat_01_a_person_is_told_how_long_to_wait() {
        let text = |seconds| {
            let problem = Problem::new(Code::RateLimited).with_retry_after(seconds);
            problem.text("Acme").into_owned()
        };

        assert_eq!(text(60), "Please wait a moment, then try again.");
        assert_eq!(text(61), "Please try again in 2 minutes.");
        assert_eq!(text(3600), "Please try again in 60 minutes.");
    }
}
