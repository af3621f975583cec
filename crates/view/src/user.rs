use crate::ViewContext;
use parlor_wire_bot_api::objects::User;
use parlor_world::account::{Bot, UserProfile};
use parlor_world::{AccountId, UserId, World};

/// A person: what is absent is left out, not null.
pub fn person(id: UserId, profile: &UserProfile) -> User {
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

/// A bot as it is in messages, with its name in the language of who looks at it.
pub(crate) fn bot(bot: &Bot, language: &str) -> User {
    User {
        id: bot.id.0,
        is_bot: true,
        first_name: bot.settings.name(language).to_owned(),
        username: Some(bot.username.to_string()).filter(|_| bot.is_alive()),
        ..User::default()
    }
}

/// `getMe`: with everything that only the bot itself is told.
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

/// An account of either kind as it is now; the user of this chat as the view shows them.
pub(crate) fn account(context: &ViewContext<'_>, id: AccountId) -> User {
    match id {
        AccountId::User(id) if id == context.dialog_id().user => person(id, context.profile()),
        AccountId::User(id) => by_id(context.world(), id),
        AccountId::Bot(id) => {
            context.world().bot(id).map(|own| bot(own, context.language())).unwrap_or_default()
        }
    }
}

/// A person who may be a stranger to this chat.
pub(crate) fn by_id(world: &World, id: UserId) -> User {
    match world.user(id) {
        Some(user) => person(id, &user.profile),
        None => User { id: id.0, ..User::default() },
    }
}
