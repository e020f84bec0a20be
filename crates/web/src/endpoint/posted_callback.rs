use belgie_auth::PostedProof;
use serde::Deserialize;

use super::JSON;
use crate::body::RequestBody;
use crate::call::Call;
use crate::error::Problem;
use crate::json_body;
use crate::reply::Reply;
use crate::text::detail;
use crate::view::PostedView;
use crate::web::Answer;

/// The body of the request. It is secret, so there is no `Debug` output.
#[derive(Deserialize)]
struct Fields {
    code: Option<String>,
    code_verifier: Option<String>,
    redirect_uri: Option<String>,
    id_token: Option<String>,
    nonce: Option<String>,
}

/// `POST /auth/provider/{id}/callback`: a code or an ID token for a session. It sets no cookie.
pub(crate) async fn sign_in(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let web = call.web;
    web.check_sign_in_origin(call.request)?;
    let fields: Fields = json_body::read_object(call.headers(), body).await?;
    let (provider, client) = (call.segment()?, call.client());
    let (sign_in, proof) = (web.auth.sign_in(), fields.proof()?);
    let signed_in = sign_in.with_posted(&provider, proof, &client).await;
    let signed_in = signed_in.map_err(|error| Problem::from(error).at_provider(call.provider()))?;
    let access_tokens = web.auth.access_tokens();
    let issued = if access_tokens.are_offered() {
        let issued = access_tokens.issue(&signed_in.session, &signed_in.user);
        Some(issued.await?)
    } else {
        None
    };
    let view = PostedView::new(&signed_in, issued.as_ref());
    Ok(Reply::json(200, JSON, &view)?)
}

impl Fields {
    /// Returns the proof; the use case checks the values.
    fn proof(&self) -> Result<PostedProof<'_>, Problem> {
        let nonce = self.nonce.as_deref();
        match (&self.code, &self.id_token) {
            (Some(code), None) => Ok(PostedProof::Code {
                code,
                code_verifier: self.code_verifier.as_deref().unwrap_or_default(),
                redirect_uri: self.redirect_uri.as_deref().unwrap_or_default(),
                nonce,
            }),
            (None, Some(id_token)) => Ok(PostedProof::IdToken {
                id_token,
                nonce: nonce.unwrap_or_default(),
            }),
            _ => Err(Problem::invalid(detail::CODE_OR_ID_TOKEN)),
        }
    }
}
