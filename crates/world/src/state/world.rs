use super::account::{Account, BOT_FATHER, Bot, User, UserProfile, bot_father};
use super::bot_questions::Question;
use super::chat::Chat;
use super::dialog::Dialog;
use super::dialog_view::DialogView;
use super::expiring::Expiring;
use super::group::{Group, Member};
use super::message::Message;
use super::message_box::{Entry, Log, MessageBox};
use super::query::Query;
use super::random_ids::RandomIds;
use super::session::{CODE_SECONDS, KeyId, LoginCode, Session, digits};
use super::table::Table;
use super::update::Update;
use super::update_queue::{UpdateKind, UpdateQueue};
use super::versions::Versions;
use crate::ids::{
    AccountId, BoxId, ChannelId, ChatId, MessageId, MessageKey, MessageVersion, QueryId, Timestamp,
};
use crate::keyed::{HashDomain, Key};
use crate::refusal::Refusal;

/// Everything there is: accounts, chats, messages, updates. A value; nothing is global.
///
/// Ordered tables throughout, so that equal histories give equal bytes; see [`super::snapshot`] for how they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    pub(crate) key: Key,
    /// The time of the last event; the host's clock never runs behind it.
    pub(crate) last: Timestamp,
    pub(crate) next_message: MessageKey,
    pub(crate) users: Table<AccountId, Box<User>>,
    /// In the same id space as users.
    pub(crate) bots: Table<AccountId, Box<Bot>>,
    pub(crate) chats: Table<ChatId, Box<Chat>>,
    /// Each account's view of its chats.
    pub(crate) dialogs: Table<(AccountId, ChatId), Dialog>,
    /// Who is in each group or channel, or banned from it.
    pub(crate) members: Table<(ChatId, AccountId), Member>,
    /// The chat of each invite link, by its hash.
    pub(crate) links: Table<Box<str>, ChatId>,
    pub(crate) messages: Table<MessageKey, Box<Message>>,
    /// Messages as they were before they were edited or deleted, for updates that tell of them.
    pub(crate) old_messages: Versions<MessageKey, Box<Message>>,
    /// Profiles as they were before they were changed, for updates that tell of them.
    pub(crate) old_profiles: Versions<AccountId, UserProfile>,
    /// Of accounts and channels.
    pub(crate) boxes: Table<BoxId, MessageBox>,
    /// The messages that each account sees, by its ids, and those of each channel.
    pub(crate) message_ids: Table<(BoxId, MessageId), MessageKey>,
    pub(crate) random_ids: RandomIds,
    /// The Bot API updates of each bot.
    pub(crate) queues: Table<AccountId, UpdateQueue>,
    pub(crate) queries: Expiring<QueryId, Query>,
    /// The holder of each username, in lower case; one name space for users, bots and public chats.
    pub(crate) usernames: Table<Box<str>, BoxId>,
    /// The holder of each phone number, by its digits.
    pub(crate) phones: Table<Box<str>, AccountId>,
    /// Login codes that were sent, by the digits of the phone number.
    pub(crate) codes: Table<Box<str>, LoginCode>,
    /// What BotFather waits to be told, by the user who was asked.
    pub(crate) questions: Table<AccountId, Question>,
    /// The accounts that are logged in over MTProto.
    pub(crate) sessions: Table<KeyId, Session>,
    /// How this server was told to run the world; not part of its history.
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
        let bot_father = bot_father();
        let mut world = Self::unrestored(key);
        world.usernames.insert(bot_father.username.to_ascii_lowercase().into(), BOT_FATHER.into());
        world.bots.insert(BOT_FATHER, Box::new(bot_father));
        world
    }

    /// A world without BotFather, to which leaves are added.
    pub(super) fn unrestored(key: [u8; 16]) -> Self {
        Self {
            key: Key(key),
            last: Timestamp(0),
            next_message: MessageKey(1),
            users: Table::default(),
            bots: Table::default(),
            usernames: Table::default(),
            chats: Table::default(),
            dialogs: Table::default(),
            members: Table::default(),
            links: Table::default(),
            messages: Table::default(),
            old_messages: Versions::default(),
            old_profiles: Versions::default(),
            boxes: Table::default(),
            message_ids: Table::default(),
            random_ids: RandomIds::default(),
            queues: Table::default(),
            queries: Expiring::default(),
            phones: Table::default(),
            codes: Table::default(),
            questions: Table::default(),
            sessions: Table::default(),
            rules: Rules::default(),
        }
    }

    /// The time of the last event.
    pub fn last(&self) -> Timestamp {
        self.last
    }

    /// The world's id: the same for as long as its data is kept, another one after a reset.
    pub fn id(&self) -> u64 {
        self.key.number(HashDomain::World, 0, 0)
    }
}

