//! `bots.*`

mod commands;
mod default_rights;
mod info;
mod menu_button;

pub(super) use commands::{get_commands, set_commands};
pub(super) use default_rights::set_default_rights;
pub(super) use info::{get_info, set_info};
pub(super) use menu_button::{get_menu_button, set_menu_button};
