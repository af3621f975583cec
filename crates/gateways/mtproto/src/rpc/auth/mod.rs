//! `auth.*`, and the password that a login may need.

mod bind_key;
mod password;
mod sign_in;

pub(super) use bind_key::bind_temporary;
pub(super) use password::{check_password, get_password};
pub(super) use sign_in::{import_bot, log_out, send_code, sign_in, sign_up};
