//! The contents of messages, one file per kind.

mod group_change;
mod pinned;
mod text;
mod write_allowed;

use crate::ViewContext;
use parlor_wire_bot_api::objects::Message;
use parlor_world::content::Content;
use parlor_world::state::message as world;

/// Adds the fields of a message that are its content.
pub(crate) fn add(context: &ViewContext<'_>, own: &world::Message, shown: &mut Message) {
    match &own.content {
        Content::Text(_) | Content::Start(_) => text::add(context, own, shown),
        Content::MessagePinned(pinned) => pinned::add(context, pinned, shown),
        Content::WriteAllowed(access) => write_allowed::add(access, shown),
        Content::GroupChanged(change) => group_change::add(context, own.from, change, shown),
    }
}
