//! Detects the protocol of a connection. HTTP and MTProto share one address, so the first bytes decide.
//!
//! MTProto's plain transports begin with a byte that is not text. Its obfuscated transport begins with 64 random bytes:
//!
//! > obfuscated payloads never begin like an HTTP request: `HEAD`, `POST`, `GET ` and `OPTI` are excluded
//!
//! Therefore everything that begins with a line of text is handled as HTTP, and answered with an error if it is not.
//! Random bytes look like such a line in less than one of a million connections; that client is refused and reconnects.

use std::io;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// The number of bytes after which the protocol is known: the header of the obfuscated transport.
const FIRST_BYTES: usize = 64;
/// The time-out for the first bytes.
pub(crate) const FIRST_TIMEOUT: Duration = Duration::from_secs(60);
/// The HTTP methods with which obfuscated MTProto never begins.
const RESERVED: [&[u8]; 4] = [b"GET ", b"POST", b"HEAD", b"OPTI"];
/// The start of an HTTP/2 connection that did not negotiate its version.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2";
/// A line without HTTP's version has to be longer than this, because random bytes often look like a shorter one.
const MIN_LINE: usize = 4;

/// The protocol of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/1, or other text, which the HTTP server refuses.
    Http,
    /// HTTP/2, which is not served.
    Http2,
    MtProto,
}

/// Detects the protocol from the first bytes of a connection; `None` if there are too few.
pub(crate) fn detect(first: &[u8]) -> Option<Protocol> {
    // Some clients end the body of a request with an additional empty line.
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

/// Returns whether a line has HTTP's version, or at least HTTP's line end, which random bytes rarely have.
fn is_request_line(line: &[u8]) -> bool {
    let has_version = line.windows(5).any(|word| word.eq_ignore_ascii_case(b"HTTP/"));
    has_version || line.len() > MIN_LINE && line.ends_with(b"\r")
}

/// Returns whether the client begins a TLS handshake, because its URL begins with `https://`. It is answered in plain text,
/// so that it fails at once with an error that shows the cause.
fn is_tls(first: &[u8]) -> bool {
    matches!(first, [0x16, 3, 0..=4, _, _, 1, ..])
}

fn could_be_tls(first: &[u8]) -> bool {
    matches!(first, [0x16] | [0x16, 3] | [0x16, 3, 0..=4] | [0x16, 3, 0..=4, _] | [0x16, 3, 0..=4, _, _])
}

/// Reads the first bytes of a connection until its protocol is known.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] if the protocol is not known in time, [`io::ErrorKind::UnexpectedEof`] if the client
/// disconnects first. The bytes that were read are in `bytes` in these cases too.
pub(crate) async fn read_protocol(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<Protocol> {
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
    tokio::time::timeout(FIRST_TIMEOUT, read).await.unwrap_or(Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &[u8] = b"SUBSCRIBE-TO-EVERYTHING /a/path/that/fills/the/first/sixty-four/bytes HTTP/1.1\r\n";

    #[test]
    fn the_first_bytes_determine_the_protocol() {
        use Protocol::{Http, Http2, MtProto};
        let table: [(&[u8], Option<Protocol>); 31] = [
            (b"", None),
            (b"G", None),
            (b"GET", None),
            (b"GET ", Some(Http)),
            (b"POST", Some(Http)),
            (b"HEAD", Some(Http)),
            (b"OPTI", Some(Http)),
            // Not a reserved word, so the whole line is needed.
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

    // Bytes arrive in pieces of any size: the result must not depend on them, and 64 bytes must suffice.
    #[test]
    fn prefixes_lead_to_the_same_result_as_the_whole() {
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
            let detected = (1..=FIRST_BYTES).find_map(|length| detect(&head[..length]));
            assert_eq!(detected, Some(Protocol::MtProto), "{head:?}");
            assert_eq!(detect(&head), detected, "{head:?}");
        }
    }
}
