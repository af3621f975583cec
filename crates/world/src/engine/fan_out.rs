//! Who is told of an event, and under which number: the only place that decides it.
//!
//! A user's log gets everything that the user's apps show. A bot's log, for MTProto, gets what happens in its chats, its
//! own messages too; its queue, for the Bot API, what others do, if the bot asked for that kind of update.

use crate::content::Content;
use crate::event::{ChatEvent, Delivery, Event, MessageEvent, QueryEvent};
use crate::ids::{AccountId, ChatId, MessageKey, MessageVersion, Timestamp, UpdateId};
use crate::state::World;
use crate::state::account::BOT_FATHER;
use crate::state::message::Message;
use crate::state::message_box::UpdateCount;
use crate::state::update::Update;

const NONE: UpdateCount = UpdateCount { pts: 0, qts: 0 };
const PTS: UpdateCount = UpdateCount { pts: 1, qts: 0 };
const QTS: UpdateCount = UpdateCount { pts: 0, qts: 1 };

/// Called before the event is applied.
pub(super) fn fan_out(world: &World, event: &Event, now: Timestamp) -> Vec<Delivery> {
    let mut fan = FanOut { world, now, deliveries: Vec::new() };
    match event {
        Event::Chat(event) => fan.chat(event),
        Event::Message(event) => fan.message(event),
        Event::Query(event) => fan.query(event),
        Event::World(_) | Event::Account(_) | Event::Bot(_) | Event::Session(_) | Event::Updates(_) => {}
    }
    fan.deliveries
}

struct FanOut<'w> {
    world: &'w World,
    now: Timestamp,
    deliveries: Vec<Delivery>,
}

