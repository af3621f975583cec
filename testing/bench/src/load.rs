//! Sends requests over many connections as cheaply as possible, so that the load does not hide the server on a machine with few
//! cores: one thread, non-blocking sockets, requests that are copied into place, and answers of which only the head is
//! parsed.

use crate::http::{PATIENCE, body};
use anyhow::{Context, Result, bail, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::io::{Read, Write};
use std::time::{Duration, Instant};

/// Events that are read from the system at once.
const EVENTS: usize = 256;
/// The buffer of a connection; it grows for longer answers.
const BUFFER: usize = 16 << 10;

/// What one connection sends.
pub(crate) trait Script {
    /// Writes the next request, given the body of the previous answer (empty at first). Returns `false` at the end.
    fn next(&mut self, now: Instant, answer: &[u8], request: &mut Vec<u8>) -> Result<bool>;
}

/// The same request until an instant.
#[derive(Clone)]
pub(crate) struct Repeat<'a> {
    pub(crate) request: &'a [u8],
    pub(crate) until: Instant,
}

impl Script for Repeat<'_> {
    fn next(&mut self, now: Instant, _: &[u8], request: &mut Vec<u8>) -> Result<bool> {
        request.extend_from_slice(self.request);
        Ok(now < self.until)
    }
}

/// The same request a number of times.
#[derive(Clone)]
pub(crate) struct Times<'a> {
    pub(crate) request: &'a [u8],
    pub(crate) left: u64,
}

impl Script for Times<'_> {
    fn next(&mut self, _: Instant, _: &[u8], request: &mut Vec<u8>) -> Result<bool> {
        request.extend_from_slice(self.request);
        let more = self.left > 0;
        self.left = self.left.saturating_sub(1);
        Ok(more)
    }
}

/// What a load has measured.
pub(crate) struct Load {
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// Seconds from each request to its answer.
    pub(crate) latencies: Vec<f64>,
}

impl Load {
    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }
}

/// One connection and its script.
struct Client<S> {
    stream: TcpStream,
    script: S,
    request: Vec<u8>,
    buffer: Vec<u8>,
    /// The part of the buffer that has been read.
    filled: usize,
    sent: Instant,
}

/// Runs each script over its own connection, and returns when all have ended.
pub(crate) fn run<S: Script>(port: u16, scripts: Vec<S>) -> Result<Load> {
    let mut poll = Poll::new()?;
    let mut clients = Vec::with_capacity(scripts.len());
    for (n, script) in scripts.into_iter().enumerate() {
        clients.push(Client::connect(port, script, &poll, Token(n))?);
    }
    let began = Instant::now();
    let (mut open, mut latencies) = (0, Vec::new());
    for client in &mut clients {
        open += usize::from(client.send(began, 0..0)?);
    }
    let mut events = Events::with_capacity(EVENTS);
    while open > 0 {
        poll.poll(&mut events, Some(PATIENCE))?;
        ensure!(!events.is_empty(), "the server does not answer");
        for event in &events {
            let client = clients.get_mut(event.token().0).context("an unknown connection")?;
            let Some(body) = client.receive()? else { continue };
            let now = Instant::now();
            latencies.push((now - client.sent).as_secs_f64());
            open -= usize::from(!client.send(now, body)?);
        }
    }
    Ok(Load { took: began.elapsed(), latencies })
}

impl<S: Script> Client<S> {
    fn connect(port: u16, script: S, poll: &Poll, token: Token) -> Result<Self> {
        let stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry().register(&mut stream, token, Interest::READABLE)?;
        let buffer = vec![0; BUFFER];
        Ok(Self { stream, script, request: Vec::new(), buffer, filled: 0, sent: Instant::now() })
    }

    /// Sends the next request after an answer whose body is at this place in the buffer.
    fn send(&mut self, now: Instant, body: std::ops::Range<usize>) -> Result<bool> {
        self.request.clear();
        if !self.script.next(now, &self.buffer[body], &mut self.request)? {
            return Ok(false);
        }
        (self.filled, self.sent) = (0, now);
        // The socket's buffer is empty, and larger than any request.
        let written = self.stream.write(&self.request)?;
        ensure!(written == self.request.len(), "a request is larger than the socket's buffer");
        Ok(true)
    }

    /// Reads what has arrived; returns the place of the answer's body once all of it is there.
    fn receive(&mut self) -> Result<Option<std::ops::Range<usize>>> {
        loop {
            if self.filled == self.buffer.len() {
                self.buffer.resize(2 * self.filled, 0);
            }
            let room = self.buffer.len() - self.filled;
            let count = match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => bail!("the server hung up"),
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            self.filled += count;
            if let Some(body) = body(&self.buffer[..self.filled])? {
                return Ok(Some(body));
            }
            // A read that does not fill its buffer has emptied the socket, so the next bytes cause another event.
            if count < room {
                return Ok(None);
            }
        }
    }
}
