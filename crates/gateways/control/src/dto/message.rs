use super::WriteAccess;
use parlor_world::callback;
use parlor_world::markup::{ButtonAction, InlineButton, KeyboardButton, KeyboardRequest, Markup};
use parlor_world::message::{self as world, Content};
use parlor_world::text::{self, EntityKind, Text};
use parlor_world::{AccountId, Side, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A message as the user's app shows it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Message {
    /// In the user's numbering.
    pub(crate) id: i32,
    /// In the bot's numbering: the Bot API's `message_id`.
    pub(crate) bot_message_id: i32,
    /// `user` or `bot`.
    pub(crate) from: &'static str,
    /// Unix time in seconds.
    pub(crate) date: i64,
    pub(crate) edit_date: Option<i64>,
    /// None in service messages.
    pub(crate) text: Option<String>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) reply: Option<Reply>,
    pub(crate) forwarded_from: Option<Origin>,
    /// Buttons under the message.
    pub(crate) inline_keyboard: Vec<Vec<InlineKey>>,
    /// What the message does to the place of the text field.
    pub(crate) keyboard: Option<Keyboard>,
    pub(crate) link_preview: Option<LinkPreview>,
    pub(crate) is_silent: bool,
    pub(crate) is_protected: bool,
    /// The user's own reactions.
    pub(crate) user_reactions: Vec<String>,
    pub(crate) bot_reactions: Vec<String>,
    /// Service message: that message was pinned.
    pub(crate) pinned_message_id: Option<i32>,
    /// Service message: the user let the bot write.
    pub(crate) write_access: Option<WriteAccess>,
}

/// What a message answers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Reply {
    pub(crate) message_id: i32,
    pub(crate) quote: Option<String>,
    pub(crate) quote_position: Option<u32>,
}

/// The first sender of a forwarded message.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Origin {
    pub(crate) account_id: i64,
    pub(crate) is_bot: bool,
    pub(crate) date: i64,
}

/// How links are previewed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct LinkPreview {
    pub(crate) is_disabled: bool,
    pub(crate) url: Option<String>,
    pub(crate) prefer_small_media: bool,
    pub(crate) prefer_large_media: bool,
    pub(crate) show_above_text: bool,
}

/// A part of a text; offsets count UTF-16 code units, names are the Bot API's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entity {
    #[serde(rename = "type")]
    #[schema(value_type = EntityType)]
    pub(crate) kind: String,
    #[schema(minimum = 0)]
    pub(crate) offset: u32,
    #[schema(minimum = 0)]
    pub(crate) length: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) custom_emoji_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unix_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) date_time_format: Option<String>,
}

/// What `type` of an entity may be. A user can't send the last two.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only describes the names")]
pub(crate) enum EntityType {
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
    CustomEmoji,
    DateTime,
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct InlineKey {
    pub(crate) text: String,
    pub(crate) style: Option<String>,
    /// `url`, `callback`, `web_app`, `login_url`, `switch_inline`, `switch_inline_current` or `copy_text`.
    pub(crate) action: &'static str,
    /// The URL, the callback data, the query or the text to copy.
    pub(crate) value: String,
}

/// What stands in the place of the text field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Keyboard {
    /// `keyboard`, `remove` or `force_reply`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) rows: Vec<Vec<Key>>,
    pub(crate) is_persistent: bool,
    pub(crate) resize: bool,
    pub(crate) one_time: bool,
    pub(crate) placeholder: Option<String>,
}

/// A button of a custom keyboard.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) style: Option<String>,
    /// `contact`, `location`, `poll` or `web_app`; none sends the text.
    pub(crate) request: Option<&'static str>,
}

/// What the app shows when the bot answers a press.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Answer {
    pub(crate) text: Option<String>,
    /// In a box that must be closed.
    pub(crate) show_alert: bool,
    /// Opened by the app.
    pub(crate) url: Option<String>,
    pub(crate) cache_time: u32,
}

