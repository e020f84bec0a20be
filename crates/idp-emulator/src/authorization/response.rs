//! The authorization response (RFC 6749 §4.1.2, RFC 9207).

use url::Url;

use crate::fault::AuthorizationFault;
use crate::protocol::Protocol;
use crate::provider::Provider;

/// Returns the redirect URI with the response's parameters, including `state` and, except at Microsoft, `iss`.
pub(crate) fn response_url(
    provider: &Provider,
    protocol: Protocol,
    redirect_uri: &str,
    state: Option<&str>,
    result: &[(&str, &str)],
) -> Url {
    let mut parameters = list(result);
    let faults = provider.faults.authorization();
    for fault in &faults {
        if let AuthorizationFault::Error { code, description } = fault {
            parameters = list(&[("error", code), ("error_description", description)]);
        }
    }
    if let Some(state) = state {
        parameters.push(("state".to_owned(), state.to_owned()));
    }
    if !provider.is_microsoft {
        parameters.push(("iss".to_owned(), protocol.issuer(provider)));
    }
    for fault in faults {
        change(&mut parameters, fault);
    }
    let mut url = Url::parse(redirect_uri).expect("a redirect URI that was allowed is a URL");
    url.query_pairs_mut().extend_pairs(parameters);
    url
}

type Parameters = Vec<(String, String)>;

fn change(parameters: &mut Parameters, fault: AuthorizationFault) {
    match fault {
        AuthorizationFault::ParameterSet { name, value } => {
            parameters.retain(|(key, _)| *key != name);
            parameters.push((name, value));
        }
        AuthorizationFault::ParameterRemoved { name } => {
            parameters.retain(|(key, _)| *key != name);
        }
        AuthorizationFault::ParameterRepeated { name, value } => parameters.push((name, value)),
        AuthorizationFault::Error { .. } => {}
    }
}

fn list(pairs: &[(&str, &str)]) -> Parameters {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
