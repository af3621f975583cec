//! `contacts.*`. Parlor has no contact lists.

mod block;
mod no_data;
mod resolve;

pub(super) use block::{get_blocked, set_blocked};
pub(super) use no_data::{get_birthdays, get_contacts, get_top_peers};
pub(super) use resolve::{resolve_phone, resolve_username, search};
