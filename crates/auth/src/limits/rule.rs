use belgie_domain::{ClientNetwork, EmailAddress, LimitKey, RateLimit, UserId};
use chrono::TimeDelta;

/// What is limited, and how often it may happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Names it in keys and in the log.
    pub(super) purpose: &'static str,
    pub(super) limit: RateLimit,
}

/// Starts of sign-ins of all kinds, per network. Hundreds of people who share an address can start at once, and then two
/// in each second. Each may lead to a request to the provider, which serves dozens at the same time, not hundreds.
pub(super) const START: Rule = Rule {
    purpose: "start",
    limit: RateLimit::new(300, TimeDelta::milliseconds(500)),
};
/// Responses of providers that arrive from another network than that which started the sign-in: as many as starts.
pub(super) const FOREIGN_CALLBACK: Rule = Rule {
    purpose: "callback",
    limit: START.limit,
};
/// Codes and ID tokens that clients post, per network: as many as starts, since each leads to a request to the provider.
pub(super) const POSTED: Rule = Rule {
    purpose: "posted",
    limit: START.limit,
};
/// One-time codes that could not be exchanged, per network: one front-end server exchanges those of all its users, some
/// of whom reload the page.
pub(super) const REFUSED_CODE: Rule = Rule {
    purpose: "exchange",
    limit: RateLimit::new(300, TimeDelta::seconds(1)),
};

/// Guesses for one account from one network: 10 within 15 minutes.
pub(super) const GUESS: Rule = Rule {
    purpose: "guess",
    limit: RateLimit::per(10, TimeDelta::minutes(15)),
};
/// Failed guesses from one network, for whatever accounts. Many people who share an address may mistype at once.
pub(super) const GUESS_OF_NETWORK: Rule = Rule {
    purpose: "guess of network",
    limit: RateLimit::new(200, TimeDelta::seconds(5)),
};
/// Failed guesses for one account from all networks that are not known: at most 100 in a row (NIST SP 800-63B §5.2.2),
/// and then one in each hour, so that an attack ends in time.
pub(super) const GUESS_OF_ACCOUNT: Rule = Rule {
    purpose: "guess of account",
    limit: RateLimit::new(100, TimeDelta::hours(1)),
};
/// Failed guesses for one account from one network that is known: as many in a row, so that no one in the same network
/// can guess without end.
pub(super) const GUESS_OF_KNOWN_NETWORK: Rule = Rule {
    purpose: "guess of known network",
    limit: GUESS_OF_ACCOUNT.limit,
};

/// Mails to one address, so that no mailbox is flooded.
pub(super) const MAIL: Rule = Rule {
    purpose: "mail",
    limit: RateLimit::per(5, TimeDelta::hours(1)),
};
/// Mails that one network causes, for whatever addresses.
pub(super) const MAIL_OF_NETWORK: Rule = Rule {
    purpose: "mail of network",
    limit: RateLimit::new(100, TimeDelta::seconds(30)),
};

/// Hashes of passwords that one network causes. One takes tens of milliseconds of a core.
pub(super) const HASH: Rule = Rule {
    purpose: "hash",
    limit: RateLimit::new(300, TimeDelta::milliseconds(500)),
};

/// Edits of a user's profile. Each writes an event, which is kept.
pub(super) const EDIT: Rule = Rule {
    purpose: "edit",
    limit: RateLimit::new(60, TimeDelta::minutes(1)),
};

/// Exports of a user's data. Each reads all events of the user.
pub(super) const EXPORT: Rule = Rule {
    purpose: "export",
    limit: RateLimit::per(10, TimeDelta::hours(1)),
};

impl Rule {
    pub(super) fn of_network(&self, network: ClientNetwork) -> LimitKey {
        LimitKey::new(self.purpose, &[&network.to_string()])
    }

    pub(super) fn of_user(&self, user: UserId) -> LimitKey {
        LimitKey::new(self.purpose, &[&user.to_string()])
    }

    pub(super) fn of_address(&self, address: &EmailAddress) -> LimitKey {
        LimitKey::new(self.purpose, &[address.as_str()])
    }

    pub(super) fn of_address_and_network(
        &self,
        address: &EmailAddress,
        network: Option<ClientNetwork>,
    ) -> LimitKey {
        let network = network.map(|network| network.to_string());
        let network = network.as_deref().unwrap_or_default();
        LimitKey::new(self.purpose, &[address.as_str(), network])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const RULES: [Rule; 13] = [
        START,
        FOREIGN_CALLBACK,
        POSTED,
        REFUSED_CODE,
        GUESS,
        GUESS_OF_NETWORK,
        GUESS_OF_ACCOUNT,
        GUESS_OF_KNOWN_NETWORK,
        MAIL,
        MAIL_OF_NETWORK,
        HASH,
        EDIT,
        EXPORT,
    ];

    #[test]
    fn each_rule_has_keys_of_its_own() {
        let network = ClientNetwork::V4([192, 0, 2, 1].into());

        let keys: BTreeSet<_> = RULES.iter().map(|rule| rule.of_network(network)).collect();

        assert_eq!(keys.len(), RULES.len());
    }

    #[test]
    fn rat_12_a_bucket_is_full_again_within_five_days_so_the_table_stays_small() {
        for rule in RULES {
            let refill = rule.limit.refill_time(rule.limit.burst());
            assert!(refill <= TimeDelta::days(5), "{}", rule.purpose);
        }
    }
}
