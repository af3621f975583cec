//! Records the latest requests of bots with their answers, for debugging.

use crate::broadcast::Broadcast;
use crate::tokens::{MAX_TOKEN, Tokens};
use parlor_world::{AccountId, Refusal, Timestamp};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Exchanges that are remembered.
const MAX_RECORDED: usize = 2000;
/// How many exchanges a slow subscriber can lag behind before it misses some.
const LISTENER_LAG: usize = 512;

/// A text that is recorded for display.
#[derive(Clone)]
pub struct DisplayText(Rendering);

#[derive(Clone)]
enum Rendering {
    Done(Box<str>),
    /// Rendered when it is read, then masked with the tokens of the world if it belongs to an exchange.
    Lazy(Render, Option<Tokens>),
}

type Render = Arc<dyn Fn() -> String + Send + Sync>;

impl DisplayText {
    /// The maximum length in bytes; longer parameters and answers are cut.
    pub const MAX: usize = 16 * 1024;

    /// Creates a text that is rendered when it is read, since most texts never are. The values that `render` captures
    /// must not be much larger than [`DisplayText::MAX`], because they are kept in memory.
    pub fn lazy(render: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Rendering::Lazy(Arc::new(render), None))
    }

    /// Creates a text from the beginning of a long one in UTF-8.
    pub fn beginning(text: &[u8]) -> Self {
        // A character that is cut in two here is cut off by `cut`.
        String::from_utf8_lossy(&text[..text.len().min(MASKED_LENGTH + 1)]).into_owned().into()
    }

    /// Returns the text, cut if it is long.
    pub fn text(&self) -> String {
        match &self.0 {
            Rendering::Done(text) => cut(text.to_string(), Self::MAX),
            Rendering::Lazy(render, None) => cut(render(), Self::MAX),
            Rendering::Lazy(render, Some(tokens)) => {
                cut(tokens.mask(cut(render(), MASKED_LENGTH)), Self::MAX)
            }
        }
    }

    /// Masks the secrets of tokens.
    fn masked(self, tokens: &Tokens) -> Self {
        match self.0 {
            Rendering::Done(text) => Self(Rendering::Done(cut(tokens.mask(text.into()), Self::MAX).into())),
            Rendering::Lazy(render, _) => Self(Rendering::Lazy(render, Some(tokens.clone()))),
        }
    }
}

/// How many bytes of a text are masked before it is cut to [`DisplayText::MAX`]: a token at the cut must be found whole.
const MASKED_LENGTH: usize = DisplayText::MAX + 4 * MAX_TOKEN;

impl From<String> for DisplayText {
    fn from(text: String) -> Self {
        Self(Rendering::Done(cut(text, MASKED_LENGTH).into()))
    }
}

impl fmt::Debug for DisplayText {
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

/// One request with its answer, or one delivered update. [`Inspector::record`] masks the tokens in it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The bot that sent the request or received the update.
    pub bot: AccountId,
    /// "bot api", "webhook" or "mtproto".
    pub protocol: &'static str,
    /// The method.
    pub method: Cow<'static, str>,
    /// Its parameters: JSON for the Bot API, otherwise a readable description.
    pub parameters: DisplayText,
    /// The HTTP status; 0 when there was no answer.
    pub status: u16,
    /// The answer, in the same form.
    pub answer: DisplayText,
    /// The refusal, if the world refused the request.
    pub refusal: Option<Refusal>,
    /// The name of the Telegram feature that Parlor does not serve, if the request was refused for that reason.
    pub not_served: Option<Box<str>>,
    /// When it was recorded, on the world's clock.
    pub at: Timestamp,
    /// How long the answer took, in microseconds of real time.
    pub micros: u64,
    /// Whether an injected fault replaced the answer.
    pub is_injected: bool,
}

/// A recorded exchange with its number.
#[derive(Debug, Clone)]
pub struct RecordedExchange {
    /// Counts up from 1.
    pub number: u64,
    /// The request and its answer.
    pub exchange: Arc<Exchange>,
}

/// The recorded exchanges of one world.
#[derive(Debug)]
pub struct Inspector {
    recorded: Mutex<Recorded>,
    live: Broadcast<RecordedExchange>,
    tokens: Tokens,
}

#[derive(Debug, Default)]
struct Recorded {
    next: u64,
    kept: VecDeque<RecordedExchange>,
}

impl Inspector {
    pub(crate) fn new(tokens: Tokens) -> Self {
        Self { recorded: Mutex::default(), live: Broadcast::new(LISTENER_LAG), tokens }
    }

    /// Replaces the secret of every token of this world by `…`.
    pub fn mask(&self, text: String) -> String {
        self.tokens.mask(text)
    }

    /// Records an exchange with its tokens masked, and sends it to the subscribers.
    pub fn record(&self, exchange: Exchange) {
        let exchange = Exchange {
            method: match exchange.method {
                Cow::Owned(name) => self.mask(name).into(),
                known => known,
            },
            parameters: exchange.parameters.masked(&self.tokens),
            answer: exchange.answer.masked(&self.tokens),
            ..exchange
        };
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.next += 1;
        let entry = RecordedExchange { number: recorded.next, exchange: Arc::new(exchange) };
        recorded.kept.push_back(entry.clone());
        let forgotten = if recorded.kept.len() > MAX_RECORDED { recorded.kept.pop_front() } else { None };
        // Freeing an exchange can take long, so it happens after the lock is released.
        drop(recorded);
        drop(forgotten);
        self.live.send(entry);
    }

    /// Returns the recorded exchanges after a number, oldest first.
    pub fn after(&self, number: u64) -> Vec<RecordedExchange> {
        let recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        let start = recorded.kept.partition_point(|entry| entry.number <= number);
        recorded.kept.range(start..).cloned().collect()
    }

    /// Subscribes to exchanges as they are recorded.
    pub fn live(&self) -> broadcast::Receiver<RecordedExchange> {
        self.live.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_text_is_displayed_as_the_text_would_be() {
        let tokens = Tokens::new(std::iter::once((AccountId(5), "AAAA".into())));
        for length in [
            0,
            1,
            DisplayText::MAX - 9,
            DisplayText::MAX,
            DisplayText::MAX + 1,
            MASKED_LENGTH - 1,
            MASKED_LENGTH,
            MASKED_LENGTH + 1,
            2 * MASKED_LENGTH,
        ] {
            // Letters of two bytes after a token, so that the cut splits one.
            for start in ["5:AAAA ", "5:AAAA"] {
                let text = format!("{start}{}", "é".repeat(length / 2));
                let expected = DisplayText::from(text.clone()).masked(&tokens).text();
                assert_eq!(DisplayText::beginning(text.as_bytes()).masked(&tokens).text(), expected);
                assert!(expected.starts_with("5:…") && expected.len() <= DisplayText::MAX + '…'.len_utf8());
                if text.len() <= DisplayText::MAX {
                    let later = DisplayText::lazy(move || text.clone()).masked(&tokens);
                    assert_eq!(later.text(), expected);
                }
            }
        }
    }
}