impl From<&callback::Answer> for Answer {
    fn from(own: &callback::Answer) -> Self {
        Self {
            text: given(&own.text),
            show_alert: own.show_alert,
            url: given(&own.url),
            cache_time: own.cache_time,
        }
    }
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl From<&world::Message> for Message {
    fn from(own: &world::Message) -> Self {
        let text = own.text(Side::User);
        let reactions = |by| own.reactions(by).iter().map(|reaction| reaction.emoji().to_owned()).collect();
        let more = own.more.as_deref();
        Self {
            id: own.id.user.0,
            bot_message_id: own.id.bot.0,
            from: if own.from == Side::User { "user" } else { "bot" },
            date: own.date,
            edit_date: own.edit_date,
            entities: text.iter().flat_map(|text| &text.entities).map(Entity::from).collect(),
            text: text.map(|text| text.text.into()),
            reply: own.reply().map(|reply| Reply {
                message_id: reply.to.user.0,
                quote: reply.quote.as_ref().map(|quote| quote.text.text.to_string()),
                quote_position: reply.quote.as_ref().map(|quote| quote.position),
            }),
            forwarded_from: own.origin().map(|origin| Origin {
                account_id: origin.sender.get(),
                is_bot: matches!(origin.sender, AccountId::Bot(_)),
                date: origin.date,
            }),
            inline_keyboard: own.markup().and_then(Markup::inline).map(inline).unwrap_or_default(),
            keyboard: own.markup().and_then(Keyboard::of),
            link_preview: more.and_then(|more| more.link_preview.as_ref()).map(|own| LinkPreview {
                is_disabled: own.disabled,
                url: given(&own.url),
                prefer_small_media: own.small,
                prefer_large_media: own.large,
                show_above_text: own.above,
            }),
            is_silent: more.is_some_and(|more| more.silent),
            is_protected: own.is_protected(),
            user_reactions: reactions(Side::User),
            bot_reactions: reactions(Side::Bot),
            pinned_message_id: match own.content {
                Content::Pinned(ids) => Some(ids.user.0),
                _ => None,
            },
            write_access: match &own.content {
                Content::WriteAllowed(access) => Some(access.into()),
                _ => None,
            },
        }
    }
}

fn inline(rows: &[Vec<InlineButton>]) -> Vec<Vec<InlineKey>> {
    let key = |own: &InlineButton| {
        let (action, value) = match &own.action {
            ButtonAction::Url(url) => ("url", url),
            ButtonAction::Callback(data) => ("callback", data),
            ButtonAction::WebApp(url) => ("web_app", url),
            ButtonAction::LoginUrl { url, .. } => ("login_url", url),
            ButtonAction::SwitchInline(query) => ("switch_inline", query),
            ButtonAction::SwitchInlineCurrent(query) => ("switch_inline_current", query),
            ButtonAction::CopyText(text) => ("copy_text", text),
        };
        InlineKey { text: own.text.clone(), style: given(&own.style), action, value: value.clone() }
    };
    rows.iter().map(|row| row.iter().map(key).collect()).collect()
}

impl Keyboard {
    pub(crate) fn of(markup: &Markup) -> Option<Self> {
        let plain = |kind| Self {
            kind,
            rows: Vec::new(),
            is_persistent: false,
            resize: false,
            one_time: false,
            placeholder: None,
        };
        Some(match markup {
            Markup::Inline(_) => return None,
            Markup::Remove { .. } => plain("remove"),
            Markup::ForceReply { placeholder, .. } => {
                Self { placeholder: given(placeholder), ..plain("force_reply") }
            }
            Markup::Keyboard(own) => Self {
                rows: own.rows.iter().map(|row| row.iter().map(Key::from).collect()).collect(),
                is_persistent: own.persistent,
                resize: own.resize,
                one_time: own.one_time,
                placeholder: given(&own.placeholder),
                ..plain("keyboard")
            },
        })
    }
}

impl From<&KeyboardButton> for Key {
    fn from(own: &KeyboardButton) -> Self {
        let request = own.request.as_ref().map(|request| match request {
            KeyboardRequest::Contact => "contact",
            KeyboardRequest::Location => "location",
            KeyboardRequest::Poll(_) => "poll",
            KeyboardRequest::WebApp(_) => "web_app",
        });
        Self { text: own.text.clone(), style: given(&own.style), request }
    }
}

impl From<&text::Entity> for Entity {
    fn from(own: &text::Entity) -> Self {
        let mut entity = Self { offset: own.offset, length: own.length, ..Self::default() };
        entity.kind = match &own.kind {
            EntityKind::Blockquote { expandable: false } => "blockquote",
            EntityKind::Blockquote { expandable: true } => "expandable_blockquote",
            EntityKind::Pre { language } => {
                entity.language = given(language);
                "pre"
            }
            EntityKind::Code => "code",
            EntityKind::TextLink { url } => {
                entity.url = Some(url.clone());
                "text_link"
            }
            EntityKind::TextMention { user } => {
                entity.user_id = Some(user.0);
                "text_mention"
            }
            EntityKind::CustomEmoji { id } => {
                entity.custom_emoji_id = Some(id.to_string());
                "custom_emoji"
            }
            EntityKind::DateTime { unix_time, format } => {
                entity.unix_time = Some(*unix_time);
                entity.date_time_format = given(format);
                "date_time"
            }
            EntityKind::Bold => "bold",
            EntityKind::Italic => "italic",
            EntityKind::Underline => "underline",
            EntityKind::Strikethrough => "strikethrough",
            EntityKind::Spoiler => "spoiler",
            EntityKind::Mention => "mention",
            EntityKind::Hashtag => "hashtag",
            EntityKind::Cashtag => "cashtag",
            EntityKind::BotCommand => "bot_command",
            EntityKind::Url => "url",
            EntityKind::Email => "email",
            EntityKind::PhoneNumber => "phone_number",
            EntityKind::BankCard => "bank_card_number",
        }
        .to_owned();
        entity
    }
}

impl Entity {
    /// None for what the server recognises by itself; an error names what is no entity.
    fn kind(&self) -> Result<Option<EntityKind>, String> {
        let missing = |what: &str| format!("an entity of type {} needs {what}", self.kind);
        Ok(Some(match self.kind.as_str() {
            "bold" => EntityKind::Bold,
            "italic" => EntityKind::Italic,
            "underline" => EntityKind::Underline,
            "strikethrough" => EntityKind::Strikethrough,
            "spoiler" => EntityKind::Spoiler,
            "code" => EntityKind::Code,
            "blockquote" => EntityKind::Blockquote { expandable: false },
            "expandable_blockquote" => EntityKind::Blockquote { expandable: true },
            "pre" => EntityKind::Pre { language: self.language.clone().unwrap_or_default() },
            "text_link" => EntityKind::TextLink { url: self.url.clone().ok_or_else(|| missing("url"))? },
            "text_mention" => {
                EntityKind::TextMention { user: UserId(self.user_id.ok_or_else(|| missing("user_id"))?) }
            }
            "mention" | "hashtag" | "cashtag" | "bot_command" | "url" | "email" | "phone_number"
            | "bank_card_number" => return Ok(None),
            other => return Err(format!("{other:?} is no type of entity that a user can send")),
        }))
    }

    /// A text as a user's app sends it.
    pub(crate) fn text(text: &str, entities: &[Self]) -> Result<Text, String> {
        let mut kept = Vec::new();
        for entity in entities {
            if let Some(kind) = entity.kind()? {
                kept.push(text::Entity { kind, offset: entity.offset, length: entity.length });
            }
        }
        Ok(Text::formatted(text, kept))
    }
}
