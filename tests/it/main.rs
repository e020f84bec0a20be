//! The whole of Belgie from outside: the real program, a real database, a real provider, over real sockets.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod architecture;
mod audit;
mod axum;
mod balancer;
mod broken;
mod browser;
mod canary;
mod circles;
mod connections;
mod crowded_attempts;
mod dependencies;
mod durable;
mod failures;
mod flow;
mod flow_browser;
mod flow_mix_up;
mod flow_race;
mod flow_request;
mod flow_response;
mod flow_time;
mod headers;
mod imports;
mod injection;
mod killing;
mod limits;
mod linking;
mod log_fields;
mod logs;
mod many_providers;
mod migrations;
mod nodes;
mod origin;
mod outgoing;
mod outgoing_memory;
mod outgoing_replies;
mod outgoing_storm;
mod outgoing_time;
mod outgoing_tls;
mod postgres;
mod program;
mod proxy;
mod randomness;
mod redirects;
mod reliability;
mod repetition;
mod rollback;
mod security_table;
mod session;
mod site;
mod stopping;
mod stored;
mod upgrade;
mod wire;
mod writers;
