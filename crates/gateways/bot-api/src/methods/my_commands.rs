use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use parlor_wire_bot_api::requests::{DeleteMyCommands, GetMyCommands, SetMyCommands};
use parlor_world::Target;
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

/// Refuses the scope of a chat that the bot does not know.
async fn known(context: &Context<'_>, scope: CommandScope) -> Result<CommandScope, ApiError> {
    if let CommandScope::Chat(user) = scope {
        let chat = Target::from(user);
        context.find(|world, now| chat.resolve(world, context.actor(), now)).await?;
    }
    Ok(scope)
}
