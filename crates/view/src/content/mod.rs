//! The contents of messages, one file per kind.

mod pinned;
mod text;
mod write_allowed;

use crate::ViewContext;
use parlor_wire_bot_api::objects::Message;
use parlor_world::message::{self as world, Content};

/// Adds the fields of a message that are its content.
pub(crate) fn add(context: &ViewContext<'_>, own: &world::Message, shown: &mut Message) {
    match &own.content {
        Content::Text(_) | Content::Start { .. } => text::add(context, own, shown),
        Content::Pinned(ids) => pinned::add(context, *ids, shown),
        Content::WriteAllowed(access) => write_allowed::add(access, shown),
    }
}
