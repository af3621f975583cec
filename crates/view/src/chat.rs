use crate::ViewContext;
use crate::group::group_chat;
use parlor_wire_bot_api::objects::Chat;
use parlor_world::state::account::Account;

/// The name that apps show for a deleted account.
const DELETED_ACCOUNT: &str = "Deleted Account";

/// The chat. A private one is, to its viewer, the other account.
pub fn chat(context: &ViewContext<'_>) -> Chat {
    let Some(other) = context.other() else { return group_chat(context.world(), context.chat()) };
    let chat = Chat { id: other.0, kind: "private".to_owned(), ..Chat::default() };
    let deleted = || Chat { first_name: Some(DELETED_ACCOUNT.to_owned()), ..chat.clone() };
    match context.world().account(other) {
        Some(Account::Bot(bot)) if bot.is_deleted => deleted(),
        Some(Account::Bot(bot)) => Chat {
            first_name: Some(bot.settings.name(context.language()).to_owned()),
            username: Some(bot.username.to_string()),
            ..chat
        },
        Some(Account::User(_)) | None => match context.profile(other) {
            Some(profile) => Chat {
                first_name: Some(profile.first_name.to_string()),
                last_name: profile.last_name.as_deref().map(str::to_owned),
                username: profile.username.as_deref().map(str::to_owned),
                ..chat
            },
            None => deleted(),
        },
    }
}
