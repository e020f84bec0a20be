/// What is logged by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbosity {
    /// For a server: state changes and failures.
    Server,
    /// For a command: failures and warnings. Results are printed instead.
    Command,
}

/// Requests are logged at `belgie::access`, which is off by default. So is `actix_http`: it logs an error for each
/// malformed request, so that anyone could fill the log.
const SERVER: &str = "warn,belgie=info,belgie::access=off,actix_http=off";
const COMMAND: &str = "warn,belgie::access=off";

/// Combines the default directives with `RUST_LOG`: a level alone replaces ours, everything else is added.
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
    fn an_empty_filter_means_the_defaults() {
        for nothing in [None, Some(""), Some(" ")] {
            assert_eq!(directives(Verbosity::Server, nothing), SERVER);
        }
    }
}
