//! World to wire: what a bot sees.

mod bot;
mod chat;
mod message;
mod text;
mod update;
mod user;

pub(crate) use bot::{commands, menu_button};
pub(crate) use chat::full_chat;
pub(crate) use message::message;
pub(crate) use update::update;
pub(crate) use user::me;

use parlor_world::account::UserProfile;
use parlor_world::shared::Shared;
use parlor_world::{DialogId, World};

/// A dialog as its bot sees it, with the user's profile of some moment.
#[derive(Clone)]
pub(crate) struct Scene<'w> {
    pub(crate) world: &'w World,
    pub(crate) dialog: DialogId,
    pub(crate) profile: Shared<UserProfile>,
}

impl<'w> Scene<'w> {
    /// As it is now.
    pub(crate) fn now(world: &'w World, dialog: DialogId) -> Self {
        let profile = world.user(dialog.user).map(|user| user.profile.clone()).unwrap_or_default();
        Self { world, dialog, profile }
    }
}
