//! Facts. The only durable data; the world is their fold.

use crate::account::{BotFlags, UserProfile};
use crate::authorization::{Client, KeyId, KeySecret, Password};
use crate::bot::{BotCommand, CommandScope, MenuButton, TextKind};
use crate::bot_father::Question;
use crate::callback::Answer;
use crate::chat_action::ChatAction;
use crate::dialog::{JoinRequest, Read};
use crate::keyed::Key;
use crate::message::{Edit, Message, Reaction};
use crate::updates::{AllowedUpdates, Webhook};
use crate::{AccountId, BotId, CallbackId, DialogId, MessageId, Side, Timestamp, UpdateId, UserId};
use serde::{Deserialize, Serialize};

/// An event with the time it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// When, on the world's clock.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}

/// Something that happened.
///
/// Journals keep these as JSON for ever: variants and fields are only ever added (with `#[serde(default)]`), never
/// renamed; the golden journals in `testing/golden` hold every release to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The first event of every journal; a later one empties the world.
    WorldCreated { key: Key },
    /// A person appeared.
    UserCreated { user: UserId, profile: UserProfile },
    /// A person's names, username, language or bio changed; all but the id may.
    UserChanged { user: UserId, profile: UserProfile },
    /// A person deleted the account: the dialogs stay, nameless.
    UserDeleted { user: UserId },
    /// A bot appeared.
    BotCreated {
        bot: BotId,
        name: String,
        username: String,
        secret: String,
        flags: BotFlags,
        /// The person who made it, if it was made by BotFather.
        #[serde(default)]
        owner: Option<UserId>,
    },
    /// A bot's username or switches changed.
    BotChanged { bot: BotId, username: String, flags: BotFlags },
    /// The old token is void.
    TokenRevoked { bot: BotId, secret: String },
    /// The bot is gone.
    BotDeleted { bot: BotId },
    /// The bot came to know the user without a message from him.
    UserSeen { dialog: DialogId },
    /// A message arrived on both sides.
    MessageSent { dialog: DialogId, message: Message },
    /// A message's content or markup changed. `by` is who did it; `message` is the bot side's id.
    MessageEdited { dialog: DialogId, message: MessageId, by: Side, edit: Edit },
    /// Messages are gone for both sides; bot side's ids.
    MessagesDeleted { dialog: DialogId, messages: Vec<MessageId> },
    /// The user deleted messages for himself only; bot side's ids.
    MessagesHidden { dialog: DialogId, messages: Vec<MessageId> },
    /// Pinned or unpinned; bot side's id.
    MessagePinned { dialog: DialogId, message: MessageId, pinned: bool },
    /// Every pin is gone.
    AllUnpinned { dialog: DialogId },
    /// One side's reactions to a message are now these; bot side's id.
    ReactionsSet { dialog: DialogId, message: MessageId, by: Side, reactions: Vec<Reaction> },
    /// The user asked to join a chat that the bot administers.
    JoinRequested { dialog: DialogId, request: JoinRequest },
    /// Somebody decided on that.
    JoinDecided { dialog: DialogId, approved: bool },
    /// The user blocked the bot, or unblocked it.
    BlockChanged { dialog: DialogId, blocked: bool },
    /// One side read up to a message.
    MessagesRead { dialog: DialogId, read: Read },
    /// The user pressed an inline button; bot side's message id.
    CallbackAsked { id: CallbackId, dialog: DialogId, message: MessageId, data: String },
    /// The bot answered it.
    CallbackAnswered { id: CallbackId, dialog: DialogId, answer: Answer },
    /// A command list was set, or (empty) removed.
    CommandsSet { bot: BotId, scope: CommandScope, language: String, commands: Vec<BotCommand> },
    /// A name, description or short description was set, or (empty) removed.
    BotTextSet { bot: BotId, kind: TextKind, language: String, text: String },
    /// The menu button was set for one user, or (none) by default.
    MenuButtonSet { bot: BotId, user: Option<UserId>, button: MenuButton },
    /// The bot chose which updates it wants from now on.
    AllowedUpdatesSet { bot: BotId, allowed: AllowedUpdates },
    /// The bot has these updates and wants no more of them: all below this id.
    UpdatesConfirmed { bot: BotId, below: UpdateId },
    /// One update was delivered by webhook, out of order with others.
    UpdateDelivered { bot: BotId, update: UpdateId },
    /// The webhook was set, or (none) deleted.
    WebhookSet { bot: BotId, webhook: Option<Webhook> },
    /// A person set a two-step password, or (none) removed it.
    PasswordSet { user: UserId, password: Option<Password> },
    /// A login code was sent to a phone; digits only.
    CodeSent { phone: String, code: String, hash: String },
    /// An account logged in by a key.
    SignedIn { key: KeyId, secret: KeySecret, account: AccountId, client: Client },
    /// A client said what it is.
    ClientDescribed { key: KeyId, client: Client },
    /// A key is no longer good for anything.
    SignedOut { key: KeyId },
    /// BotFather asked a person something, or (none) has its answer.
    BotFatherAsked { user: UserId, question: Option<Question> },
    /// "typing…": transient, never journaled; `None` ends it.
    ChatActionShown { dialog: DialogId, by: Side, action: Option<ChatAction> },
}

