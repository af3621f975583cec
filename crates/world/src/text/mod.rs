//! Texts with entities, as the server keeps them: cleaned, trimmed, with what it recognises by itself.

mod clean;
mod find;
mod fix;
mod numbers;

use crate::ids::AccountId;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// > message_length_max: Maximum length of messages (length in utf8 codepoints)
pub const MAX_LENGTH: usize = 4096;
/// Longer texts are not even looked at, in bytes (TDLib's `fix_formatted_text` refuses them so).
pub const MAX_BYTES: usize = 1 << 15;
/// Entities of one message; Telegram's server drops those after them.
pub const MAX_ENTITIES: usize = 100;

/// A text with its entities. Offsets and lengths count UTF-16 code units, as everywhere in Telegram.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    /// The characters.
    pub text: Box<str>,
    /// Sorted by offset, the longer one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
}

/// A part of a text that means something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where it begins.
    pub offset: u32,
    /// How long it is.
    pub length: u32,
}

/// What an entity is. The order is the one in which entities of the same place are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A quotation; collapsed by default if `expandable`.
    Blockquote { expandable: bool },
    /// A block of code, in a language or none.
    Pre { language: String },
    /// Code in a line.
    Code,
    /// A link under a text.
    TextLink { url: String },
    /// A mention of somebody without a username.
    TextMention { user: AccountId },
    /// A custom emoji that replaces the one in the text.
    CustomEmoji { id: i64 },
    /// A point in time, shown in the reader's own format.
    DateTime { unix_time: i64, format: String },
    /// `**`
    Bold,
    /// `_`
    Italic,
    /// `__`
    Underline,
    /// `~`
    Strikethrough,
    /// `||`
    Spoiler,
    /// `@name`, recognised.
    Mention,
    /// `#tag`, recognised.
    Hashtag,
    /// `$USD`, recognised.
    Cashtag,
    /// `/command`, recognised.
    BotCommand,
    /// A link, recognised.
    Url,
    /// An address, recognised.
    Email,
    /// A phone number, recognised.
    PhoneNumber,
    /// A bank card's number, recognised; the Bot API does not tell of these.
    BankCard,
}

impl EntityKind {
    /// The kinds that are nothing but their name, by the name that the Bot API has for them.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bold" => Self::Bold,
            "italic" => Self::Italic,
            "underline" => Self::Underline,
            "strikethrough" => Self::Strikethrough,
            "spoiler" => Self::Spoiler,
            "code" => Self::Code,
            "blockquote" => Self::Blockquote { expandable: false },
            "expandable_blockquote" => Self::Blockquote { expandable: true },
            _ => return None,
        })
    }

    /// Styles may be cut in pieces and joined; everything else is one piece or nothing.
    fn is_style(&self) -> bool {
        matches!(self, Self::Bold | Self::Italic | Self::Underline | Self::Strikethrough | Self::Spoiler)
    }

    fn is_code(&self) -> bool {
        matches!(self, Self::Pre { .. } | Self::Code)
    }
}

impl Entity {
    pub(crate) fn end(&self) -> u32 {
        self.offset.saturating_add(self.length)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.offset < other.end() && other.offset < self.end()
    }
}

impl Text {
    /// Characters with the first [`MAX_ENTITIES`] entities. Decoders make texts by it, so that a million entities are
    /// gone before the world is asked.
    pub fn formatted(text: &str, entities: impl IntoIterator<Item = Entity>) -> Self {
        let mut entities: Vec<Entity> = entities.into_iter().collect();
        if entities.len() > MAX_ENTITIES {
            fix::sort(&mut entities);
            entities.truncate(MAX_ENTITIES);
        }
        Self { text: text.into(), entities }
    }

    /// Characters without any formatting; nothing is recognised in them yet.
    pub fn plain(text: &str) -> Self {
        Self { text: text.into(), entities: Vec::new() }
    }

    /// Returns the text as the server stores it: without control characters, with trimmed ends and sorted entities,
    /// with mentions, commands, tags and links recognised.
    ///
    /// # Errors
    /// [`Refusal::EntitiesInvalid`] if the entities don't fit the text, [`Refusal::TextEmpty`] if nothing is left of it,
    /// [`Refusal::TextTooLong`] if it is longer than [`MAX_LENGTH`].
    pub fn normalize(&self) -> Result<Self, Refusal> {
        if self.text.len() > MAX_BYTES {
            return Err(Refusal::TextTooLong);
        }
        let mut entities = self.entities.clone();
        entities.truncate(MAX_ENTITIES);
        let mut text = clean::clean(&self.text, &mut entities)?;
        clean::trim(&mut text, &mut entities);
        if text.is_empty() {
            return Err(Refusal::TextEmpty);
        }
        // No text has more characters than bytes.
        if text.len() > MAX_LENGTH && text.chars().count() > MAX_LENGTH {
            return Err(Refusal::TextTooLong);
        }
        let mut entities = fix::fix(entities);
        find::add_found(&text, &mut entities);
        Ok(Self { text: text.into(), entities })
    }

    /// The characters between two UTF-16 offsets; none if one falls inside of a character or outside of the text.
    pub fn slice(&self, offset: u32, length: u32) -> Option<&str> {
        let start = byte_at(&self.text, offset)?;
        let end = byte_at(&self.text, offset.checked_add(length)?)?;
        self.text.get(start..end)
    }
}

/// The length in UTF-16 code units.
pub fn utf16_len(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

fn byte_at(text: &str, utf16: u32) -> Option<usize> {
    let mut at = 0;
    for (byte, c) in text.char_indices() {
        if at == utf16 {
            return Some(byte);
        }
        at += c.len_utf16() as u32;
    }
    (at == utf16).then_some(text.len())
}
