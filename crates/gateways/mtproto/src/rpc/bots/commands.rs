use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::enums;
use parlor_world::ops::bot::SetCommands;
use parlor_world::state::bot_settings::{BotCommand, CommandScope};

async fn scope(context: &Context, scope: enums::BotCommandScope) -> Result<CommandScope, RpcError> {
    use enums::BotCommandScope as S;
    Ok(match scope {
        S::BotCommandScopeDefault(_) => CommandScope::Default,
        S::BotCommandScopeUsers(_) => CommandScope::AllPrivateChats,
        S::BotCommandScopeChats(_) => CommandScope::AllGroupChats,
        S::BotCommandScopeChatAdmins(_) => CommandScope::AllChatAdministrators,
        S::BotCommandScopePeer(scope) => {
            let bot = context.bot()?;
            let found = context.read(|world, _| {
                let account = decode::account_of_peer(world, bot, &scope.peer)?;
                world.user(account).map(|user| user.id).ok_or_else(|| RpcError::bad("PEER_ID_INVALID"))
            });
            CommandScope::Chat(found.await??)
        }
    })
}

pub(in crate::rpc) async fn set_commands(
    context: &Context,
    in_scope: enums::BotCommandScope,
    language: String,
    commands: Vec<enums::BotCommand>,
) -> Answer {
    let bot = context.bot()?;
    let commands = commands.into_iter().map(|enums::BotCommand::BotCommand(command)| BotCommand {
        command: command.command,
        description: command.description,
    });
    let commands = commands.collect();
    let scope = scope(context, in_scope).await?;
    context.execute(SetCommands { bot, scope, language, commands }).await?;
    context.encode(&true)
}

pub(in crate::rpc) async fn get_commands(
    context: &Context,
    in_scope: enums::BotCommandScope,
    language: String,
) -> Answer {
    let bot = context.bot()?;
    let scope = scope(context, in_scope).await?;
    let commands = context.read(|world, _| {
        let list = world.bot(bot).map_or(&[][..], |bot| bot.settings.commands(&scope, &language));
        list.iter().map(view::bot_command).collect::<Vec<_>>()
    });
    context.encode(&commands.await?)
}
