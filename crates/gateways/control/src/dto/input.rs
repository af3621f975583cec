//! Bot API objects that callers send.

use crate::problem::Problem;
use parlor_world::content::LinkPreview;
use parlor_world::ops::message::ReplyTo;
use parlor_world::state::message::Reaction;
use parlor_world::text::{self as world, EntityKind, Text};
use parlor_world::{AccountId, MessageId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of a text: the Bot API's `MessageEntity`. Offsets count UTF-16 code units.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InputEntity {
    #[serde(rename = "type")]
    #[schema(value_type = EntityType)]
    kind: String,
    #[schema(minimum = 0)]
    offset: u32,
    #[schema(minimum = 0)]
    length: u32,
    /// For a `text_link`.
    url: Option<String>,
    /// For a `text_mention`.
    user: Option<InputUser>,
    /// For a `pre`.
    language: Option<String>,
}

/// A user by their id: the Bot API's `User`, whose other fields are ignored.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct InputUser {
    id: i64,
}

/// The values of an entity's `type`. Types from `mention` on are ignored, because the server detects them itself.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only describes the names")]
enum EntityType {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    Pre,
    Blockquote,
    ExpandableBlockquote,
    TextLink,
    TextMention,
    Mention,
    Hashtag,
    Cashtag,
    BotCommand,
    Url,
    Email,
    PhoneNumber,
    BankCardNumber,
}

impl InputEntity {
    /// Returns the kind; `None` for one that the server detects by itself.
    fn kind(self) -> Result<Option<EntityKind>, Problem> {
        let missing =
            |field: &str| Problem::bad_request(format!("an entity of type {} needs {field}", self.kind));
        Ok(Some(match self.kind.as_str() {
            "pre" => EntityKind::Pre { language: self.language.unwrap_or_default() },
            "text_link" => EntityKind::TextLink { url: self.url.ok_or_else(|| missing("url"))? },
            "text_mention" => {
                let user = self.user.ok_or_else(|| missing("user"))?;
                EntityKind::TextMention { user: AccountId(user.id) }
            }
            "mention" | "hashtag" | "cashtag" | "bot_command" | "url" | "email" | "phone_number"
            | "bank_card_number" => return Ok(None),
            other => EntityKind::named(other).ok_or_else(|| {
                Problem::bad_request(format!("{other:?} is no type of entity that a user can send"))
            })?,
        }))
    }
}

/// Decodes a text with its entities.
///
/// # Errors
///
/// A bad request, for an entity that a user can't send.
pub(crate) fn text(text: &str, entities: Vec<InputEntity>) -> Result<Text, Problem> {
    let mut kept = Vec::new();
    for entity in entities {
        let (offset, length) = (entity.offset, entity.length);
        if let Some(kind) = entity.kind()? {
            kept.push(world::Entity { kind, offset, length });
        }
    }
    Ok(Text::formatted(text, kept))
}

/// The message that is replied to: the Bot API's `ReplyParameters`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InputReply {
    /// The user's id of the message.
    message_id: i32,
    /// If that message does not exist, send without a reply instead of failing.
    #[serde(default)]
    allow_sending_without_reply: bool,
    /// The part of that message that is quoted.
    quote: Option<String>,
    #[serde(default)]
    quote_entities: Vec<InputEntity>,
    /// Where the quote is in the message, in UTF-16 code units.
    quote_position: Option<u32>,
}

impl InputReply {
    /// # Errors
    ///
    /// A bad request, for an entity that a user can't send.
    pub(crate) fn into_world(self) -> Result<ReplyTo, Problem> {
        Ok(ReplyTo {
            message: Some(MessageId(self.message_id)),
            allow_without: self.allow_sending_without_reply,
            quote: text(self.quote.as_deref().unwrap_or_default(), self.quote_entities)?,
            position: self.quote_position.unwrap_or(0),
        })
    }
}

/// The options of link previews: the Bot API's `LinkPreviewOptions`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct InputLinkPreview {
    is_disabled: bool,
    url: Option<String>,
    prefer_small_media: bool,
    prefer_large_media: bool,
    show_above_text: bool,
}

impl From<InputLinkPreview> for LinkPreview {
    fn from(own: InputLinkPreview) -> Self {
        Self {
            disabled: own.is_disabled,
            url: own.url.filter(|url| !url.is_empty()),
            small: own.prefer_small_media,
            large: own.prefer_large_media,
            above: own.show_above_text,
        }
    }
}

/// A reaction: the Bot API's `ReactionTypeEmoji`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InputReaction {
    #[serde(rename = "type")]
    #[expect(dead_code, reason = "only emoji are served")]
    kind: ReactionKind,
    /// One of the emoji that the Bot API lists.
    emoji: String,
}

/// The values of a reaction's `type`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReactionKind {
    Emoji,
}

impl InputReaction {
    /// # Errors
    ///
    /// [`parlor_world::Refusal::ReactionInvalid`], for any other emoji.
    pub(crate) fn into_world(self) -> Result<Reaction, Problem> {
        Ok(Reaction::parse(&self.emoji)?)
    }
}

/// A user or bot by its id or username, with or without `@`.
pub(crate) type AccountName = ChatName;

/// A chat by its id or username, with or without `@`.
// utoipa serializes the default values of bodies.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ChatName {
    Id(i64),
    Name(String),
}

impl ChatName {
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Name(name) => name,
        }
    }
}
