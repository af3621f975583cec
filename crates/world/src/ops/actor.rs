//! Who acts, and where: the two things that every command about a chat begins with.

use crate::ids::{AccountId, ChatId, Timestamp};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::account::Account;
use crate::state::group::{Group, MemberStatus};
use crate::state::{DialogView, World};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
}

impl From<AccountId> for Actor {
    fn from(account: AccountId) -> Self {
        Self { account }
    }
}

/// Where an actor acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The chat.
    pub chat: ChatSelector,
}

/// How an actor names a chat: the Bot API's `chat_id`, MTProto's input peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatSelector {
    /// Nothing was given.
    Empty,
    /// A Bot API id; a private chat's is the other account's.
    Id(i64),
    /// `@name`.
    Username(String),
}

impl From<ChatSelector> for Target {
    fn from(chat: ChatSelector) -> Self {
        Self { chat }
    }
}

impl From<ChatId> for Target {
    /// A group or channel. For a private chat, name the other account.
    fn from(chat: ChatId) -> Self {
        Self { chat: ChatSelector::Id(chat.bot_api_id(AccountId(0))) }
    }
}

impl From<AccountId> for Target {
    /// The private chat with that account.
    fn from(account: AccountId) -> Self {
        Self { chat: ChatSelector::Id(account.0) }
    }
}

/// What an actor and a target come to.
#[derive(Clone, Copy)]
pub(crate) struct Place<'w> {
    pub(crate) world: &'w World,
    pub(crate) actor: AccountId,
    pub(crate) chat: ChatId,
    pub(crate) now: Timestamp,
    /// `None` before the first contact with a user, and in groups and channels in which the actor is not.
    pub(crate) dialog: Option<DialogView<'w>>,
    /// `None` for private chats.
    pub(crate) group: Option<&'w Group>,
}

impl<'w> Place<'w> {
    /// The other account of a private chat.
    pub(crate) fn other(&self) -> Option<AccountId> {
        self.chat.other(self.actor)
    }

    /// What the actor is in a group or channel.
    pub(crate) fn status(&self) -> &'w MemberStatus {
        self.world.status(self.chat, self.actor, self.now)
    }

    /// The group or channel.
    ///
    /// # Errors
    /// [`Refusal::WrongChatKind`] in a private chat.
    pub(crate) fn group(&self, operation: GroupOperation) -> Result<&'w Group, Refusal> {
        self.group.ok_or(Refusal::WrongChatKind(operation))
    }

    /// The other account of a private chat must exist and not be deleted.
    pub(crate) fn ensure_other_is_active(&self) -> Result<(), Refusal> {
        self.other().map_or(Ok(()), |other| self.world.active_account(other).map(drop))
    }
}

impl Target {
    /// The chat that an actor means.
    ///
    /// # Errors
    /// As of every command with this target.
    pub fn resolve(&self, world: &World, actor: Actor, now: Timestamp) -> Result<ChatId, Refusal> {
        self.place(world, actor, now).map(|place| place.chat)
    }

    /// The chat that an actor means, which still exists and of which the actor is a member, if it is a group or channel.
    ///
    /// # Errors
    /// As of every command that changes something in the chat.
    pub fn resolve_as_member(&self, world: &World, actor: Actor, now: Timestamp) -> Result<ChatId, Refusal> {
        let place = self.place(world, actor, now)?;
        place.ensure_member()?;
        Ok(place.chat)
    }

    /// The chat that an actor means, if the actor may read there.
    pub(crate) fn place<'w>(
        &self,
        world: &'w World,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Place<'w>, Refusal> {
        let Actor { account } = actor;
        let chat = match world.is_bot(account) {
            true => self.for_bot(world, account)?,
            false => self.for_user(world, account)?,
        };
        let dialog = world.dialog(account, chat);
        let place = Place { world, actor: account, chat, now, dialog, group: world.group(chat) };
        place.ensure_readable()?;
        Ok(place)
    }

    /// Bots must have seen the user. Usernames are for bots and public chats only: a user's is refused like an unknown one,
    /// as in the Bot API server.
    fn for_bot(&self, world: &World, bot: AccountId) -> Result<ChatId, Refusal> {
        let id = match &self.chat {
            ChatSelector::Empty => return Err(Refusal::ChatIdEmpty),
            ChatSelector::Id(id) => *id,
            ChatSelector::Username(name) => match world.by_username(name) {
                Some(account) if world.is_bot(account) => return between_bots(world, bot, account),
                _ => return world.chat_by_username(name).ok_or(Refusal::ChatNotFound),
            },
        };
        match ChatId::from_bot_api(id, bot) {
            ChatId::Private(..) if world.is_bot(AccountId(id)) => between_bots(world, bot, AccountId(id)),
            chat @ ChatId::Private(..) => world.dialog(bot, chat).map(|_| chat).ok_or(Refusal::ChatNotFound),
            chat => world.group(chat).map(|_| chat).ok_or(Refusal::ChatNotFound),
        }
    }

    /// Users reach every account. Of a chat with a deleted user they keep the messages.
    fn for_user(&self, world: &World, user: AccountId) -> Result<ChatId, Refusal> {
        world.active_user(user)?;
        let other = match &self.chat {
            ChatSelector::Empty => return Err(Refusal::ChatIdEmpty),
            ChatSelector::Id(id) => match ChatId::from_bot_api(*id, user) {
                ChatId::Private(..) => AccountId(*id),
                chat => return world.group(chat).map(|_| chat).ok_or(Refusal::ChatNotFound),
            },
            ChatSelector::Username(name) => match world.by_username(name) {
                Some(account) => account,
                None => return world.chat_by_username(name).ok_or(Refusal::ChatNotFound),
            },
        };
        match world.account(other) {
            Some(Account::Bot(_)) => world.active_bot(other).map(drop)?,
            Some(_) => {}
            None => return Err(Refusal::UserNotFound),
        }
        Ok(ChatId::private(user, other))
    }
}

/// Bots write to bots only if both have the mode for it.
fn between_bots(world: &World, bot: AccountId, other: AccountId) -> Result<ChatId, Refusal> {
    let has_mode = |bot| world.active_bot(bot).is_ok_and(|bot| bot.flags.talks_to_bots);
    match (has_mode(bot), has_mode(other)) {
        (true, true) if bot != other => Ok(ChatId::private(bot, other)),
        (true, false) if bot != other => Err(Refusal::BotToBotDisabled),
        _ => Err(Refusal::PeerIsBot),
    }
}