impl FanOut<'_> {
    fn chat(&mut self, event: &ChatEvent) {
        match event {
            ChatEvent::BlockChanged { chat, by, is_blocked } => {
                let update = Update::BlockChanged { chat: *chat, by: *by, is_blocked: *is_blocked };
                self.log(*by, NONE, update.clone());
                // Users are not told who blocks them.
                let other = chat.other(*by);
                if self.world.is_bot(other) {
                    self.log(other, QTS, update.clone());
                    self.queue(other, update);
                }
            }
            ChatEvent::JoinRequested { chat, request } => {
                let update = Update::JoinRequested { chat: *chat, request: Box::new(request.clone()) };
                for bot in chat.members().filter(|member| self.world.is_bot(*member)) {
                    self.log(bot, QTS, update.clone());
                    self.queue(bot, update.clone());
                }
            }
            ChatEvent::Read { chat, by, up_to } => self.read(*chat, *by, *up_to),
            ChatEvent::ContactRecorded { .. }
            | ChatEvent::JoinDecided { .. }
            | ChatEvent::ActionShown { .. } => {}
        }
    }

    /// Bots are told neither what they nor what users have read.
    fn read(&mut self, chat: ChatId, by: AccountId, up_to: crate::ids::MessageId) {
        if self.world.user(by).is_some() {
            self.log(by, PTS, Update::Read { chat, by, up_to });
        }
        let other = chat.other(by);
        if other == by || self.world.user(other).is_none() {
            return;
        }
        let Some(dialog) = self.world.dialog(other, chat) else { return };
        if let Some(up_to) = dialog.own_id_of(by, up_to) {
            self.log(other, PTS, Update::Read { chat, by, up_to });
        }
    }

    fn message(&mut self, event: &MessageEvent) {
        match event {
            MessageEvent::Sent(message) => self.sent(message),
            MessageEvent::Edited { message, by, .. } => self.edited(*message, *by),
            MessageEvent::Deleted { chat, messages } => {
                for member in chat.members() {
                    self.deleted(*chat, member, messages);
                }
            }
            MessageEvent::Hidden { chat, by, messages } => self.deleted(*chat, *by, messages),
            MessageEvent::Pinned { message, is_pinned } => self.pinned(*message, *is_pinned),
            MessageEvent::AllUnpinned { chat } => {
                let pinned = self.world.chat(*chat).map_or(&[][..], |chat| &chat.pinned);
                pinned.iter().for_each(|message| self.pinned(*message, false));
            }
            MessageEvent::ReactionsSet { message, by, reactions } => {
                let Some(message) = self.world.message_by_key(*message) else { return };
                let update = |viewer| Update::ReactionsChanged {
                    message: message.key,
                    id: message.id_for(viewer),
                    chat: message.chat,
                    by: *by,
                    old: message.reactions(*by).into(),
                    new: reactions.as_slice().into(),
                };
                for member in message.chat.members() {
                    match self.world.is_bot(member) {
                        false => self.log(member, NONE, update(member)),
                        // > The update isn't received for reactions set by bots.
                        true if member != *by => {
                            self.log(member, QTS, update(member));
                            self.queue(member, update(member));
                        }
                        true => {}
                    }
                }
            }
        }
    }

    fn sent(&mut self, message: &Message) {
        let update = Update::Message(message.current());
        // A bot is not told of its own messages, but of pins, whoever made them.
        let is_pin = matches!(message.content, Content::MessagePinned(_));
        for member in message.chat.members() {
            self.log(member, PTS, update.clone());
            if member != message.from || is_pin {
                self.queue(member, update.clone());
            }
        }
    }

    fn edited(&mut self, key: MessageKey, by: AccountId) {
        let Some(message) = self.world.message_by_key(key) else { return };
        let update = Update::MessageEdited(MessageVersion(key, message.version + 1));
        for member in message.chat.members() {
            self.log(member, PTS, update.clone());
            if member != by {
                self.queue(member, update.clone());
            }
        }
    }

    fn deleted(&mut self, chat: ChatId, viewer: AccountId, messages: &[MessageKey]) {
        let Some(dialog) = self.world.dialog(viewer, chat) else { return };
        let seen = messages.iter().filter(|key| !dialog.dialog.hidden.contains(key));
        let ids: Vec<_> =
            seen.filter_map(|key| Some(self.world.message_by_key(*key)?.id_for(viewer))).collect();
        if !ids.is_empty() {
            let count = UpdateCount { pts: i32::try_from(ids.len()).unwrap_or(i32::MAX), qts: 0 };
            self.log(viewer, count, Update::MessagesDeleted { chat, messages: ids });
        }
    }

    fn pinned(&mut self, key: MessageKey, is_pinned: bool) {
        let Some(message) = self.world.message_by_key(key) else { return };
        let chat = message.chat;
        for member in chat.members() {
            self.log(member, PTS, Update::MessagePinned { chat, message: message.id_for(member), is_pinned });
        }
    }

    fn query(&mut self, event: &QueryEvent) {
        match event {
            QueryEvent::ButtonPressed { query, chat, by, message, data } => {
                let bot = chat.other(*by);
                let Some(message) = self.world.message_by_key(*message) else { return };
                let update = Update::ButtonPressed {
                    query: *query,
                    chat: *chat,
                    by: *by,
                    message_id: message.id_for(bot),
                    message: Some(message.current()),
                    data: data.as_str().into(),
                };
                self.log(bot, NONE, update.clone());
                self.queue(bot, update);
            }
            QueryEvent::Answered { query: id, answer } => {
                let Some(query) = self.world.query(*id) else { return };
                let (chat, answer) = (query.chat(), Box::new(answer.clone()));
                self.log(query.from, NONE, Update::QueryAnswered { query: *id, chat, answer });
            }
        }
    }

    /// For an account's MTProto clients: every user's, and those of bots that use MTProto.
    fn log(&mut self, account: AccountId, count: UpdateCount, update: Update) {
        let own = self.world.boxes.get(&account);
        let log = own.and_then(|own| own.log.as_ref());
        if log.is_none() && self.world.user(account).is_none() {
            return;
        }
        // This event may have moved the counters already.
        let moved = self.deliveries.iter().rev().find_map(|delivery| match delivery {
            Delivery::Log { account: own, state, .. } if *own == account => Some(*state),
            _ => None,
        });
        let mut state = moved.or_else(|| Some(log?.state())).unwrap_or_default();
        state.pts = state.pts.saturating_add(count.pts);
        state.qts = state.qts.saturating_add(count.qts);
        self.deliveries.push(Delivery::Log { account, state, count, update });
    }

    /// For a bot's program over the Bot API. BotFather has no program.
    fn queue(&mut self, bot: AccountId, update: Update) {
        let Ok(_) = self.world.active_bot(bot) else { return };
        let Some(queue) = self.world.queue(bot).filter(|_| bot != BOT_FATHER) else { return };
        let is_allowed = update.kind().is_some_and(|kind| queue.allowed.contains(kind));
        if !is_allowed || queue.is_full(self.now) {
            return;
        }
        if let Ok(id) = i32::try_from(queue.next()) {
            self.deliveries.push(Delivery::Queue { bot, id: UpdateId(id), update });
        }
    }
}
