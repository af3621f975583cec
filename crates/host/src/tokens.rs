//! The valid tokens of one world, and how they are masked in recorded text.

use parlor_world::AccountId;
use parlor_world::state::account::Token;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The maximum length of a token, in characters.
pub(crate) const MAX_TOKEN: usize = 80;

/// A table of secrets by bot, as of the last durable batch. Cheap to clone; all clones share one table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens(Arc<RwLock<HashMap<AccountId, Box<str>>>>);

impl Tokens {
    pub(crate) fn new(known: impl Iterator<Item = (AccountId, Box<str>)>) -> Self {
        Self(Arc::new(RwLock::new(known.collect())))
    }

    /// Returns whether a token is its bot's current one.
    pub(crate) fn contains(&self, token: &Token) -> bool {
        self.matching_length(token.bot, |secret| *secret == *token.secret).is_some()
    }

    /// Applies changes to the table; `is_reset` empties it first.
    pub(crate) fn update(&self, is_reset: bool, changes: &[(AccountId, Option<Box<str>>)]) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if is_reset {
            known.clear();
        }
        for (bot, secret) in changes {
            match secret {
                Some(secret) => known.insert(*bot, secret.clone()),
                None => known.remove(bot),
            };
        }
    }

    /// Replaces the secret of every token of this world by `…`, also where the colon is percent-encoded.
    ///
    /// The text is searched for the format of a token, and only matches are looked up, so that the cost does not grow with
    /// the number of bots.
    pub(crate) fn mask(&self, text: String) -> String {
        let mut masked = String::new();
        let mut copied = 0;
        let mut from = 0;
        while let Some((colon, after)) = next_colon(&text, from) {
            from = after;
            let digits = text[..colon].bytes().rev().take_while(u8::is_ascii_digit).take(MAX_TOKEN).count();
            let Ok(bot) = text[colon - digits..colon].parse().map(AccountId) else { continue };
            // More characters that are valid in a secret may follow it, so the length is taken from the table.
            let Some(length) = self.matching_length(bot, |secret| text[after..].starts_with(secret)) else {
                continue;
            };
            masked.push_str(&text[copied..after]);
            masked.push('…');
            copied = after + length;
            from = copied;
        }
        if copied == 0 {
            return text;
        }
        masked.push_str(&text[copied..]);
        masked
    }

    /// Returns the length of a bot's secret, if the secret is not empty (BotFather's is) and satisfies `matches`.
    fn matching_length(&self, bot: AccountId, matches: impl FnOnce(&str) -> bool) -> Option<usize> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let secret = known.get(&bot).filter(|secret| !secret.is_empty())?;
        matches(secret).then_some(secret.len())
    }
}

/// Returns the offset of the next colon that follows a digit, and the offset of the text after it.
fn next_colon(text: &str, mut from: usize) -> Option<(usize, usize)> {
    loop {
        let at = from + text[from..].find([':', '%'])?;
        let rest = &text[at..];
        let length = match rest.as_bytes() {
            [b':', ..] => 1,
            [b'%', b'3', b'A' | b'a', ..] => 3,
            _ => 0,
        };
        if length > 0 && text[..at].ends_with(|c: char| c.is_ascii_digit()) {
            return Some((at, at + length));
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_the_world_are_masked_and_nothing_else_is() {
        let known = [
            (AccountId(123), "Abc-_9".into()),
            (AccountId(7), "x".into()),
            (AccountId(93_372_553), "".into()),
        ];
        let tokens = Tokens::new(known.into_iter());
        let table = [
            ("", ""),
            ("123:Abc-_9", "123:…"),
            (
                "https://a.example/bot123:Abc-_9/hook?t=123%3AAbc-_9&u=123%3aAbc-_9",
                "https://a.example/bot123:…/hook?t=123%3A…&u=123%3a…",
            ),
            (r#"{"text":"123:Abc-_9 and 7:x","date":7}"#, r#"{"text":"123:… and 7:…","date":7}"#),
            // A character of the alphabet follows the secret, and letters of more than one byte surround it.
            ("é123:Abc-_9zé", "é123:…zé"),
            // Another secret, another bot, no secret, no number, a number that is too long, a percent sign alone.
            ("123:abc-_9 124:Abc-_9 93372553:", "123:abc-_9 124:Abc-_9 93372553:"),
            (
                ":Abc-_9 12%3 99999999999999999999999:Abc-_9 5%",
                ":Abc-_9 12%3 99999999999999999999999:Abc-_9 5%",
            ),
            ("12:34:123:Abc-_9", "12:34:123:…"),
        ];
        for (text, expected) in table {
            assert_eq!(tokens.mask(text.to_owned()), expected);
        }
    }
}
