//! Which protocol a connection speaks: HTTP and MTProto share one address, so its first bytes tell.
//!
//! MTProto's plain transports begin with a byte that is no text. Its obfuscated transport begins with 64 random bytes
//! that are none of these words:
//!
//! > obfuscated payloads never begin like an HTTP request: `HEAD`, `POST`, `GET ` and `OPTI` are excluded
//!
//! So everything that reads as a line of text is taken for HTTP, which answers it with an error if it is none. Random
//! bytes read as one less than once in a million connections; such a client is refused and dials again.

use std::io;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// Bytes after which the protocol is known: the head of the obfuscated transport.
const FIRST_BYTES: usize = 64;
/// The first bytes must be there by then.
pub(crate) const FIRST_TIME: Duration = Duration::from_secs(60);
/// Methods that MTProto's clients avoid.
const RESERVED: [&[u8]; 4] = [b"GET ", b"POST", b"HEAD", b"OPTI"];
/// How HTTP/2 begins where both sides know that the server speaks it.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2";
/// A line without HTTP's version has to be longer than this: the shorter it is, the more often random bytes are one.
const MIN_LINE: usize = 4;

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/1, or text that an HTTP server refuses.
    Http,
    /// HTTP/2, which is not served.
    Http2,
    MtProto,
}

/// Tells the protocol by a connection's first bytes; none if there are too few yet.
pub(crate) fn detect(first: &[u8]) -> Option<Protocol> {
    // Some clients end a request's body with an empty line that does not count.
    let start = first.iter().position(|byte| !b"\r\n".contains(byte)).unwrap_or(first.len());
    let text = &first[start..];
    if RESERVED.iter().any(|word| text.starts_with(word)) || is_tls(first) {
        return Some(Protocol::Http);
    }
    let end = text.iter().position(|byte| *byte == b'\n');
    let line = &text[..end.unwrap_or(text.len())];
    if !line.iter().copied().all(is_text) {
        return (!could_be_tls(first)).then_some(Protocol::MtProto);
    }
    if line.starts_with(HTTP2_PREFACE) {
        return Some(Protocol::Http2);
    }
    match end {
        Some(_) if is_request_line(line) => Some(Protocol::Http),
        Some(_) => Some(Protocol::MtProto),
        None => (first.len() >= FIRST_BYTES).then_some(Protocol::Http),
    }
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\r' | b' '..=b'~')
}

/// By its version at the end, or by an end that HTTP wants and chance rarely makes.
fn is_request_line(line: &[u8]) -> bool {
    let has_version = line.windows(5).any(|word| word.eq_ignore_ascii_case(b"HTTP/"));
    has_version || line.len() > MIN_LINE && line.ends_with(b"\r")
}

/// A client that was told `https://`: an answer in plain text makes it fail at once, with words that lead to the cause.
fn is_tls(first: &[u8]) -> bool {
    matches!(first, [0x16, 3, 0..=4, _, _, 1, ..])
}

fn could_be_tls(first: &[u8]) -> bool {
    matches!(first, [0x16] | [0x16, 3] | [0x16, 3, 0..=4] | [0x16, 3, 0..=4, _] | [0x16, 3, 0..=4, _, _])
}

/// Reads a connection's first bytes until they tell its protocol.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] if they don't in time, [`io::ErrorKind::UnexpectedEof`] if the client leaves first. What
/// has been read is in `bytes` then too.
pub(crate) async fn read_first(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<Protocol> {
    let read = async {
        loop {
            let mut part = [0; FIRST_BYTES];
            let missing = FIRST_BYTES - bytes.len();
            let read = stream.read(&mut part[..missing]).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            bytes.extend_from_slice(&part[..read]);
            if let Some(protocol) = detect(bytes) {
                return Ok(protocol);
            }
        }
    };
    tokio::time::timeout(FIRST_TIME, read).await.unwrap_or(Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &[u8] = b"SUBSCRIBE-TO-EVERYTHING /a/path/that/fills/the/first/sixty-four/bytes HTTP/1.1\r\n";

    #[test]
    fn first_bytes_tell_the_protocol() {
        use Protocol::{Http, Http2, MtProto};
        let table: [(&[u8], Option<Protocol>); 31] = [
            (b"", None),
            (b"G", None),
            (b"GET", None),
            (b"GET ", Some(Http)),
            (b"POST", Some(Http)),
            (b"HEAD", Some(Http)),
            (b"OPTI", Some(Http)),
            // Not among the words that MTProto avoids: the whole line is looked at.
            (b"PUT /x", None),
            (b"PUT /x HTTP/1.1\r\n", Some(Http)),
            (b"QUERY / HTTP/1.1\r\n", Some(Http)),
            (b"get / http/1.1\n", Some(Http)),
            (b"hello\r\n", Some(Http)),
            (b"SSH-2.0-OpenSSH_9.9\r\n", Some(Http)),
            (b"\r", None),
            (b"\r\n", None),
            (b"\r\nGET ", Some(Http)),
            (b"\r\nquery / HTTP/1.1\r\n", Some(Http)),
            (b"PRI * HTTP/2.0\r\n", Some(Http2)),
            (&LONG[..63], None),
            (&LONG[..64], Some(Http)),
            // Random bytes that begin like text.
            (b"ab\n", Some(MtProto)),
            (b"abc\r\n", Some(MtProto)),
            (b"GET\x80", Some(MtProto)),
            (b"query / \x01", Some(MtProto)),
            // Plain transports: abridged, intermediate, padded, full.
            (b"\xef", Some(MtProto)),
            (b"\xee\xee\xee\xee", Some(MtProto)),
            (b"\xdd\xdd\xdd\xdd", Some(MtProto)),
            (b"\x34\x00", Some(MtProto)),
            // TLS, and a full transport's frame of 0x316 bytes.
            (b"\x16\x03\x01\x02\x00", None),
            (b"\x16\x03\x01\x02\x00\x01", Some(Http)),
            (b"\x16\x03\x00\x00\x00\x00", Some(MtProto)),
        ];
        for (first, expected) in table {
            assert_eq!(detect(first), expected, "{:?}", String::from_utf8_lossy(first));
        }
    }

    /// However the bytes arrive, the answer never changes once it is given, and 64 of them are enough.
    #[test]
    fn pieces_tell_the_same_as_the_whole() {
        let mut state: u32 = 1;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        for _ in 0..20_000 {
            let mut head = [0; FIRST_BYTES];
            head.fill_with(&mut random);
            if RESERVED.iter().any(|word| head.starts_with(word)) {
                continue;
            }
            let told = (1..=FIRST_BYTES).find_map(|length| detect(&head[..length]));
            assert_eq!(told, Some(Protocol::MtProto), "{head:?}");
            assert_eq!(detect(&head), told, "{head:?}");
        }
    }
}
