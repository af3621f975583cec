//! Builds the answer to a request from the log entries that its command added.

use crate::already_returned::AlreadyReturned;
use crate::view::{self, Named, Viewer};
use parlor_wire_tl::{enums, types};
use parlor_world::ids::BoxId;
use parlor_world::state::message::Message;
use parlor_world::state::message_box::Entry;
use parlor_world::state::update::Update;
use parlor_world::{ChatId, Effects, MessageKey, Timestamp, World};

/// A command that was executed for an account, with the resulting world, which is still locked. Every entry that the answer
/// contains is marked, so that it is not pushed to the session too.
pub(crate) struct Executed<'w> {
    pub(crate) world: &'w World,
    pub(crate) now: Timestamp,
    pub(crate) effects: &'w Effects,
    pub(crate) viewer: Viewer,
    pub(crate) already_returned: &'w AlreadyReturned,
}

/// The effect of a command on the account's counter: `pts` after it, and the number of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Affected {
    pub(crate) pts: i32,
    pub(crate) pts_count: i32,
}

impl Affected {
    /// Adds the effect of a later command.
    pub(crate) fn add(&mut self, later: Self) {
        self.pts = later.pts;
        self.pts_count += later.pts_count;
    }
}

/// The form in which new messages are returned to their sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SentForm {
    /// As `updateShortSentMessage`, since the client knows the rest. A message with a keyboard is returned in full anyway.
    Short,
    /// As `updates`.
    Full,
}

/// A message that was sent, with the counter's state after it and its number of events.
struct Sent<'w> {
    message: &'w Message,
    counter: Affected,
}

impl<'w> Executed<'w> {
    /// Returns the updates that the command added for the account; empty if it changed nothing.
    pub(crate) fn updates(&self) -> enums::Updates {
        view::updates(self.world, self.viewer, &self.take_entries(), self.now)
    }

    /// As [`Executed::updates`], with the group or channel that the command was about, even if it changed nothing there.
    pub(crate) fn updates_in(&self, chat: ChatId) -> enums::Updates {
        view::updates_in(self.world, self.viewer, &self.take_entries(), chat, self.now)
    }

    /// By how much the command moved the counter of a chat's messages: by 0 if it changed nothing. A supergroup or channel
    /// has its own, others have the account's.
    pub(crate) fn affected(&self, chat: ChatId) -> Affected {
        let log = self.log_of(chat);
        self.take_entries();
        let pts_count = self.entries_of(log).map(|entry| entry.count.pts).sum();
        Affected { pts: self.pts(log), pts_count }
    }

    /// Returns the messages that the command sent, or that an earlier command sent with the same `random_id`.
    ///
    /// > [it] will simply return the messages that the previous call generated (core.telegram.org/api/updates)
    pub(crate) fn sent(&self, keys: &[MessageKey], form: SentForm) -> enums::Updates {
        let sent: Vec<_> = keys.iter().filter_map(|key| self.find_sent(*key)).collect();
        match (form, sent.as_slice()) {
            (SentForm::Short, [one]) => self.short(one).unwrap_or_else(|| self.full(&sent)),
            _ => self.full(&sent),
        }
    }

    /// The command's entries in the account's own log, then those in the logs of channels.
    fn take_entries(&self) -> Vec<&'w Entry> {
        let me = self.viewer.me;
        let own = self.effects.entries_of(self.world, me).map(|entry| (me.into(), entry));
        let channels = self.effects.channel_entries(self.world);
        let in_channels = channels.map(|(channel, entry)| (channel.into(), entry));
        let entries: Vec<(BoxId, &Entry)> = own.chain(in_channels).collect();
        entries.iter().for_each(|(log, entry)| self.already_returned.mark(*log, entry));
        let is_for_me = |(_, entry): &(BoxId, &'w Entry)| !entry.except.contains(&me);
        entries.into_iter().filter(is_for_me).map(|(_, entry)| entry).collect()
    }