/// Accounts.
impl World {
    /// The account with that id, deleted or not.
    pub fn account(&self, id: AccountId) -> Option<Account<'_>> {
        // There are far fewer bots.
        self.bot(id).map(Account::Bot).or_else(|| self.user(id).map(Account::User))
    }

    /// The user with that id, deleted or not.
    pub fn user(&self, id: AccountId) -> Option<&User> {
        self.users.get(&id).map(Box::as_ref)
    }

    /// The bot with that id, deleted or not.
    pub fn bot(&self, id: AccountId) -> Option<&Bot> {
        self.bots.get(&id).map(Box::as_ref)
    }

    /// All users, by id.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values().map(Box::as_ref)
    }

    /// All bots that have programs, by id: all but BotFather.
    pub fn bots(&self) -> impl Iterator<Item = &Bot> {
        self.bots.values().map(Box::as_ref).filter(|bot| bot.id != BOT_FATHER)
    }

    /// Whether that account is a bot's.
    pub fn is_bot(&self, id: AccountId) -> bool {
        self.bots.contains_key(&id)
    }

    /// A user who exists and is not deleted.
    ///
    /// # Errors
    /// [`Refusal::UserNotFound`], [`Refusal::UserDeactivated`].
    pub fn active_user(&self, id: AccountId) -> Result<&User, Refusal> {
        let user = self.user(id).ok_or(Refusal::UserNotFound)?;
        if user.is_deleted { Err(Refusal::UserDeactivated) } else { Ok(user) }
    }

    /// A bot that exists and is not deleted.
    ///
    /// # Errors
    /// [`Refusal::BotNotFound`].
    pub fn active_bot(&self, id: AccountId) -> Result<&Bot, Refusal> {
        self.bot(id).filter(|bot| !bot.is_deleted).ok_or(Refusal::BotNotFound)
    }

    /// A bot that its owner may change: not BotFather.
    pub(crate) fn editable_bot(&self, id: AccountId) -> Result<&Bot, Refusal> {
        if id == BOT_FATHER { Err(Refusal::BotNotFound) } else { self.active_bot(id) }
    }

    /// An account that exists and is not deleted.
    pub(crate) fn active_account(&self, id: AccountId) -> Result<Account<'_>, Refusal> {
        let account = self.account(id).ok_or(Refusal::UserNotFound)?;
        match account {
            Account::User(user) if user.is_deleted => Err(Refusal::UserDeactivated),
            Account::Bot(bot) if bot.is_deleted => Err(Refusal::BotNotFound),
            _ => Ok(account),
        }
    }

    /// A user's profile in a version that is the present one or was replaced in the last 24 hours.
    pub fn profile(&self, (user, version): (AccountId, u32)) -> Option<&UserProfile> {
        let present = self.user(user)?;
        if present.profile_version == version {
            return Some(&present.profile);
        }
        self.old_profiles.get(user, version)
    }

    /// First and last name of a user, or the name of a bot for all languages; empty for who does not exist.
    pub fn full_name(&self, id: AccountId) -> String {
        match self.account(id) {
            Some(Account::User(user)) => user.profile.full_name(),
            Some(Account::Bot(bot)) => bot.settings.name("").to_owned(),
            None => String::new(),
        }
    }

    /// The account with that username, with or without `@`, in any case.
    pub fn by_username(&self, username: &str) -> Option<AccountId> {
        let holder = self.username_holder(username)?;
        holder.channel().is_none().then_some(AccountId(holder.0))
    }

    /// The public supergroup or channel with that username, with or without `@`, in any case.
    pub fn chat_by_username(&self, username: &str) -> Option<ChatId> {
        self.username_holder(username)?.channel().map(ChatId::Channel)
    }

    pub(crate) fn username_holder(&self, username: &str) -> Option<BoxId> {
        let bare = username.strip_prefix('@').unwrap_or(username);
        self.usernames.get(bare.to_ascii_lowercase().as_str()).copied()
    }

    /// The user with that phone number.
    pub fn by_phone(&self, phone: &str) -> Option<AccountId> {
        self.phones.get(digits(phone).ok()?.as_str()).copied()
    }

    pub(crate) fn user_mut(&mut self, id: AccountId) -> Option<&mut User> {
        self.users.get_mut(&id).map(Box::as_mut)
    }

    pub(crate) fn bot_mut(&mut self, id: AccountId) -> Option<&mut Bot> {
        self.bots.get_mut(&id).map(Box::as_mut)
    }
}

