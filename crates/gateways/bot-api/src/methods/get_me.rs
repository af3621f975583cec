use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::requests::GetMe;

pub(super) async fn handle(context: &Context<'_>, _: GetMe) -> Result<Answer, ApiError> {
    let bot = context.bot;
    let me = context.read(move |world| world.bot(bot).map(parlor_view::me)).await?;
    Answer::of(&me.ok_or_else(ApiError::unauthorized)?)
}
