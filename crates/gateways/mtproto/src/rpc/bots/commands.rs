use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::enums;
use parlor_world::ops::bot::SetCommands;
use parlor_world::state::bot_settings::{BotCommand, CommandScope};
use parlor_world::{AccountId, ChatId};

async fn scope(context: &Context, scope: enums::BotCommandScope) -> Result<CommandScope, RpcError> {
    use enums::BotCommandScope as S;
    Ok(match scope {
        S::BotCommandScopeDefault(_) => CommandScope::Default,
        S::BotCommandScopeUsers(_) => CommandScope::AllPrivateChats,
        S::BotCommandScopeChats(_) => CommandScope::AllGroupChats,
        S::BotCommandScopeChatAdmins(_) => CommandScope::AllChatAdministrators,
        S::BotCommandScopePeer(scope) => match chat(context, &scope.peer).await? {
            (_, Some(user)) => CommandScope::Chat(user),
            (chat, None) => CommandScope::Group(chat),
        },
        S::BotCommandScopePeerAdmins(scope) => match chat(context, &scope.peer).await? {
            (_, Some(_)) => return Err(RpcError::bad("PEER_ID_INVALID")),
            (chat, None) => CommandScope::GroupAdministrators(chat),
        },
        S::BotCommandScopePeerUser(scope) => match chat(context, &scope.peer).await? {
            (_, Some(_)) => return Err(RpcError::bad("PEER_ID_INVALID")),
            (chat, None) => {
                let bot = context.bot()?;
                let member = context.read(|world, _| decode::user(world, bot, &scope.user_id));
                CommandScope::GroupMember(chat, member.await??)
            }
        },
    })
}

/// The chat of a scope, with its user if it is a private one.
async fn chat(context: &Context, peer: &enums::InputPeer) -> Result<(ChatId, Option<AccountId>), RpcError> {
    let bot = context.bot()?;
    let found = context.read(|world, _| {
        let chat = decode::peer(world, bot, peer)?;
        match chat.other(bot) {
            Some(other) if world.user(other).is_none() => Err(RpcError::bad("PEER_ID_INVALID")),
            other => Ok((chat, other)),
        }
    });
    found.await?
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
