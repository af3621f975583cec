use crate::account::{Bot, User};
use crate::authorization::{self, Authorization, Code, KeyId};
use crate::callback::Callback;
use crate::dialog::Dialog;
use crate::keyed::Key;
use crate::{
    AccountId, BotId, CallbackId, Command, DialogId, Event, MessageId, Recorded, Refusal, Side, Timestamp,
    UserId, account, bot, bot_father, callback, chat_action, dialog, message, updates,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything there is: accounts, dialogs, messages, updates. A value; nothing is global.
///
/// Ordered maps throughout, so that equal histories give equal bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct World {
    pub(crate) key: Key,
    /// The time of the last event; the host's clock never runs behind it.
    pub(crate) last: Timestamp,
    pub(crate) users: BTreeMap<UserId, Box<User>>,
    pub(crate) bots: BTreeMap<BotId, Bot>,
    pub(crate) dialogs: BTreeMap<DialogId, Box<Dialog>>,
    /// Lower-case username to its holder; one name space for people and bots.
    pub(crate) usernames: BTreeMap<Box<str>, AccountId>,
    pub(crate) callbacks: BTreeMap<CallbackId, Callback>,
    /// Digits of a phone number to its holder.
    pub(crate) phones: BTreeMap<Box<str>, UserId>,
    /// Login codes that were sent, by digits of the phone number.
    pub(crate) codes: BTreeMap<Box<str>, Code>,
    /// What BotFather waits to be told, by whom.
    pub(crate) questions: bot_father::Questions,
    /// The keys by which accounts are logged in over MTProto.
    pub(crate) keys: BTreeMap<KeyId, Authorization>,
    /// How this server was told to run the world; not part of its history.
    #[serde(skip)]
    pub rules: Rules,
}

/// Switches of the host, given anew at every start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// Telegram's limits on speed ([`crate::limits`]); off by default.
    pub limits: bool,
    /// Bots, too, must show the right access hash; otherwise 0 will do, as at Telegram.
    pub strict_access: bool,
    /// Refuse tokens of bots that were not created before; otherwise any well-formed token makes a bot.
    pub strict_tokens: bool,
}

impl World {
    /// An empty world. `key` is the only randomness that a world ever takes in.
    pub fn new(key: [u8; 16]) -> Self {
        Self {
            key: Key(key),
            last: Timestamp(0),
            users: BTreeMap::new(),
            bots: BTreeMap::from([(bot_father::ID, bot_father::account())]),
            dialogs: BTreeMap::new(),
            usernames: BTreeMap::from([(
                bot_father::USERNAME.to_ascii_lowercase().into(),
                AccountId::Bot(bot_father::ID),
            )]),
            callbacks: BTreeMap::new(),
            phones: BTreeMap::new(),
            codes: BTreeMap::new(),
            questions: bot_father::Questions::new(),
            keys: BTreeMap::new(),
            rules: Rules::default(),
        }
    }

    /// The event that a new world's journal begins with.
    pub fn birth(&self, at: Timestamp) -> Recorded {
        Recorded { at, event: Event::WorldCreated { key: self.key } }
    }

    /// Decides and, when the answer is yes, applies: the two steps as every host takes them. What is said to BotFather
    /// is answered in the same breath.
    ///
    /// The events are appended to `journal` with their time. Nothing may be answered before they are durable.
    pub fn handle<C: Command>(
        &mut self,
        command: &C,
        now: Timestamp,
        journal: &mut Vec<Recorded>,
    ) -> Result<C::Outcome, Refusal> {
        let start = journal.len();
        let outcome = self.step(command, now, journal)?;
        let heard: Vec<_> =
            journal[start..].iter().filter_map(|done| bot_father::heard(&done.event)).collect();
        for heard in heard {
            bot_father::hear(self, now, journal, heard);
        }
        Ok(outcome)
    }

    /// One command, decided and applied.
    pub(crate) fn step<C: Command>(
        &mut self,
        command: &C,
        now: Timestamp,
        journal: &mut Vec<Recorded>,
    ) -> Result<C::Outcome, Refusal> {
        let mut events = Vec::new();
        let outcome = command.decide(self, now, &mut events)?;
        for event in events {
            let recorded = Recorded { at: now, event };
            self.apply(&recorded);
            journal.push(recorded);
        }
        Ok(outcome)
    }

