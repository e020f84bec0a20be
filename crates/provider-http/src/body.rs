use http::header::CONTENT_ENCODING;

use crate::HttpError;

/// Reads a body up to a limit, and stops there. A compressed body is refused unread: none was requested, and a small
/// one may expand to a huge one.
pub(crate) async fn read(
    mut response: reqwest::Response,
    limit: usize,
) -> Result<Vec<u8>, HttpError> {
    let mut codings = response.headers().get_all(CONTENT_ENCODING).into_iter();
    if codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(HttpError::Compressed);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| HttpError::of(&error))?
    {
        if body.len() + chunk.len() > limit {
            return Err(HttpError::TooLong(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
