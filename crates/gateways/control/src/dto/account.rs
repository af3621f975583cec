use parlor_host::Presence;
use parlor_world::account::{self as world, EditBot, FlagsPatch, ProfilePatch, UserProfile};
use parlor_world::bot::{BotCommand, TextKind};
use parlor_world::{BotId, bot_father};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct User {
    /// Also the Bot API id of the private chat.
    pub(crate) id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: Option<String>,
    pub(crate) username: Option<String>,
    /// The IETF tag of the app's language.
    pub(crate) language_code: Option<String>,
    /// Updates come without the language for now.
    pub(crate) hides_language: bool,
    pub(crate) bio: Option<String>,
    pub(crate) is_premium: bool,
    /// Digits of the phone number, by which MTProto clients log in.
    pub(crate) phone: Option<String>,
    pub(crate) is_deleted: bool,
}

impl From<&world::User> for User {
    fn from(user: &world::User) -> Self {
        let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let profile = &user.profile;
        Self {
            id: user.id.0,
            first_name: profile.first_name.to_string(),
            last_name: text(&profile.last_name),
            username: text(&profile.username),
            language_code: text(&profile.language_code),
            hides_language: profile.hides_language,
            bio: text(&profile.bio),
            is_premium: profile.is_premium,
            phone: text(&profile.phone),
            is_deleted: user.deleted,
        }
    }
}

/// A person to be made.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewUser {
    /// Made if absent.
    #[schema(minimum = 1, maximum = 1099511627775_i64)]
    pub(crate) id: Option<i64>,
    /// `User <id>`-like if absent.
    #[schema(min_length = 1, max_length = 64)]
    pub(crate) first_name: Option<String>,
    #[schema(max_length = 64)]
    pub(crate) last_name: Option<String>,
    /// Without `@`.
    #[schema(pattern = "^([A-Za-z][A-Za-z0-9_]{4,31})?$")]
    pub(crate) username: Option<String>,
    pub(crate) language_code: Option<String>,
    pub(crate) hides_language: bool,
    pub(crate) bio: Option<String>,
    pub(crate) is_premium: bool,
    /// By which MTProto clients log in; the code of 99966XYYYY is XXXXX.
    #[schema(pattern = "^([+() -]*([0-9][+() -]*){5,15})?$")]
    pub(crate) phone: Option<String>,
}

impl NewUser {
    pub(crate) fn profile(&self) -> UserProfile {
        let text = |text: &Option<String>| text.as_deref().map(Into::into);
        UserProfile {
            first_name: self.first_name.as_deref().unwrap_or("User").into(),
            last_name: text(&self.last_name),
            username: text(&self.username),
            language_code: text(&self.language_code),
            hides_language: self.hides_language,
            bio: text(&self.bio),
            is_premium: self.is_premium,
            phone: text(&self.phone),
        }
    }
}

/// What changes of a person: absent fields stay, `null` removes.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UserPatch {
    #[schema(min_length = 1, max_length = 64)]
    pub(crate) first_name: Option<String>,
    #[serde(deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, max_length = 64)]
    pub(crate) last_name: Option<Option<String>>,
    #[serde(deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, pattern = "^([A-Za-z][A-Za-z0-9_]{4,31})?$")]
    pub(crate) username: Option<Option<String>>,
    #[serde(deserialize_with = "super::present")]
    #[schema(value_type = Option<String>)]
    pub(crate) language_code: Option<Option<String>>,
    pub(crate) hides_language: Option<bool>,
    #[serde(deserialize_with = "super::present")]
    #[schema(value_type = Option<String>)]
    pub(crate) bio: Option<Option<String>>,
    pub(crate) is_premium: Option<bool>,
    #[serde(deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, pattern = "^([+() -]*([0-9][+() -]*){5,15})?$")]
    pub(crate) phone: Option<Option<String>>,
}

impl UserPatch {
    pub(crate) fn into_world(self) -> ProfilePatch {
        let text = |field: Option<Option<String>>| field.map(|text| text.map(Into::into));
        ProfilePatch {
            first_name: self.first_name.map(Into::into),
            last_name: text(self.last_name),
            username: text(self.username),
            language_code: text(self.language_code),
            hides_language: self.hides_language,
            bio: text(self.bio),
            is_premium: self.is_premium,
            phone: text(self.phone),
        }
    }
}