    /// Folds one event into the world. Total: it never fails and never decides.
    ///
    /// An event about something that is not there (only a damaged journal could hold one) changes nothing.
    pub fn apply(&mut self, Recorded { at, event }: &Recorded) {
        self.last = self.last.max(*at);
        match event {
            Event::WorldCreated { key } => {
                *self = Self { rules: self.rules, last: self.last, ..Self::new(key.0) };
            }
            Event::UserCreated { user, profile } => account::apply_user_created(self, *user, profile),
            Event::UserChanged { user, profile } => account::apply_user_changed(self, *user, profile),
            Event::UserDeleted { user } => account::apply_user_deleted(self, *user),
            Event::BotCreated { bot, name, username, secret, flags, owner } => {
                account::apply_bot_created(self, *bot, name, username, secret, *flags, *owner);
            }
            Event::BotChanged { bot, username, flags } => {
                account::apply_bot_changed(self, *bot, username, *flags)
            }
            Event::TokenRevoked { bot, secret } => account::apply_token_revoked(self, *bot, secret),
            Event::BotDeleted { bot } => account::apply_bot_deleted(self, *bot),
            Event::UserSeen { dialog } => dialog::apply_seen(self, *dialog),
            Event::MessageSent { dialog, message } => message::apply_sent(self, *at, *dialog, message),
            Event::MessageEdited { dialog, message, by, edit } => {
                message::apply_edited(self, *at, *dialog, *message, *by, edit);
            }
            Event::MessagesDeleted { dialog, messages } => {
                message::apply_deleted(self, *at, *dialog, messages)
            }
            Event::MessagesHidden { dialog, messages } => message::apply_hidden(self, *at, *dialog, messages),
            Event::MessagePinned { dialog, message, pinned } => {
                message::apply_pinned(self, *at, *dialog, *message, *pinned);
            }
            Event::AllUnpinned { dialog } => message::apply_all_unpinned(self, *at, *dialog),
            Event::ReactionsSet { dialog, message, by, reactions } => {
                message::apply_reactions(self, *at, *dialog, *message, *by, reactions);
            }
            Event::JoinRequested { dialog, request } => {
                dialog::apply_join_requested(self, *at, *dialog, request);
            }
            Event::JoinDecided { dialog, .. } => dialog::apply_join_decided(self, *dialog),
            Event::BlockChanged { dialog, blocked } => dialog::apply_block(self, *at, *dialog, *blocked),
            Event::MessagesRead { dialog, read } => dialog::apply_read(self, *at, *dialog, *read),
            Event::CallbackAsked { id, dialog, message, data } => {
                callback::apply_asked(self, *at, *id, *dialog, *message, data);
            }
            Event::CallbackAnswered { id, dialog, answer } => {
                callback::apply_answered(self, *at, *id, *dialog, answer);
            }
            Event::CommandsSet { bot, scope, language, commands } => {
                bot::apply_commands(self, *bot, scope, language, commands);
            }
            Event::BotTextSet { bot, kind, language, text } => {
                bot::apply_text(self, *bot, *kind, language, text)
            }
            Event::MenuButtonSet { bot, user, button } => bot::apply_menu_button(self, *bot, *user, button),
            Event::AllowedUpdatesSet { bot, allowed } => updates::apply_allowed(self, *bot, *allowed),
            Event::UpdatesConfirmed { bot, below } => updates::apply_confirmed(self, *bot, *below),
            Event::UpdateDelivered { bot, update } => updates::apply_delivered(self, *bot, *update),
            Event::WebhookSet { bot, webhook } => updates::apply_webhook(self, *bot, webhook.as_ref()),
            Event::PasswordSet { user, password } => {
                authorization::apply_password(self, *user, password.as_ref())
            }
            Event::CodeSent { phone, code, hash } => {
                authorization::apply_code_sent(self, *at, phone, code, hash)
            }
            Event::SignedIn { key, secret, account, client } => {
                authorization::apply_signed_in(self, *at, *key, secret, *account, client);
            }
            Event::ClientDescribed { key, client } => authorization::apply_described(self, *key, client),
            Event::SignedOut { key } => authorization::apply_signed_out(self, *key),
            Event::BotFatherAsked { user, question } => {
                bot_father::apply_asked(self, *user, question.as_ref());
            }
            Event::ChatActionShown { dialog, by, action } => {
                chat_action::apply(self, *at, *dialog, *by, *action);
            }
        }
    }

