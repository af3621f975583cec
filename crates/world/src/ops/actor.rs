//! Who acts, and where: the two things that every command about a chat begins with.

use crate::ids::{AccountId, ChatId, GroupId};
use crate::refusal::Refusal;
use crate::state::account::Account;
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
    /// `None` before the first contact: then the actor is a user.
    pub(crate) dialog: Option<DialogView<'w>>,
}

impl Place<'_> {
    /// The other account of the chat.
    pub(crate) fn other(&self) -> AccountId {
        self.chat.other(self.actor)
    }
}

impl Target {
    /// The chat that an actor means.
    ///
    /// # Errors
    /// As of every command with this target.
    pub fn resolve(&self, world: &World, actor: Actor) -> Result<ChatId, Refusal> {
        self.place(world, actor).map(|place| place.chat)
    }

    pub(crate) fn place<'w>(&self, world: &'w World, actor: Actor) -> Result<Place<'w>, Refusal> {
        let Actor { account } = actor;
        let chat = match world.is_bot(account) {
            true => self.for_bot(world, account)?,
            false => self.for_user(world, account)?,
        };
        Ok(Place { world, actor: account, chat, dialog: world.dialog(account, chat) })
    }

    /// Bots must have seen the user. Usernames are for bots and channels only: a user's is refused like an unknown one, as
    /// in the Bot API server.
    fn for_bot(&self, world: &World, bot: AccountId) -> Result<ChatId, Refusal> {
        let id = match &self.chat {
            ChatSelector::Empty => return Err(Refusal::ChatIdEmpty),
            ChatSelector::Id(id) => AccountId(*id),
            ChatSelector::Username(name) => match world.by_username(name) {
                Some(account) if world.is_bot(account) => return Err(Refusal::PeerIsBot),
                _ => return Err(Refusal::ChatNotFound),
            },
        };
        if world.is_bot(id) {
            return Err(Refusal::PeerIsBot);
        }
        if world.bot(bot).is_some_and(|bot| bot.join_chats.contains(&GroupId(id.0))) {
            return Err(Refusal::ChatNotServed);
        }
        let chat = ChatId::private(bot, id);
        world.dialog(bot, chat).map(|_| chat).ok_or(Refusal::ChatNotFound)
    }

    /// Users reach every account. Of a chat with a deleted user they keep the messages.
    fn for_user(&self, world: &World, user: AccountId) -> Result<ChatId, Refusal> {
        world.active_user(user)?;
        let other = match &self.chat {
            ChatSelector::Empty => return Err(Refusal::ChatIdEmpty),
            ChatSelector::Id(id) => AccountId(*id),
            ChatSelector::Username(name) => world.by_username(name).ok_or(Refusal::ChatNotFound)?,
        };
        match world.account(other) {
            Some(Account::Bot(_)) => world.active_bot(other).map(drop)?,
            Some(_) => {}
            None => return Err(Refusal::UserNotFound),
        }
        Ok(ChatId::private(user, other))
    }
}
