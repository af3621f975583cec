use super::{Commands, Keyboard, Message, WriteAccess};
use parlor_world::account::Bot;
use parlor_world::bot::{self, TextKind};
use parlor_world::dialog::Contact;
use parlor_world::link::{self, LinkAction};
use parlor_world::{DialogId, Side, Timestamp, UserId, World};
use serde::Serialize;
use utoipa::ToSchema;

/// A dialog as the user's app shows it when it is open.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Dialog {
    pub(crate) bot_id: i64,
    pub(crate) bot_username: String,
    /// In the user's language.
    pub(crate) bot_name: String,
    /// "What can this bot do?", in the user's language.
    pub(crate) description: String,
    /// "About", in the user's language.
    pub(crate) short_description: String,
    /// The commands that the menu lists for this user.
    pub(crate) commands: Vec<Commands>,
    pub(crate) menu_button: MenuButton,
    /// The bot's account is gone.
    pub(crate) is_deleted: bool,
    /// Whether the profile offers to add it to a group.
    pub(crate) can_join_groups: bool,
    /// Whether the user ever wrote.
    pub(crate) is_started: bool,
    pub(crate) is_blocked: bool,
    /// Why the bot may write, while the user has written nothing himself.
    pub(crate) write_access: Option<WriteAccess>,
    /// Whether Start stands in the place of the text field.
    pub(crate) start_offered: bool,
    pub(crate) unread_count: usize,
    /// The last message that the user has read.
    pub(crate) read_up_to: Option<i32>,
    /// The last of the user's messages that the bot has read.
    pub(crate) read_by_bot: Option<i32>,
    /// What the bot is doing just now: `typing`.
    pub(crate) chat_action: Option<&'static str>,
    /// What stands in the place of the text field.
    pub(crate) keyboard: Option<Keyboard>,
    /// The message that brought it.
    pub(crate) keyboard_message_id: Option<i32>,
    /// The last pinned first.
    pub(crate) pinned_message_ids: Vec<i32>,
    pub(crate) last_message: Option<Message>,
}

/// The button beside the text field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct MenuButton {
    /// `default`, `commands` or `web_app`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) text: Option<String>,
    pub(crate) url: Option<String>,
}

impl From<&bot::MenuButton> for MenuButton {
    fn from(own: &bot::MenuButton) -> Self {
        match own {
            bot::MenuButton::Default => Self { kind: "default", text: None, url: None },
            bot::MenuButton::Commands => Self { kind: "commands", text: None, url: None },
            bot::MenuButton::WebApp { text, url } => {
                Self { kind: "web_app", text: Some(text.clone()), url: Some(url.clone()) }
            }
        }
    }
}

impl Dialog {
    pub(crate) fn of(world: &World, now: Timestamp, user: UserId, bot: &Bot) -> Self {
        let id = DialogId { user, bot: bot.id };
        let dialog = world.dialog(id);
        let profile = world.user(user).map(|user| user.profile.clone()).unwrap_or_default();
        let language = profile.language_code.as_deref().unwrap_or_default();
        let shown = |kind| bot.settings.shown_text(kind, language).to_owned();
        let keyboard = dialog.and_then(parlor_world::dialog::Dialog::keyboard);
        let last = dialog.and_then(|dialog| dialog.last_message(Side::User));
        Self {
            bot_id: bot.id.0,
            bot_username: bot.username.to_string(),
            bot_name: shown(TextKind::Name),
            description: shown(TextKind::Description),
            short_description: shown(TextKind::ShortDescription),
            commands: bot.settings.shown_commands(user, language).iter().map(Commands::from).collect(),
            menu_button: bot.settings.shown_menu_button(user).into(),
            is_deleted: !bot.is_alive(),
            can_join_groups: bot.flags.can_join_groups,
            is_started: dialog.is_some_and(|dialog| dialog.contact == Contact::Started),
            is_blocked: dialog.is_some_and(|dialog| dialog.blocked),
            write_access: dialog.and_then(|dialog| WriteAccess::of(dialog, now)),
            start_offered: last.is_none(),
            unread_count: dialog.map_or(0, |dialog| dialog.unread(Side::User)),
            read_up_to: dialog.and_then(|dialog| dialog.read_up_to(Side::User)).map(|id| id.0),
            read_by_bot: dialog.and_then(|dialog| dialog.read_by_other(Side::User)).map(|id| id.0),
            chat_action: dialog
                .and_then(|dialog| dialog.chat_action(Side::Bot, now))
                .map(|action| action.name()),
            keyboard: keyboard.and_then(|(_, markup)| Keyboard::of(markup)),
            keyboard_message_id: keyboard.map(|(message, _)| message.id.user.0),
            pinned_message_ids: dialog
                .map(|dialog| dialog.pinned(Side::User).map(|message| message.id.user.0).collect())
                .unwrap_or_default(),
            last_message: last.map(Message::from),
        }
    }
}

/// A row of the list of recent chats.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Chat {
    pub(crate) bot_id: i64,
    pub(crate) bot_username: String,
    pub(crate) bot_name: String,
    pub(crate) is_blocked: bool,
    pub(crate) unread_count: usize,
    pub(crate) chat_action: Option<&'static str>,
    pub(crate) last_message: Option<Message>,
}

impl Chat {
    /// The list, the newest first.
    pub(crate) fn list(world: &World, now: Timestamp, user: UserId) -> Vec<Self> {
        let language =
            world.user(user).and_then(|user| user.profile.language_code.clone()).unwrap_or_default();
        let chats = world.recent_chats(user).into_iter().filter_map(|(id, dialog)| {
            let bot = world.bot(id.bot)?;
            let name = if bot.is_alive() { bot.settings.name(&language) } else { "Deleted Account" };
            Some(Self {
                bot_id: bot.id.0,
                bot_username: bot.username.to_string(),
                bot_name: name.to_owned(),
                is_blocked: dialog.blocked,
                unread_count: dialog.unread(Side::User),
                chat_action: dialog.chat_action(Side::Bot, now).map(|action| action.name()),
                last_message: dialog.last_message(Side::User).map(Message::from),
            })
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
