/// What a person may do when the address of a verified identity is in use already, and the identity may not sign in by
/// itself.
///
/// Deliberately exhaustive: the code that offers or checks a choice must not overlook one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// To sign in as the user who holds the address, in the way that worked before; the identity's account then joins
    /// that user.
    Connect,
    /// To start with a new user, to whom the address moves.
    Fresh,
}

/// The choices that a person has: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// Either.
    ConnectOrFresh,
    /// To connect only: the holder has proved the address, or new users are not accepted.
    Connect,
    /// To start fresh only: the operator does not let identities join by address.
    Fresh,
}

impl Choice {
    /// Returns the name that programs see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Fresh => "fresh",
        }
    }
}

impl Choices {
    /// Returns the choices one by one.
    pub const fn each(self) -> &'static [Choice] {
        match self {
            Self::ConnectOrFresh => &[Choice::Connect, Choice::Fresh],
            Self::Connect => &[Choice::Connect],
            Self::Fresh => &[Choice::Fresh],
        }
    }

    /// Returns whether this is among them.
    pub fn allow(self, choice: Choice) -> bool {
        self.each().contains(&choice)
    }
}
