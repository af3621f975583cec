//! Decides to which sessions of a key updates are pushed (docs/decisions/0011-who-is-pushed-updates.md), and records which
//! updates were sent.

use parlor_world::ids::ChannelId;
use parlor_world::state::message_box::Log;
use parlor_world::{AccountId, ChatId, Timestamp, World};
use std::collections::{BTreeMap, HashMap};

/// What a request shows about the session's interest in pushed updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interest {
    /// No interest: the request came in `invokeWithoutUpdates`, or its connection ends.
    None,
    /// Unknown: the request only sets up the connection, which connections for files do too.
    SetUp,
    /// Interest: only sessions that want updates send such a request.
    Asked,
}

/// The first update that is sent to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// The entry at a position.
    Entry(i64),
    /// The first entry after a time. With `forgotten`, earlier updates may be missing too, so the client must fetch the
    /// difference.
    After { at: Timestamp, forgotten: bool },
    /// The next entry that will be added.
    Next,
}

impl Start {
    /// The time after which it is, if it is known as that only.
    pub(crate) fn time(self) -> Option<Timestamp> {
        match self {
            Self::After { at, .. } => Some(at),
            Self::Entry(_) | Self::Next => None,
        }
    }

    /// The position of that entry.
    pub(crate) fn position(self, log: &Log) -> i64 {
        match self {
            Self::Entry(position) => position,
            Self::After { at, .. } => log.first_after(at),
            Self::Next => log.next(),
        }
    }
}

/// Where reading stands in the logs that concern an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Positions {
    /// The next entry of its own log.
    pub(crate) own: i64,
    /// The next entries of the supergroups and channels that it is in.
    pub(crate) channels: BTreeMap<ChannelId, i64>,
}

impl Positions {
    /// After all that has happened; `None` for an account without a log.
    pub(crate) fn next(world: &World, account: AccountId, now: Timestamp) -> Option<Self> {
        let own = world.log(account)?.next();
        let channels = channels_of(world, account, now);
        let next = channels.filter_map(|(channel, _)| Some((channel, world.log(channel)?.next())));
        Some(Self { own, channels: next.collect() })
    }
}

/// The supergroups and channels that an account is in, and the position in the log of each at which it came.
pub(crate) fn channels_of(
    world: &World,
    account: AccountId,
    now: Timestamp,
) -> impl Iterator<Item = (ChannelId, i64)> {
    world.groups_of(account).filter_map(move |chat| {
        let ChatId::Channel(channel) = chat else { return None };
        let member = world.member(chat, account)?;
        member.status.at(now).is_present().then_some((channel, member.entered))
    })
}

/// The sessions of one key that are pushed updates.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    sessions: HashMap<u64, Interest>,
    /// The first entries that were sent to none of them.
    unsent: Option<i64>,
    unsent_in_channels: BTreeMap<ChannelId, i64>,
    /// The same for a key that was not in use since the server began.
    unused_since: Option<(Timestamp, bool)>,
}

impl Subscriptions {
    /// Creates the subscriptions of a key that was loaded from the world and not used since the server started. Nothing after
    /// `at` was sent; `forgotten` if the key was used before.
    pub(crate) fn unused(at: Timestamp, forgotten: bool) -> Self {
        Self { unused_since: Some((at, forgotten)), ..Self::default() }
    }

    /// Adds a session. Returns false if updates will not be pushed to it: a session that only sets up its connection is
    /// added only if there is no other.
    pub(crate) fn add(&mut self, session: u64, interest: Interest) -> bool {
        let is_added = match interest {
            Interest::None => false,
            Interest::SetUp => self.sessions.is_empty(),
            Interest::Asked => true,
        };
        if is_added {
            self.sessions.insert(session, interest);
        }
        is_added
    }

    pub(crate) fn remove(&mut self, session: u64) {
        self.sessions.remove(&session);
    }

    /// Returns whether updates are pushed to a session. Those that only set up their connection lose them once another
    /// session has asked.
    pub(crate) fn contains(&self, session: u64) -> bool {
        match self.sessions.get(&session) {
            None | Some(Interest::None) => false,
            Some(Interest::Asked) => true,
            Some(Interest::SetUp) => !self.sessions.values().any(|other| *other == Interest::Asked),
        }
    }

    /// Returns the first update that none of the key's sessions was sent, if that is known.
    pub(crate) fn start(&self) -> Option<Start> {
        let unused = self.unused_since.map(|(at, forgotten)| Start::After { at, forgotten });
        self.unsent.map(Start::Entry).or(unused)
    }

    /// As [`Subscriptions::start`], in the channels in which something was sent.
    pub(crate) fn start_in_channels(&self) -> &BTreeMap<ChannelId, i64> {
        &self.unsent_in_channels
    }

    /// Notes that everything before these entries of channels was sent.
    pub(crate) fn set_sent_in_channels(&mut self, next: impl IntoIterator<Item = (ChannelId, i64)>) {
        for (channel, next) in next {
            let unsent = self.unsent_in_channels.entry(channel).or_insert(next);
            *unsent = (*unsent).max(next);
        }
    }

    /// Notes that everything before an entry was sent.
    pub(crate) fn set_sent(&mut self, next: i64) {
        self.unsent = Some(self.unsent.map_or(next, |unsent| unsent.max(next)));
    }

    /// Forgets what was sent, when another account has logged in.
    pub(crate) fn forget_sent(&mut self) {
        (self.unsent, self.unused_since) = (None, None);
        self.unsent_in_channels.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_only_sets_up_its_connection_gets_updates_while_no_other_asks() {
        let mut subscriptions = Subscriptions::default();
        assert!(!subscriptions.add(1, Interest::None));
        assert!(subscriptions.add(1, Interest::SetUp), "it is alone");
        assert!(!subscriptions.add(2, Interest::SetUp), "another is there");
        assert!(subscriptions.contains(1) && !subscriptions.contains(2));
        assert!(subscriptions.add(2, Interest::Asked));
        assert!(subscriptions.contains(2) && !subscriptions.contains(1));
        assert!(subscriptions.add(1, Interest::Asked), "both want them");
        subscriptions.remove(2);
        assert!(subscriptions.contains(1) && !subscriptions.contains(2));
    }

    #[test]
    fn updates_that_were_sent_to_one_session_are_not_sent_to_the_next() {
        let at = Timestamp(5);
        let mut subscriptions = Subscriptions::unused(at, true);
        assert_eq!(subscriptions.start(), Some(Start::After { at, forgotten: true }));
        subscriptions.set_sent(9);
        subscriptions.set_sent(7);
        assert_eq!(subscriptions.start(), Some(Start::Entry(9)));
        subscriptions.forget_sent();
        assert_eq!(subscriptions.start(), None);
    }
}
