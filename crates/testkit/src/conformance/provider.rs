//! Checks that an [`IdentityProvider`] keeps its contract. Each sentence of the contract is a case, and
//! [`provider_conformance!`](crate::provider_conformance) makes each case a test.

mod identity;
mod request;
mod reuse;
mod sign_in;

use std::fmt;
use std::sync::Arc;

use belgie_ports::{BoxFuture, IdentityProvider};
use url::Url;

/// A provider under test, and the person who signs in there.
pub struct TestProvider {
    provider: Arc<dyn IdentityProvider>,
    redirect_uri: Url,
    authorize: Box<dyn Fn(Url) -> BoxFuture<'static, Url> + Send + Sync>,
    openid_connect: bool,
}

impl TestProvider {
    /// Wraps a provider, with the redirect URI registered for the client and a function that acts as the browser of one
    /// person: given an authorization request, it returns the URL to which the provider redirects back.
    pub fn new(
        provider: impl IdentityProvider,
        redirect_uri: Url,
        authorize: impl Fn(Url) -> BoxFuture<'static, Url> + Send + Sync + 'static,
    ) -> Self {
        Self {
            provider: Arc::new(provider),
            redirect_uri,
            authorize: Box::new(authorize),
            openid_connect: true,
        }
    }

    /// Expects no `nonce`, for a provider that does not support OpenID Connect.
    #[must_use]
    pub fn without_nonce(mut self) -> Self {
        self.openid_connect = false;
        self
    }
}

impl fmt::Debug for TestProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestProvider")
            .field("id", self.provider.id())
            .finish_non_exhaustive()
    }
}

/// Lists all cases: each becomes a function of this module and a test of the macro it defines.
macro_rules! cases {
    ($d:tt $($module:ident { $($case:ident,)+ })+) => {
        $($(
            #[doc = concat!("The case `", stringify!($case), "`.")]
            pub async fn $case(tested: TestProvider) {
                $module::$case(&tested).await;
            }
        )+)+

        /// Makes each case of the [suite](crate::conformance::provider) a test. The argument is the path of an
        /// `async fn` that creates a new [`TestProvider`](crate::conformance::provider::TestProvider) at each call.
        #[macro_export]
        macro_rules! provider_conformance {
            ($d make:path) => {
                $($(
                    #[test]
                    fn $case() {
                        $d crate::conformance::on_one_thread(async {
                            $d crate::conformance::provider::$case($d make().await).await;
                        });
                    }
                )+)+
            };
        }
    };
}

cases! {
    $
    request {
        the_id_and_the_name_stay_the_same,
        the_authorization_request_carries_what_it_was_given,
        each_authorization_request_has_its_own_redirect_uri,
        re_authentication_is_asked_for,
        a_configured_redirect_uri_is_an_address_of_the_web,
        a_brand_is_an_image_without_anything_that_pages_forbid,
    }
    sign_in {
        a_code_is_exchanged_for_the_identity_of_the_person,
        the_same_person_is_the_same_subject_of_the_same_issuer,
        tokens_do_not_print_themselves,
        an_unknown_code_is_rejected,
        re_authentication_is_verified,
    }
    identity {
        a_response_of_another_issuer_is_refused,
        a_response_of_the_provider_itself_is_accepted,
        an_identity_is_of_an_issuer_that_the_provider_serves,
        a_provider_that_answers_passes_the_probe,
    }
    reuse {
        many_sign_ins_at_once_end_well,
        a_call_that_was_dropped_leaves_the_provider_usable,
        the_provider_outlives_the_runtime_that_first_used_it,
    }
}
