use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use crate::deadline::{Deadlines, Timer};
use crate::exchange::{Exchange, WaitingFor};
use crate::registry::Admission;

/// A connection that waits for its client only for a limited time and passes on one request at a time.
///
/// It sits between an HTTP/1.1 server and its socket. Once a client is late, or its connection must make room for
/// another, every operation fails and the server drops it.
#[derive(Debug)]
pub struct GuardedStream<Io> {
    io: Io,
    exchange: Exchange,
    deadlines: Deadlines,
    timer: Timer,
    admission: Admission,
    /// Since when the client has not accepted any data.
    blocked: Option<Instant>,
}

/// Sent to a client whose request is late (RFC 9110 §15.5.9).
const REQUEST_TIMEOUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

impl<Io: AsyncRead + AsyncWrite + Unpin> GuardedStream<Io> {
    pub(crate) fn new(io: Io, deadlines: Deadlines, admission: Admission) -> Self {
        let now = Instant::now();
        Self {
            io,
            exchange: Exchange::new(now),
            deadlines,
            timer: Timer::new(now + deadlines.head),
            admission,
            blocked: None,
        }
    }

    /// Returns the underlying stream.
    pub fn get_ref(&self) -> &Io {
        &self.io
    }

    /// Fails if the connection must end, and schedules a wake-up for when it may have to.
    fn watch(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        self.admission.register(cx.waker());
        if self.admission.is_closed() {
            return Err(evicted());
        }
        let (waiting_for, since) = self.exchange.waiting_for();
        let deadline = match self.blocked {
            Some(since) => Some(self.deadlines.of_write(since, self.admission.is_stopping())),
            None => self.deadlines.of(waiting_for, since),
        };
        if deadline.is_some_and(|deadline| self.timer.poll(deadline, cx).is_ready()) {
            return Err(self.late(waiting_for, cx));
        }
        Ok(())
    }

    fn late(&mut self, waiting_for: WaitingFor, cx: &mut Context<'_>) -> io::Error {
        if waiting_for == WaitingFor::Head && self.blocked.is_none() {
            // It no longer matters whether this arrives.
            let _ = Pin::new(&mut self.io).poll_write(cx, REQUEST_TIMEOUT);
        }
        io::Error::from(io::ErrorKind::TimedOut)
    }

    /// Updates the registry with whether the connection is waiting for its client.
    fn update(&mut self) -> io::Result<()> {
        let waited = self.exchange.client_awaited_since();
        if self.admission.update(waited) {
            Ok(())
        } else {
            Err(evicted())
        }
    }

    /// Takes over the bytes that were read into a buffer after `from`, and leaves in it those that may be passed on.
    fn received(&mut self, buffer: &mut ReadBuf<'_>, from: usize) -> io::Result<()> {
        let passed = self
            .exchange
            .receive(&buffer.filled()[from..], Instant::now());
        buffer.set_filled(from + passed);
        self.update()
    }

    /// Passes on buffered bytes, as soon as they may be.
    fn release(&mut self, buffer: &mut ReadBuf<'_>) -> io::Result<()> {
        if !self.exchange.has_buffered() {
            return Ok(());
        }
        self.exchange.release(buffer, Instant::now());
        self.update()
    }

    fn wrote(&mut self, bytes: &[u8], cx: &mut Context<'_>) -> io::Result<()> {
        let was_blocked = self.blocked.take().is_some();
        let ended = self.exchange.sent(bytes, Instant::now());
        if ended {
            self.update()?;
        }
        if was_blocked || (ended && self.may_read(cx)) {
            // The server's last read found nothing, so the server must be woken to read again.
            self.admission.wake();
        }
        Ok(())
    }

    /// Returns whether there is something to read; otherwise schedules a wake-up.
    fn may_read(&mut self, cx: &mut Context<'_>) -> bool {
        let nothing = &mut ReadBuf::new(&mut []);
        self.exchange.has_buffered() || Pin::new(&mut self.io).poll_read(cx, nothing).is_ready()
    }

    fn is_blocked(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        self.blocked.get_or_insert_with(Instant::now);
        self.watch(cx)
    }
}

fn evicted() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncRead for GuardedStream<Io> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let from = buffer.filled().len();
        this.release(buffer)?;
        while buffer.filled().len() == from && buffer.remaining() > 0 {
            if this.blocked.is_some() || !this.exchange.wants_input() {
                this.watch(cx)?;
                return Poll::Pending;
            }
            match Pin::new(&mut this.io).poll_read(cx, buffer)? {
                Poll::Ready(()) if buffer.filled().len() == from => break,
                Poll::Ready(()) => this.received(buffer, from)?,
                Poll::Pending => {
                    this.watch(cx)?;
                    return Poll::Pending;
                }
            }
            this.release(buffer)?;
        }
        Poll::Ready(Ok(()))
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for GuardedStream<Io> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_write(cx, bytes)? {
            Poll::Ready(size) => {
                this.wrote(&bytes[..size], cx)?;
                Poll::Ready(Ok(size))
            }
            Poll::Pending => {
                this.is_blocked(cx)?;
                Poll::Pending
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_flush(cx)? {
            Poll::Ready(()) => this.watch(cx)?,
            Poll::Pending => {
                this.is_blocked(cx)?;
                return Poll::Pending;
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_shutdown(cx)? {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending => {
                this.watch(cx)?;
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests;
