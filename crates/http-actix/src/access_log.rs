//! Each request in the log, at `belgie::access=info`: never its query, which may hold codes and states.

use std::time::Instant;

use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::USER_AGENT;
use tracing::Level;

/// A line of the access log, written only where somebody listens.
pub(crate) struct AccessEntry {
    begun: Instant,
    agent: String,
}

impl AccessEntry {
    pub(crate) fn begin(request: &ServiceRequest) -> Option<Self> {
        if !tracing::enabled!(target: "belgie::access", Level::INFO) {
            return None;
        }
        let agent = request.headers().get(USER_AGENT);
        Some(Self {
            begun: Instant::now(),
            agent: agent.map_or_else(String::new, |value| {
                String::from_utf8_lossy(value.as_bytes())
                    .chars()
                    .take(512)
                    .collect()
            }),
        })
    }

    pub(crate) fn end<B>(&self, answered: &Result<ServiceResponse<B>, Error>) {
        let status = match answered {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        let micros = self.begun.elapsed().as_micros();
        tracing::info!(target: "belgie::access", status = status.as_u16(), micros, agent = ?self.agent, "answered");
    }
}
