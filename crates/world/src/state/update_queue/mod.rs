//! A bot's Bot API updates: those that wait, which kinds it asked for, and where they are sent.

mod allowed;

pub use allowed::{AllowedUpdates, UpdateKind};

use super::message_box::RETENTION_SECONDS;
use super::update::Update;
use crate::ids::{AccountId, Timestamp, UpdateId};
use crate::serde_default::is_default;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Updates that wait at most; the next ones are lost, as in the Bot API server.
pub const MAX_PENDING: usize = 100_000;

/// The updates of one bot that it has not confirmed, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdateQueue {
    next: i64,
    entries: VecDeque<QueuedUpdate>,
    /// The kinds of update that are queued.
    #[serde(default, skip_serializing_if = "is_default")]
    pub allowed: AllowedUpdates,
    /// Where updates are sent, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
}

/// An update that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueuedUpdate {
    /// Its `update_id`.
    pub id: UpdateId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub update: Update,
    /// The user whom it is about, with the version of the profile at that moment.
    pub user: (AccountId, u32),
}

/// Where a bot's updates are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// As the bot gave it; checked by the gateway that delivers.
    pub url: String,
    /// Sent in every request's `X-Telegram-Bot-Api-Secret-Token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_token: Option<String>,
    /// How many deliveries may be in flight at once, 1 to 100.
    pub max_connections: u32,
    /// The address to send to instead of the one that DNS gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// The self-signed certificate that the bot uploaded, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

impl UpdateQueue {
    /// An empty queue whose first update will have that id.
    pub(crate) fn new(first: i64) -> Self {
        Self { next: first, entries: VecDeque::new(), allowed: AllowedUpdates::default(), webhook: None }
    }

    /// The id that the next update will have.
    pub fn next(&self) -> i64 {
        self.next
    }

    /// The id of the first update that waits.
    pub fn first(&self) -> Option<i64> {
        self.entries.front().map(|entry| i64::from(entry.id.0))
    }

    /// The updates from that id on that are not older than 24 hours.
    pub fn from(&self, id: i64, now: Timestamp) -> impl Iterator<Item = &QueuedUpdate> {
        let start = self.entries.partition_point(|entry| i64::from(entry.id.0) < id);
        self.entries.range(start.max(self.expired(now))..)
    }

    /// How many of the first updates are older than 24 hours: the clock never goes back.
    fn expired(&self, now: Timestamp) -> usize {
        let oldest = now.plus_seconds(-RETENTION_SECONDS);
        self.entries.partition_point(|entry| entry.at <= oldest)
    }

    /// How many updates wait.
    pub fn pending(&self, now: Timestamp) -> usize {
        self.entries.len() - self.expired(now)
    }

    /// Whether no more updates fit at this time.
    pub(crate) fn is_full(&self, now: Timestamp) -> bool {
        self.entries.len() >= MAX_PENDING && self.pending(now) >= MAX_PENDING
    }

    pub(crate) fn contains(&self, id: UpdateId) -> bool {
        self.entries.binary_search_by_key(&id, |entry| entry.id).is_ok()
    }

    /// Appends an update under the id that was recorded for it.
    pub(crate) fn push(&mut self, entry: QueuedUpdate) {
        let oldest = entry.at.plus_seconds(-RETENTION_SECONDS);
        while self.entries.pop_front_if(|old| old.at <= oldest).is_some() {}
        self.next = i64::from(entry.id.0) + 1;
        self.entries.push_back(entry);
    }

    pub(crate) fn drop_below(&mut self, id: UpdateId) {
        let end = self.entries.partition_point(|entry| entry.id < id);
        self.entries.drain(..end);
        if self.entries.is_empty() {
            // The memory of a queue that was long once is given back.
            self.entries.shrink_to(64);
        }
    }

    pub(crate) fn drop_one(&mut self, id: UpdateId) {
        if let Ok(at) = self.entries.binary_search_by_key(&id, |entry| entry.id) {
            self.entries.remove(at);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
