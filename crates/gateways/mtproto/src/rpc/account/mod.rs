//! `account.*`, except the password, which is part of logging in (`rpc/auth/password.rs`).

mod profile;
mod sessions;
mod settings;

pub(super) use profile::{check_username, update_profile, update_username};
pub(super) use sessions::{end_other_sessions, end_session, get_sessions};
pub(super) use settings::{
    get_chat_themes, get_content_settings, get_notify_settings, get_reactions_notify_settings, update_status,
};
