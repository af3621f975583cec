use crate::ViewContext;
use parlor_wire_bot_api::objects::User;
use parlor_world::state::account::{Bot, UserProfile};
use parlor_world::{AccountId, ChatId, World};

/// A user as the Bot API's `User`.
pub fn user(id: AccountId, profile: &UserProfile) -> User {
    User {
        id: id.0,
        is_bot: false,
        first_name: profile.first_name.to_string(),
        last_name: profile.last_name.as_deref().map(str::to_owned),
        username: profile.username.as_deref().map(str::to_owned),
        language_code: profile.shown_language().map(str::to_owned),
        is_premium: profile.is_premium,
        ..User::default()
    }
}

/// A bot as a message's `User`, with its name in the viewer's language.
pub(crate) fn bot(bot: &Bot, language: &str) -> User {
    User {
        id: bot.id.0,
        is_bot: true,
        first_name: bot.settings.name(language).to_owned(),
        username: Some(bot.username.to_string()).filter(|_| !bot.is_deleted),
        ..User::default()
    }
}

/// The answer of `getMe`, with the fields that only the bot itself gets.
pub fn me(own: &Bot) -> User {
    User {
        can_join_groups: Some(own.flags.can_join_groups),
        can_read_all_group_messages: Some(own.flags.can_read_all_group_messages),
        supports_guest_queries: Some(false),
        supports_inline_queries: Some(own.flags.supports_inline_queries),
        can_connect_to_business: Some(false),
        has_main_web_app: Some(false),
        has_topics_enabled: Some(false),
        allows_users_to_create_topics: Some(false),
        can_manage_bots: Some(false),
        supports_join_request_queries: Some(false),
        ..bot(own, "")
    }
}

/// An account, as this view shows it.
pub(crate) fn account(context: &ViewContext<'_>, id: AccountId) -> User {
    match context.world().bot(id) {
        Some(own) => bot(own, context.language()),
        None => by_profile(id, context.profile(id)),
    }
}

/// Any account as another one sees it, outside of a chat.
pub fn viewed_account(world: &World, viewer: AccountId, id: AccountId) -> User {
    account(&ViewContext::new(world, viewer, ChatId::private(viewer, id)), id)
}

/// A user's present profile, whether or not the viewer has a chat with them.
pub(crate) fn by_id(world: &World, id: AccountId) -> User {
    by_profile(id, world.user(id).map(|user| &user.profile))
}

pub(crate) fn by_profile(id: AccountId, profile: Option<&UserProfile>) -> User {
    profile.map_or_else(|| User { id: id.0, ..User::default() }, |profile| user(id, profile))
}
