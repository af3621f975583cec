use parlor_wire_tl::{enums, types};
use parlor_world::state::account::{Account, Bot, User};
use parlor_world::{AccountId, World};
use std::collections::BTreeSet;

/// Returns an account as `me` sees it; an empty user for an unknown id.
pub(crate) fn account(world: &World, me: AccountId, id: AccountId) -> enums::User {
    match world.account(id) {
        Some(Account::User(own)) => user(world, me, own),
        Some(Account::Bot(own)) => bot(world, me, own),
        None => types::UserEmpty { id: id.0 }.into(),
    }
}

/// Returns the accounts of a list, each once.
pub(crate) fn users_of(
    world: &World,
    me: AccountId,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Vec<enums::User> {
    let each: BTreeSet<_> = accounts.into_iter().collect();
    each.into_iter().map(|id| account(world, me, id)).collect()
}

/// An account that a message names: of users whom `me` does not know otherwise, only what is shown there.
///
/// > min: the access hash of such a user can't be used to act on him (core.telegram.org/api/min)
pub(super) fn named(world: &World, me: AccountId, id: AccountId) -> enums::User {
    let stranger = world.user(id).filter(|_| !world.knows(me, id));
    let Some(user) = stranger else { return account(world, me, id) };
    types::User { min: true, access_hash: Some(world.min_access_hash(me, id)), ..shown_to_all(user) }.into()
}

/// Returns the public part of a user's profile.
fn shown_to_all(user: &User) -> types::User {
    let base = types::User { id: user.id.0, ..Default::default() };
    if user.is_deleted {
        return types::User { deleted: true, ..base };
    }
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    types::User {
        premium: user.profile.is_premium,
        first_name: Some(user.profile.first_name.to_string()),
        last_name: text(&user.profile.last_name),
        username: text(&user.profile.username),
        ..base
    }
}

fn user(world: &World, me: AccountId, user: &User) -> enums::User {
    let is_self = me == user.id;
    let base = types::User { access_hash: Some(world.access_hash(me, user.id)), ..shown_to_all(user) };
    if user.is_deleted {
        return base.into();
    }
    let profile = &user.profile;
    types::User {
        is_self,
        contact: is_self,
        mutual_contact: is_self,
        phone: profile.phone.as_deref().map(str::to_owned).filter(|_| is_self),
        // Only bots receive the language, and not of every user.
        lang_code: profile.shown_language().filter(|_| world.is_bot(me)).map(str::to_owned),
        status: Some(types::UserStatusRecently { by_me: false }.into()),
        ..base
    }
    .into()
}

fn bot(world: &World, me: AccountId, bot: &Bot) -> enums::User {
    let language = world.user(me).and_then(|user| user.profile.language_code.as_deref());
    types::User {
        id: bot.id.0,
        access_hash: Some(world.access_hash(me, bot.id)),
        is_self: me == bot.id,
        bot: true,
        bot_chat_history: bot.flags.can_read_all_group_messages,
        bot_nochats: !bot.flags.can_join_groups,
        deleted: bot.is_deleted,
        first_name: Some(bot.settings.name(language.unwrap_or_default()).to_owned()),
        username: Some(bot.username.to_string()).filter(|_| !bot.is_deleted),
        bot_info_version: Some(1),
        bot_inline_placeholder: bot.flags.supports_inline_queries.then(String::new),
        ..Default::default()
    }
    .into()
}
