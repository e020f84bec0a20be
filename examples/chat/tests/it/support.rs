//! A chat that listens on this machine, with people who are signed in.

mod events;
mod fake_partner;
mod site;

pub(crate) use events::Events;
pub(crate) use fake_partner::FakePartner;
pub(crate) use site::{Caller, Place, Site};

/// Runs each test on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($(async fn $name:ident($place:ident) $body:block)+) => {
        mod sqlite {
            use super::*;
            $(#[actix_web::test] async fn $name() {
                let $place = $crate::support::Place::sqlite();
                $body
            })+
        }
        mod postgres {
            use super::*;
            $(#[actix_web::test] async fn $name() {
                let $place = $crate::support::Place::postgres().await;
                $body
            })+
        }
    };
}
pub(crate) use on_both;
