use super::Scene;
use parlor_wire_bot_api::objects::User;
use parlor_world::account::{Bot, UserProfile};
use parlor_world::{AccountId, UserId, World};

/// A person: what is absent is left out, not null.
pub(crate) fn person(id: UserId, profile: &UserProfile) -> User {
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

/// A bot as it stands in messages.
pub(crate) fn bot(bot: &Bot) -> User {
    User {
        id: bot.id.0,
        is_bot: true,
        first_name: bot.settings.name("").to_owned(),
        username: Some(bot.username.to_string()).filter(|_| bot.is_alive()),
        ..User::default()
    }
}

/// `getMe`: with everything that only the bot itself is told.
pub(crate) fn me(own: &Bot) -> User {
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
        ..bot(own)
    }
}

/// Either kind, as it is now; a user of this dialog as in its scene.
pub(crate) fn account(scene: &Scene<'_>, id: AccountId) -> User {
    match id {
        AccountId::User(id) if id == scene.dialog.user => person(id, &scene.profile),
        AccountId::User(id) => by_id(scene.world, id),
        AccountId::Bot(id) => scene.world.bot(id).map(bot).unwrap_or_default(),
    }
}

/// A person who may be a stranger to this dialog.
pub(crate) fn by_id(world: &World, id: UserId) -> User {
    match world.user(id) {
        Some(user) => person(id, &user.profile),
        None => User { id: id.0, ..User::default() },
    }
}
