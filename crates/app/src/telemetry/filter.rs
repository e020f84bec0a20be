/// How much is logged where `RUST_LOG` does not say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbosity {
    /// A server: state changes and failures.
    Server,
    /// A command: failures and warnings. What it did it says itself.
    Command,
}

/// Requests are told at `belgie::access`, which is off until it is asked for. So is `actix_http`: it writes an error for
/// each request that is no HTTP, so that any stranger could fill the log.
const SERVER: &str = "warn,belgie=info,belgie::access=off,actix_http=off";
const COMMAND: &str = "warn,belgie::access=off";

/// Returns the directives of both: a level alone in `RUST_LOG` takes the place of ours, all others are added to them.
pub(super) fn directives(verbosity: Verbosity, rust_log: Option<&str>) -> String {
    let ours = match verbosity {
        Verbosity::Server => SERVER,
        Verbosity::Command => COMMAND,
    };
    match rust_log.map(str::trim) {
        None | Some("") => ours.to_owned(),
        Some(given) if given.split(',').any(is_level) => given.to_owned(),
        Some(given) => format!("{ours},{given}"),
    }
}

fn is_level(directive: &str) -> bool {
    let directive = directive.trim();
    directive
        .parse::<tracing::level_filters::LevelFilter>()
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accesses_are_asked_for_without_losing_the_rest() {
        assert_eq!(
            directives(Verbosity::Server, Some("belgie::access=info")),
            "warn,belgie=info,belgie::access=off,actix_http=off,belgie::access=info"
        );
    }

    #[test]
    fn a_level_alone_is_taken_as_it_is() {
        for level in ["debug", "TRACE", "off", "info,actix_server=warn"] {
            assert_eq!(directives(Verbosity::Server, Some(level)), level);
        }
    }

    #[test]
    fn nothing_asked_means_the_defaults() {
        for nothing in [None, Some(""), Some(" ")] {
            assert_eq!(directives(Verbosity::Server, nothing), SERVER);
        }
    }
}
