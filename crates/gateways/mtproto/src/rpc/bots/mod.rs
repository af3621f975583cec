//! `bots.*`

mod commands;
mod info;
mod menu_button;

pub(super) use commands::{get_commands, set_commands};
pub(super) use info::{get_info, set_info};
pub(super) use menu_button::{get_menu_button, set_menu_button};
