use super::rights::admin_rights;
use super::{peer_settings, users_of};
use parlor_wire_tl::{enums, types};
use parlor_world::ids::GroupKind;
use parlor_world::refusal::BotTextKind;
use parlor_world::state::account::{Account, Bot};
use parlor_world::state::bot_settings::{BotCommand, CommandScope, MenuButton};
use parlor_world::state::group::MemberStatus;
use parlor_world::{AccountId, ChatId, Timestamp, World};

/// Returns the full profile of an account.
pub(crate) fn full(world: &World, me: AccountId, id: AccountId, now: Timestamp) -> enums::UsersUserFull {
    let (about, bot_info) = match world.account(id) {
        Some(Account::User(user)) => (user.profile.bio.as_deref().map(str::to_owned), None),
        Some(Account::Bot(bot)) => bot_page(world, me, bot),
        None => (None, None),
    };
    let dialog = world.dialog(me, ChatId::private(me, id));
    let pinned = dialog.and_then(|dialog| dialog.pinned().next());
    let full_user = types::UserFull {
        id: id.0,
        blocked: dialog.is_some_and(|dialog| dialog.dialog.is_blocked),
        can_pin_message: true,
        about,
        settings: peer_settings(world, me, ChatId::private(me, id), now),
        notify_settings: types::PeerNotifySettings::default().into(),
        bot_info,
        bot_group_admin_rights: default_rights(world, id, GroupKind::Supergroup),
        bot_broadcast_admin_rights: default_rights(world, id, GroupKind::Channel),
        pinned_msg_id: pinned.map(|message| message.id_for(me).0),
        ..Default::default()
    };
    let users = users_of(world, me, [id, me]);
    types::UsersUserFull { full_user: full_user.into(), chats: Vec::new(), users }.into()
}

/// The rights that an app suggests when it adds a bot.
fn default_rights(world: &World, bot: AccountId, kind: GroupKind) -> Option<enums::ChatAdminRights> {
    let rights = world.bot(bot)?.settings.default_rights(kind == GroupKind::Channel);
    (!rights.is_empty()).then(|| admin_rights(rights, kind))
}

/// Returns a bot's "about" text, and the rest of its profile.
fn bot_page(world: &World, me: AccountId, bot: &Bot) -> (Option<String>, Option<enums::BotInfo>) {
    let viewer = world.user(me);
    let language = viewer.and_then(|user| user.profile.language_code.as_deref()).unwrap_or_default();
    let text = |kind| {
        let text = bot.settings.shown_text(kind, language);
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let (commands, button) = match viewer {
        Some(user) => {
            (bot.settings.shown_commands(user.id, language), bot.settings.shown_menu_button(user.id))
        }
        None => (bot.settings.commands(&CommandScope::Default, ""), bot.settings.menu_button(None)),
    };
    let info = types::BotInfo {
        user_id: Some(bot.id.0),
        description: text(BotTextKind::Description),
        commands: Some(commands.iter().map(bot_command).collect()),
        menu_button: Some(menu_button(button)),
        ..Default::default()
    };
    (text(BotTextKind::ShortDescription), Some(info.into()))
}

/// What a member of a group sees of a bot that is in it.
pub(super) fn bot_info_in_group(
    world: &World,
    me: AccountId,
    bot: &Bot,
    chat: ChatId,
    status: &MemberStatus,
) -> enums::BotInfo {
    let language = world.user(me).and_then(|user| user.profile.language_code.as_deref()).unwrap_or_default();
    let is_administrator = status.is_administrator();
    let commands = bot.settings.shown_commands_in_group(chat, me, is_administrator, language);
    let commands = Some(commands.iter().map(bot_command).collect());
    types::BotInfo { user_id: Some(bot.id.0), commands, ..Default::default() }.into()
}

pub(crate) fn bot_command(command: &BotCommand) -> enums::BotCommand {
    let BotCommand { command, description } = command.clone();
    types::BotCommand { command, description, ..Default::default() }.into()
}

pub(crate) fn menu_button(button: &MenuButton) -> enums::BotMenuButton {
    match button {
        MenuButton::Default => types::BotMenuButtonDefault {}.into(),
        MenuButton::Commands => types::BotMenuButtonCommands {}.into(),
        MenuButton::WebApp { text, url } => {
            types::BotMenuButton { text: text.clone(), url: url.clone() }.into()
        }
    }
}