/// What is shown otherwise from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// An account is new, gone, or has another profile or other settings.
    Account(AccountId),
    /// The world was emptied.
    Everything,
}

impl Event {
    /// Whether it belongs into the journal. Chat actions are shown and forgotten.
    pub fn is_durable(&self) -> bool {
        !matches!(self, Self::ChatActionShown { .. })
    }

    /// The bot of which another token is valid afterwards, or none.
    pub fn changes_token(&self) -> Option<BotId> {
        match self {
            Self::BotCreated { bot, .. } | Self::TokenRevoked { bot, .. } | Self::BotDeleted { bot } => {
                Some(*bot)
            }
            _ => None,
        }
    }

    /// What those who list accounts must look at again.
    pub fn change(&self) -> Option<Change> {
        use Event::*;
        let account = match self {
            WorldCreated { .. } => return Some(Change::Everything),
            UserCreated { user, .. } | UserChanged { user, .. } | UserDeleted { user } => {
                AccountId::User(*user)
            }
            BotCreated { bot, .. }
            | BotChanged { bot, .. }
            | TokenRevoked { bot, .. }
            | BotDeleted { bot }
            | CommandsSet { bot, .. }
            | BotTextSet { bot, .. }
            | MenuButtonSet { bot, .. }
            | WebhookSet { bot, .. } => AccountId::Bot(*bot),
            _ => return None,
        };
        Some(Change::Account(account))
    }

    /// The accounts for which something changed: whose readers must be woken.
    pub fn concerns(&self) -> [Option<AccountId>; 2] {
        use Event::*;
        let user = |id: &UserId| [Some(AccountId::User(*id)), None];
        let bot = |id: &BotId| [Some(AccountId::Bot(*id)), None];
        match self {
            WorldCreated { .. }
            | CodeSent { .. }
            | ClientDescribed { .. }
            | SignedOut { .. }
            | BotFatherAsked { .. } => [None, None],
            SignedIn { account, .. } => [Some(*account), None],
            UserCreated { user: id, .. }
            | UserChanged { user: id, .. }
            | UserDeleted { user: id }
            | PasswordSet { user: id, .. } => user(id),
            BotCreated { bot: id, .. }
            | BotChanged { bot: id, .. }
            | TokenRevoked { bot: id, .. }
            | BotDeleted { bot: id }
            | CommandsSet { bot: id, .. }
            | BotTextSet { bot: id, .. }
            | MenuButtonSet { bot: id, .. }
            | AllowedUpdatesSet { bot: id, .. }
            | UpdatesConfirmed { bot: id, .. }
            | UpdateDelivered { bot: id, .. }
            | WebhookSet { bot: id, .. } => bot(id),
            UserSeen { dialog }
            | MessageSent { dialog, .. }
            | MessageEdited { dialog, .. }
            | MessagesDeleted { dialog, .. }
            | MessagesHidden { dialog, .. }
            | MessagePinned { dialog, .. }
            | AllUnpinned { dialog }
            | ReactionsSet { dialog, .. }
            | JoinRequested { dialog, .. }
            | JoinDecided { dialog, .. }
            | BlockChanged { dialog, .. }
            | MessagesRead { dialog, .. }
            | CallbackAsked { dialog, .. }
            | CallbackAnswered { dialog, .. }
            | ChatActionShown { dialog, .. } => {
                [Some(AccountId::User(dialog.user)), Some(AccountId::Bot(dialog.bot))]
            }
        }
    }
}