    /// The log in which messages of a chat are.
    fn log_of(&self, chat: ChatId) -> BoxId {
        chat.numbering(self.viewer.me)
    }

    fn pts(&self, log: BoxId) -> i32 {
        self.world.log(log).map(|log| log.state()).unwrap_or_default().pts
    }

    fn entries_of(&self, log: BoxId) -> impl Iterator<Item = &'w Entry> {
        let (effects, world) = (self.effects, self.world);
        let own = effects.entries.iter().filter(move |(of, _)| *of == log);
        own.filter_map(move |(of, position)| world.entry(*of, *position))
    }

    /// Finds a sent message and its entry. Only that entry is marked: if BotFather has answered already, its answer is pushed.
    fn find_sent(&self, key: MessageKey) -> Option<Sent<'w>> {
        let message = self.world.message_by_key(key)?;
        let log = self.log_of(message.chat);
        let is_own = |entry: &&Entry| matches!(&entry.update, Update::Message(version) if version.0 == key);
        let new = self.entries_of(log).find(is_own);
        new.iter().for_each(|entry| self.already_returned.mark(log, entry));
        let counter = match new.or_else(|| self.entries_of_second(log, message.date).find(is_own)) {
            Some(entry) => Affected { pts: entry.state.pts, pts_count: entry.count.pts },
            // An earlier request sent it, and its entry is no longer kept: the counter does not move.
            None => Affected { pts: self.pts(log), pts_count: 0 },
        };
        Some(Sent { message, counter })
    }

    /// The entries of a log from one second. A search by position would walk through the whole log.
    fn entries_of_second(&self, log: BoxId, date: i64) -> impl Iterator<Item = &'w Entry> + use<'w> {
        let log = self.world.log(log);
        let before = Timestamp(date.saturating_mul(1000).saturating_sub(1));
        let entries = log.map(|log| log.from(log.first_after(before), self.now));
        entries.into_iter().flatten().take_while(move |entry| entry.at.date() == date)
    }

    fn short(&self, sent: &Sent<'_>) -> Option<enums::Updates> {
        let Sent { message, counter } = sent;
        // Its counter is the account's.
        if matches!(message.chat, ChatId::Channel(_)) {
            return None;
        }
        let text = message.text_for(self.viewer.me).filter(|_| message.markup().is_none())?;
        let short = types::UpdateShortSentMessage {
            out: true,
            id: message.id_for(self.viewer.me).0,
            pts: counter.pts,
            pts_count: counter.pts_count,
            date: view::seconds(message.date),
            entities: view::entities(&text, self.viewer.layer),
            ..Default::default()
        };
        Some(short.into())
    }

    fn full(&self, sent: &[Sent<'_>]) -> enums::Updates {
        let numbered = sent.iter().filter_map(|Sent { message, .. }| {
            let (id, random_id) = (message.id_for(self.viewer.me).0, message.random_id()?);
            Some(enums::Update::from(types::UpdateMessageID { id, random_id }))
        });
        let new = sent.iter().map(|Sent { message: sent, counter: Affected { pts, pts_count } }| {
            let (pts, pts_count) = (*pts, *pts_count);
            let message = view::message(self.world, sent, self.viewer);
            match sent.chat {
                ChatId::Channel(_) => types::UpdateNewChannelMessage { message, pts, pts_count }.into(),
                ChatId::Private(..) | ChatId::Group(_) => {
                    types::UpdateNewMessage { message, pts, pts_count }.into()
                }
            }
        });
        let updates = numbered.chain(new).collect();
        let named: Named = sent.iter().map(|sent| sent.message).collect();
        let me = self.viewer.me;
        let (users, chats) = (named.users(self.world, me), named.shown_chats(self.world, me, self.now));
        types::Updates { updates, users, chats, date: view::date(self.now), seq: 0 }.into()
    }
}
