use super::{DialogMessage, WriteAccess, described, user_view};
use parlor_view::{ReplyKeyboard, ViewContext};
use parlor_wire_bot_api::objects;
use parlor_world::account::Bot;
use parlor_world::bot::TextKind;
use parlor_world::dialog::{self, Contact};
use parlor_world::link::{self, LinkAction};
use parlor_world::{AccountId, DialogId, Side, Timestamp, UserId, World};
use serde::Serialize;
use utoipa::ToSchema;

/// A dialog as the user's app shows it when it is open.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Dialog {
    /// The other account, with its name in the user's language.
    #[schema(value_type = described::Chat)]
    pub(crate) chat: objects::Chat,
    /// Whether the other account is a bot, which a Bot API `Chat` does not say.
    pub(crate) is_bot: bool,
    /// "What can this bot do?", in the user's language.
    pub(crate) description: String,
    /// "About", in the user's language.
    pub(crate) short_description: String,
    /// The commands that the menu lists for this user.
    #[schema(value_type = Vec<described::BotCommand>)]
    pub(crate) commands: Vec<objects::BotCommand>,
    /// The button beside the text field.
    #[schema(value_type = described::MenuButton)]
    pub(crate) menu_button: objects::MenuButton,
    /// The bot's account is gone.
    pub(crate) is_deleted: bool,
    /// Whether the profile offers to add it to a group.
    pub(crate) can_join_groups: bool,
    /// Whether the user ever wrote.
    pub(crate) is_started: bool,
    pub(crate) is_blocked: bool,
    /// Why the bot may write, while the user has written nothing.
    pub(crate) write_access: Option<WriteAccess>,
    /// Whether a Start button replaces the text field.
    pub(crate) start_offered: bool,
    pub(crate) unread_count: usize,
    /// The last message that the user has read.
    pub(crate) last_read_inbox_message_id: Option<i64>,
    /// The last message that the other account has read.
    pub(crate) last_read_outbox_message_id: Option<i64>,
    /// What the bot is doing: `typing`.
    pub(crate) chat_action: Option<&'static str>,
    /// What replaces the app's own keyboard: a `ReplyKeyboardMarkup` or a `ForceReply`.
    #[schema(value_type = Option<described::ReplyKeyboard>)]
    pub(crate) reply_keyboard: Option<ReplyKeyboard>,
    /// The message that brought it.
    pub(crate) reply_keyboard_message_id: Option<i64>,
    /// The last pinned first.
    pub(crate) pinned_message_ids: Vec<i64>,
    pub(crate) last_message: Option<DialogMessage>,
}

fn is_bot(context: &ViewContext<'_>) -> bool {
    matches!(context.peer(), AccountId::Bot(_))
}

/// What the bot is doing, as the user's app shows it.
fn chat_action(dialog: Option<&dialog::Dialog>, now: Timestamp) -> Option<&'static str> {
    dialog?.chat_action(Side::Bot, now).map(|action| action.name())
}

fn last_message(context: &ViewContext<'_>, dialog: Option<&dialog::Dialog>) -> Option<DialogMessage> {
    dialog?.last_message(Side::User).map(|last| DialogMessage::of(context, last))
}

impl Dialog {
    pub(crate) fn of(world: &World, now: Timestamp, user: UserId, bot: &Bot) -> Self {
        let id = DialogId { user, bot: bot.id };
        let (context, dialog) = (user_view(world, id), world.dialog(id));
        let language = context.language();
        let shown = |kind| bot.settings.shown_text(kind, language).to_owned();
        let keyboard = dialog.and_then(dialog::Dialog::keyboard);
        let last_message = last_message(&context, dialog);
        let number = |id: parlor_world::MessageId| i64::from(id.0);
        let pinned = dialog.into_iter().flat_map(|dialog| dialog.pinned(Side::User));
        Self {
            chat: parlor_view::chat(&context),
            is_bot: is_bot(&context),
            description: shown(TextKind::Description),
            short_description: shown(TextKind::ShortDescription),
            commands: parlor_view::commands(bot.settings.shown_commands(user, language)),
            menu_button: parlor_view::menu_button(bot.settings.shown_menu_button(user)),
            is_deleted: !bot.is_alive(),
            can_join_groups: bot.flags.can_join_groups,
            is_started: dialog.is_some_and(|dialog| dialog.contact == Contact::Started),
            is_blocked: dialog.is_some_and(|dialog| dialog.blocked),
            write_access: dialog.and_then(|dialog| WriteAccess::of(dialog, now)),
            start_offered: last_message.is_none(),
            unread_count: dialog.map_or(0, |dialog| dialog.unread(Side::User)),
            last_read_inbox_message_id: context.last_read_inbox().map(number),
            last_read_outbox_message_id: context.last_read_outbox().map(number),
            chat_action: chat_action(dialog, now),
            reply_keyboard: keyboard.and_then(|(_, markup)| parlor_view::reply_keyboard(markup)),
            reply_keyboard_message_id: keyboard.map(|(message, _)| number(context.id(message.id))),
            pinned_message_ids: pinned.map(|message| number(context.id(message.id))).collect(),
            last_message,
        }
    }
}

/// A row of the list of recent chats.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct DialogSummary {
    /// The other account, with its name in the user's language.
    #[schema(value_type = described::Chat)]
    pub(crate) chat: objects::Chat,
    /// Whether the other account is a bot, which a Bot API `Chat` does not say.
    pub(crate) is_bot: bool,
    pub(crate) is_blocked: bool,
    pub(crate) unread_count: usize,
    /// What the bot is doing: `typing`.
    pub(crate) chat_action: Option<&'static str>,
    pub(crate) last_message: Option<DialogMessage>,
}

impl DialogSummary {
    /// The list, the newest first.
    pub(crate) fn list(world: &World, now: Timestamp, user: UserId) -> Vec<Self> {
        let chats = world.recent_chats(user).into_iter().map(|(id, dialog)| {
            let context = user_view(world, id);
            Self {
                chat: parlor_view::chat(&context),
                is_bot: is_bot(&context),
                is_blocked: dialog.blocked,
                unread_count: dialog.unread(Side::User),
                chat_action: chat_action(Some(dialog), now),
                last_message: last_message(&context, Some(dialog)),
            }
        });
        chats.collect()
    }
}

/// What the app shows after a link was opened.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Opened {
    /// `open`, `start`, `start_group`, `start_channel` or `start_app`.
    pub(crate) action: &'static str,
    /// The payload that pressing Start would send.
    pub(crate) payload: Option<String>,
    /// The dialog; its `start_offered` counts the link in.
    pub(crate) dialog: Dialog,
}

impl Opened {
    pub(crate) fn of(world: &World, now: Timestamp, user: UserId, opened: link::Opened<'_>) -> Self {
        let (action, payload) = match opened.action {
            LinkAction::Open => ("open", String::new()),
            LinkAction::Start(payload) => ("start", payload),
            LinkAction::StartGroup(payload) => ("start_group", payload),
            LinkAction::StartChannel => ("start_channel", String::new()),
            LinkAction::StartApp(payload) => ("start_app", payload),
        };
        let mut dialog = Dialog::of(world, now, user, opened.bot);
        dialog.start_offered = opened.start_offered;
        Self { action, payload: Some(payload).filter(|payload| !payload.is_empty()), dialog }
    }
}
