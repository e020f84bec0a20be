//! Who is asking: extractors for handlers, ours and the host application's.

mod authentication;
mod fresh;
mod role;
mod session;
mod user;

pub use fresh::Fresh;
pub use role::{Admin, RequireAdmin, RequireRole, RequiredRole};
pub use session::CurrentSession;
pub use user::{CurrentUser, OptionalUser};

pub(crate) use authentication::{Credential, refuse_foreign};
