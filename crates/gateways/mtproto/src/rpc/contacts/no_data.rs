//! Requests that apps send when they start, about data that Parlor does not have.

use crate::context::{Answer, Context};
use parlor_wire_tl::{enums, types};

pub(in crate::rpc) fn get_contacts(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::ContactsContacts::from(types::ContactsContacts::default()))
}

/// > contacts.topPeersDisabled: Top peers disabled
pub(in crate::rpc) fn get_top_peers(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::ContactsTopPeers::from(types::ContactsTopPeersDisabled {}))
}

pub(in crate::rpc) fn get_birthdays(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::ContactsContactBirthdays::from(types::ContactsContactBirthdays::default()))
}
