//! Puts the layers together.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use belgie::{Belgie, BelgieBuilder, Policy, Role};
use chrono::TimeDelta;
use tokio::sync::broadcast::Sender;

use crate::partner::{Echo, OpenAi, Partner};
use crate::repository::Repository;
use crate::router;
use crate::service::Conversations;
use crate::settings::Settings;

#[derive(Clone)]
pub struct Chat {
    pub belgie: Belgie,
    conversations: Conversations,
}

impl Chat {
    /// Opens the database, in which answers that an earlier run left pending have failed.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let (belgie, repository) = Repository::open(&settings.database_url, site(settings)).await?;
        repository.fail_pending("The server was restarted.").await?;
        if let Some(email) = &settings.admin {
            let users = belgie.auth().operator();
            users.appoint(&email.parse()?, Role::ADMIN).await?;
        }
        let partner: Arc<dyn Partner> = match &settings.partner_url {
            Some(url) => Arc::new(OpenAi::new(url, settings)?),
            None => Arc::new(Echo),
        };
        let conversations = Conversations {
            repository,
            partner,
            time_limit: Duration::from_secs(settings.partner_timeout),
            shown: Sender::new(1024), // a stream that is further behind ends
        };
        Ok(Self {
            belgie,
            conversations,
        })
    }

    /// Adds the routes of Belgie and of the chat.
    pub fn configure(&self, config: &mut ServiceConfig) {
        config.configure(self.belgie.routes());
        router::configure(config, &self.belgie, &self.conversations);
    }

    /// Serves until the process is asked to stop. Streams then end with their connections.
    pub async fn serve(self, bind: &str) -> anyhow::Result<()> {
        let server = HttpServer::new(move || App::new().configure(|config| self.configure(config)));
        let server = server.bind(bind)?.shutdown_timeout(2);
        println!("The chat is ready on {bind}");
        Ok(server.run().await?)
    }
}

/// Belgie, without its database.
fn site(settings: &Settings) -> BelgieBuilder {
    let belgie = Belgie::at(&settings.base_url)
        .trusting([&settings.frontend_url])
        .secret(settings.secret.as_deref().unwrap_or_default())
        .pages()
        .web(|web| web.app_name("Chat"));
    let belgie = match settings.google.clone() {
        Some(google) => belgie.google_with(google),
        None => belgie.google_from_env(),
    };
    let settings = settings.clone();
    belgie.policy(move |mut policy: Policy| {
        let session_age = TimeDelta::seconds(settings.session_age.into());
        policy.access_tokens.max_age = TimeDelta::seconds(settings.access_token_age.into());
        policy.sessions = policy.sessions.max_age(session_age);
        policy.after_sign_in(settings.frontend_url)
    })
}
