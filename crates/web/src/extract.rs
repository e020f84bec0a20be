//! The extractors' types. They are the same for every framework, but each framework's crate has to define them, because
//! only there they can implement its traits.

use belgie_domain::Role;

use crate::error::Refusal;
use crate::request::Request;
use crate::web::Web;

/// A value that a handler can extract.
pub trait Extract: Sized {
    /// Extracts it from this request.
    ///
    /// # Errors
    /// The [`Refusal`] to answer instead of running the handler.
    fn extract(
        web: &Web,
        request: &Request<'_>,
    ) -> impl Future<Output = Result<Self, Refusal>> + Send;
}

/// A role as a type, for `RequireRole`.
pub trait RequiredRole: Send + Sync + 'static {
    /// The role.
    const ROLE: Role;
}

/// The role `admin`.
#[derive(Clone, Copy, Debug)]
pub enum AdminRole {}

impl RequiredRole for AdminRole {
    const ROLE: Role = Role::ADMIN;
}

/// Defines the extractor types, with [`Extract`] for each. The framework's crate documents what [`CurrentUser`] in an
/// `Option` does.
#[doc(hidden)]
#[macro_export]
macro_rules! define_extractors {
    ($(#[$about_option:meta])*) => {
        /// The signed-in user.
        ///
        /// Unauthenticated requests get 401 or, for a navigating browser, a redirect to sign in and return. A change
        /// authenticated by cookie must come from this site (403 `cross_origin`). An unavailable store is 503.
        ///
        $(#[$about_option])*
        #[derive(Clone, Debug)]
        pub struct CurrentUser($crate::private::Arc<$crate::private::Authenticated>);

        /// The signed-in user, if there is one. An unavailable store is still 503 and a cross-origin change 403;
        /// neither counts as signed out.
        #[derive(Clone, Debug)]
        pub struct OptionalUser(pub Option<CurrentUser>);

        /// The session of the request. Fails as [`CurrentUser`] does.
        #[derive(Clone, Debug)]
        pub struct CurrentSession($crate::private::Arc<$crate::private::Authenticated>);

        /// The session, if its user authenticated recently: for sensitive changes. Otherwise 403
        /// `fresh_sign_in_required`; unauthenticated requests fail as for [`CurrentUser`].
        #[derive(Clone, Debug)]
        pub struct Fresh(CurrentSession);

        /// The signed-in user, if they have this role. Other users get 403 `forbidden`; unauthenticated requests fail
        /// as for [`CurrentUser`].
        pub struct RequireRole<R> {
            user: CurrentUser,
            role: ::std::marker::PhantomData<fn() -> R>,
        }

        /// Where the request came from, for use cases that record it with their events.
        #[derive(Clone, Debug)]
        pub struct Client(pub $crate::private::ClientInfo);

        /// The signed-in admin.
        pub type RequireAdmin = RequireRole<$crate::AdminRole>;

        impl CurrentUser {
            /// Returns the user together with the session and how long the credential is valid, for use cases of
            /// `belgie_auth` that ask for them.
            pub fn authenticated(&self) -> &$crate::private::Authenticated {
                &self.0
            }

            /// Returns the user by value.
            pub fn into_inner(self) -> $crate::private::User {
                $crate::private::Arc::unwrap_or_clone(self.0).user
            }
        }

        impl OptionalUser {
            /// Returns the user.
            pub fn into_inner(self) -> Option<CurrentUser> {
                self.0
            }
        }

        impl CurrentSession {
            /// Returns the session together with its user and how long the credential is valid, for use cases of
            /// `belgie_auth` that ask for them.
            pub fn authenticated(&self) -> &$crate::private::Authenticated {
                &self.0
            }

            /// Returns the session by value.
            pub fn into_inner(self) -> $crate::private::Session {
                $crate::private::Arc::unwrap_or_clone(self.0).session
            }

            /// Returns the session's user.
            pub fn user(&self) -> &$crate::private::User {
                &self.0.user
            }
        }

        impl<R> RequireRole<R> {
            /// Returns the user together with the session and how long the credential is valid, for use cases of
            /// `belgie_auth` that ask for them.
            pub fn authenticated(&self) -> &$crate::private::Authenticated {
                self.user.authenticated()
            }

            /// Returns the user.
            pub fn into_inner(self) -> CurrentUser {
                self.user
            }
        }

        impl ::std::ops::Deref for CurrentUser {
            type Target = $crate::private::User;

            fn deref(&self) -> &Self::Target {
                &self.0.user
            }
        }

        impl ::std::ops::Deref for OptionalUser {
            type Target = Option<CurrentUser>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl ::std::ops::Deref for CurrentSession {
            type Target = $crate::private::Session;

            fn deref(&self) -> &Self::Target {
                &self.0.session
            }
        }

        impl ::std::ops::Deref for Client {
            type Target = $crate::private::ClientInfo;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl ::std::ops::Deref for Fresh {
            type Target = CurrentSession;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<R> ::std::ops::Deref for RequireRole<R> {
            type Target = $crate::private::User;

            fn deref(&self) -> &Self::Target {
                &self.user
            }
        }

        impl<R> ::std::fmt::Debug for RequireRole<R> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple("RequireRole").field(&self.user).finish()
            }
        }

        impl $crate::Extract for CurrentUser {
            async fn extract(
                web: &$crate::Web,
                request: &$crate::Request<'_>,
            ) -> Result<Self, $crate::Refusal> {
                web.require(request).await.map(Self)
            }
        }

        impl $crate::Extract for OptionalUser {
            async fn extract(
                web: &$crate::Web,
                request: &$crate::Request<'_>,
            ) -> Result<Self, $crate::Refusal> {
                let found = web.optional(request).await?;
                Ok(Self(found.map(CurrentUser)))
            }
        }

        impl $crate::Extract for CurrentSession {
            async fn extract(
                web: &$crate::Web,
                request: &$crate::Request<'_>,
            ) -> Result<Self, $crate::Refusal> {
                web.require(request).await.map(Self)
            }
        }

        impl $crate::Extract for Client {
            async fn extract(
                web: &$crate::Web,
                request: &$crate::Request<'_>,
            ) -> Result<Self, $crate::Refusal> {
                Ok(Self(web.client_info(request)))
            }
        }

        impl $crate::Extract for Fresh {
            async fn extract(
                web: &$crate::Web,
                request: &$crate::Request<'_>,
            ) -> Result<Self, $crate::Refusal> {
                let authenticated = web.require_fresh(request).await?;
                Ok(Self(CurrentSession(authenticated)))
            }
        }

        impl<R: $crate::RequiredRole> $crate::Extract for RequireRole<R> {
            async fn extract(
                web: &$crate::Web,
                request: &$crate::Request<'_>,
            ) -> Result<Self, $crate::Refusal> {
                let authenticated = web.require_role(request, &R::ROLE).await?;
                Ok(Self {
                    user: CurrentUser(authenticated),
                    role: ::std::marker::PhantomData,
                })
            }
        }
    };
}
