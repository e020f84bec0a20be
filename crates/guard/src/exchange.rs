//! The state of a connection: pure logic, fed with the bytes of both directions.

use tokio::io::ReadBuf;
use tokio::time::Instant;

use crate::framing::{self, Ambiguous, Body, Parsed};

/// A longer head is passed on as it is; the server refuses it.
const HEAD_LIMIT: usize = 128 * 1024;

/// Requests and responses on one connection. Requests are passed on one at a time.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Received bytes that have not been passed on yet.
    buffered: Vec<u8>,
    /// How many of them may be passed on.
    released: usize,
    /// How many bytes of an incomplete head have been searched.
    searched: usize,
    inbound: Inbound,
    outbound: Outbound,
    pending: Option<PendingRequest>,
    begun: bool,
    waiting_for: WaitingFor,
    since: Instant,
    waited: Instant,
}

#[derive(Debug)]
enum Inbound {
    Head,
    Body(Body),
    /// Nothing more is passed on: the server answers what it has, and closes.
    Ambiguous,
}

#[derive(Debug)]
enum Outbound {
    /// The start of a head.
    Head(Vec<u8>),
    Body(Body),
}

#[derive(Debug, Clone, Copy)]
struct PendingRequest {
    is_head: bool,
}

/// What a connection is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitingFor {
    /// The server's response to a complete request.
    Answer,
    /// The rest of a head, or the first head.
    Head,
    /// Another request.
    Request,
    /// The rest of a body that the server may read.
    Body,
    /// The rest of a body whose request has been answered.
    Remainder,
}

