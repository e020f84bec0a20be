//! The sources of the workspace: who may import whom, what may be built in, and that the documentation names each test, and that what
//! is deployed beside the program matches it.

mod architecture;
mod circles;
mod dependencies;
mod deployment;
mod imports;
mod security_table;
