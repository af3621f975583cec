use super::{DialogMessage, GroupDialog, WriteAccess, described};
use parlor_view::{ReplyKeyboard, ViewContext};
use parlor_wire_bot_api::objects;
use parlor_world::ids::GroupKind;
use parlor_world::refusal::BotTextKind;
use parlor_world::state::account::Account;
use parlor_world::state::bot_settings::MenuButton;
use parlor_world::{AccountId, ChatId, DialogView, Timestamp, World};
use serde::Serialize;
use utoipa::ToSchema;

/// A dialog as the user's app shows it when it is open.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Dialog {
    /// The other account, with its name in the user's language; or the group or channel.
    #[schema(value_type = described::Chat)]
    pub(crate) chat: objects::Chat,
    /// What only groups and channels have.
    pub(crate) group: Option<GroupDialog>,
    /// Whether the other account is a bot.
    pub(crate) is_bot: bool,
    /// "What can this bot do?", in the user's language.
    pub(crate) description: String,
    /// "About", in the user's language.
    pub(crate) short_description: String,
    /// The commands that the menu lists for this user; of a group, those of all its bots, as `command@bot`.
    #[schema(value_type = Vec<described::BotCommand>)]
    pub(crate) commands: Vec<objects::BotCommand>,
    /// The button beside the text field.
    #[schema(value_type = described::MenuButton)]
    pub(crate) menu_button: objects::MenuButton,
    /// Whether the other account is deleted.
    pub(crate) is_deleted: bool,
    /// Whether the bot's profile offers to add it to a group.
    pub(crate) can_join_groups: bool,
    /// Whether the user has written to the bot.
    pub(crate) is_started: bool,
    pub(crate) is_blocked: bool,
    /// Why the bot may write, if the user has not written yet.
    pub(crate) write_access: Option<WriteAccess>,
    /// Whether a Start button replaces the text field.
    pub(crate) start_offered: bool,
    pub(crate) unread_count: usize,
    /// The last message that the user has read.
    pub(crate) last_read_inbox_message_id: Option<i64>,
    /// The last message that the other account has read.
    pub(crate) last_read_outbox_message_id: Option<i64>,
    /// The chat action of the other account, such as `typing`.
    pub(crate) chat_action: Option<&'static str>,
    /// The keyboard that replaces the app's own: a `ReplyKeyboardMarkup` or a `ForceReply`.
    #[schema(value_type = Option<described::ReplyKeyboard>)]
    pub(crate) reply_keyboard: Option<ReplyKeyboard>,
    /// The message with that keyboard.
    pub(crate) reply_keyboard_message_id: Option<i64>,
    /// The most recently pinned message first.
    pub(crate) pinned_message_ids: Vec<i64>,
    pub(crate) last_message: Option<DialogMessage>,
}

