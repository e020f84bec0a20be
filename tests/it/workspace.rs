//! The sources of the workspace: who may import whom, what may be built in, and that the documentation names each test.

mod architecture;
mod circles;
mod dependencies;
mod imports;
mod security_table;
