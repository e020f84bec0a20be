use belgie_domain::{
    ClientInfo, CodeChallenge, Delivery, EventKind, IssuedCode, OneTimeCode, ProviderId, Session,
    SessionPolicy, SessionToken, TokenHash, User,
};
use belgie_ports::{StoreError, Transaction};
use chrono::{DateTime, Utc};

use crate::core::Core;
use crate::draw::Draw;
use crate::event::EventDraft;
use crate::session::SessionDraft;

/// How a sign-in ends once it is known who signs in.
pub(super) enum Ending {
    /// With a session, which replaces these.
    Session { replaces: Vec<TokenHash> },
    /// With a one-time code that a front end exchanges for a session, which then replaces this one.
    Code {
        challenge: CodeChallenge,
        replaces: Option<TokenHash>,
    },
}

/// An ending whose random values are drawn: the transaction that writes it may run more than once.
#[derive(Debug)]
pub(super) enum EndingDraft {
    Session {
        session: Box<SessionDraft>,
        sign_in: Box<EventDraft>,
    },
    Code {
        code: OneTimeCode,
        challenge: CodeChallenge,
        replaces: Option<TokenHash>,
        provider: ProviderId,
        client: ClientInfo,
        now: DateTime<Utc>,
    },
}

/// What the person gets.
pub(super) enum Granted {
    Session(SessionToken, Session),
    Code(OneTimeCode),
}

impl Ending {
    /// Returns the ending of a sign-in with this delivery, in a browser that held these sessions at the start and holds
    /// them now; `None` when only a newer version knows the delivery.
    pub(super) fn of(
        delivery: &Delivery,
        held_before: Option<TokenHash>,
        held_now: Option<TokenHash>,
    ) -> Option<Self> {
        match delivery {
            Delivery::Cookie | Delivery::Fragment => {
                let other = held_now.filter(|now| held_before.as_ref() != Some(now));
                let replaces = held_before.into_iter().chain(other).collect();
                Some(Self::Session { replaces })
            }
            Delivery::Code { challenge } => Some(Self::Code {
                challenge: challenge.clone(),
                replaces: held_now.or(held_before),
            }),
            _ => None,
        }
    }

    pub(super) fn draft(
        self,
        core: &Core,
        draw: &Draw<'_>,
        now: DateTime<Utc>,
        (provider, client): (&ProviderId, &ClientInfo),
    ) -> EndingDraft {
        match self {
            Self::Session { replaces } => {
                let session = SessionDraft::new(draw, now, client).via(provider);
                let sign_in = core.event_of(draw, now, EventKind::SignIn);
                EndingDraft::Session {
                    session: Box::new(session.replacing(replaces)),
                    sign_in: Box::new(sign_in.via(provider).from(client)),
                }
            }
            Self::Code {
                challenge,
                replaces,
            } => EndingDraft::Code {
                code: OneTimeCode::from_random(draw.bytes()),
                challenge,
                replaces,
                provider: provider.clone(),
                client: client.clone(),
                now,
            },
        }
    }
}

impl EndingDraft {
    /// Makes this the ending of a re-authentication. `at` is when the person authenticated, if the provider reports that.
    pub(super) fn reauthenticated(self, at: Option<DateTime<Utc>>) -> Self {
        match self {
            Self::Session { session, sign_in } => Self::Session {
                session: Box::new(session.authenticated_at(at)),
                sign_in: Box::new(sign_in.with_kind(EventKind::Reauthenticated)),
            },
            code @ Self::Code { .. } => code,
        }
    }

    /// Writes the session and its event, or the code.
    pub(super) async fn write(
        &self,
        tx: &dyn Transaction,
        user: &User,
        policy: &SessionPolicy,
    ) -> Result<Granted, StoreError> {
        match self {
            Self::Session { session, sign_in } => {
                let begun = session.open(tx, user, policy).await?;
                let sign_in = EventDraft::clone(sign_in);
                sign_in.by_self(user.id).write(tx).await?;
                Ok(Granted::Session(session.token().clone(), begun))
            }
            Self::Code {
                code,
                challenge,
                replaces,
                provider,
                client,
                now,
            } => {
                let (challenge, provider) = (challenge.clone(), provider.clone());
                let issued = IssuedCode::new(code.hash(), challenge, user.id, provider, *now);
                let issued = issued.replacing(*replaces).with_client(client);
                tx.insert_code(&issued).await?;
                Ok(Granted::Code(code.clone()))
            }
        }
    }
}
