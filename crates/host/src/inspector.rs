//! Records the latest requests of the bots' programs with their answers, for debugging.

use crate::broadcast::Broadcast;
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
pub struct Shown(Rendering);

#[derive(Clone)]
enum Rendering {
    Done(Box<str>),
    /// Made when it is read, and then masked if it is an exchange's.
    Later(Render, Option<Tokens>),
}

type Render = Arc<dyn Fn() -> String + Send + Sync>;

impl Shown {
    /// Longer parameters and answers are cut, in bytes: this is for eyes, not for storage.
    pub const MAX: usize = 16 * 1024;

    /// Made when it is read, which most texts never are. What `render` holds must not be much larger than
    /// [`Shown::MAX`].
    pub fn later(render: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Rendering::Later(Arc::new(render), None))
    }

    /// The beginning of a long text in UTF-8.
    pub fn beginning(text: &[u8]) -> Self {
        // A character that is cut in two here is cut off by `cut`.
        String::from_utf8_lossy(&text[..text.len().min(ROOM + 1)]).into_owned().into()
    }

    /// The text, cut if it is long.
    pub fn text(&self) -> String {
        match &self.0 {
            Rendering::Done(text) => cut(text.to_string(), Self::MAX),
            Rendering::Later(render, None) => cut(render(), Self::MAX),
            Rendering::Later(render, Some(tokens)) => cut(tokens.mask(cut(render(), ROOM)), Self::MAX),
        }
    }

    /// The same without the secrets of tokens.
    fn masked(self, tokens: &Tokens) -> Self {
        match self.0 {
            Rendering::Done(text) => Self(Rendering::Done(cut(tokens.mask(text.into()), Self::MAX).into())),
            Rendering::Later(render, _) => Self(Rendering::Later(render, Some(tokens.clone()))),
        }
    }
}

/// A text is masked before it is cut to [`Shown::MAX`], so that no token is cut in two: this much is looked at.
const ROOM: usize = Shown::MAX + 4 * MAX_TOKEN;

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self(Rendering::Done(cut(text, ROOM).into()))
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
    live: Broadcast<Note>,
    tokens: Tokens,
}

#[derive(Debug, Default)]
struct Notes {
    next: u64,
    kept: VecDeque<Note>,
}

impl Inspector {
    pub(crate) fn new(tokens: Tokens) -> Self {
        Self { notes: Mutex::default(), live: Broadcast::new(LISTENER_LAG), tokens }
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
        let forgotten = if notes.kept.len() > REMEMBERED { notes.kept.pop_front() } else { None };
        // An exchange is freed outside of the lock.
        drop(notes);
        drop(forgotten);
        self.live.send(note);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_text_is_shown_as_the_text_would_be() {
        let tokens = Tokens::new(std::iter::once((AccountId(5), "AAAA".into())));
        for length in [0, 1, Shown::MAX - 9, Shown::MAX, Shown::MAX + 1, ROOM - 1, ROOM, ROOM + 1, 2 * ROOM] {
            // Letters of two bytes, so that one is cut in two, behind a token.
            for start in ["5:AAAA ", "5:AAAA"] {
                let text = format!("{start}{}", "é".repeat(length / 2));
                let expected = Shown::from(text.clone()).masked(&tokens).text();
                assert_eq!(Shown::beginning(text.as_bytes()).masked(&tokens).text(), expected);
                assert!(expected.starts_with("5:…") && expected.len() <= Shown::MAX + '…'.len_utf8());
                if text.len() <= Shown::MAX {
                    let later = Shown::later(move || text.clone()).masked(&tokens);
                    assert_eq!(later.text(), expected);
                }
            }
        }
    }
}
