//! What the world knows of groups and channels.

use super::World;
use super::group::{Group, InviteLink, LEFT, Member, MemberStatus, Permissions};
use crate::ids::{AccountId, ChannelId, ChatId, GroupId, Timestamp};
use crate::keyed::HashDomain;
use std::collections::BTreeSet;

impl World {
    /// What all members of a group or channel share; `None` for private chats, and for what does not exist.
    pub fn group(&self, chat: ChatId) -> Option<&Group> {
        // Asked for every message; nothing is looked up for most of them.
        if chat.is_private() { None } else { self.chat(chat)?.group() }
    }

    pub(crate) fn group_mut(&mut self, chat: ChatId) -> Option<&mut Group> {
        self.chats.get_mut(&chat)?.group_mut()
    }

    /// What is known of an account that is in a group or channel, or is banned from it.
    pub fn member(&self, chat: ChatId, account: AccountId) -> Option<&Member> {
        self.members.get(&(chat, account))
    }

    /// What an account is in a group or channel.
    pub fn status(&self, chat: ChatId, account: AccountId, now: Timestamp) -> &MemberStatus {
        self.member(chat, account).map_or(&LEFT, |member| member.status.at(now))
    }

    /// Everybody who is in a group or channel, or banned from it, by account.
    pub fn members(&self, chat: ChatId) -> impl Iterator<Item = (AccountId, &Member)> {
        let from = self.members.range((chat, AccountId(i64::MIN))..);
        from.take_while(move |((of, _), _)| *of == chat).map(|((_, account), member)| (*account, member))
    }

    /// Who is in a group or channel.
    pub fn present_members(
        &self,
        chat: ChatId,
        now: Timestamp,
    ) -> impl Iterator<Item = (AccountId, &Member)> {
        self.members(chat).filter(move |(_, member)| member.status.at(now).is_present())
    }

    /// Whether an account takes part in a chat: is one of the two of a private chat, or is in the group or channel.
    pub fn takes_part(&self, chat: ChatId, account: AccountId, now: Timestamp) -> bool {
        match chat {
            ChatId::Private(low, high) => account == low || account == high,
            ChatId::Group(_) | ChatId::Channel(_) => self.status(chat, account, now).is_present(),
        }
    }

    /// The accounts that number the messages of a chat: those of a private chat or a basic group.
    pub(crate) fn numbering_accounts(&self, chat: ChatId, now: Timestamp) -> Vec<AccountId> {
        match chat {
            ChatId::Private(..) => chat.pair().collect(),
            ChatId::Group(_) => self.present_members(chat, now).map(|(account, _)| account).collect(),
            ChatId::Channel(_) => Vec::new(),
        }
    }

    /// What an account may do that is no administrator: bots have less by the permissions of all members.
    pub(crate) fn permissions(&self, chat: ChatId, account: AccountId, now: Timestamp) -> Permissions {
        let Some(group) = self.group(chat) else { return Permissions::empty() };
        let status = self.status(chat, account, now);
        let permissions = status.permissions(group.profile.permissions);
        match self.is_bot(account) && !status.is_administrator() {
            true => permissions.difference(Permissions::NOT_FOR_BOTS),
            false => permissions,
        }
    }

    /// A bot comes to know a user: from now on it may act on the user, but not write first.
    pub(crate) fn meet(&mut self, bot: AccountId, user: AccountId) {
        let chat = ChatId::private(bot, user);
        // Asked for every message of a group, and mostly known.
        let is_known = self.dialogs.contains_key(&(bot, chat));
        if !is_known && self.is_bot(bot) && !self.is_bot(user) {
            self.open_dialog(bot, chat);
        }
    }

    /// The primary invite link of an administrator.
    pub fn primary_link(&self, chat: ChatId, of: AccountId) -> Option<&InviteLink> {
        self.group(chat)?.primary_link(of)
    }

    /// Those of `accounts` who are in one of these channels: looks at the members or at the accounts, whichever are fewer.
    pub fn among_members(
        &self,
        channels: &[ChannelId],
        accounts: &BTreeSet<AccountId>,
        now: Timestamp,
    ) -> BTreeSet<AccountId> {
        let mut found = BTreeSet::new();
        for chat in channels.iter().map(|channel| ChatId::Channel(*channel)) {
            let count = self.group(chat).map_or(0, |group| group.member_count as usize);
            match count < accounts.len() {
                true => {
                    let members = self.present_members(chat, now).map(|(account, _)| account);
                    found.extend(members.filter(|account| accounts.contains(account)));
                }
                false => {
                    let is_in = |account: &&AccountId| self.takes_part(chat, **account, now);
                    found.extend(accounts.iter().filter(is_in));
                }
            }
        }
        found
    }

    /// The chat of an invite link, by the link's hash.
    pub fn chat_by_link(&self, hash: &str) -> Option<ChatId> {
        self.links.get(hash).copied()
    }

    /// The groups and channels in which an account is, or of which it keeps the messages.
    pub fn groups_of(&self, account: AccountId) -> impl Iterator<Item = ChatId> {
        let from = (account, ChatId::Group(GroupId(i64::MIN)));
        let own = self.dialogs.range(from..).take_while(move |((of, _), _)| *of == account);
        own.map(|((_, chat), _)| *chat)
    }

    /// All groups and channels, by id.
    pub fn all_groups(&self) -> impl Iterator<Item = (ChatId, &Group)> {
        let from = self.chats.range(ChatId::Group(GroupId(i64::MIN))..);
        from.filter_map(|(id, chat)| Some((*id, chat.group()?)))
    }

    /// An id for a new basic group: ten digits, as Telegram gives them now.
    pub(crate) fn free_group_id(&self) -> GroupId {
        let id = |salt| GroupId(4_000_000_000 + self.random_below(salt, 999_999_999));
        let mut ids = (0..).map(id);
        ids.find(|id| self.chat(ChatId::Group(*id)).is_none()).unwrap_or(GroupId(1))
    }

    /// An id for a new supergroup or channel: ten digits, as Telegram gives them now.
    pub(crate) fn free_channel_id(&self) -> ChannelId {
        let id = |salt| ChannelId(1_000_000_000 + self.random_below(salt, 1_999_999_999));
        let mut ids = (0..).map(id);
        ids.find(|id| self.chat(ChatId::Channel(*id)).is_none()).unwrap_or(ChannelId(1))
    }

    /// A hash for a new invite link. It depends on the time: a link that was deleted does not come back.
    pub(crate) fn free_link_hash(&self, now: Timestamp) -> Box<str> {
        let mut hashes = (0..).map(|salt| self.key.link_hash(now.0, salt));
        hashes.find(|hash| self.chat_by_link(hash).is_none()).unwrap_or_default().into()
    }

    fn random_below(&self, salt: i64, limit: u64) -> i64 {
        let number =
            self.key.number(HashDomain::GroupId, self.chats.len().try_into().unwrap_or(i64::MAX), salt);
        (number % limit).cast_signed()
    }
}
