use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use parlor_wire_bot_api::requests::{GetChatMenuButton, SetChatMenuButton};
use parlor_world::ops::bot::SetMenuButton;
use parlor_world::{AccountId, ChatId};

pub(super) async fn set(context: &Context<'_>, request: SetChatMenuButton) -> Result<Answer, ApiError> {
    let button = decode::menu_button(&request.menu_button)?;
    context.execute(SetMenuButton { bot: context.bot, user: user(request.chat_id)?, button }).await
}

pub(super) async fn get(context: &Context<'_>, request: GetChatMenuButton) -> Result<Answer, ApiError> {
    let (bot, user) = (context.bot, user(request.chat_id)?);
    let button = context.read(move |world| {
        let known = user.is_none_or(|user| world.dialog(bot, ChatId::private(user, bot)).is_some());
        let settings = world.bot(bot).filter(|_| known).map(|bot| &bot.settings)?;
        Some(parlor_view::menu_button(settings.menu_button(user)))
    });
    Answer::of(&button.await?.ok_or_else(|| ApiError::bad_request("chat not found"))?)
}

fn user(chat_id: Option<i64>) -> Result<Option<AccountId>, ApiError> {
    match chat_id {
        None => Ok(None),
        Some(id) if id > 0 => Ok(Some(AccountId(id))),
        Some(_) => Err(ApiError::bad_request("Invalid chat_id specified")),
    }
}
