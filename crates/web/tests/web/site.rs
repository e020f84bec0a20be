use std::sync::Arc;

use belgie_adapter_crypto::{Es256, SecretCipher};
use belgie_auth::{Auth, AuthBuilder, Policy};
use belgie_testkit::{FakeHasher, FakeMailer, FakeProvider, SeededEntropy, TestClock};
use belgie_web::{Mailbox, WebConfig};

use crate::answer::Answer;
use crate::brittle_store::BrittleStore;
use crate::log::Log;
use crate::panicking_provider::PanickingProvider;
use crate::request::TestRequest;
use crate::setup::{Framework, Setup};
use crate::{actix, axum};

/// A whole site in memory: provider `acme`, passwords, with which anyone may register, and one trusted origin,
/// `https://spa.example`.
pub(crate) struct Site {
    pub clock: TestClock,
    pub provider: Arc<FakeProvider>,
    pub store: BrittleStore,
    pub hasher: FakeHasher,
    pub mailer: FakeMailer,
    pub auth: Auth,
    pub setup: Setup,
    pub routes: Routes,
}

/// The routes, on the framework that the case runs on.
pub(crate) enum Routes {
    Actix(belgie_http_actix::Routes),
    Axum(belgie_http_axum::Routes),
}

/// What private keys are encrypted with.
const SECRET: &str = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";

pub(crate) const BASE: &str = "https://a.example";
pub(crate) const SPA: &str = "https://spa.example";

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut WebConfig)) -> Self {
        Self::at(BASE, change)
    }

    pub(crate) fn at(base: &str, change: impl FnOnce(&mut WebConfig)) -> Self {
        Self::assembled(base, change, |builder| {
            builder
                .cipher(SecretCipher::new(&SECRET.into(), SeededEntropy::default()))
                .access_tokens(Es256)
        })
    }

    /// A site without a secret, which keeps no tokens and issues none.
    pub(crate) fn without_secret() -> Self {
        Self::built(|builder| builder)
    }

    pub(crate) fn built(change_parts: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        Self::assembled(BASE, |_| {}, change_parts)
    }

    fn assembled(
        base: &str,
        change: impl FnOnce(&mut WebConfig),
        change_parts: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        Log::install();
        let (clock, store) = (TestClock::default(), BrittleStore::default());
        let provider = Arc::new(FakeProvider::new("acme"));
        let (site, hasher) = (web_site(base), FakeHasher::default());
        let mailer = FakeMailer::default();
        let mut policy = site.policy();
        policy.passwords.registration = true;
        let builder = Auth::builder()
            .store(store.clone())
            .shared_provider(provider.clone())
            .provider(PanickingProvider::default())
            .clock(clock.clone())
            .entropy(SeededEntropy::default())
            .passwords(hasher.clone(), hasher.clone())
            .mailer(mailer.clone());
        let auth = change_parts(builder).build(policy).unwrap();
        Self {
            routes: Routes::new(&auth, site, change),
            setup: Setup::current(),
            clock,
            provider,
            store,
            hasher,
            mailer,
            auth,
        }
    }

    /// A site where an address has to be verified before one can sign in, which sends no mails.
    pub(crate) fn verifying() -> Self {
        Self::verifying_with(|builder, _| builder)
    }

    /// The same with mails.
    pub(crate) fn verifying_by_mail() -> Self {
        Self::verifying_with(|builder, this| builder.mailer(this.mailer.clone()))
    }

    fn verifying_with(change: impl FnOnce(AuthBuilder, &Self) -> AuthBuilder) -> Self {
        let mut this = Self::new();
        let site = web_site(BASE);
        let mut policy = site.policy();
        policy.passwords.registration = true;
        policy.joining.verification_required = true;
        let builder = Auth::builder().store(this.store.clone());
        let builder = builder.passwords(this.hasher.clone(), this.hasher.clone());
        let builder = builder.shared_provider(this.provider.clone());
        let builder = change(builder.clock(this.clock.clone()), &this);
        this.auth = builder.build(policy).unwrap();
        this.routes = Routes::new(&this.auth, site, |_| {});
        this
    }

    /// The same site after passwords have been turned off.
    pub(crate) fn without_passwords(mut self) -> Self {
        let site = web_site(BASE);
        let builder = Auth::builder().store(self.store.clone());
        let builder = builder.shared_provider(self.provider.clone());
        let builder = builder
            .mailer(self.mailer.clone())
            .clock(self.clock.clone());
        self.auth = builder.build(site.policy()).unwrap();
        self.routes = Routes::new(&self.auth, site, |_| {});
        self
    }

    /// The same site after its providers have been removed.
    pub(crate) fn without_providers(mut self) -> Self {
        let site = web_site(BASE);
        let builder = Auth::builder().store(self.store.clone());
        let builder = builder.clock(self.clock.clone());
        let builder = builder.passwords(self.hasher.clone(), self.hasher.clone());
        self.auth = builder.build(site.policy()).unwrap();
        self.routes = Routes::new(&self.auth, site, |_| {});
        self
    }

    /// A site with these providers alone.
    pub(crate) fn of_providers(providers: &[&str], change: impl FnOnce(&mut WebConfig)) -> Self {
        let mut this = Self::new();
        let (site, store) = (web_site(BASE), BrittleStore::default());
        let builder = providers.iter().fold(Auth::builder(), |builder, id| {
            builder.provider(FakeProvider::new(id))
        });
        let policy: Policy = site.policy();
        this.auth = builder.store(store.clone()).build(policy).unwrap();
        this.routes = Routes::new(&this.auth, site, change);
        this.store = store;
        this
    }

    /// Returns a path of ours as this site has it.
    pub(crate) fn path(&self, path: &str) -> String {
        format!("{}{path}", self.setup.base)
    }

    /// Sends one request to the whole server.
    pub(crate) async fn send(&self, mut request: TestRequest) -> Answer {
        if request.uri.starts_with('/') {
            request.uri = self.path(&request.uri);
        }
        let answer = match &self.routes {
            Routes::Actix(routes) => actix::ask_server(routes, request).await,
            Routes::Axum(routes) => axum::ask_server(routes, request).await,
        };
        answer.below(self.setup.base)
    }

    /// Sends one request to an application that embeds Belgie.
    pub(crate) async fn ask(&self, request: TestRequest) -> Answer {
        let answer = match &self.routes {
            Routes::Actix(routes) => actix::ask_host(routes, request).await,
            Routes::Axum(routes) => axum::ask_host(routes, request).await,
        };
        answer.below(self.setup.base)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }
}

impl Routes {
    fn new(auth: &Auth, site: belgie_web::Site, change: impl FnOnce(&mut WebConfig)) -> Self {
        let (auth, mut config) = (auth.clone(), WebConfig::default());
        config.mailbox = Some(Mailbox::default());
        change(&mut config);
        match Setup::current().framework {
            Framework::Actix => {
                Self::Actix(belgie_http_actix::Routes::new(auth, site, config).unwrap())
            }
            Framework::Axum => {
                Self::Axum(belgie_http_axum::Routes::new(auth, site, config).unwrap())
            }
        }
    }

    pub(crate) fn begin_draining(&self) {
        match self {
            Self::Actix(routes) => routes.begin_draining(),
            Self::Axum(routes) => routes.begin_draining(),
        }
    }
}

fn web_site(base: &str) -> belgie_web::Site {
    let site = belgie_web::Site::new(base).unwrap();
    let site = site.at_path(Setup::current().base).unwrap();
    site.trusting([SPA]).unwrap()
}
