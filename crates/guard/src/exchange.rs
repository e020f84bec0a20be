//! Whose turn it is on a connection: pure, fed with the bytes of both directions.

use tokio::io::ReadBuf;
use tokio::time::Instant;

use crate::framing::{self, Body, Parsed, Unclear};

/// More of a head is handed over as it is; the server refuses it.
const HEAD_LIMIT: usize = 128 * 1024;

/// Requests and answers on one connection, of which one request at a time is handed over.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Bytes that came and are not handed over yet.
    held: Vec<u8>,
    /// How many of them may be.
    released: usize,
    /// How many bytes of a head that goes on were looked at.
    searched: usize,
    inbound: Inbound,
    outbound: Outbound,
    unanswered: Option<Unanswered>,
    begun: bool,
    awaited: Awaited,
    since: Instant,
    waited: Instant,
}

#[derive(Debug)]
enum Inbound {
    Head,
    Body(Body),
    /// Nothing more is handed over: the server answers what it has, and closes.
    Unclear,
}

#[derive(Debug)]
enum Outbound {
    /// The beginning of a head.
    Head(Vec<u8>),
    Body(Body),
}

#[derive(Debug, Clone, Copy)]
struct Unanswered {
    is_head: bool,
}

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// The server's answer to a request that has come whole.
    Answer,
    /// The rest of a head, or the first one.
    Head,
    /// Another request.
    Request,
    /// The rest of a body that the server may want.
    Body,
    /// The rest of a body that has been answered.
    Remainder,
}

impl Exchange {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            held: Vec::new(),
            released: 0,
            searched: 0,
            inbound: Inbound::Head,
            outbound: Outbound::Head(Vec::new()),
            unanswered: None,
            begun: true,
            awaited: Awaited::Head,
            since: now,
            waited: now,
        }
    }

    /// What it waits for, and since when.
    pub(crate) fn awaited(&self) -> (Awaited, Instant) {
        (self.awaited, self.since)
    }

    /// Since when the client has been waited for, unless it is served.
    pub(crate) fn waits_for_client(&self) -> Option<Instant> {
        (self.awaited != Awaited::Answer).then_some(self.waited)
    }

    /// Whether more bytes may be read: not the next head before this one's answer has left.
    pub(crate) fn wants_input(&self) -> bool {
        match self.inbound {
            Inbound::Head => self.unanswered.is_none(),
            Inbound::Body(_) => true,
            Inbound::Unclear => false,
        }
    }

    /// Whether bytes that came are kept.
    pub(crate) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes bytes that came, keeps what may not be handed over yet, and returns how many of the first ones may.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) -> usize {
        if matches!(self.inbound, Inbound::Head) {
            self.begun = true;
        }
        let passed = if self.held.is_empty() {
            self.advance(bytes)
        } else {
            0
        };
        self.held.extend_from_slice(&bytes[passed..]);
        self.settle(now);
        passed
    }

    /// Hands over bytes that were kept, as soon as they may be.
    pub(crate) fn release(&mut self, into: &mut ReadBuf<'_>, now: Instant) {
        if self.held.is_empty() {
            return;
        }
        if self.released == 0 {
            let held = std::mem::take(&mut self.held);
            self.released = self.advance(&held);
            self.held = held;
            self.settle(now);
        }
        let size = self.released.min(into.remaining());
        into.put_slice(&self.held[..size]);
        self.released -= size;
        self.held.drain(..size);
        if self.held.is_empty() {
            self.held = Vec::new();
        }
    }

    /// Takes bytes that have left, and returns whether an answer ended among them.
    pub(crate) fn sent(&mut self, mut bytes: &[u8], now: Instant) -> bool {
        let mut ended = false;
        while !bytes.is_empty() {
            let (taken, end) = match &mut self.outbound {
                Outbound::Head(_) => self.sent_head(bytes),
                Outbound::Body(body) => body.advance(bytes).unwrap_or_else(|Unclear| {
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
        let to_head = self.unanswered.is_some_and(|request| request.is_head);
        let Outbound::Head(begun) = &mut self.outbound else {
            return (0, false);
        };
        let before = begun.len();
        let parsed = if before == 0 {
            framing::answer(bytes, to_head)
        } else {
            begun.extend_from_slice(bytes);
            framing::answer(begun, to_head)
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
            Parsed::Partial | Parsed::Unclear => {
                self.outbound = Outbound::Body(Body::UntilClose);
                (bytes.len(), false)
            }
        }
    }

    fn answered(&mut self) {
        self.outbound = Outbound::Head(Vec::new());
        self.unanswered = None;
        self.begun = false;
    }

    /// How many of the first bytes may be handed over now.
    fn advance(&mut self, bytes: &[u8]) -> usize {
        let mut passed = 0;
        while passed < bytes.len() {
            let rest = &bytes[passed..];
            let more = match &mut self.inbound {
                Inbound::Head if self.unanswered.is_none() => self.begin(rest),
                Inbound::Head | Inbound::Unclear => 0,
                Inbound::Body(body) => match body.advance(rest) {
                    Ok((taken, false)) => taken,
                    Ok((taken, true)) => {
                        self.inbound = Inbound::Head;
                        taken
                    }
                    Err(Unclear) => {
                        self.inbound = Inbound::Unclear;
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

    /// Begins a request if its head is whole, and returns how long the head is.
    fn begin(&mut self, bytes: &[u8]) -> usize {
        let seen = std::mem::replace(&mut self.searched, bytes.len()).min(bytes.len());
        // Only the end of a line can end a head. This keeps one that drips from being parsed again for every byte.
        if seen > 0 && !bytes[seen..].contains(&b'\n') && bytes.len() < HEAD_LIMIT {
            return 0;
        }
        match framing::request(bytes) {
            Parsed::Partial if bytes.len() < HEAD_LIMIT => 0,
            Parsed::Partial | Parsed::Unclear => {
                self.inbound = Inbound::Unclear;
                self.searched = 0;
                bytes.len()
            }
            Parsed::Whole(request, length) => {
                self.unanswered = Some(Unanswered {
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
        if matches!(self.inbound, Inbound::Head) && self.unanswered.is_none() {
            self.begun |= self.held.len() > self.released;
        }
        let awaited = match (&self.inbound, self.unanswered) {
            (Inbound::Head | Inbound::Body(Body::UntilClose), Some(_)) => Awaited::Answer,
            (Inbound::Body(_), Some(_)) => Awaited::Body,
            (Inbound::Body(_), None) => Awaited::Remainder,
            (Inbound::Head, None) if !self.begun => Awaited::Request,
            (Inbound::Head, None) | (Inbound::Unclear, _) => Awaited::Head,
        };
        if awaited == self.awaited {
            return;
        }
        if self.awaited != Awaited::Request || awaited != Awaited::Head {
            self.waited = now;
        }
        (self.awaited, self.since) = (awaited, now);
    }
}
