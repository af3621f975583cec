use crate::{ViewContext, message};
use parlor_wire_bot_api::objects::Message;
use parlor_world::ids::MessageRef;

/// Service message: a message was pinned.
pub(super) fn add(context: &ViewContext<'_>, pinned: &MessageRef, shown: &mut Message) {
    let (found, id) = (context.find(pinned), context.id(pinned));
    shown.pinned_message = Some(message::maybe_inaccessible(context, found, id));
}
