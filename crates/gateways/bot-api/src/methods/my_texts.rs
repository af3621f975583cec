use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::objects::{BotDescription, BotName, BotShortDescription};
use parlor_wire_bot_api::requests::{
    GetMyDescription, GetMyName, GetMyShortDescription, SetMyDescription, SetMyName, SetMyShortDescription,
};
use parlor_world::ops::bot::SetBotText;
use parlor_world::refusal::BotTextKind;

pub(super) async fn set_name(context: &Context<'_>, request: SetMyName) -> Result<Answer, ApiError> {
    set(context, BotTextKind::Name, request.language_code, request.name).await
}

pub(super) async fn set_description(
    context: &Context<'_>,
    request: SetMyDescription,
) -> Result<Answer, ApiError> {
    set(context, BotTextKind::Description, request.language_code, request.description).await
}

pub(super) async fn set_short_description(
    context: &Context<'_>,
    request: SetMyShortDescription,
) -> Result<Answer, ApiError> {
    set(context, BotTextKind::ShortDescription, request.language_code, request.short_description).await
}

pub(super) async fn get_name(context: &Context<'_>, request: GetMyName) -> Result<Answer, ApiError> {
    let name = shown(context, BotTextKind::Name, request.language_code).await?;
    Answer::of(&BotName { name })
}

pub(super) async fn get_description(
    context: &Context<'_>,
    request: GetMyDescription,
) -> Result<Answer, ApiError> {
    let description = shown(context, BotTextKind::Description, request.language_code).await?;
    Answer::of(&BotDescription { description })
}

pub(super) async fn get_short_description(
    context: &Context<'_>,
    request: GetMyShortDescription,
) -> Result<Answer, ApiError> {
    let short_description = shown(context, BotTextKind::ShortDescription, request.language_code).await?;
    Answer::of(&BotShortDescription { short_description })
}

async fn set(
    context: &Context<'_>,
    kind: BotTextKind,
    language: String,
    text: String,
) -> Result<Answer, ApiError> {
    context.execute(SetBotText { bot: context.bot, kind, language, text }).await
}

/// Returns the text that users of a language see: the one for that language, otherwise the one for all languages.
async fn shown(context: &Context<'_>, kind: BotTextKind, language: String) -> Result<String, ApiError> {
    let bot = context.bot;
    let text = move |world: &parlor_world::World| {
        world.bot(bot).map(|bot| bot.settings.shown_text(kind, &language).to_owned())
    };
    Ok(context.read(text).await?.unwrap_or_default())
}
