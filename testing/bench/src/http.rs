//! The smallest client that can keep a server busy: one kept-alive connection, requests made beforehand.

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
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

impl Connection {
    pub(crate) async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 << 10) })
    }

    /// Sends a request; returns the body of its answer, which must be a success.
    pub(crate) async fn call(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
            let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = std::str::from_utf8(&self.buffer[..end])?;
            ensure!(head.starts_with("HTTP/1.1 2"), "{}", String::from_utf8_lossy(&self.buffer));
            let length = |line: &str| {
                let (name, value) = line.split_once(':')?;
                if name.eq_ignore_ascii_case("content-length") {
                    value.trim().parse::<usize>().ok()
                } else {
                    None
                }
            };
            let length = head.lines().find_map(length).context("no content-length")?;
            let start = end + 4;
            while self.buffer.len() < start + length {
                ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
            }
            return Ok(&self.buffer[start..start + length]);
        }
    }
}
