use crate::content::Content;
use crate::ids::{AccountId, ChatId};
use crate::state::World;
use crate::state::group::Group;
use crate::state::message::Reply;

/// The bot of a group that a message is meant for: the one bot that gets it in spite of privacy mode.
///
/// > Commands explicitly meant for them (e.g., /command@this_bot). General commands (e.g. /command) if the bot was the last
/// > bot to send a message to the group. […] Replies to any messages implicitly or explicitly meant for this bot.
/// > (core.telegram.org/bots/features)
pub(super) fn meant_for(
    world: &World,
    chat: ChatId,
    from: AccountId,
    content: &Content,
    reply: Option<&Reply>,
) -> Option<AccountId> {
    let group = world.group(chat).filter(|group| !group.is_channel() && !group.bots.is_empty())?;
    by_reply(world, group, reply).or_else(|| by_command(world, group, from, content))
}

fn by_reply(world: &World, group: &Group, reply: Option<&Reply>) -> Option<AccountId> {
    let replied = world.message_by_key(reply?.to.key)?;
    let author = Some(replied.from).filter(|_| replied.sender_chat().is_none());
    author.filter(|author| group.bots.contains(author)).or_else(|| replied.meant_for())
}

fn by_command(world: &World, group: &Group, from: AccountId, content: &Content) -> Option<AccountId> {
    let text = content.text_for(false)?.text;
    let command = text.strip_prefix('/')?.split_whitespace().next()?;
    let bot = match command.split_once('@') {
        Some((_, username)) => world.by_username(username),
        // A group with one bot needs no name, whoever wrote last.
        None => group.last_bot.filter(|bot| group.bots.contains(bot)).or_else(|| group.bots.first().copied()),
    };
    bot.filter(|bot| group.bots.contains(bot) && *bot != from)
}
