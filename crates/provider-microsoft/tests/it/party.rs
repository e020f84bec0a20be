//! Microsoft, a clock that stands still, and Jane, who has an account in one tenant.

use std::sync::Arc;
use std::time::SystemTime;

use belgie_domain::{AuthorizationCode, CodeVerifier, Nonce, ProviderIdentity, State};
use belgie_idp_emulator::{Emulator, Fault, Person};
use belgie_ports::{
    AuthorizationRequest, Clock as _, CodeGrant, IdentityProvider as _, ProviderError,
};
use belgie_provider_microsoft::{
    ClientCredentials, HttpClient, MicrosoftConfig, OidcProvider, Tenant,
};
use belgie_testkit::TestClock;
use url::Url;

pub(crate) const REDIRECT_URI: &str = "http://localhost:8000/auth/provider/microsoft/callback";
pub(crate) const JANE: &str = "jane";
pub(crate) const CONTOSO: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
pub(crate) const FABRIKAM: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
pub(crate) const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

pub(crate) struct Party {
    pub(crate) idp: Arc<Emulator>,
    pub(crate) provider: OidcProvider,
}

impl Party {
    /// Jane's account is in the tenant Contoso.
    pub(crate) async fn new(tenant: Tenant) -> Self {
        Self::with(|config| config.tenant(tenant)).await
    }

    pub(crate) async fn with(change: impl FnOnce(MicrosoftConfig) -> MicrosoftConfig) -> Self {
        let clock = TestClock::default();
        let time = clock.clone();
        let idp = Emulator::builder()
            .microsoft()
            .client("client", "secret", [REDIRECT_URI])
            .person(jane().tenant(CONTOSO))
            .clock(move || SystemTime::from(time.now()))
            .start()
            .await
            .unwrap();
        let client = ClientCredentials::new("client", "secret");
        let config = change(MicrosoftConfig::new(client).issuer_url(idp.issuer()));
        let http = HttpClient::new([]).unwrap();
        let provider = config.provider(http, Arc::new(clock)).unwrap();
        Self {
            idp: Arc::new(idp),
            provider,
        }
    }

    pub(crate) async fn sign_in(&self) -> Result<ProviderIdentity, ProviderError> {
        let nonce = Nonce::from_random([2; 32]);
        let code_verifier = CodeVerifier::from_random([3; 32]);
        let redirect_uri = Url::parse(REDIRECT_URI).unwrap();
        let state = State::from_random([1; 32]);
        let request = AuthorizationRequest::new(&state, &nonce, &code_verifier, &redirect_uri);
        let url = self.provider.authorization_url(request).await?;
        let callback = self.idp.authorize(&url, JANE).await.unwrap();
        let mut parameters = callback.query_pairs();
        let (_, code) = parameters.find(|(name, _)| name == "code").unwrap();
        let code = AuthorizationCode::parse(&code).unwrap();
        let grant = CodeGrant::new(&code, &code_verifier, &nonce, &redirect_uri);
        Ok(self.provider.exchange(grant).await?.identity)
    }

    /// Signs in under a fault.
    pub(crate) async fn outcome(&self, fault: Fault) -> Result<ProviderIdentity, ProviderError> {
        self.idp.fault(fault);
        let outcome = self.sign_in().await;
        self.idp.clear_faults();
        outcome
    }

    /// Signs in under a fault, which must end in the refusal of the identity for a reason with this word.
    pub(crate) async fn refused_for(&self, word: &str, fault: Fault) {
        match self.outcome(fault.clone()).await {
            Err(ProviderError::InvalidIdentity(reason)) => {
                assert!(reason.as_str().contains(word), "{reason} under {fault:?}");
            }
            outcome => panic!("{outcome:?} under {fault:?}"),
        }
    }

    /// Gives Jane's subject to an account in another tenant.
    pub(crate) fn move_jane(&self, tenant: &str) {
        self.idp.put_person(jane().tenant(tenant));
    }
}

pub(crate) fn jane() -> Person {
    Person::new(JANE).email("jane@example.com").name("Jane Doe")
}

pub(crate) fn tenant(text: &str) -> Tenant {
    text.parse().unwrap()
}

/// Every kind of tenant that admits Contoso.
pub(crate) fn admitting_contoso() -> [Tenant; 3] {
    [Tenant::Common, Tenant::Organizations, tenant(CONTOSO)]
}
