//! Finds where messages end (RFC 9112 §6), for incoming requests and outgoing responses.

use std::mem::MaybeUninit;

use httparse::{Header, ParserConfig, Status};

/// The limit of actix-http.
const MAX_HEADERS: usize = 96;

/// What some bytes start with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parsed<T> {
    /// An incomplete head.
    Partial,
    /// A complete head, and its length in bytes.
    Whole(T, usize),
    /// Not a head, or one whose body could end in two places.
    Ambiguous,
}

/// What a request head implies for the connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) body: Option<Body>,
    /// Whether the response has no body, whatever its head says.
    pub(crate) is_head: bool,
}

/// What a response head implies for the connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) body: Option<Body>,
    /// Whether another response to the same request follows, as after `100 Continue`.
    pub(crate) is_interim: bool,
}

/// The rest of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    Length(u64),
    Chunked(Chunked),
    UntilClose,
}

/// The position in a chunked body (RFC 9112 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chunked {
    Size,
    MoreSize(u64),
    Extension(u64),
    Data(u64),
    DataCr,
    DataLf,
    TrailerLine,
    Trailer,
    EndLf,
    End,
}

/// The body could end in two places.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ambiguous;

impl Body {
    /// Consumes what belongs to the body; returns how many bytes that is and whether the body has ended.
    pub(crate) fn advance(&mut self, bytes: &[u8]) -> Result<(usize, bool), Ambiguous> {
        match self {
            Self::Length(left) => {
                let taken = bytes
                    .len()
                    .min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= taken as u64;
                Ok((taken, *left == 0))
            }
            Self::Chunked(chunked) => {
                let taken = chunked.advance(bytes)?;
                Ok((taken, *chunked == Chunked::End))
            }
            Self::UntilClose => Ok((bytes.len(), false)),
        }
    }
}

