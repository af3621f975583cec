use parlor_wire_tl::{enums, types};
use parlor_world::account::{Bot, User};
use parlor_world::bot::{MenuButton, TextKind};
use parlor_world::message::Message;
use parlor_world::{AccountId, BotId, DialogId, UserId, World};

/// An account as `me` sees it: what is absent is left out.
pub(crate) fn account(world: &World, me: AccountId, id: AccountId) -> enums::User {
    match id {
        AccountId::User(id) => world.user(id).map(|user| person(world, me, user)),
        AccountId::Bot(id) => world.bot(id).map(|own| bot(world, me, own)),
    }
    .unwrap_or_else(|| types::UserEmpty { id: id.get() }.into())
}

/// The accounts of a list, each once.
pub(crate) fn users_of(
    world: &World,
    me: AccountId,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Vec<enums::User> {
    let each: std::collections::BTreeSet<_> = accounts.into_iter().collect();
    each.into_iter().map(|id| account(world, me, id)).collect()
}

/// Everybody whom messages name, each once.
pub(crate) fn named_in<'w>(
    world: &World,
    me: AccountId,
    messages: impl IntoIterator<Item = (DialogId, &'w Message)>,
) -> Vec<enums::User> {
    let each: std::collections::BTreeSet<_> =
        messages.into_iter().flat_map(|(dialog, message)| accounts_of(dialog, message)).collect();
    each.into_iter().map(|id| named(world, me, id)).collect()
}

/// Everybody whom a message names: the two of its dialog, its first sender, who is mentioned.
pub(crate) fn accounts_of(dialog: DialogId, message: &Message) -> Vec<AccountId> {
    let mut accounts = vec![AccountId::User(dialog.user), AccountId::Bot(dialog.bot)];
    accounts.extend(message.origin().map(|origin| origin.sender));
    accounts.extend(message.mentioned().map(AccountId::User));
    accounts
}

/// An account that is met in a message: of people whom `me` does not know otherwise, only what is shown there.
///
/// > min: the access hash of such a user can't be used to act on him (core.telegram.org/api/min)
pub(super) fn named(world: &World, me: AccountId, id: AccountId) -> enums::User {
    let stranger = match id {
        AccountId::User(user) => world.user(user).filter(|_| !world.knows(me, id)),
        AccountId::Bot(_) => None,
    };
    let Some(user) = stranger else { return account(world, me, id) };
    types::User { min: true, access_hash: Some(world.min_access_hash(me, id)), ..shown(user) }.into()
}

/// What everybody sees of a person.
fn shown(user: &User) -> types::User {
    let base = types::User { id: user.id.0, ..Default::default() };
    if user.deleted {
        return types::User { deleted: true, ..base };
    }
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    types::User {
        premium: user.profile.is_premium,
        first_name: Some(user.profile.first_name.to_string()),
        last_name: text(&user.profile.last_name),
        username: text(&user.profile.username),
        ..base
    }
}

fn person(world: &World, me: AccountId, user: &User) -> enums::User {
    let id = AccountId::User(user.id);
    let base = types::User { access_hash: Some(world.access_hash(me, id)), ..shown(user) };
    if user.deleted {
        return base.into();
    }
    let profile = &user.profile;
    types::User {
        is_self: me == id,
        contact: me == id,
        mutual_contact: me == id,
        phone: profile.phone.as_deref().map(str::to_owned).filter(|_| me == id),
        // Bots are told the language, and only now and then.
        lang_code: profile.shown_language().filter(|_| matches!(me, AccountId::Bot(_))).map(str::to_owned),
        status: Some(types::UserStatusRecently { by_me: false }.into()),
        ..base
    }
    .into()
}

fn bot(world: &World, me: AccountId, bot: &Bot) -> enums::User {
    let id = AccountId::Bot(bot.id);
    let language = match me {
        AccountId::User(me) => world.user(me).and_then(|user| user.profile.language_code.as_deref()),
        AccountId::Bot(_) => None,
    };
    types::User {
        id: bot.id.0,
        access_hash: Some(world.access_hash(me, id)),
        is_self: me == id,
        bot: true,
        bot_chat_history: bot.flags.can_read_all_group_messages,
        bot_nochats: !bot.flags.can_join_groups,
        deleted: !bot.is_alive(),
        first_name: Some(bot.settings.name(language.unwrap_or_default()).to_owned()),
        username: Some(bot.username.to_string()).filter(|_| bot.is_alive()),
        bot_info_version: Some(1),
        bot_inline_placeholder: bot.flags.supports_inline_queries.then(String::new),
        ..Default::default()
    }
    .into()
}

/// An account's profile page.
pub(crate) fn full(world: &World, me: AccountId, id: AccountId) -> enums::UsersUserFull {
    let (about, bot_info, dialog) = match (id, me) {
        (AccountId::User(user), _) => {
            let about = world.user(user).and_then(|user| user.profile.bio.as_deref().map(str::to_owned));
            let bot = if let AccountId::Bot(bot) = me { Some(bot) } else { None };
            (about, None, bot.map(|bot| DialogId { user, bot }))
        }
        (AccountId::Bot(bot), _) => {
            let user = if let AccountId::User(user) = me { Some(user) } else { None };
            let (about, info) = bot_page(world, bot, user);
            (about, info, user.map(|user| DialogId { user, bot }))
        }
    };
    let dialog = dialog.and_then(|id| world.dialog(id));
    let blocked = matches!(me, AccountId::User(_)) && dialog.is_some_and(|dialog| dialog.blocked);
    let side =
        if matches!(me, AccountId::User(_)) { parlor_world::Side::User } else { parlor_world::Side::Bot };
    let pinned = dialog.and_then(|dialog| dialog.pinned(side).next().map(|message| message.id.on(side).0));
    let settings = types::PeerSettings::default();
    let full_user = types::UserFull {
        id: id.get(),
        blocked,
        can_pin_message: true,
        about,
        settings: settings.into(),
        notify_settings: types::PeerNotifySettings::default().into(),
        bot_info,
        pinned_msg_id: pinned,
        ..Default::default()
    };
    types::UsersUserFull {
        full_user: full_user.into(),
        chats: Vec::new(),
        users: users_of(world, me, [id, me]),
    }
    .into()
}

/// "About", and what stands on a bot's page besides.
fn bot_page(world: &World, bot: BotId, viewer: Option<UserId>) -> (Option<String>, Option<enums::BotInfo>) {
    let Some(bot) = world.bot(bot) else { return (None, None) };
    let language =
        viewer.and_then(|user| world.user(user)).and_then(|user| user.profile.language_code.as_deref());
    let language = language.unwrap_or_default();
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let commands = viewer
        .map_or(bot.settings.commands(&parlor_world::bot::CommandScope::Default, ""), |user| {
            bot.settings.shown_commands(user, language)
        });
    let commands = commands.iter().map(|command| {
        let types = types::BotCommand {
            command: command.command.clone(),
            description: command.description.clone(),
            ..Default::default()
        };
        types.into()
    });
    let button = viewer.map_or(bot.settings.menu_button(None), |user| bot.settings.shown_menu_button(user));
    let info = types::BotInfo {
        user_id: Some(bot.id.0),
        description: given(bot.settings.shown_text(TextKind::Description, language)),
        commands: Some(commands.collect()),
        menu_button: Some(menu_button(button)),
        ..Default::default()
    };
    (given(bot.settings.shown_text(TextKind::ShortDescription, language)), Some(info.into()))
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
