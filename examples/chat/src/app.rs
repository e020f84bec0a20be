//! Puts the layers together.

use std::error::Error;
use std::sync::Arc;

use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use belgie::{Belgie, BelgieBuilder, Policy, Role};
use chrono::TimeDelta;
use tokio::signal::unix::{SignalKind, signal};

use crate::partner::{Echo, OpenAi, Partner};
use crate::repository::Repository;
use crate::router;
use crate::service::{Answers, Conversations, Live, People};
use crate::settings::Settings;

#[derive(Clone)]
pub struct Chat {
    pub belgie: Belgie,
    pub live: Live,
    conversations: Conversations,
    people: People,
}

impl Chat {
    /// Opens the database, in which answers that an earlier run left pending have failed.
    pub async fn open(settings: &Settings) -> Result<Self, Box<dyn Error>> {
        let database = settings.database_url.as_str();
        let (belgie, repository) = match database.split_once("://") {
            Some(("sqlite", path)) => Repository::on_sqlite(path.as_ref(), site(settings)).await?,
            Some(("postgres", _)) => Repository::on_postgres(database, site(settings)).await?,
            _ => return Err("CHAT_DATABASE_URL is neither sqlite://PATH nor postgres://…".into()),
        };
        repository.fail_pending("The server was restarted.").await?;
        if let Some(email) = &settings.admin {
            let users = belgie.auth().operator();
            users.appoint(&email.parse()?, Role::ADMIN).await?;
        }
        let partner: Arc<dyn Partner> = match settings.partner.clone() {
            Some(settings) => Arc::new(OpenAi::new(settings)?),
            None => Arc::new(Echo),
        };
        let live = Live::default();
        let answers = Answers {
            repository: repository.clone(),
            partner,
            time_limit: settings.partner_timeout,
            live: live.clone(),
        };
        Ok(Self {
            people: People {
                belgie: belgie.clone(),
                repository,
            },
            conversations: Conversations(answers),
            live,
            belgie,
        })
    }

    /// The routes of Belgie and of the chat, for `App::configure`.
    pub fn routes(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let own = router::routes(&self.belgie, &self.conversations, &self.people, &self.live);
        let belgie = self.belgie.routes();
        |config| {
            config.configure(belgie).configure(own);
        }
    }

    /// Serves until the process is asked to stop. Then the streams end.
    pub async fn serve(self, bind: &str) -> Result<(), Box<dyn Error>> {
        let shutdown = self.live.shutdown.clone();
        let mut terminate = signal(SignalKind::terminate())?;
        let server = HttpServer::new(move || App::new().configure(self.routes()));
        let server = server.bind(bind)?.shutdown_signal(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            shutdown.cancel();
        });
        Ok(server.run().await?)
    }
}

/// Belgie, but for the database.
fn site(settings: &Settings) -> BelgieBuilder {
    let belgie = Belgie::at(&settings.base_url)
        .trusting([&settings.frontend_url])
        .secret(settings.secret.as_str())
        .pages()
        .web(|web| web.app_name("Chat"));
    let belgie = match settings.google.clone() {
        Some(google) => belgie.google_with(google),
        None => belgie.google_from_env(),
    };
    let home = settings.frontend_url.clone();
    let ages = (settings.access_token_age, settings.session_age);
    belgie.policy(move |mut policy: Policy| {
        let age = |age| TimeDelta::from_std(age).unwrap_or(TimeDelta::MAX);
        policy.access_tokens.max_age = age(ages.0);
        policy.sessions = policy.sessions.max_age(age(ages.1));
        policy.after_sign_in(home)
    })
}
