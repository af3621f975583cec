use super::Context;
use crate::answer::{Answer, ApiError};
use crate::view;
use parlor_wire_bot_api::requests::GetMe;

pub(super) async fn handle(context: &Context<'_>, _: GetMe) -> Result<Answer, ApiError> {
    let bot = context.bot;
    let me = context.look(move |world| world.bot(bot).map(view::me)).await?;
    Answer::of(&me.ok_or_else(ApiError::unauthorized)?)
}
