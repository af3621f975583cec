//! Accounts are made, changed and deleted.

mod create_bot;
mod create_user;
mod delete;
mod edit_bot;
mod edit_user;
mod names;
mod password;

pub use create_bot::{AdoptToken, CreateBot};
pub use create_user::CreateUser;
pub use delete::{DeleteBot, DeleteUser};
pub use edit_bot::{EditBot, RevokeToken};
pub use edit_user::EditUser;
pub(crate) use names::{assign_username, ensure_username_available};
pub use password::SetPassword;

use crate::event::AccountEvent;
use crate::ids::Timestamp;
use crate::state::World;

pub(crate) fn apply(world: &mut World, at: Timestamp, event: &AccountEvent) {
    match event {
        AccountEvent::UserCreated { user, profile } => create_user::apply(world, *user, profile),
        AccountEvent::UserChanged { user, profile } => edit_user::apply(world, at, *user, profile),
        AccountEvent::UserDeleted { user } => delete::apply_user(world, at, *user),
        AccountEvent::PasswordSet { user, password } => password::apply(world, *user, password.as_ref()),
        AccountEvent::BotCreated(created) => create_bot::apply(world, created),
        AccountEvent::BotChanged { bot, username, flags } => {
            edit_bot::apply(world, *bot, username, *flags);
        }
        AccountEvent::TokenRevoked { bot, secret } => edit_bot::apply_token(world, *bot, secret),
        AccountEvent::BotDeleted { bot } => delete::apply_bot(world, *bot),
    }
}
