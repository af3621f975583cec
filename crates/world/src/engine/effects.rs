use crate::ids::{AccountId, BoxId, ChannelId, ChatId};
use crate::state::World;
use crate::state::message_box::Entry;
use crate::state::update::ActionShown;

/// What came of a command, beside the changed world: for those who must be told once it is durable.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects {
    /// Entries that were appended to logs: whose, and where.
    pub entries: Vec<(BoxId, i64)>,
    /// Accounts whose readers have something new to look at.
    pub affected: Vec<AccountId>,
    /// Supergroups and channels whose members have.
    pub channels: Vec<ChannelId>,
    /// For those who list accounts.
    pub changes: Vec<Change>,
    /// The secrets of tokens that are valid from now on, by bot; `None` for a bot that was deleted.
    pub tokens: Vec<(AccountId, Option<Box<str>>)>,
    /// What is shown and forgotten.
    pub actions: Vec<ActionShown>,
}

/// What is listed differently from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// An account is new, deleted, or has another profile or other settings.
    Account(AccountId),
    /// A group or channel is new, or changed.
    Group(ChatId),
    /// The world was emptied.
    Everything,
}

impl Effects {
    /// The entries that the command appended to one account's log: what its own request is answered with.
    pub fn entries_of<'w>(
        &self,
        world: &'w World,
        account: AccountId,
    ) -> impl DoubleEndedIterator<Item = &'w Entry> {
        let own = self.entries.iter().filter(move |(of, _)| *of == account.into());
        own.filter_map(move |(of, position)| world.entry(*of, *position))
    }

    /// The entries that the command appended to the logs of channels, with the channels.
    pub fn channel_entries<'w>(
        &self,
        world: &'w World,
    ) -> impl DoubleEndedIterator<Item = (ChannelId, &'w Entry)> {
        self.entries.iter().filter_map(move |(of, position)| {
            let entry = world.entry(*of, *position)?;
            Some((of.channel()?, entry))
        })
    }

    /// Adds what a later command did. Entries are not added: they are for the later command's own answer only.
    pub fn merge(&mut self, later: Self) {
        if later.changes.contains(&Change::Everything) {
            self.tokens.clear();
        }
        // Each command names an account once; who is named by several is woken once more, at most.
        self.affected.extend(later.affected);
        self.channels.extend(later.channels);
        self.changes.extend(later.changes);
        self.tokens.extend(later.tokens);
        self.actions.extend(later.actions);
    }

    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        let Self { entries, affected, channels, changes, tokens, actions } = self;
        entries.clear();
        affected.clear();
        channels.clear();
        changes.clear();
        tokens.clear();
        actions.clear();
    }

    pub(super) fn affect_channel(&mut self, channel: ChannelId) {
        if !self.channels.contains(&channel) {
            self.channels.push(channel);
        }
    }

    pub(super) fn affect(&mut self, account: AccountId) {
        if !self.affected.contains(&account) {
            self.affected.push(account);
        }
    }
}
