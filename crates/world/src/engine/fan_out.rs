//! Who is told of an event, and under which number: the only place that decides it.
//!
//! A user's log gets everything that the user's apps show. A bot's log, for MTProto, gets what happens in its chats, its
//! own messages too; its queue, for the Bot API, what others do, if the bot asked for that kind of update. What happens in
//! a supergroup or channel is in the log of that channel, once for all who are in it.

use super::bot_view;
use crate::event::{ChatEvent, Delivery, Event, GroupEvent, MessageEvent, QueryEvent};
use crate::ids::{
    AccountId, ChannelId, ChatId, MessageId, MessageIds, MessageKey, MessageVersion, Timestamp, UpdateId,
};
use crate::state::World;
use crate::state::account::BOT_FATHER;
use crate::state::group::{AdminRights, Group, MemberChange};
use crate::state::message::Message;
use crate::state::message_box::{UpdateCount, UpdateState};
use crate::state::update::Update;

const NONE: UpdateCount = UpdateCount { pts: 0, qts: 0 };
const PTS: UpdateCount = UpdateCount { pts: 1, qts: 0 };
const QTS: UpdateCount = UpdateCount { pts: 0, qts: 1 };

/// Called before the event is applied.
pub(super) fn fan_out(world: &World, event: &Event, now: Timestamp) -> Vec<Delivery> {
    let mut fan = FanOut { world, now, deliveries: Vec::new() };
    match event {
        Event::Chat(event) => fan.chat(event),
        Event::Group(event) => fan.group(event),
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
                if let Some(bot) = chat.other(*by).filter(|other| self.world.is_bot(*other)) {
                    self.log(bot, QTS, update.clone());
                    self.queue(bot, *chat, update);
                }
            }
            ChatEvent::JoinRequested { chat, request } => {
                let update = Update::JoinRequested { chat: *chat, request: Box::new(request.clone()) };
                for bot in chat.pair().filter(|member| self.world.is_bot(*member)) {
                    self.log(bot, QTS, update.clone());
                    self.queue(bot, *chat, update.clone());
                }
            }
            ChatEvent::Read { chat, by, up_to } => self.read(*chat, *by, *up_to),
            ChatEvent::ContactRecorded { .. }
            | ChatEvent::JoinDecided { .. }
            | ChatEvent::ActionShown { .. } => {}
        }
    }

    /// Bots are told neither what they nor what users have read.
    fn read(&mut self, chat: ChatId, by: AccountId, up_to: MessageId) {
        if self.world.user(by).is_some() {
            // What an account has read in a channel moves neither counter.
            let count = if matches!(chat, ChatId::Channel(_)) { NONE } else { PTS };
            self.log(by, count, Update::Read { chat, by, up_to });
        }
        let Some(other) = chat.other(by).filter(|other| *other != by) else { return };
        let Some(dialog) = self.world.user(other).and_then(|_| self.world.dialog(other, chat)) else {
            return;
        };
        if let Some(up_to) = dialog.own_id_of(by, up_to) {
            self.log(other, PTS, Update::Read { chat, by, up_to });
        }
    }

    fn group(&mut self, event: &GroupEvent) {
        match event {
            GroupEvent::MemberChanged(change) => self.member(change),
            GroupEvent::ProfileSet { chat, .. } | GroupEvent::Deleted { chat } => self.group_changed(*chat),
            GroupEvent::Upgraded { from, .. } => self.group_changed(ChatId::Group(*from)),
            GroupEvent::JoinAsked { chat, .. } | GroupEvent::JoinClosed { chat, .. } => {
                for account in self.administrators(*chat, AdminRights::INVITE_USERS) {
                    if self.world.user(account).is_some() {
                        self.log(account, NONE, Update::GroupChanged { chat: *chat });
                    }
                }
            }
            GroupEvent::Created { .. }
            | GroupEvent::LinkSet { .. }
            | GroupEvent::LinkDeleted { .. }
            | GroupEvent::TopicSet { .. }
            | GroupEvent::TopicDeleted { .. }
            | GroupEvent::ChatBanned { .. } => {}
        }
    }

    /// > my_chat_member: The bot's chat member status was updated in a chat.
    /// > chat_member: […] The bot must be an administrator in the chat and must explicitly specify "chat_member" in the
    /// > list of allowed_updates to receive these updates.
    fn member(&mut self, change: &MemberChange) {
        let update = Update::MemberChanged(Box::new(change.clone()));
        match self.world.is_bot(change.account) {
            true => {
                self.log(change.account, QTS, update.clone());
                self.queue(change.account, change.chat, update.clone());
            }
            false => self.log(change.account, NONE, Update::GroupChanged { chat: change.chat }),
        }
        for bot in self.administrators(change.chat, AdminRights::empty()) {
            if bot != change.account && self.world.is_bot(bot) {
                self.log(bot, QTS, update.clone());
                self.queue(bot, change.chat, update.clone());
            }
        }
    }

    /// The owner and the administrators who have these rights.
    fn administrators(&self, chat: ChatId, rights: AdminRights) -> Vec<AccountId> {
        let all = self.world.group(chat).into_iter().flat_map(|group| &group.administrators);
        let has = |account: &AccountId| self.world.status(chat, *account, self.now).rights().contains(rights);
        all.copied().filter(has).collect()
    }

    /// Everybody who is in a group or channel is told that it changed.
    fn group_changed(&mut self, chat: ChatId) {
        let update = Update::GroupChanged { chat };
        if let ChatId::Channel(channel) = chat {
            return self.channel(channel, 0, update, Vec::new());
        }
        for account in self.world.numbering_accounts(chat, self.now) {
            self.log(account, NONE, update.clone());
        }
    }

    fn message(&mut self, event: &MessageEvent) {
        match event {
            MessageEvent::Sent(message) => {
                self.shown(message, message.from, Update::Message(message.current()))
            }
            MessageEvent::Edited { message, by, .. } => {
                let Some(message) = self.world.message_by_key(*message) else { return };
                let version = MessageVersion(message.key, message.version + 1);
                self.shown(message, *by, Update::MessageEdited(version));
            }
            MessageEvent::Deleted { chat, messages } => match chat {
                ChatId::Channel(channel) => self.deleted_in_channel(*channel, messages),
                ChatId::Private(..) | ChatId::Group(_) => {
                    for account in self.boxes_of(messages) {
                        self.deleted(*chat, account, messages);
                    }
                }
            },
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
                self.reacted(message, *by, update);
            }
        }
    }

    /// A message was sent or edited by an account.
    fn shown(&mut self, message: &Message, by: AccountId, update: Update) {
        let is_told_to_author = matches!(update, Update::Message(_)) && message.content.is_told_to_author();
        let bots = bot_view::bots_of(self.world, message);
        let (seeing, blind): (Vec<_>, Vec<_>) =
            bots.into_iter().partition(|bot| bot_view::sees(self.world, *bot, message, self.now));
        match (message.chat, &message.ids) {
            (ChatId::Channel(channel), _) => self.channel(channel, 1, update.clone(), blind),
            (chat, ids) => {
                for (numbering, _) in ids.boxes(chat) {
                    let account = AccountId(numbering.0);
                    if !blind.contains(&account) {
                        self.log(account, PTS, update.clone());
                    }
                }
            }
        }
        for bot in seeing {
            // A bot is not told of its own messages, but of pins and the like, whoever made them.
            if bot != by || is_told_to_author {
                self.queue(bot, message.chat, update.clone());
            }
        }
    }

    /// Whose boxes hold any of these messages of a private chat or basic group.
    fn boxes_of(&self, messages: &[MessageKey]) -> Vec<AccountId> {
        let found = messages.iter().filter_map(|key| self.world.message_by_key(*key));
        let boxes = found.flat_map(|message| message.ids.boxes(message.chat));
        let mut accounts: Vec<_> = boxes.map(|(numbering, _)| AccountId(numbering.0)).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    fn deleted(&mut self, chat: ChatId, viewer: AccountId, messages: &[MessageKey]) {
        let Some(dialog) = self.world.dialog(viewer, chat) else { return };
        let seen = messages.iter().filter(|key| !dialog.dialog.hidden.contains(key));
        let found = seen.filter_map(|key| self.world.message_by_key(*key));
        let ids: Vec<_> = found.filter_map(|message| message.ids.for_viewer(chat, viewer)).collect();
        if !ids.is_empty() {
            let count = UpdateCount { pts: i32::try_from(ids.len()).unwrap_or(i32::MAX), qts: 0 };
            self.log(viewer, count, Update::MessagesDeleted { chat, messages: ids });
        }
    }

    fn deleted_in_channel(&mut self, channel: ChannelId, messages: &[MessageKey]) {
        let found = messages.iter().filter_map(|key| self.world.message_by_key(*key));
        let ids: Vec<_> = found
            .filter_map(|message| match message.ids {
                MessageIds::Channel(id) => Some(id),
                MessageIds::Private(..) | MessageIds::Group(_) => None,
            })
            .collect();
        if !ids.is_empty() {
            let count = i32::try_from(ids.len()).unwrap_or(i32::MAX);
            let update = Update::MessagesDeleted { chat: ChatId::Channel(channel), messages: ids };
            self.channel(channel, count, update, Vec::new());
        }
    }

    fn pinned(&mut self, key: MessageKey, is_pinned: bool) {
        let Some(message) = self.world.message_by_key(key) else { return };
        let chat = message.chat;
        let update = |id| Update::MessagePinned { chat, message: id, is_pinned };
        match (chat, &message.ids) {
            (ChatId::Channel(channel), MessageIds::Channel(id)) => {
                self.channel(channel, 1, update(*id), Vec::new());
            }
            (_, ids) => {
                for (numbering, id) in ids.boxes(chat) {
                    let account = AccountId(numbering.0);
                    if !self.is_hidden(account, chat, key) {
                        self.log(account, PTS, update(id));
                    }
                }
            }
        }
    }

    fn is_hidden(&self, account: AccountId, chat: ChatId, message: MessageKey) -> bool {
        self.world.dialog(account, chat).is_none_or(|dialog| dialog.dialog.hidden.contains(&message))
    }

    /// > message_reaction: […] The bot must be an administrator in the chat […]. The update isn't received for reactions
    /// > set by bots.
    fn reacted(&mut self, message: &Message, by: AccountId, update: impl Fn(AccountId) -> Update) {
        let chat = message.chat;
        match chat {
            ChatId::Channel(channel) => {
                let bots = bot_view::bots_of(self.world, message);
                self.channel(channel, 0, update(by), bots);
            }
            ChatId::Private(..) | ChatId::Group(_) => {
                for (numbering, _) in message.ids.boxes(chat) {
                    let account = AccountId(numbering.0);
                    if !self.world.is_bot(account) {
                        self.log(account, NONE, update(account));
                    }
                }
            }
        }
        if self.world.is_bot(by) && !chat.is_private() {
            return;
        }
        for bot in bot_view::bots_of(self.world, message) {
            if bot != by && bot_view::sees_reactions(self.world, bot, message, self.now) {
                self.log(bot, QTS, update(bot));
                self.queue(bot, chat, update(bot));
            }
        }
    }

    fn query(&mut self, event: &QueryEvent) {
        match event {
            QueryEvent::ButtonPressed { query, chat, by, message, data } => {
                let Some(message) = self.world.message_by_key(*message) else { return };
                let bot = message.from;
                let update = Update::ButtonPressed {
                    query: *query,
                    chat: *chat,
                    by: *by,
                    message_id: message.id_for(bot),
                    message: Some(message.current()),
                    data: data.as_str().into(),
                };
                self.log(bot, NONE, update.clone());
                self.queue(bot, *chat, update);
            }
            QueryEvent::Answered { query: id, answer } => {
                let Some(query) = self.world.query(*id) else { return };
                let (chat, answer) = (query.chat(), Box::new(answer.clone()));
                self.log(query.from, NONE, Update::QueryAnswered { query: *id, chat, answer });
            }
        }
    }

    /// For the MTProto clients of those who are in a supergroup or channel, but not of these bots.
    fn channel(&mut self, channel: ChannelId, count: i32, update: Update, except: Vec<AccountId>) {
        // This event may have moved the counter already.
        let moved = self.deliveries.iter().rev().find_map(|delivery| match delivery {
            Delivery::Channel { channel: own, pts, .. } if *own == channel => Some(*pts),
            _ => None,
        });
        let last = moved.or_else(|| Some(self.world.log(channel)?.state().pts));
        let pts = last.unwrap_or(UpdateState::default().pts).saturating_add(count);
        self.deliveries.push(Delivery::Channel { channel, pts, count, update, except: except.into() });
    }

    /// For an account's MTProto clients: every user's, and those of bots that use MTProto.
    fn log(&mut self, account: AccountId, count: UpdateCount, update: Update) {
        let own = self.world.boxes.get(&account.into());
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
    fn queue(&mut self, bot: AccountId, chat: ChatId, update: Update) {
        let Ok(_) = self.world.active_bot(bot) else { return };
        let Some(queue) = self.world.queue(bot).filter(|_| bot != BOT_FATHER) else { return };
        let is_in_channel = !chat.is_private() && self.world.group(chat).is_some_and(Group::is_channel);
        let kind = update.kind(bot, is_in_channel);
        let is_allowed = kind.is_some_and(|kind| queue.allowed.contains(kind));
        if !is_allowed || queue.is_full(self.now) {
            return;
        }
        if let Ok(id) = i32::try_from(queue.next()) {
            self.deliveries.push(Delivery::Queue { bot, id: UpdateId(id), update });
        }
    }
}
