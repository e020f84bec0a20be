//! The access log: one line per request at `belgie::access=info`. It omits the query, which may contain codes and
//! states.

use std::time::Instant;

use tracing::Level;

use crate::header_name::HeaderName;
use crate::headers::first;
use crate::request::Request;

/// A line of the access log, written only when the log level is enabled.
pub(crate) struct AccessEntry {
    begun: Instant,
    agent: String,
}

impl AccessEntry {
    pub(crate) fn begin(request: &Request<'_>) -> Option<Self> {
        if !tracing::enabled!(target: "belgie::access", Level::INFO) {
            return None;
        }
        let agent = first(request.headers(), HeaderName::UserAgent).unwrap_or_default();
        Some(Self {
            begun: Instant::now(),
            agent: String::from_utf8_lossy(agent).chars().take(512).collect(),
        })
    }

    pub(crate) fn end(&self, status: u16) {
        let micros = self.begun.elapsed().as_micros();
        tracing::info!(target: "belgie::access", status, micros, agent = ?self.agent, "answered");
    }
}
