use super::effects::{Change, Effects};
use crate::event::{
    AccountEvent, BotEvent, ChatEvent, Delivery, Event, Recorded, SessionEvent, UpdatesEvent, WorldEvent,
};
use crate::ids::{AccountId, Timestamp};
use crate::ops;
use crate::state::World;
use crate::state::message_box::{Log, UpdateCount, UpdateState};
use crate::state::update::{ActionShown, Update};
use crate::state::update_queue::QueuedUpdate;

impl World {
    /// Folds one event into the world. It never fails and never decides.
    ///
    /// An event about something that does not exist (only a damaged journal could hold one) changes nothing.
    pub fn apply(&mut self, recorded: &Recorded, effects: &mut Effects) {
        let Recorded { at, event, deliveries, .. } = recorded;
        self.last = self.last.max(*at);
        match event {
            Event::World(event) => ops::world::apply(self, event),
            Event::Account(event) => ops::account::apply(self, *at, event),
            Event::Bot(event) => ops::bot::apply(self, event),
            Event::Chat(event) => ops::chat::apply(self, *at, event),
            Event::Group(event) => ops::group::apply(self, *at, event),
            Event::Message(event) => ops::message::apply(self, *at, event),
            Event::Query(event) => ops::query::apply(self, *at, event),
            Event::Session(event) => ops::session::apply(self, *at, event),
            Event::Updates(event) => ops::updates::apply(self, event),
        }
        for delivery in deliveries {
            self.deliver(*at, delivery, effects);
        }
        self.note_effects(event, effects);
    }

    fn deliver(&mut self, at: Timestamp, delivery: &Delivery, effects: &mut Effects) {
        match delivery {
            Delivery::Log { account, state, count, update } => {
                let log = self.open_box((*account).into()).log.get_or_insert_with(Log::default);
                let position = log.push(at, *state, *count, update.clone(), &[]);
                effects.entries.push(((*account).into(), position));
                effects.affect(*account);
            }
            Delivery::Channel { channel, pts, count, update, except } => {
                let log = self.open_box((*channel).into()).log.get_or_insert_with(Log::default);
                let state = UpdateState { pts: *pts, ..log.state() };
                let count = UpdateCount { pts: *count, qts: 0 };
                let position = log.push(at, state, count, update.clone(), except);
                effects.entries.push(((*channel).into(), position));
                effects.affect_channel(*channel);
            }
            Delivery::Queue { bot, id, update } => {
                let user = self.subject_of(update, *bot);
                let user = (user, self.user(user).map_or(0, |user| user.profile_version));
                if let Some(queue) = self.queues.get_mut(bot) {
                    queue.push(QueuedUpdate { id: *id, at, update: update.clone(), user });
                }
                effects.affect(*bot);
            }
        }
    }

    /// The user whom an update is about: the version of that user's profile is kept with the update.
    fn subject_of(&self, update: &Update, bot: AccountId) -> AccountId {
        let sender = match update {
            Update::Message(version) | Update::MessageEdited(version) => {
                self.message_version(*version).map(|message| message.from)
            }
            Update::MemberChanged(change) => Some(change.by),
            Update::ButtonPressed { by, .. } | Update::ReactionsChanged { by, .. } => Some(*by),
            _ => None,
        };
        let other = self.chat_of(update).and_then(|chat| chat.other(bot));
        other.or(sender).unwrap_or(bot)
    }

    /// What an event does beside its deliveries.
    fn note_effects(&self, event: &Event, effects: &mut Effects) {
        match event {
            Event::World(WorldEvent::Created { .. }) => {
                effects.tokens.clear();
                effects.changes.push(Change::Everything);
            }
            Event::Account(event) => self.note_account(event, effects),
            Event::Bot(
                BotEvent::CommandsSet { bot, .. }
                | BotEvent::TextSet { bot, .. }
                | BotEvent::DefaultRightsSet { bot, .. }
                | BotEvent::MenuButtonSet { bot, .. },
            ) => {
                effects.affect(*bot);
                effects.changes.push(Change::Account(*bot));
            }
            Event::Bot(BotEvent::QuestionAsked { .. }) => {}
            // An account's clients and the page show the state of its chats, also where no update tells of it.
            Event::Chat(ChatEvent::ActionShown { chat, by, action }) => {
                effects.actions.push(ActionShown { chat: *chat, by: *by, action: *action });
                chat.pair().for_each(|member| effects.affect(member));
            }
            Event::Chat(
                ChatEvent::ContactRecorded { chat, .. }
                | ChatEvent::JoinRequested { chat, .. }
                | ChatEvent::JoinDecided { chat, .. }
                | ChatEvent::BlockChanged { chat, .. }
                | ChatEvent::Read { chat, .. },
            ) => chat.pair().for_each(|member| effects.affect(member)),
            Event::Group(event) => {
                if let Some(chat) = event.chat_shown_anew() {
                    effects.changes.push(Change::Group(chat));
                }
            }
            // Whoever sees a message or answers a query is told by a delivery, but for bots that use the Bot API only.
            Event::Message(_) | Event::Query(_) => {}
            Event::Session(SessionEvent::SignedIn { account, .. }) => effects.affect(*account),
            Event::Session(_) => {}
            Event::Updates(event) => {
                let (UpdatesEvent::AllowedSet { bot, .. }
                | UpdatesEvent::Confirmed { bot, .. }
                | UpdatesEvent::Delivered { bot, .. }
                | UpdatesEvent::WebhookSet { bot, .. }) = event;
                effects.affect(*bot);
                if matches!(event, UpdatesEvent::WebhookSet { .. }) {
                    effects.changes.push(Change::Account(*bot));
                }
            }
        }
    }

    fn note_account(&self, event: &AccountEvent, effects: &mut Effects) {
        let account = match event {
            AccountEvent::UserCreated { user, .. }
            | AccountEvent::UserChanged { user, .. }
            | AccountEvent::UserDeleted { user }
            | AccountEvent::PasswordSet { user, .. } => *user,
            AccountEvent::BotCreated(created) => created.bot,
            AccountEvent::BotChanged { bot, .. }
            | AccountEvent::TokenRevoked { bot, .. }
            | AccountEvent::BotDeleted { bot } => *bot,
        };
        effects.affect(account);
        if !matches!(event, AccountEvent::PasswordSet { .. }) {
            effects.changes.push(Change::Account(account));
        }
        if matches!(
            event,
            AccountEvent::BotCreated(_) | AccountEvent::TokenRevoked { .. } | AccountEvent::BotDeleted { .. }
        ) {
            let secret = self.bot(account).and_then(|bot| bot.secret.clone());
            effects.tokens.push((account, secret));
        }
    }
}