    /// The time of the last event.
    pub fn last(&self) -> Timestamp {
        self.last
    }

    /// The person with that id, deleted or not.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id).map(Box::as_ref)
    }

    /// The bot with that id, deleted or not.
    pub fn bot(&self, id: BotId) -> Option<&Bot> {
        self.bots.get(&id)
    }

    /// The dialog, when the bot has at least seen the user.
    pub fn dialog(&self, id: DialogId) -> Option<&Dialog> {
        self.dialogs.get(&id).map(Box::as_ref)
    }

    /// All people, by id.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values().map(Box::as_ref)
    }

    /// All bots that have programs, by id: all but BotFather.
    pub fn bots(&self) -> impl Iterator<Item = &Bot> {
        self.bots.values().filter(|bot| bot.id != bot_father::ID)
    }

    /// In which dialog an account's message is, if it still sees it: each account numbers all of its messages together.
    pub fn dialog_of_message(&self, account: AccountId, message: MessageId) -> Option<DialogId> {
        let sees =
            |side, id: &DialogId| self.dialogs.get(id).is_some_and(|d| d.message(side, message).is_some());
        match account {
            AccountId::User(user) => {
                let bots = self.users.get(&user)?.dialogs.iter();
                bots.map(|bot| DialogId { user, bot: *bot }).find(|id| sees(Side::User, id))
            }
            AccountId::Bot(bot) => {
                let user = self.bots.get(&bot)?.correspondent(message)?;
                Some(DialogId { user, bot }).filter(|id| sees(Side::Bot, id))
            }
        }
    }

    /// How many dialogs there are.
    pub fn dialog_count(&self) -> usize {
        self.dialogs.len()
    }

    /// The holder of a username, with or without `@`, in any case.
    pub fn by_username(&self, username: &str) -> Option<AccountId> {
        let bare = username.strip_prefix('@').unwrap_or(username);
        self.usernames.get(bare.to_ascii_lowercase().as_str()).copied()
    }

    /// The world's id: the same for as long as its data is kept, another one after a reset.
    pub fn id(&self) -> u64 {
        self.key.number(crate::keyed::Purpose::World, 0, 0)
    }

    /// The number that the Bot API calls `chat_instance`: one per dialog, and always the same.
    pub fn chat_instance(&self, dialog: DialogId) -> i64 {
        self.key.number(crate::keyed::Purpose::ChatInstance, dialog.user.0, dialog.bot.0).cast_signed()
    }

    /// By what `viewer` names `target` over MTProto: other viewers have other numbers.
    pub fn access_hash(&self, viewer: AccountId, target: AccountId) -> i64 {
        self.key.number(crate::keyed::Purpose::AccessHash, viewer.get(), target.get()).cast_signed()
    }

    /// The same for people whom `viewer` only met in a message: good for nothing here (core.telegram.org/api/min).
    pub fn min_access_hash(&self, viewer: AccountId, target: AccountId) -> i64 {
        self.key.number(crate::keyed::Purpose::MinAccessHash, viewer.get(), target.get()).cast_signed()
    }

    /// The same for a chat, by its Bot API id.
    pub fn chat_access_hash(&self, viewer: AccountId, chat: i64) -> i64 {
        self.key.number(crate::keyed::Purpose::ChatAccessHash, viewer.get(), chat).cast_signed()
    }

    /// Whether `viewer` may act on `target` at all: bots must have seen a person. People know bots, and themselves.
    pub fn knows(&self, viewer: AccountId, target: AccountId) -> bool {
        match (viewer, target) {
            (AccountId::Bot(bot), AccountId::User(user)) => {
                self.dialogs.contains_key(&DialogId { user, bot })
            }
            (AccountId::User(_), AccountId::User(_)) => viewer == target,
            (_, AccountId::Bot(_)) => true,
        }
    }
}

/// Empties the world: every account, dialog and message goes.
pub struct Reset {
    /// The new world's key.
    pub key: [u8; 16],
}

impl Command for Reset {
    type Outcome = ();

    fn decide(&self, _: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        events.push(Event::WorldCreated { key: Key(self.key) });
        Ok(())
    }
}
