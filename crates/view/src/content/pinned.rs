use crate::{ViewContext, message};
use parlor_wire_bot_api::objects::Message;
use parlor_world::message::Ids;

/// Service message: a message was pinned.
pub(super) fn add(context: &ViewContext<'_>, pinned: Ids, shown: &mut Message) {
    let id = context.id(pinned);
    shown.pinned_message = Some(message::maybe_inaccessible(context, context.find(id), id));
}
