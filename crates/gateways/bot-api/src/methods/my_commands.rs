use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode::{self, Scope};
use parlor_wire_bot_api::requests::{DeleteMyCommands, GetMyCommands, SetMyCommands};
use parlor_world::ChatId;
use parlor_world::ops::bot::SetCommands;
use parlor_world::state::bot_settings::CommandScope;

pub(super) async fn set(context: &Context<'_>, request: SetMyCommands) -> Result<Answer, ApiError> {
    let commands = decode::commands(&request.commands)?;
    let scope = known(context, decode::scope(&request.scope)?).await?;
    context.execute(SetCommands { bot: context.bot, scope, language: request.language_code, commands }).await
}

pub(super) async fn delete(context: &Context<'_>, request: DeleteMyCommands) -> Result<Answer, ApiError> {
    let scope = known(context, decode::scope(&request.scope)?).await?;
    let language = request.language_code;
    context.execute(SetCommands { bot: context.bot, scope, language, commands: Vec::new() }).await
}

pub(super) async fn get(context: &Context<'_>, request: GetMyCommands) -> Result<Answer, ApiError> {
    let scope = known(context, decode::scope(&request.scope)?).await?;
    let (bot, language) = (context.bot, request.language_code);
    let list = move |world: &parlor_world::World| {
        world.bot(bot).map(|bot| parlor_view::commands(bot.settings.commands(&scope, &language)))
    };
    Answer::of(&context.read(list).await?.unwrap_or_default())
}

/// Finds the chat of a scope, which the bot must know.
async fn known(context: &Context<'_>, scope: Scope) -> Result<CommandScope, ApiError> {
    let (kind, chat, user) = match scope {
        Scope::Known(scope) => return Ok(scope),
        Scope::InChat { kind, chat, user } => (kind, chat, user),
    };
    let target = context.target(&chat);
    let chat = context.find(|world, now| target.resolve(world, context.actor(), now)).await?;
    match (&*kind, chat, user) {
        ("chat", ChatId::Private(..), _) => {
            let user = chat.other(context.bot).unwrap_or(context.bot);
            Ok(CommandScope::Chat(user))
        }
        (_, ChatId::Private(..), _) => {
            Err(ApiError::bad_request("can't use specified scope in private chats"))
        }
        ("chat", _, _) => Ok(CommandScope::Group(chat)),
        (_, _, Some(user)) => Ok(CommandScope::GroupMember(chat, user)),
        _ => Ok(CommandScope::GroupAdministrators(chat)),
    }
}
