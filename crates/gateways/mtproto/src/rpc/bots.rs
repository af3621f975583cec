use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::{BotsSetBotInfo, BotsSetBotMenuButton};
use parlor_wire_tl::{enums, types};
use parlor_world::bot::{
    BotCommand, CommandScope, MenuButton, SetCommands, SetMenuButton, SetText, TextKind,
};
use parlor_world::{AccountId, UserId};

async fn scope(context: &Context, scope: enums::BotCommandScope) -> Result<CommandScope, RpcError> {
    use enums::BotCommandScope as S;
    Ok(match scope {
        S::BotCommandScopeDefault(_) => CommandScope::Default,
        S::BotCommandScopeUsers(_) => CommandScope::AllPrivateChats,
        S::BotCommandScopeChats(_) => CommandScope::AllGroupChats,
        S::BotCommandScopeChatAdmins(_) => CommandScope::AllChatAdministrators,
        S::BotCommandScopePeer(scope) => {
            let me = context.me()?;
            match context.look(move |world, _| decode::peer(world, me, &scope.peer)).await?? {
                AccountId::User(user) => CommandScope::Chat(user),
                AccountId::Bot(_) => return Err(RpcError::bad("PEER_ID_INVALID")),
            }
        }
    })
}

pub(super) async fn set_commands(
    context: &Context,
    for_whom: enums::BotCommandScope,
    language: String,
    commands: Vec<enums::BotCommand>,
) -> Answer {
    let bot = context.bot()?;
    let commands = commands.into_iter().map(|enums::BotCommand::BotCommand(command)| BotCommand {
        command: command.command,
        description: command.description,
    });
    let commands = commands.collect();
    let scope = scope(context, for_whom).await?;
    context.tell(SetCommands { bot, scope, language, commands }).await?;
    context.encode(&true)
}

pub(super) async fn get_commands(
    context: &Context,
    for_whom: enums::BotCommandScope,
    language: String,
) -> Answer {
    let bot = context.bot()?;
    let scope = scope(context, for_whom).await?;
    let commands = context.look(move |world, _| {
        let list = world.bot(bot).map_or(&[][..], |bot| bot.settings.commands(&scope, &language));
        let each = list.iter().map(|command| types::BotCommand {
            command: command.command.clone(),
            description: command.description.clone(),
            ..Default::default()
        });
        each.map(enums::BotCommand::from).collect::<Vec<_>>()
    });
    context.encode(&commands.await?)
}

pub(super) async fn set_info(context: &Context, request: BotsSetBotInfo) -> Answer {
    let bot = context.bot()?;
    let texts = [
        (TextKind::Name, request.name),
        (TextKind::ShortDescription, request.about),
        (TextKind::Description, request.description),
    ];
    for (kind, text) in texts {
        if let Some(text) = text {
            context.tell(SetText { bot, kind, language: request.lang_code.clone(), text }).await?;
        }
    }
    context.encode(&true)
}

pub(super) async fn get_info(context: &Context, language: String) -> Answer {
    let bot = context.bot()?;
    let info = context.look(move |world, _| {
        let text = |kind| world.bot(bot).map_or("", |bot| bot.settings.text(kind, &language)).to_owned();
        types::BotsBotInfo {
            name: text(TextKind::Name),
            about: text(TextKind::ShortDescription),
            description: text(TextKind::Description),
        }
    });
    context.encode(&enums::BotsBotInfo::from(info.await?))
}

/// None is the default for everybody.
async fn whose(context: &Context, user: enums::InputUser) -> Result<Option<UserId>, RpcError> {
    if matches!(user, enums::InputUser::InputUserEmpty(_)) {
        return Ok(None);
    }
    let me = context.me()?;
    match context.look(move |world, _| decode::user(world, me, &user)).await?? {
        AccountId::User(user) => Ok(Some(user)),
        AccountId::Bot(_) => Err(RpcError::bad("USER_ID_INVALID")),
    }
}

pub(super) async fn set_menu_button(context: &Context, request: BotsSetBotMenuButton) -> Answer {
    let button = match request.button {
        enums::BotMenuButton::BotMenuButtonDefault(_) => MenuButton::Default,
        enums::BotMenuButton::BotMenuButtonCommands(_) => MenuButton::Commands,
        enums::BotMenuButton::BotMenuButton(button) => {
            MenuButton::WebApp { text: button.text, url: button.url }
        }
    };
    let user = whose(context, request.user_id).await?;
    context.tell(SetMenuButton { bot: context.bot()?, user, button }).await?;
    context.encode(&true)
}

pub(super) async fn get_menu_button(context: &Context, user: enums::InputUser) -> Answer {
    let bot = context.bot()?;
    let user = whose(context, user).await?;
    let button = context.look(move |world, _| {
        world.bot(bot).map_or(MenuButton::Default, |bot| bot.settings.menu_button(user).clone())
    });
    context.encode(&view::menu_button(&button.await?))
}
