use http::StatusCode;

use crate::{HttpClient, HttpError, Network, Request, Response, json};

impl HttpClient {
    /// Sends a request to a token endpoint exactly once. The response contains tokens or an error (RFC 6749 §5); its
    /// body is not parsed yet.
    ///
    /// # Errors
    /// [`HttpError::Status`] for a status other than 200, 400 and 401, [`HttpError::ContentType`] for a media type other
    /// than JSON; otherwise as [`Self::send`].
    pub async fn send_token_request(
        &self,
        network: Network,
        request: Request,
    ) -> Result<Response, HttpError> {
        let answer = self.send(network, request, MAX_BYTES).await?;
        match answer.status() {
            StatusCode::OK | StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => {}
            status => return Err(HttpError::Status(status)),
        }
        json::check_content_type(&answer)?;
        Ok(answer)
    }
}

/// As long as a key set may be. Each concurrent sign-in may receive this much.
const MAX_BYTES: usize = 256 * 1024;
