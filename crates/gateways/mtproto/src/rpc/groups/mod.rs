//! Groups and channels: `channels.*`, and what of `messages.*` is about basic groups or about all chats with members.

mod find;

pub(super) use find::{get_channels, get_chats};
