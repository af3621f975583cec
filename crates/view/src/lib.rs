//! **Bot API objects of anything in the world, for any viewer.** The Bot API gateway shows them to bots, the control
//! API shows them to users: the same functions with another viewer.
//!
//! Everything here is a pure function of the world. This crate must never know the host, a gateway, or do IO; it
//! decides nothing.
//!
//! Start with [`message()`]. What a viewer may see and by which numbers they know it is in [`ViewContext`], the only
//! place that asks the world about dialogs.

mod bot;
mod chat;
mod context;
mod full_chat;
mod group;
mod invite_link;
mod markup;
mod member;
mod message;
mod reaction;
mod reply_keyboard;
mod text;
mod update;
mod user;

pub use bot::{commands, menu_button};
pub use chat::chat;
pub use context::ViewContext;
pub use full_chat::full_chat;
pub use group::{CHANNEL_BOT, GROUP_ANONYMOUS_BOT, TELEGRAM, group_chat, permissions};
pub use invite_link::invite_link;
pub use member::{administrator_rights, chat_member};
pub use message::message;
pub use reply_keyboard::{ReplyKeyboard, reply_keyboard};
pub use update::{chat_of, log_update, queued_update};
pub use user::{me, user, viewed_account};
