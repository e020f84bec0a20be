//! The route table. Routing, `405` with `Allow`, the tests that crawl all routes and the API description derive from
//! it.

mod emails;
mod me;
mod passwords;
mod resource;
mod table;

pub use resource::{Access, BodyKind, Method, Part, Resource, Route, UseCase};
pub use table::{
    ACCESS_ERRORS, COMMON_ERRORS, NOT_FOUND, NOT_FOUND_IN_SUBTREE, RESOURCES, SUBTREE, of_part,
};
