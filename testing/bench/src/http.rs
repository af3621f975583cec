//! A blocking client: one kept-alive connection, requests made beforehand.

use anyhow::{Result, ensure};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::time::Duration;

/// The time-out of a request.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// The highest number of headers in an answer.
const HEADERS: usize = 32;
/// Bytes per read.
const CHUNK: usize = 16 << 10;

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// A POST with a JSON body, as bytes.
pub(crate) fn post(path: &str, body: &str) -> Vec<u8> {
    let head = "host: 127.0.0.1\r\ncontent-type: application/json";
    format!("POST {path} HTTP/1.1\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A GET, as bytes.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").into_bytes()
}

/// A request for a WebSocket, as bytes.
pub(crate) fn web_socket(path: &str) -> Vec<u8> {
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13";
    let key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{upgrade}\r\n{key}\r\n\r\n").into_bytes()
}

impl Connection {
    pub(crate) fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: Vec::new(), filled: 0 })
    }

    /// Sends a request; returns the body of its answer, which must be a success.
    pub(crate) fn call(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.send(request)?;
        self.receive()
    }

    pub(crate) fn send(&mut self, request: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(request)?)
    }

    /// Waits for an answer; returns its body.
    pub(crate) fn receive(&mut self) -> Result<&[u8]> {
        self.filled = 0;
        loop {
            if self.buffer.len() < self.filled + CHUNK {
                self.buffer.resize(self.filled + CHUNK, 0);
            }
            let count = self.stream.read(&mut self.buffer[self.filled..])?;
            ensure!(count > 0, "the server hung up");
            self.filled += count;
            if let Some(body) = body(&self.buffer[..self.filled])? {
                return Ok(&self.buffer[body]);
            }
        }
    }
}

/// The place of the body in a complete answer, which must be a success or a new WebSocket.
pub(crate) fn body(answer: &[u8]) -> Result<Option<Range<usize>>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = head.parse(answer)? else { return Ok(None) };
    let length = match head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length")) {
        Some(length) => std::str::from_utf8(length.value)?.parse::<usize>()?,
        None => 0,
    };
    let (end, code) = (start + length, head.code.unwrap_or_default());
    if answer.len() < end {
        return Ok(None);
    }
    ensure!(code == 101 || (200..300).contains(&code), "{}", String::from_utf8_lossy(answer));
    ensure!(code == 101 || answer.len() == end, "the server sends more than one answer");
    Ok(Some(start..end))
}

/// The digits after the last occurrence of a name in an answer.
pub(crate) fn number_after(answer: &[u8], name: &str) -> Option<i64> {
    let (_, rest) = std::str::from_utf8(answer).ok()?.rsplit_once(name)?;
    let digits = rest.trim_start_matches([':', '"', ' ']);
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_found_once_they_are_complete() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(body(answer).unwrap(), Some(38..40));
        for length in 0..answer.len() {
            assert_eq!(body(&answer[..length]).unwrap(), None);
        }
        assert_eq!(body(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap(), Some(27..27));
        assert!(body(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").is_err());
        assert!(body(b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1").is_err());
    }

    #[test]
    fn numbers_are_found_by_their_names() {
        let answer = br#"{"result":[{"update_id":7},{"update_id": 12}]}"#;
        assert_eq!(number_after(answer, "update_id"), Some(12));
        assert_eq!(number_after(answer, "message_id"), None);
    }
}
