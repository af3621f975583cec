//! Records the latest requests of the bots' programs with their answers, for debugging.

use crate::tokens::{MAX_TOKEN, Tokens};
use parlor_world::{AccountId, Refusal, Timestamp};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Exchanges that are remembered.
const REMEMBERED: usize = 2000;
/// Notes that a slow listener may fall behind before it misses some.
const LISTENER_LAG: usize = 512;

/// A text that people may look at.
#[derive(Clone)]
pub struct Shown(Spelling);

#[derive(Clone)]
enum Spelling {
    Done(Box<str>),
    Later(Arc<dyn Fn() -> String + Send + Sync>),
}

impl Shown {
    /// Longer parameters and answers are cut, in bytes: this is for eyes, not for storage.
    pub const MAX: usize = 16 * 1024;

    /// Spelled when somebody looks, which is never for most. What `spell` holds must not be much larger than
    /// [`Shown::MAX`].
    pub fn later(spell: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Spelling::Later(Arc::new(spell)))
    }

    /// The text, cut if it is long.
    pub fn text(&self) -> String {
        match &self.0 {
            Spelling::Done(text) => cut(text.to_string(), Self::MAX),
            Spelling::Later(spell) => cut(spell(), Self::MAX),
        }
    }

    /// The same without the secrets of tokens.
    fn masked(self, tokens: &Tokens) -> Self {
        match self.0 {
            Spelling::Done(text) => Self(Spelling::Done(cut(tokens.mask(text.into()), Self::MAX).into())),
            Spelling::Later(spell) => {
                let tokens = tokens.clone();
                Self::later(move || tokens.mask(cut(spell(), ROOM)))
            }
        }
    }
}

/// A text is masked before it is cut to [`Shown::MAX`], so that no token is cut in two: this much is looked at.
const ROOM: usize = Shown::MAX + 4 * MAX_TOKEN;

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self(Spelling::Done(cut(text, ROOM).into()))
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

fn cut(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        text.truncate(text.floor_char_boundary(limit));
        text.push('…');
    }
    text
}

/// One request with its answer, or one update delivered. [`Inspector::note`] masks tokens in it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Whose program.
    pub bot: AccountId,
    /// "bot api", "webhook" or "mtproto".
    pub protocol: &'static str,
    /// The method.
    pub method: String,
    /// Its parameters: JSON over the Bot API, else text for eyes.
    pub parameters: Shown,
    /// The HTTP status; 0 when there was no answer.
    pub status: u16,
    /// The answer, likewise.
    pub answer: Shown,
    /// The refusal, if the world refused the request.
    pub refusal: Option<Refusal>,
    /// The name of what Telegram has and Parlor does not serve, if the request was refused for that.
    pub not_served: Option<Box<str>>,
    /// When it came, on the world's clock.
    pub at: Timestamp,
    /// How long the answer took, in microseconds of real time.
    pub micros: u64,
    /// Whether a fault that a test ordered took the place of the answer.
    pub is_injected: bool,
}

/// An exchange with its number.
#[derive(Debug, Clone)]
pub struct Note {
    /// Counts up from 1.
    pub number: u64,
    /// What happened.
    pub exchange: Arc<Exchange>,
}

/// The memory of one world.
#[derive(Debug)]
pub struct Inspector {
    notes: Mutex<Notes>,
    live: broadcast::Sender<Note>,
    tokens: Tokens,
}

#[derive(Debug, Default)]
struct Notes {
    next: u64,
    kept: VecDeque<Note>,
}

impl Inspector {
    pub(crate) fn new(tokens: Tokens) -> Self {
        Self { notes: Mutex::default(), live: broadcast::channel(LISTENER_LAG).0, tokens }
    }

    /// Replaces the secret of every token of this world by `…`.
    pub fn mask(&self, text: String) -> String {
        self.tokens.mask(text)
    }

    /// Remembers an exchange, without the secrets of tokens, and tells the listeners.
    pub fn note(&self, exchange: Exchange) {
        let exchange = Exchange {
            method: self.mask(exchange.method),
            parameters: exchange.parameters.masked(&self.tokens),
            answer: exchange.answer.masked(&self.tokens),
            ..exchange
        };
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.next += 1;
        let note = Note { number: notes.next, exchange: Arc::new(exchange) };
        notes.kept.push_back(note.clone());
        if notes.kept.len() > REMEMBERED {
            notes.kept.pop_front();
        }
        drop(notes);
        let _ = self.live.send(note);
    }

    /// The recorded exchanges after that number, oldest first.
    pub fn after(&self, number: u64) -> Vec<Note> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let start = notes.kept.partition_point(|note| note.number <= number);
        notes.kept.range(start..).cloned().collect()
    }

    /// Exchanges as they happen.
    pub fn live(&self) -> broadcast::Receiver<Note> {
        self.live.subscribe()
    }
}