/// Chats and messages.
impl World {
    /// What all members of a chat share, if anything happened in it.
    pub fn chat(&self, id: ChatId) -> Option<&Chat> {
        self.chats.get(&id).map(Box::as_ref)
    }

    /// What an account sees of a chat, if it has seen it.
    pub fn dialog(&self, viewer: AccountId, chat: ChatId) -> Option<DialogView<'_>> {
        let dialog = self.dialogs.get(&(viewer, chat))?;
        Some(DialogView { world: self, viewer, chat, shared: self.chat(chat)?, dialog })
    }

    /// The chats that an account has seen, in the order of their ids.
    pub fn dialogs(&self, viewer: AccountId) -> impl Iterator<Item = DialogView<'_>> {
        let least = AccountId(i64::MIN);
        let from = (viewer, ChatId::Private(least, least));
        let own = self.dialogs.range(from..).take_while(move |((account, _), _)| *account == viewer);
        own.filter_map(move |((_, chat), dialog)| {
            Some(DialogView { world: self, viewer, chat: *chat, shared: self.chat(*chat)?, dialog })
        })
    }

    /// The chats of an account that have something to show, the newest message first: the list of recent chats.
    pub fn recent_chats(&self, viewer: AccountId) -> Vec<DialogView<'_>> {
        let shown = self.dialogs(viewer).filter_map(|dialog| Some((dialog.last_message()?.key, dialog)));
        let mut chats: Vec<_> = shown.collect();
        chats.sort_by_key(|(newest, _)| std::cmp::Reverse(*newest));
        chats.into_iter().map(|(_, dialog)| dialog).collect()
    }

    /// How many chats there are.
    pub fn chat_count(&self) -> usize {
        self.chats.len()
    }

    /// The message that an account knows by that id, if it still sees it: an account numbers the messages of all its
    /// private chats and basic groups together.
    pub fn message(&self, viewer: AccountId, id: MessageId) -> Option<&Message> {
        self.message_in(viewer.into(), id)
    }

    /// The message with that id in the numbering of an account or a channel.
    pub fn message_in(&self, numbering: BoxId, id: MessageId) -> Option<&Message> {
        let key = self.message_ids.get(&(numbering, id))?;
        self.messages.get(key).map(Box::as_ref)
    }

    /// A message by its key, if it still exists.
    pub fn message_by_key(&self, key: MessageKey) -> Option<&Message> {
        self.messages.get(&key).map(Box::as_ref)
    }

    /// A message in a version that is the present one or was replaced in the last 24 hours.
    pub fn message_version(&self, MessageVersion(key, version): MessageVersion) -> Option<&Message> {
        let present = self.messages.get(&key).filter(|message| message.version == version);
        present.or_else(|| self.old_messages.get(key, version)).map(Box::as_ref)
    }

    /// The chat in which an update happened; `None` for a message that is no longer kept.
    pub fn chat_of(&self, update: &Update) -> Option<ChatId> {
        match update {
            Update::Message(version) | Update::MessageEdited(version) => {
                self.message_version(*version).map(|message| message.chat)
            }
            Update::MessagesDeleted { chat, .. }
            | Update::MessagePinned { chat, .. }
            | Update::ReactionsChanged { chat, .. }
            | Update::BlockChanged { chat, .. }
            | Update::JoinRequested { chat, .. }
            | Update::GroupChanged { chat }
            | Update::ButtonPressed { chat, .. }
            | Update::QueryAnswered { chat, .. }
            | Update::Read { chat, .. } => Some(*chat),
            Update::MemberChanged(change) => Some(change.chat),
        }
    }

    /// The kind of update of the Bot API that tells `reader` of an update; `None` if none does.
    pub fn update_kind(&self, update: &Update, reader: AccountId) -> Option<UpdateKind> {
        let group = self.chat_of(update).and_then(|chat| self.group(chat));
        update.kind(reader, group.is_some_and(Group::is_channel))
    }

    /// The number that the Bot API calls `chat_instance`: one per chat, and always the same.
    pub fn chat_instance(&self, chat: ChatId) -> i64 {
        let (one, other) = match chat {
            ChatId::Private(low, high) => (low.0, high.0),
            ChatId::Group(_) | ChatId::Channel(_) => (chat.bot_api_id(AccountId(0)), 0),
        };
        self.key.number(HashDomain::ChatInstance, one, other).cast_signed()
    }

    /// The dialog of an account, made if it does not exist.
    pub(crate) fn open_dialog(&mut self, viewer: AccountId, chat: ChatId) -> &mut Dialog {
        self.chats.ensure(chat, Box::default);
        self.dialogs.get_or_insert_with((viewer, chat), Dialog::default)
    }

    /// The chat; a private one is made if it does not exist, with a dialog of each account.
    pub(crate) fn open_chat(&mut self, chat: ChatId) -> &mut Chat {
        for member in chat.pair() {
            self.dialogs.ensure((member, chat), Dialog::default);
        }
        self.chats.get_or_insert_with(chat, Box::default)
    }

    /// A message box, made if it does not exist. Users' and channels' have a log, bots' once they use MTProto.
    pub(crate) fn open_box(&mut self, numbering: BoxId) -> &mut MessageBox {
        let Self { users, boxes, .. } = self;
        boxes.get_or_insert_with(numbering, || {
            let has_log = numbering.channel().is_some() || users.contains_key(&AccountId(numbering.0));
            MessageBox::new(has_log.then(Log::default))
        })
    }
}

