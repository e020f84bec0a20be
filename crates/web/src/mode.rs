//! How the result of a sign-in reaches the front end, as requests name it.

use belgie_domain::{CodeChallenge, Delivery};

use crate::error::Problem;
use crate::params::Params;
use crate::text::detail;

/// The parameter `mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Cookie,
    Fragment,
    Code,
}

/// Reads the delivery from `mode`, and for `code` the code challenge (RFC 7636 §4.3).
///
/// # Errors
/// `invalid_request` for an unknown mode, and for `code` a challenge that is missing, malformed or made by another method
/// than S256.
pub(crate) fn delivery(params: &Params<'_>) -> Result<Delivery, Problem> {
    let challenge = params.one("code_challenge")?;
    let method = params.one("code_challenge_method")?;
    match (Mode::of(params.one("mode")?)?, challenge) {
        // Parameters of other modes are ignored, as unknown ones are.
        (Mode::Cookie, _) => Ok(Delivery::Cookie),
        (Mode::Fragment, _) => Ok(Delivery::Fragment),
        (Mode::Code, Some(challenge)) if method.is_none_or(|method| method == "S256") => {
            let challenge: Result<CodeChallenge, _> = challenge.parse();
            let challenge = challenge.map_err(|_| Problem::invalid(detail::CODE_CHALLENGE))?;
            Ok(Delivery::Code { challenge })
        }
        (Mode::Code, _) => Err(Problem::invalid(detail::CODE_CHALLENGE)),
    }
}

/// The parameters that say how a sign-in ends, besides its redirect.
pub(crate) const PARAMETERS: [&str; 3] = ["state", "mode", "code_challenge"];

/// Returns the [`PARAMETERS`] of a sign-in that ends as this one was to end.
pub(crate) fn parameters(
    client_state: Option<&str>,
    delivery: &Delivery,
) -> Vec<(&'static str, String)> {
    let [state, mode, challenge] = PARAMETERS;
    let state = client_state.map(|text| (state, text.to_owned()));
    let mode = (*delivery != Delivery::Cookie).then(|| (mode, delivery.as_str().to_owned()));
    let challenge = delivery
        .code_challenge()
        .map(|text| (challenge, text.to_string()));
    state.into_iter().chain(mode).chain(challenge).collect()
}

impl Mode {
    fn of(word: Option<&str>) -> Result<Self, Problem> {
        match word {
            None | Some("cookie") => Ok(Self::Cookie),
            Some("fragment") => Ok(Self::Fragment),
            Some("code") => Ok(Self::Code),
            Some(_) => Err(Problem::invalid(detail::MODE_UNAVAILABLE)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn flow_05_mode_code_needs_an_s256_challenge() {
        let read = |query: &str| delivery(&Params::of(query)).ok();
        let code = Some(Delivery::Code {
            challenge: CHALLENGE.parse().unwrap(),
        });

        for query in [
            "",
            "mode=",
            "mode=cookie",
            "mode=cookie&state=x",
            "mode=cookie&code_challenge=x",
            "code_challenge=x&code_challenge_method=plain",
        ] {
            assert_eq!(read(query), Some(Delivery::Cookie), "{query}");
        }
        assert_eq!(read("mode=fragment"), Some(Delivery::Fragment));
        for query in [
            format!("mode=code&code_challenge={CHALLENGE}"),
            format!("code_challenge={CHALLENGE}&mode=code&code_challenge_method=S256"),
        ] {
            assert_eq!(read(&query), code, "{query}");
        }
        for query in [
            "mode=code".to_owned(),
            "mode=code&code_challenge=".to_owned(),
            "mode=code&code_challenge=x".to_owned(),
            format!("mode=code&code_challenge={CHALLENGE}&code_challenge_method=plain"),
            format!("mode=code&code_challenge={CHALLENGE}&code_challenge={CHALLENGE}"),
            format!("mode=Code&code_challenge={CHALLENGE}"),
            "mode=Fragment".to_owned(),
            "mode=query".to_owned(),
            "mode=cookie&mode=cookie".to_owned(),
        ] {
            assert_eq!(read(&query), None, "{query}");
        }
    }
}
