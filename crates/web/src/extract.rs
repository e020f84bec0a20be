//! What handlers ask for: the same types for every framework, defined in its own crate since only there they can become
//! its extractors.

use belgie_domain::Role;

use crate::error::Refusal;
use crate::request::Request;
use crate::web::Web;

/// Something that a handler can ask for about whoever is signed in.
pub trait Extract: Sized {
    /// Returns it for this request.
    ///
    /// # Errors
    /// The [`Refusal`] that answers the request in the handler's place.
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
pub enum Admin {}

impl RequiredRole for Admin {
    const ROLE: Role = Role::ADMIN;
}

/// Defines the types that handlers ask for, with [`Extract`] for each. What is said of [`CurrentUser`] in an `Option` is
/// the framework's to say.
#[doc(hidden)]
#[macro_export]
macro_rules! define_extractors {
    ($(#[$about_option:meta])*) => {
        /// The user who is signed in.
        ///
        /// Nobody: 401, or for a browser that navigates a redirect to sign in and come back. A request that changes something
        /// and carries the cookie must come from this site (403 `cross_origin`). A store that does not answer: 503.
        ///
        $(#[$about_option])*
        #[derive(Clone, Debug)]
        pub struct CurrentUser($crate::private::Arc<$crate::private::Authenticated>);

        /// The user who is signed in, if anybody is. A store that does not answer is still 503, and a change that comes from
        /// another site 403: they never look like nobody.
        #[derive(Clone, Debug)]
        pub struct OptionalUser(pub Option<CurrentUser>);

        /// The session that the request belongs to. Fails as [`CurrentUser`] does.
        #[derive(Clone, Debug)]
        pub struct CurrentSession($crate::private::Arc<$crate::private::Authenticated>);

        /// The session, when its person proved recently who they are: for changes that matter. Otherwise 403
        /// `fresh_sign_in_required`; nobody as [`CurrentUser`].
        #[derive(Clone, Debug)]
        pub struct Fresh(CurrentSession);

        /// The user who is signed in and has this role: 403 `forbidden` for others; nobody as [`CurrentUser`].
        pub struct RequireRole<R> {
            user: CurrentUser,
            role: ::std::marker::PhantomData<fn() -> R>,
        }

        /// The admin who is signed in.
        pub type RequireAdmin = RequireRole<$crate::Admin>;

        impl CurrentUser {
            /// Returns the user, to keep.
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
            /// Returns the session, to keep.
            pub fn into_inner(self) -> $crate::private::Session {
                $crate::private::Arc::unwrap_or_clone(self.0).session
            }

            /// Returns whose session it is.
            pub fn user(&self) -> &$crate::private::User {
                &self.0.user
            }
        }

        impl<R> RequireRole<R> {
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
