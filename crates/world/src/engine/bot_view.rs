//! What a bot sees of a chat: all of a private one, and of a group as much as its privacy mode allows.

use crate::ids::{AccountId, ChatId, MessageIds, Timestamp};
use crate::state::World;
use crate::state::message::Message;

/// The bots of a message's chat. A bot that was just removed from a basic group gets the message that says so.
pub(super) fn bots_of(world: &World, message: &Message) -> Vec<AccountId> {
    let accounts: Vec<_> = match (&message.chat, &message.ids) {
        (ChatId::Channel(_), _) => {
            world.group(message.chat).into_iter().flat_map(|group| &group.bots).copied().collect()
        }
        (ChatId::Group(_), MessageIds::Group(ids)) => ids.iter().map(|(account, _)| *account).collect(),
        (chat, _) => chat.pair().collect(),
    };
    accounts.into_iter().filter(|account| world.is_bot(*account)).collect()
}

/// Whether a bot gets a message of a chat in which it is.
///
/// > Privacy mode is enabled by default for all bots, except bots that were added to a group as admins
/// > (core.telegram.org/bots/features)
///
/// > Bots will not be able to see messages from other bots regardless of mode (core.telegram.org/bots/faq)
pub(super) fn sees(world: &World, bot: AccountId, message: &Message, now: Timestamp) -> bool {
    let Some(group) = world.group(message.chat) else { return true };
    if group.is_channel() || message.content.is_service() || message.from == bot {
        return true;
    }
    // A channel, or an administrator who writes in the group's name, is no bot to the others.
    let is_by_bot = world.is_bot(message.from) && message.sender_chat().is_none();
    if is_by_bot && !sees_bots(world, bot, message) {
        return false;
    }
    let reads_all = world.member(message.chat, bot).is_some_and(|member| member.reads_all);
    let is_administrator = world.status(message.chat, bot, now).is_administrator();
    reads_all || is_administrator || message.meant_for() == Some(bot)
}

/// > Group: another bot's message arrives if it is a command for it or a reply to it and at least one of the two has the
/// > mode; a bot with the mode gets what it would get of a user (core.telegram.org/bots/features, bot-to-bot)
fn sees_bots(world: &World, bot: AccountId, message: &Message) -> bool {
    let has_mode = |bot| world.bot(bot).is_some_and(|bot| bot.flags.talks_to_bots);
    has_mode(bot) || has_mode(message.from) && message.meant_for() == Some(bot)
}

/// Whether a bot is told who reacts to a message. The reactions to a channel's posts are anonymous.
pub(super) fn sees_reactions(world: &World, bot: AccountId, message: &Message, now: Timestamp) -> bool {
    let Some(group) = world.group(message.chat) else { return true };
    !group.is_channel() && world.status(message.chat, bot, now).is_administrator()
}
