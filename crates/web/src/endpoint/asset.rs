use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::reply::{Body, Reply};
use crate::web::Answer;

/// The file's name changes with its content, so browsers need never revalidate it.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// `GET /auth/assets/{file}`
pub(crate) fn show(call: Call<'_>) -> Answer {
    let asset = call.web.assets.find(&call.segment()?);
    let asset = asset.ok_or_else(|| Problem::new(Code::NotFound))?;
    let content = Body::Bytes(asset.content.clone());
    Ok(Reply::new(200)
        .with_header(HeaderName::CacheControl, IMMUTABLE)
        .with_body(asset.content_type, content))
}