fn chat_action(dialog: Option<DialogView<'_>>, now: Timestamp) -> Option<&'static str> {
    dialog?.action_of_other(now).map(|action| action.name())
}

fn last_message(context: &ViewContext<'_>, dialog: Option<DialogView<'_>>) -> Option<DialogMessage> {
    dialog?.last_message().map(|last| DialogMessage::of(context, last))
}

impl Dialog {
    pub(crate) fn of(world: &World, now: Timestamp, user: AccountId, at: ChatId) -> Self {
        let context = ViewContext::new(world, user, at);
        let (other, dialog) = (context.other(), context.dialog());
        let bot = other.and_then(|other| world.bot(other));
        let chat = world.chat(context.chat());
        let language = context.language();
        let shown =
            |kind| bot.map_or_else(String::new, |bot| bot.settings.shown_text(kind, language).to_owned());
        let keyboard = dialog.and_then(|dialog| dialog.keyboard());
        let last_message = last_message(&context, dialog);
        let number = |id: parlor_world::MessageId| i64::from(id.0);
        let pinned = dialog.into_iter().flat_map(|dialog| dialog.pinned());
        let settings = bot.map(|bot| &bot.settings);
        let commands = settings.map_or(&[][..], |settings| settings.shown_commands(user, language));
        let group = GroupDialog::of(&context, world, now);
        let commands = match &group {
            Some(_) => commands_in_group(&context, world, now),
            None => parlor_view::commands(commands),
        };
        let menu_button = settings.map(|settings| settings.shown_menu_button(user));
        Self {
            chat: parlor_view::chat(&context),
            group,
            is_bot: bot.is_some(),
            description: shown(BotTextKind::Description),
            short_description: shown(BotTextKind::ShortDescription),
            commands,
            menu_button: parlor_view::menu_button(menu_button.unwrap_or(&MenuButton::Default)),
            is_deleted: other.and_then(|other| world.account(other)).is_some_and(Account::is_deleted),
            can_join_groups: bot.is_some_and(|bot| bot.flags.can_join_groups),
            is_started: chat.and_then(|chat| chat.private()).is_some_and(|private| private.is_started),
            is_blocked: dialog.is_some_and(|dialog| dialog.dialog.is_blocked),
            write_access: chat.and_then(|chat| WriteAccess::of(world, chat, dialog, now)),
            start_offered: bot.is_some() && last_message.is_none(),
            unread_count: dialog.map_or(0, |dialog| dialog.unread()),
            last_read_inbox_message_id: context.last_read_inbox().map(number),
            last_read_outbox_message_id: context.last_read_outbox().map(number),
            chat_action: chat_action(dialog, now),
            reply_keyboard: keyboard.and_then(|(_, markup)| parlor_view::reply_keyboard(markup)),
            reply_keyboard_message_id: keyboard.map(|(message, _)| number(message.id_for(user))),
            pinned_message_ids: pinned.map(|message| number(message.id_for(user))).collect(),
            last_message,
        }
    }
}

/// The commands of all bots of a group. The bot's username says which of them is meant.
fn commands_in_group(context: &ViewContext<'_>, world: &World, now: Timestamp) -> Vec<objects::BotCommand> {
    let (user, chat, language) = (context.viewer(), context.chat(), context.language());
    let is_administrator = world.status(chat, user, now).is_administrator();
    let bots = context.group().filter(|group| !group.is_channel()).into_iter().flat_map(|group| &group.bots);
    let bots = bots.filter_map(|bot| world.bot(*bot));
    let commands = bots.flat_map(|bot| {
        let list = bot.settings.shown_commands_in_group(chat, user, is_administrator, language);
        parlor_view::commands(list)
            .into_iter()
            .map(|own| objects::BotCommand { command: format!("{}@{}", own.command, bot.username), ..own })
    });
    commands.collect()
}

/// An entry of the list of chats.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct DialogSummary {
    /// The other account, with its name in the user's language; or the group or channel.
    #[schema(value_type = described::Chat)]
    pub(crate) chat: objects::Chat,
    /// Whether the other account is a bot.
    pub(crate) is_bot: bool,
    pub(crate) is_blocked: bool,
    pub(crate) unread_count: usize,
    /// The chat action of the other account, such as `typing`.
    pub(crate) chat_action: Option<&'static str>,
    pub(crate) last_message: Option<DialogMessage>,
}

impl DialogSummary {
    /// Returns the list of chats, most recent first.
    pub(crate) fn list(world: &World, now: Timestamp, user: AccountId) -> Vec<Self> {
        let recent = world.recent_chats(user).into_iter();
        let chats = recent.filter(|dialog| is_listed(world, now, user, dialog.chat)).map(|dialog| {
            let context = ViewContext::new(world, user, dialog.chat);
            Self {
                chat: parlor_view::chat(&context),
                is_bot: dialog.other().is_some_and(|other| world.is_bot(other)),
                is_blocked: dialog.dialog.is_blocked,
                unread_count: dialog.unread(),
                chat_action: chat_action(Some(dialog), now),
                last_message: last_message(&context, Some(dialog)),
            }
        });
        chats.collect()
    }
}

/// Returns whether the list shows a chat that has messages. A basic group that the user has left stays in it.
fn is_listed(world: &World, now: Timestamp, user: AccountId, chat: ChatId) -> bool {
    let Some(group) = world.group(chat) else { return true };
    match group.kind {
        GroupKind::Basic => group.upgraded_to.is_none(),
        GroupKind::Supergroup | GroupKind::Channel => !group.is_deleted && world.takes_part(chat, user, now),
    }
}