/// Updates and queries.
impl World {
    /// What MTProto clients of an account, or of a channel's members, are told. `None` for a bot that has never used MTProto, and for a user to whom
    /// nothing has happened yet.
    pub fn log(&self, numbering: impl Into<BoxId>) -> Option<&Log> {
        self.boxes.get(&numbering.into())?.log.as_ref()
    }

    /// An entry of that log.
    pub fn entry(&self, numbering: impl Into<BoxId>, position: i64) -> Option<&Entry> {
        self.log(numbering)?.get(position)
    }

    /// What the Bot API has for a bot.
    pub fn queue(&self, bot: AccountId) -> Option<&UpdateQueue> {
        self.queues.get(&bot)
    }

    /// A query that can still be answered, or was not long ago.
    pub fn query(&self, id: QueryId) -> Option<&Query> {
        self.queries.get(&id)
    }
}

/// Sessions and access.
impl World {
    /// Who is logged in by that key, and how.
    pub fn session(&self, key: KeyId) -> Option<&Session> {
        self.sessions.get(&key)
    }

    /// All keys by which that account is logged in.
    pub fn sessions(&self, account: AccountId) -> impl Iterator<Item = (KeyId, &Session)> {
        self.sessions
            .iter()
            .filter(move |(_, session)| session.account == account)
            .map(|(key, session)| (*key, session))
    }

    /// The login codes that are still good, by phone number.
    pub fn codes(&self, now: Timestamp) -> impl Iterator<Item = (&str, &LoginCode)> {
        let good = move |code: &LoginCode| now < code.at.plus_seconds(CODE_SECONDS);
        self.codes.iter().filter(move |(_, code)| good(code)).map(|(phone, code)| (&**phone, code))
    }

    /// What `viewer` proves by when it names `target` over MTProto: other viewers have other numbers.
    pub fn access_hash(&self, viewer: AccountId, target: AccountId) -> i64 {
        self.key.number(HashDomain::AccessHash, viewer.0, target.0).cast_signed()
    }

    /// The same for users whom `viewer` has met in a message only: not accepted here (core.telegram.org/api/min).
    pub fn min_access_hash(&self, viewer: AccountId, target: AccountId) -> i64 {
        self.key.number(HashDomain::MinAccessHash, viewer.0, target.0).cast_signed()
    }

    /// The same for a supergroup or channel.
    pub fn chat_access_hash(&self, viewer: AccountId, chat: ChannelId) -> i64 {
        self.key.number(HashDomain::ChatAccessHash, viewer.0, BoxId::from(chat).0).cast_signed()
    }

    /// Whether `viewer` may act on `target` at all: a bot must have seen a user.
    pub fn knows(&self, viewer: AccountId, target: AccountId) -> bool {
        let needs_dialog = self.is_bot(viewer) && !self.is_bot(target);
        !needs_dialog || self.dialogs.contains_key(&(viewer, ChatId::private(viewer, target)))
    }
}