impl Exchange {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            buffered: Vec::new(),
            released: 0,
            searched: 0,
            inbound: Inbound::Head,
            outbound: Outbound::Head(Vec::new()),
            pending: None,
            begun: true,
            waiting_for: WaitingFor::Head,
            since: now,
            waited: now,
        }
    }

    /// Returns what the connection is waiting for, and since when.
    pub(crate) fn waiting_for(&self) -> (WaitingFor, Instant) {
        (self.waiting_for, self.since)
    }

    /// Returns since when the connection has been waiting for the client, unless it is being served.
    pub(crate) fn client_awaited_since(&self) -> Option<Instant> {
        (self.waiting_for != WaitingFor::Answer).then_some(self.waited)
    }

    /// Returns whether more bytes may be read. The next head has to wait until the current response has been sent.
    pub(crate) fn wants_input(&self) -> bool {
        match self.inbound {
            Inbound::Head => self.pending.is_none(),
            Inbound::Body(_) => true,
            Inbound::Ambiguous => false,
        }
    }

    /// Returns whether received bytes are buffered.
    pub(crate) fn has_buffered(&self) -> bool {
        !self.buffered.is_empty()
    }

    /// Accepts received bytes, buffers those that may not be passed on yet, and returns how many of the first ones may.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) -> usize {
        if matches!(self.inbound, Inbound::Head) {
            self.begun = true;
        }
        let passed = if self.buffered.is_empty() {
            self.advance(bytes)
        } else {
            0
        };
        self.buffered.extend_from_slice(&bytes[passed..]);
        self.settle(now);
        passed
    }

    /// Passes on buffered bytes that may now be passed on.
    pub(crate) fn release(&mut self, into: &mut ReadBuf<'_>, now: Instant) {
        if self.buffered.is_empty() {
            return;
        }
        if self.released == 0 {
            let buffered = std::mem::take(&mut self.buffered);
            self.released = self.advance(&buffered);
            self.buffered = buffered;
            self.settle(now);
        }
        let size = self.released.min(into.remaining());
        into.put_slice(&self.buffered[..size]);
        self.released -= size;
        self.buffered.drain(..size);
        if self.buffered.is_empty() {
            self.buffered = Vec::new();
        }
    }

    /// Records bytes that were sent, and returns whether a response ended among them.
    pub(crate) fn sent(&mut self, mut bytes: &[u8], now: Instant) -> bool {
        let mut ended = false;
        while !bytes.is_empty() {
            let (taken, end) = match &mut self.outbound {
                Outbound::Head(_) => self.sent_head(bytes),
                Outbound::Body(body) => body.advance(bytes).unwrap_or_else(|Ambiguous| {
                    *body = Body::UntilClose;
                    (bytes.len(), false)
                }),
            };
            bytes = &bytes[taken..];
            if end {
                ended = true;
                self.answered();
            }
        }
        if ended {
            self.settle(now);
        }
        ended
    }

    fn sent_head(&mut self, bytes: &[u8]) -> (usize, bool) {
        let to_head = self.pending.is_some_and(|request| request.is_head);
        let Outbound::Head(begun) = &mut self.outbound else {
            return (0, false);
        };
        let before = begun.len();
        let parsed = if before == 0 {
            framing::response(bytes, to_head)
        } else {
            begun.extend_from_slice(bytes);
            framing::response(begun, to_head)
        };
        match parsed {
            Parsed::Whole(answer, length) => {
                begun.clear();
                let ended = answer.body.is_none() && !answer.is_interim;
                if let Some(body) = answer.body {
                    self.outbound = Outbound::Body(body);
                }
                (length - before, ended)
            }
            Parsed::Partial if before < HEAD_LIMIT => {
                if before == 0 {
                    begun.extend_from_slice(bytes);
                }
                (bytes.len(), false)
            }
            Parsed::Partial | Parsed::Ambiguous => {
                self.outbound = Outbound::Body(Body::UntilClose);
                (bytes.len(), false)
            }
        }
    }

    fn answered(&mut self) {
        self.outbound = Outbound::Head(Vec::new());
        self.pending = None;
        self.begun = false;
    }

    /// Returns how many of the first bytes may be passed on now.
    fn advance(&mut self, bytes: &[u8]) -> usize {
        let mut passed = 0;
        while passed < bytes.len() {
            let rest = &bytes[passed..];
            let more = match &mut self.inbound {
                Inbound::Head if self.pending.is_none() => self.begin(rest),
                Inbound::Head | Inbound::Ambiguous => 0,
                Inbound::Body(body) => match body.advance(rest) {
                    Ok((taken, false)) => taken,
                    Ok((taken, true)) => {
                        self.inbound = Inbound::Head;
                        taken
                    }
                    Err(Ambiguous) => {
                        self.inbound = Inbound::Ambiguous;
                        rest.len()
                    }
                },
            };
            if more == 0 {
                break;
            }
            passed += more;
        }
        passed
    }

    /// Starts a request if its head is complete, and returns the length of the head.
    fn begin(&mut self, bytes: &[u8]) -> usize {
        let seen = std::mem::replace(&mut self.searched, bytes.len()).min(bytes.len());
        // Only a line break can end a head. This avoids parsing a slowly arriving head again for every byte.
        if seen > 0 && !bytes[seen..].contains(&b'\n') && bytes.len() < HEAD_LIMIT {
            return 0;
        }
        match framing::request(bytes) {
            Parsed::Partial if bytes.len() < HEAD_LIMIT => 0,
            Parsed::Partial | Parsed::Ambiguous => {
                self.inbound = Inbound::Ambiguous;
                self.searched = 0;
                bytes.len()
            }
            Parsed::Whole(request, length) => {
                self.pending = Some(PendingRequest {
                    is_head: request.is_head,
                });
                if let Some(body) = request.body {
                    self.inbound = Inbound::Body(body);
                }
                (self.searched, self.begun) = (0, false);
                length
            }
        }
    }

    fn settle(&mut self, now: Instant) {
        if matches!(self.inbound, Inbound::Head) && self.pending.is_none() {
            self.begun |= self.buffered.len() > self.released;
        }
        let waiting_for = match (&self.inbound, self.pending) {
            (Inbound::Head | Inbound::Body(Body::UntilClose), Some(_)) => WaitingFor::Answer,
            (Inbound::Body(_), Some(_)) => WaitingFor::Body,
            (Inbound::Body(_), None) => WaitingFor::Remainder,
            (Inbound::Head, None) if !self.begun => WaitingFor::Request,
            (Inbound::Head, None) | (Inbound::Ambiguous, _) => WaitingFor::Head,
        };
        if waiting_for == self.waiting_for {
            return;
        }
        if self.waiting_for != WaitingFor::Request || waiting_for != WaitingFor::Head {
            self.waited = now;
        }
        (self.waiting_for, self.since) = (waiting_for, now);
    }
}