/// A bot.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Bot {
    pub(crate) id: i64,
    /// Without `@`.
    pub(crate) username: String,
    /// For users without a name in their own language.
    pub(crate) name: String,
    /// "What can this bot do?"
    pub(crate) description: String,
    /// "About"
    pub(crate) short_description: String,
    /// The site on which people log in by it.
    pub(crate) domain: Option<String>,
    /// Shown to who types its username for inline mode.
    pub(crate) inline_placeholder: Option<String>,
    /// The person who made it by BotFather.
    pub(crate) owner_id: Option<i64>,
    /// None when the bot is deleted, and of BotFather.
    pub(crate) token: Option<String>,
    pub(crate) is_deleted: bool,
    pub(crate) can_join_groups: bool,
    pub(crate) can_read_all_group_messages: bool,
    pub(crate) supports_inline_queries: bool,
    /// Where updates are pushed, if anywhere.
    pub(crate) webhook_url: Option<String>,
    /// Updates that it has not confirmed.
    pub(crate) pending_updates: usize,
    /// Whether a program polls or is logged in just now, or takes what is pushed.
    pub(crate) is_running: bool,
}

impl Bot {
    pub(crate) fn of(bot: &world::Bot, now: parlor_world::Timestamp, presence: &Presence) -> Self {
        let text = |kind| bot.settings.text(kind, "").to_owned();
        Self {
            id: bot.id.0,
            username: bot.username.to_string(),
            name: text(TextKind::Name),
            description: text(TextKind::Description),
            short_description: text(TextKind::ShortDescription),
            domain: Some(text(TextKind::Domain)).filter(|text| !text.is_empty()),
            inline_placeholder: Some(text(TextKind::InlinePlaceholder)).filter(|text| !text.is_empty()),
            owner_id: bot.owner.map(|owner| owner.0),
            token: bot.token(),
            is_deleted: !bot.is_alive(),
            can_join_groups: bot.flags.can_join_groups,
            can_read_all_group_messages: bot.flags.can_read_all_group_messages,
            supports_inline_queries: bot.flags.supports_inline_queries,
            webhook_url: bot.webhook.as_ref().map(|webhook| webhook.url.clone()),
            pending_updates: bot.queue.pending(now),
            is_running: bot.id == bot_father::ID || presence.is_running(bot.id),
        }
    }
}

/// A bot to be made. What is absent is made.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewBot {
    /// `<id>:<secret>`
    #[schema(max_length = 80, pattern = "^[1-9][0-9]*:[A-Za-z0-9_-]+$")]
    pub(crate) token: Option<String>,
    /// Only without a token.
    #[schema(minimum = 1, maximum = 1099511627775_i64)]
    pub(crate) id: Option<i64>,
    /// Ends in `bot`.
    #[schema(pattern = "^@?[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]$")]
    pub(crate) username: Option<String>,
    #[schema(min_length = 1, max_length = 64)]
    pub(crate) name: Option<String>,
    pub(crate) can_join_groups: Option<bool>,
    pub(crate) can_read_all_group_messages: Option<bool>,
    pub(crate) supports_inline_queries: Option<bool>,
}

/// What changes of a bot: absent fields stay.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BotPatch {
    #[schema(pattern = "^[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]$")]
    pub(crate) username: Option<String>,
    #[schema(max_length = 64)]
    pub(crate) name: Option<String>,
    #[schema(max_length = 512)]
    pub(crate) description: Option<String>,
    #[schema(max_length = 120)]
    pub(crate) short_description: Option<String>,
    pub(crate) can_join_groups: Option<bool>,
    pub(crate) can_read_all_group_messages: Option<bool>,
    pub(crate) supports_inline_queries: Option<bool>,
}

impl BotPatch {
    pub(crate) fn into_world(self, bot: BotId) -> EditBot {
        let texts = [
            (TextKind::Name, self.name),
            (TextKind::Description, self.description),
            (TextKind::ShortDescription, self.short_description),
        ];
        let flags = FlagsPatch {
            can_join_groups: self.can_join_groups,
            can_read_all_group_messages: self.can_read_all_group_messages,
            supports_inline_queries: self.supports_inline_queries,
        };
        let texts = texts.into_iter().filter_map(|(kind, text)| Some((kind, text?))).collect();
        EditBot { bot, username: self.username, flags, texts }
    }
}

/// A command of a bot's menu.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Commands {
    pub(crate) command: String,
    pub(crate) description: String,
}

impl From<&BotCommand> for Commands {
    fn from(own: &BotCommand) -> Self {
        Self { command: own.command.clone(), description: own.description.clone() }
    }
}
