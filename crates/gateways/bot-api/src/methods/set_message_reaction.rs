use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use crate::refusal::{Call, refused};
use parlor_wire_bot_api::json;
use parlor_wire_bot_api::requests::SetMessageReaction;
use parlor_world::ops::message::SetReactions;
use parlor_world::state::message::Reaction;
use serde_json::Value;

pub(super) async fn handle(context: &Context<'_>, request: SetMessageReaction) -> Result<Answer, ApiError> {
    let reactions = match request.reaction.is_empty() {
        true => Vec::new(),
        false => reactions(&request.reaction.0)?,
    };
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let message = decode::message_id(request.message_id);
    context.execute(SetReactions { actor, target, message, reactions }).await
}

fn reactions(parameter: &str) -> Result<Vec<Reaction>, ApiError> {
    let bad = ApiError::bad_request;
    let value: Value =
        serde_json::from_str(parameter).map_err(|_| bad("Can't parse reaction types JSON object"))?;
    let list = value.as_array().ok_or_else(|| bad("Expected an Array of ReactionType"))?;
    list.iter().map(reaction).collect()
}

fn reaction(value: &Value) -> Result<Reaction, ApiError> {
    let within = |error: &str| ApiError::bad_request(&format!("Can't parse ReactionType: {error}"));
    let object = value.as_object().ok_or_else(|| within("expected an Object"))?;
    match json::required_string(object, "type").map_err(|error| within(&error))?.as_str() {
        "emoji" => {
            let emoji = json::required_string(object, "emoji").map_err(|error| within(&error))?;
            Reaction::parse(&emoji).map_err(|refusal| refused(refusal, Call::Other))
        }
        "custom_emoji" => Err(ApiError::not_served("a reaction with a custom emoji")),
        _ => Err(within("invalid reaction type specified")),
    }
}