impl Chunked {
    fn advance(&mut self, bytes: &[u8]) -> Result<usize, Ambiguous> {
        let mut taken = 0;
        while *self != Self::End && taken < bytes.len() {
            if let Self::Data(left) = *self {
                let rest = bytes.len() - taken;
                let data = rest.min(usize::try_from(left).unwrap_or(usize::MAX));
                taken += data;
                *self = match left - data as u64 {
                    0 => Self::DataCr,
                    left => Self::Data(left),
                };
            } else {
                *self = self.after(bytes[taken])?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    fn after(self, byte: u8) -> Result<Self, Ambiguous> {
        Ok(match (self, byte) {
            (Self::Size, byte) => Self::MoreSize(digit(byte).ok_or(Ambiguous)?),
            (Self::MoreSize(size), b'\r' | b';' | b' ' | b'\t') => Self::Extension(size),
            (Self::MoreSize(size), byte) => {
                let digit = digit(byte).ok_or(Ambiguous)?;
                Self::MoreSize(size.checked_mul(16).ok_or(Ambiguous)? + digit)
            }
            (Self::Extension(0) | Self::Trailer, b'\n') => Self::TrailerLine,
            (Self::Extension(size), b'\n') => Self::Data(size),
            (Self::DataCr, b'\r') => Self::DataLf,
            (Self::DataLf, b'\n') => Self::Size,
            (Self::TrailerLine, b'\r') => Self::EndLf,
            (Self::EndLf, b'\n') => Self::End,
            (Self::TrailerLine, _) => Self::Trailer,
            (Self::Extension(_) | Self::Trailer, _) => self,
            (Self::DataCr | Self::DataLf | Self::EndLf | Self::Data(_) | Self::End, _) => {
                return Err(Ambiguous);
            }
        })
    }
}

fn digit(byte: u8) -> Option<u64> {
    char::from(byte).to_digit(16).map(u64::from)
}

/// Parses a request head.
pub(crate) fn request(bytes: &[u8]) -> Parsed<Request> {
    let mut headers = [MaybeUninit::uninit(); MAX_HEADERS];
    let mut request = httparse::Request::new(&mut []);
    let parser = ParserConfig::default();
    let length = match parser.parse_request_with_uninit_headers(&mut request, bytes, &mut headers) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Parsed::Partial,
        Err(_) => return Parsed::Ambiguous,
    };
    let method = request.method.unwrap_or_default();
    let Ok(framing) = Framing::of(request.headers) else {
        return Parsed::Ambiguous;
    };
    // RFC 9112 §6.1: a proxy on the way may have read such a message differently.
    if framing.chunked && (framing.length.is_some() || request.version != Some(1)) {
        return Parsed::Ambiguous;
    }
    let switches = framing.websocket || method == "CONNECT";
    let body = match framing.body() {
        Some(Body::Chunked(chunked)) => Some(Body::Chunked(chunked)),
        _ if switches => Some(Body::UntilClose),
        body => body,
    };
    let is_head = method == "HEAD";
    Parsed::Whole(Request { body, is_head }, length)
}

/// Parses a response head.
pub(crate) fn response(bytes: &[u8], to_head: bool) -> Parsed<Response> {
    let mut headers = [MaybeUninit::uninit(); MAX_HEADERS];
    let mut answer = httparse::Response::new(&mut []);
    let parser = ParserConfig::default();
    let length = match parser.parse_response_with_uninit_headers(&mut answer, bytes, &mut headers) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Parsed::Partial,
        Err(_) => return Parsed::Ambiguous,
    };
    let Ok(framing) = Framing::of(answer.headers) else {
        return Parsed::Ambiguous;
    };
    let code = answer.code.unwrap_or_default();
    let body = match code {
        101 => Some(Body::UntilClose),
        100..200 | 204 | 304 => None,
        _ if to_head => None,
        _ if framing.chunked || framing.length.is_some() => framing.body(),
        _ => Some(Body::UntilClose),
    };
    let is_interim = (100..200).contains(&code) && code != 101;
    Parsed::Whole(Response { body, is_interim }, length)
}

/// What the headers imply for the body.
#[derive(Debug, Default)]
struct Framing {
    length: Option<u64>,
    chunked: bool,
    websocket: bool,
}

impl Framing {
    fn of(headers: &[Header<'_>]) -> Result<Self, Ambiguous> {
        let mut framing = Self::default();
        for header in headers {
            let value = header.value.trim_ascii();
            if header.name.eq_ignore_ascii_case("content-length") {
                framing.add_length(value)?;
            } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                if framing.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Ambiguous);
                }
                framing.chunked = true;
            } else if header.name.eq_ignore_ascii_case("upgrade") {
                framing.websocket |= value.eq_ignore_ascii_case(b"websocket");
            }
        }
        Ok(framing)
    }

    fn add_length(&mut self, value: &[u8]) -> Result<(), Ambiguous> {
        let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let text = str::from_utf8(value).map_err(|_| Ambiguous)?;
        if !digits || self.length.is_some() {
            return Err(Ambiguous);
        }
        self.length = Some(text.parse().map_err(|_| Ambiguous)?);
        Ok(())
    }

    fn body(&self) -> Option<Body> {
        if self.chunked {
            return Some(Body::Chunked(Chunked::Size));
        }
        self.length.filter(|length| *length > 0).map(Body::Length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Parsed<Request> {
        request(text.as_bytes())
    }

    #[test]
    fn the_length_of_a_body_is_what_its_head_says() {
        for (headers, body) in [
            ("", None),
            ("Content-Length: 0\r\n", None),
            ("content-length:  17 \r\n", Some(Body::Length(17))),
            (
                "Transfer-Encoding: CHUNKED\r\n",
                Some(Body::Chunked(Chunked::Size)),
            ),
            ("Upgrade: websocket\r\n", Some(Body::UntilClose)),
        ] {
            let text = format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n");
            let whole = Request {
                body,
                is_head: false,
            };
            assert_eq!(head(&text), Parsed::Whole(whole, text.len()), "{headers}");
        }
        let connect = Request {
            body: Some(Body::UntilClose),
            is_head: false,
        };
        let text = "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(head(text), Parsed::Whole(connect, text.len()));
    }

    #[test]
    fn a_head_of_doubtful_length_is_ambiguous() {
        for headers in [
            "Content-Length: 4\r\nContent-Length: 4\r\n",
            "Content-Length: 4, 4\r\n",
            "Content-Length: +4\r\n",
            "Content-Length: 0x4\r\n",
            "Content-Length: \r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "no header\r\n",
        ] {
            let text = format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n");
            assert_eq!(head(&text), Parsed::Ambiguous, "{headers}");
        }
        let old = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(head(old), Parsed::Ambiguous);
        assert_eq!(head("GET / HTTP/1.1\r\nHost: a\r\n"), Parsed::Partial);
        assert_eq!(head("\u{16}\u{3}\u{1}"), Parsed::Ambiguous);
    }

    #[test]
    fn an_answer_ends_where_its_request_and_status_say() {
        let length = "Content-Length: 5\r\n";
        for (status, headers, to_head, body, is_interim) in [
            (200, length, false, Some(Body::Length(5)), false),
            (200, length, true, None, false),
            (304, length, false, None, false),
            (204, "", false, None, false),
            (100, "", false, None, true),
            (101, "", false, Some(Body::UntilClose), false),
            (200, "", false, Some(Body::UntilClose), false),
            (200, "Content-Length: 0\r\n", false, None, false),
        ] {
            let text = format!("HTTP/1.1 {status} X\r\n{headers}\r\n");
            let whole = Response { body, is_interim };
            let parsed = response(text.as_bytes(), to_head);
            assert_eq!(parsed, Parsed::Whole(whole, text.len()), "{text}");
        }
    }

    #[test]
    fn a_chunked_body_ends_at_the_same_byte_however_it_comes() {
        let bodies = [
            "0\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "1;a=b\r\nx\r\nA \r\n0123456789\r\n00\r\nTrailer: a\r\nOther: b\r\n\r\n",
        ];
        for text in bodies {
            for step in 1..=text.len() {
                let mut body = Body::Chunked(Chunked::Size);
                let (mut taken, mut ended) = (0, false);
                let following = format!("{text}GET / HTTP/1.1");
                for piece in following.as_bytes().chunks(step) {
                    if ended {
                        break;
                    }
                    let (more, end) = body.advance(piece).expect("a sound body");
                    (taken, ended) = (taken + more, end);
                }
                assert!(ended);
                assert_eq!(taken, text.len(), "{text:?} in steps of {step}");
            }
        }
    }

    #[test]
    fn a_chunked_body_that_two_servers_may_read_differently_is_ambiguous() {
        for text in [
            "\r\n",
            "g\r\n",
            "5x\r\n",
            "11111111111111111\r\n",
            "1\r\nab",
            "0\r\n\rx",
        ] {
            let mut body = Body::Chunked(Chunked::Size);
            assert_eq!(body.advance(text.as_bytes()), Err(Ambiguous), "{text:?}");
        }
    }
}
