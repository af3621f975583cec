use super::chat::chat;
use super::user::named;
use parlor_wire_tl::enums;
use parlor_world::content::{Content, GroupChange};
use parlor_world::state::group::MemberStatus;
use parlor_world::state::message::{Message, Sender};
use parlor_world::state::update::Update;
use parlor_world::{AccountId, ChatId, MessageVersion, Timestamp, World};
use std::collections::BTreeSet;

/// The accounts, groups and channels that an answer names, each once: what its `users` and `chats` show.
#[derive(Debug, Default)]
pub(crate) struct Named {
    accounts: BTreeSet<AccountId>,
    chats: BTreeSet<ChatId>,
}

impl Named {
    pub(crate) fn add_account(&mut self, account: AccountId) {
        self.accounts.insert(account);
    }

    /// Adds a group or channel, or both accounts of a private chat.
    pub(crate) fn add_chat(&mut self, chat: ChatId) {
        match chat {
            ChatId::Private(..) => self.accounts.extend(chat.pair()),
            ChatId::Group(_) | ChatId::Channel(_) => drop(self.chats.insert(chat)),
        }
    }

    /// Adds what names a chat for an account: the chat itself, or the other account of a private one.
    pub(crate) fn add_peer(&mut self, chat: ChatId, me: AccountId) {
        match chat.other(me) {
            Some(other) => self.add_account(other),
            None => self.add_chat(chat),
        }
    }

    /// Adds the chat of a message, its sender, its first sender, and whom it mentions or tells of.
    pub(crate) fn add_message(&mut self, message: &Message) {
        self.add_chat(message.chat);
        match message.sender() {
            Sender::Account(account) => self.add_account(account),
            Sender::Chat(chat) => self.add_chat(chat),
        }
        if let Some(origin) = message.origin() {
            match &origin.chat {
                Some(origin) => self.add_chat(origin.chat),
                None => self.add_account(origin.sender),
            }
        }
        self.accounts.extend(message.content.mentioned());
        match &message.content {
            Content::GroupChanged(GroupChange::UpgradedTo(channel)) => {
                self.add_chat(ChatId::Channel(*channel));
            }
            Content::GroupChanged(GroupChange::UpgradedFrom { group, .. }) => {
                self.add_chat(ChatId::Group(*group));
            }
            _ => {}
        }
    }

    pub(crate) fn add_update(&mut self, world: &World, update: &Update) {
        match update {
            Update::Message(version) | Update::MessageEdited(version) => self.add_version(world, *version),
            Update::MemberChanged(change) => {
                self.add_chat(change.chat);
                self.accounts.extend([change.by, change.account]);
                self.accounts.extend([&change.old, &change.new].into_iter().filter_map(decided_by));
                self.accounts.extend(change.link.as_ref().map(|link| link.creator));
            }
            Update::JoinRequested { chat, request } => {
                self.add_chat(*chat);
                self.add_chat(request.chat);
                self.accounts.extend(request.link.as_ref().map(|link| link.creator));
            }
            Update::ButtonPressed { chat, by, .. } | Update::ReactionsChanged { chat, by, .. } => {
                self.add_chat(*chat);
                self.add_account(*by);
            }
            _ => world.chat_of(update).into_iter().for_each(|chat| self.add_chat(chat)),
        }
    }

    fn add_version(&mut self, world: &World, version: MessageVersion) {
        if let Some(message) = world.message_version(version) {
            self.add_message(message);
        }
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.accounts.iter().copied()
    }

    pub(crate) fn chats(&self) -> impl Iterator<Item = ChatId> {
        self.chats.iter().copied()
    }

    /// The accounts as `me` sees them.
    pub(crate) fn users(&self, world: &World, me: AccountId) -> Vec<enums::User> {
        self.accounts().map(|id| named(world, me, id)).collect()
    }

    /// The groups and channels as `me` sees them.
    pub(crate) fn shown_chats(&self, world: &World, me: AccountId, now: Timestamp) -> Vec<enums::Chat> {
        self.chats().map(|id| chat(world, me, id, now)).collect()
    }
}

/// Who promoted, restricted or banned an account.
fn decided_by(status: &MemberStatus) -> Option<AccountId> {
    match status {
        MemberStatus::Administrator(administrator) => Some(administrator.promoted_by),
        MemberStatus::Restricted(restriction) => Some(restriction.by),
        MemberStatus::Banned(ban) => Some(ban.by),
        MemberStatus::Owner(_) | MemberStatus::Member | MemberStatus::Left => None,
    }
}

impl<'m> FromIterator<&'m Message> for Named {
    fn from_iter<T: IntoIterator<Item = &'m Message>>(messages: T) -> Self {
        let mut named = Self::default();
        messages.into_iter().for_each(|message| named.add_message(message));
        named
    }
}
