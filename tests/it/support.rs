//! What the tests share: a site with its program, provider and database, and the clients that visit it.

pub(crate) mod balancer;
pub(crate) mod broken;
pub(crate) mod browser;
pub(crate) mod canary;
pub(crate) mod mail_server;
pub(crate) mod many_providers;
pub(crate) mod memory;
pub(crate) mod nodes;
pub(crate) mod postgres;
pub(crate) mod program;
pub(crate) mod proxy;
pub(crate) mod random;
pub(crate) mod repetition;
pub(crate) mod route;
pub(crate) mod site;
pub(crate) mod stored;
pub(crate) mod wire;
