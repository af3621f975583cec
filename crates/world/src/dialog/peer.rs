use crate::{AccountId, BotId, DialogId, Refusal, UserId, World};

use super::Dialog;

/// How a bot names a chat: the Bot API's `chat_id`, MTProto's input peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatRef {
    /// Nothing was given.
    Empty,
    /// An id; a private chat's is the user's.
    Id(i64),
    /// `@name`.
    Username(String),
}

/// The dialog that a bot means.
///
/// Usernames work for bots and channels only: a person's is refused like an unknown one, as in the Bot API server.
pub(crate) fn bot_side<'w>(
    world: &'w World,
    bot: BotId,
    chat: &ChatRef,
) -> Result<(DialogId, &'w Dialog), Refusal> {
    let id = match chat {
        ChatRef::Empty => return Err(Refusal::ChatIdEmpty),
        ChatRef::Id(id) => *id,
        ChatRef::Username(name) => match world.by_username(name) {
            Some(AccountId::Bot(_)) => return Err(Refusal::PeerIsBot),
            _ => return Err(Refusal::ChatNotFound),
        },
    };
    if world.bots.contains_key(&BotId(id)) {
        return Err(Refusal::PeerIsBot);
    }
    if world.bots.get(&bot).is_some_and(|bot| bot.join_chats.contains(&id)) {
        return Err(Refusal::ChatNotServed);
    }
    let dialog = DialogId { user: UserId(id), bot };
    let known = world.dialogs.get(&dialog).ok_or(Refusal::ChatNotFound)?;
    Ok((dialog, known))
}

impl ChatRef {
    /// The dialog that a bot means, for reading.
    pub fn resolve(&self, world: &World, bot: BotId) -> Result<DialogId, Refusal> {
        bot_side(world, bot, self).map(|(id, _)| id)
    }
}

/// The dialog in which a user acts; both must be alive. It need not exist yet.
pub(crate) fn user_side(world: &World, id: DialogId) -> Result<Option<&Dialog>, Refusal> {
    world.living_user(id.user)?;
    world.living_bot(id.bot)?;
    Ok(world.dialog(id))
}

impl World {
    /// A person who exists and is not deleted.
    pub fn living_user(&self, id: UserId) -> Result<&crate::account::User, Refusal> {
        let user = self.users.get(&id).ok_or(Refusal::UserNotFound)?;
        if user.deleted { Err(Refusal::UserDeactivated) } else { Ok(user) }
    }

    /// A bot that exists and is not deleted.
    pub fn living_bot(&self, id: BotId) -> Result<&crate::account::Bot, Refusal> {
        self.bots.get(&id).filter(|bot| bot.is_alive()).ok_or(Refusal::BotNotFound)
    }

    /// A living bot that somebody made: not BotFather, which nobody can change.
    pub(crate) fn own_bot(&self, id: BotId) -> Result<&crate::account::Bot, Refusal> {
        if id == crate::bot_father::ID { Err(Refusal::BotNotFound) } else { self.living_bot(id) }
    }

    /// The dialogs of a user that have something to show, the newest message first: the list of recent chats.
    pub fn recent_chats(&self, user: UserId) -> Vec<(DialogId, &Dialog)> {
        let bots = self.users.get(&user).map_or(&[][..], |user| &user.dialogs);
        let mut chats: Vec<_> = bots
            .iter()
            .map(|bot| DialogId { user, bot: *bot })
            .filter_map(|id| Some((id, self.dialog(id)?)))
            .filter(|(_, dialog)| dialog.last_message(crate::Side::User).is_some())
            .collect();
        chats.sort_by_key(|(_, dialog)| {
            std::cmp::Reverse(dialog.last_message(crate::Side::User).map(|message| message.id.user))
        });
        chats
    }
}
