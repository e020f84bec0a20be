//! On which framework, and below which path, the cases run.

use std::cell::Cell;

/// Where a case runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setup {
    pub framework: Framework,
    /// The base path of the site.
    pub base: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Actix,
    Axum,
}

thread_local! {
    static SETUP: Cell<Setup> = const { Cell::new(Setup::new(Framework::Actix, "")) };
}

impl Setup {
    pub(crate) const fn new(framework: Framework, base: &'static str) -> Self {
        Self { framework, base }
    }

    /// Returns the setup of the case that runs on this thread.
    pub(crate) fn current() -> Self {
        SETUP.get()
    }

    /// Runs a case.
    pub(crate) fn run(self, case: impl Future<Output = ()>) {
        SETUP.set(self);
        actix_web::rt::System::new().block_on(case);
    }
}

/// Makes tests of cases: each on both frameworks, at the root and below a path.
#[macro_export]
macro_rules! everywhere {
    ($($case:ident,)+) => {
        mod everywhere {$(
            mod $case {
                use $crate::setup::{Framework, Setup};

                #[test]
                fn on_actix() {
                    Setup::new(Framework::Actix, "").run(super::super::$case());
                }

                #[test]
                fn on_actix_below_a_path() {
                    Setup::new(Framework::Actix, "/account").run(super::super::$case());
                }

                #[test]
                fn on_axum() {
                    Setup::new(Framework::Axum, "").run(super::super::$case());
                }

                #[test]
                fn on_axum_below_a_path() {
                    Setup::new(Framework::Axum, "/account").run(super::super::$case());
                }
            }
        )+}
    };
}
