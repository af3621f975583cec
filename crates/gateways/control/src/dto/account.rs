use super::described;
use parlor_host::Presence;
use parlor_wire_bot_api::objects;
use parlor_world::ops::account::EditBot;
use parlor_world::refusal::BotTextKind;
use parlor_world::state::account::{self as world, BOT_FATHER, FlagsPatch, ProfilePatch, UserProfile};
use parlor_world::{AccountId, Timestamp, World};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A user, with facts that only their app knows.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct UserAccount {
    /// `language_code` is included even if the app hides it from bots.
    #[serde(flatten)]
    #[schema(value_type = described::User)]
    pub(crate) user: objects::User,
    /// Whether updates come without `language_code`.
    pub(crate) hides_language: bool,
    pub(crate) bio: Option<String>,
    /// The digits of the phone number, with which MTProto clients log in.
    pub(crate) phone: Option<String>,
    pub(crate) is_deleted: bool,
}

impl From<&world::User> for UserAccount {
    fn from(own: &world::User) -> Self {
        let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let profile = &own.profile;
        let user = parlor_view::user(own.id, profile);
        Self {
            user: objects::User { language_code: text(&profile.language_code), ..user },
            hides_language: profile.hides_language,
            bio: text(&profile.bio),
            phone: text(&profile.phone),
            is_deleted: own.is_deleted,
        }
    }
}

/// A user to create.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewUser {
    /// Chosen by the server if absent.
    #[schema(minimum = 1, maximum = 1099511627775_i64)]
    pub(crate) id: Option<i64>,
    /// A generated name such as `User <id>` if absent.
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
    /// The phone number with which MTProto clients log in; the login code of 99966XYYYY is XXXXX.
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

/// Changes to a user. Absent fields are not changed; `null` removes a value.
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

/// A bot as its owner sees it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct BotAccount {
    /// The result of `getMe`; without a username if the bot is deleted.
    #[serde(flatten)]
    #[schema(value_type = described::User)]
    pub(crate) user: objects::User,
    /// "What can this bot do?"
    pub(crate) description: String,
    /// "About"
    pub(crate) short_description: String,
    /// The website on which users log in with the bot.
    pub(crate) domain: Option<String>,
    /// The placeholder for users who type its username for inline mode.
    pub(crate) inline_placeholder: Option<String>,
    /// The user who created it with BotFather.
    pub(crate) owner_id: Option<i64>,
    /// `null` for deleted bots and for BotFather.
    pub(crate) token: Option<String>,
    pub(crate) is_deleted: bool,
    /// The URL of the webhook, if one is set.
    pub(crate) webhook_url: Option<String>,
    /// The number of updates that the bot has not confirmed.
    pub(crate) pending_update_count: usize,
    /// Whether a program polls, is logged in over MTProto, or accepts webhook calls.
    pub(crate) is_running: bool,
}

impl BotAccount {
    pub(crate) fn of(world: &World, bot: &world::Bot, now: Timestamp, presence: &Presence) -> Self {
        let queue = world.queue(bot.id);
        let webhook = queue.and_then(|queue| queue.webhook.as_ref());
        let text = |kind| bot.settings.text(kind, "").to_owned();
        Self {
            user: parlor_view::me(bot),
            description: text(BotTextKind::Description),
            short_description: text(BotTextKind::ShortDescription),
            domain: Some(text(BotTextKind::Domain)).filter(|text| !text.is_empty()),
            inline_placeholder: Some(text(BotTextKind::InlinePlaceholder)).filter(|text| !text.is_empty()),
            owner_id: bot.owner.map(|owner| owner.0),
            token: bot.token(),
            is_deleted: bot.is_deleted,
            webhook_url: webhook.map(|webhook| webhook.url.clone()),
            pending_update_count: queue.map_or(0, |queue| queue.pending(now)),
            is_running: bot.id == BOT_FATHER || presence.is_running(bot.id),
        }
    }
}

/// A bot to create. The server chooses absent values.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewBot {
    /// `<id>:<secret>`
    #[schema(max_length = 80, pattern = "^[1-9][0-9]*:[A-Za-z0-9_-]+$")]
    pub(crate) token: Option<String>,
    /// May be given only without a token.
    #[schema(minimum = 1, maximum = 1099511627775_i64)]
    pub(crate) id: Option<i64>,
    /// Must end in `bot`.
    #[schema(pattern = "^@?[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]$")]
    pub(crate) username: Option<String>,
    #[schema(min_length = 1, max_length = 64)]
    pub(crate) name: Option<String>,
    pub(crate) can_join_groups: Option<bool>,
    pub(crate) can_read_all_group_messages: Option<bool>,
    pub(crate) supports_inline_queries: Option<bool>,
    /// Bot-to-Bot Communication Mode: exchanges messages with bots that have it too.
    pub(crate) talks_to_bots: Option<bool>,
}

/// Changes to a bot. Absent fields are not changed.
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
    /// Bot-to-Bot Communication Mode: exchanges messages with bots that have it too.
    pub(crate) talks_to_bots: Option<bool>,
}

impl BotPatch {
    pub(crate) fn into_world(self, bot: AccountId) -> EditBot {
        let texts = [
            (BotTextKind::Name, self.name),
            (BotTextKind::Description, self.description),
            (BotTextKind::ShortDescription, self.short_description),
        ];
        let flags = FlagsPatch {
            can_join_groups: self.can_join_groups,
            can_read_all_group_messages: self.can_read_all_group_messages,
            supports_inline_queries: self.supports_inline_queries,
            talks_to_bots: self.talks_to_bots,
        };
        let texts = texts.into_iter().filter_map(|(kind, text)| Some((kind, text?))).collect();
        EditBot { bot, username: self.username, flags, texts }
    }
}
