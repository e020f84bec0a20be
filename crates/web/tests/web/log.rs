use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::{Rc, Weak};
use std::sync::Once;

thread_local! {
    /// Where this thread's lines go, while a test wants them.
    static LINES: RefCell<Weak<RefCell<Vec<u8>>>> = const { RefCell::new(Weak::new()) };
}

/// The log lines of one test's thread, from `Log::start` on.
#[derive(Default)]
pub(crate) struct Log(Rc<RefCell<Vec<u8>>>);

impl Log {
    /// Installs the one subscriber of this program, before anything is logged. A subscriber for one test alone would
    /// miss lines: whether a line is wanted is decided when any thread first reaches it.
    pub(crate) fn install() {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(|| Lines)
                .init();
        });
    }

    pub(crate) fn start() -> Self {
        let log = Self::default();
        LINES.set(Rc::downgrade(&log.0));
        log
    }

    /// Returns what was logged since the last call.
    pub(crate) fn take(&self) -> String {
        String::from_utf8(self.0.take()).unwrap()
    }
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(lines) = LINES.with_borrow(Weak::upgrade) {
            lines.borrow_mut().extend(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
