//! Where a reader of events stands: in the user's own log, and in the log of each supergroup and channel that the user is in.

use parlor_world::ids::ChannelId;
use parlor_world::state::message_box::{Entry, Log};
use parlor_world::{AccountId, ChatId, Timestamp, World};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The numbers of the last events that the reader has: `12`, or `12,-1001234567890:5` with those of channels by their Bot
/// API ids. Of a channel that it does not name the reader has nothing since the user joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    own: i64,
    channels: BTreeMap<ChannelId, i64>,
}

/// An unread entry, with the channel in whose log it is; `None` for the user's own.
pub(super) type Unread<'w> = (Option<ChannelId>, &'w Entry);

impl Cursor {
    /// After everything that has happened to the user.
    pub(super) fn at_end(world: &World, user: AccountId, now: Timestamp) -> Self {
        let last = |log: Option<&Log>| log.map_or(0, |log| log.next() - 1);
        let channels = channels_of(world, user, now);
        let channels = channels.map(|channel| (channel, last(world.log(channel))));
        Self { own: last(world.log(user)), channels: channels.collect() }
    }

    /// The oldest entries that the reader does not have, in the order in which they happened.
    pub(super) fn unread<'w>(
        &mut self,
        world: &'w World,
        user: AccountId,
        now: Timestamp,
        limit: usize,
    ) -> Vec<Unread<'w>> {
        let own = world.log(user).into_iter().flat_map(|log| log.from(self.own.saturating_add(1), now));
        let mut found: Vec<Unread<'w>> = own.take(limit).map(|entry| (None, entry)).collect();
        let mut known = BTreeMap::new();
        for channel in channels_of(world, user, now) {
            let Some(log) = world.log(channel) else { continue };
            let last = self.channels.get(&channel).copied();
            let last = last.unwrap_or_else(|| before_joining(world, user, channel, log));
            known.insert(channel, last);
            let entries = log.from(last.saturating_add(1), now).take(limit);
            found.extend(entries.map(|entry| (Some(channel), entry)));
        }
        self.channels = known;
        // A stable sort: of the same moment the user's own come first.
        found.sort_by_key(|(_, entry)| entry.at);
        found.truncate(limit);
        found
    }

    /// The reader has that entry and all before it in the same log.
    pub(super) fn advance(&mut self, (channel, entry): Unread<'_>) {
        match channel {
            Some(channel) => {
                self.channels.insert(channel, entry.position);
            }
            None => self.own = entry.position,
        }
    }
}

/// The supergroups and channels that the user is in.
fn channels_of(world: &World, user: AccountId, now: Timestamp) -> impl Iterator<Item = ChannelId> {
    let present = world.groups_of(user).filter(move |chat| world.takes_part(*chat, user, now));
    present.filter_map(|chat| match chat {
        ChatId::Channel(channel) => Some(channel),
        ChatId::Private(..) | ChatId::Group(_) => None,
    })
}

/// The number of the last entry before the second in which the user joined.
fn before_joining(world: &World, user: AccountId, channel: ChannelId, log: &Log) -> i64 {
    let joined = world.member(ChatId::Channel(channel), user).map_or(0, |member| member.joined);
    log.first_after(Timestamp(joined.saturating_mul(1000).saturating_sub(1))) - 1
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.own.fmt(f)?;
        for (channel, number) in &self.channels {
            write!(f, ",{}:{number}", ChatId::Channel(*channel).bot_api_id(AccountId(0)))?;
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(',');
        let own = parts.next().and_then(|own| own.parse().ok()).ok_or(())?;
        let channels = parts.map(|part| {
            let (chat, number) = part.split_once(':').ok_or(())?;
            let chat = ChatId::from_bot_api(chat.parse().map_err(drop)?, AccountId(0));
            let ChatId::Channel(channel) = chat else { return Err(()) };
            Ok((channel, number.parse().map_err(drop)?))
        });
        Ok(Self { own, channels: channels.collect::<Result<_, ()>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        for text in ["0", "12", "12,-1000000000005:3", "-1,-1000000000005:0,-1000000000007:9"] {
            assert_eq!(text.parse::<Cursor>().map(|cursor| cursor.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_texts_are_no_cursors() {
        for text in ["", "x", "1,", "1,2", "1,2:3", "1,-5:3", "1,-1000000000005:x", "1, -1000000000005:3"] {
            assert_eq!(text.parse::<Cursor>(), Err(()), "{text}");
        }
    }
}
