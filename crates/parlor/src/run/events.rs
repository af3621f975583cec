//! A client of the control API's server-sent events.

use crate::probe;
use anyhow::{Result, ensure};
use serde_json::Value;

/// The limit of bytes of one event, more than the control API sends.
const MAX_EVENT: usize = 1 << 20;

/// A stream of events, each a JSON value.
pub(super) struct Events {
    response: reqwest::Response,
    buffer: Vec<u8>,
}

impl Events {
    /// Opens a stream.
    ///
    /// # Errors
    ///
    /// If the server does not answer, or refuses the request.
    pub(super) async fn open(url: &str, token: Option<&str>) -> Result<Self> {
        let mut request = probe::client()?.get(url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await?;
        ensure!(response.status().is_success(), "{url}: {}", response.status());
        Ok(Self { response, buffer: Vec::new() })
    }

    /// Returns the next event, or `None` when the stream has ended.
    pub(super) async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                // Other lines hold the event's number or keep the connection alive.
                if let Some(value) =
                    line.strip_prefix(b"data:").and_then(|json| serde_json::from_slice(json).ok())
                {
                    return Some(value);
                }
            }
            let chunk = self.response.chunk().await.ok()??;
            if self.buffer.len() + chunk.len() > MAX_EVENT {
                return None;
            }
            self.buffer.extend_from_slice(&chunk);
        }
    }
}
