//! The sources of the workspace: who may import whom, and what may be built in; that the documentation names each test, and
//! that the proxies' configurations name each route.

mod architecture;
mod circles;
mod dependencies;
mod deployment;
mod imports;
mod security_table;
