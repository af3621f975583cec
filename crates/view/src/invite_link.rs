use crate::{ViewContext, user};
use parlor_wire_bot_api::objects::ChatInviteLink;
use parlor_world::state::group::InviteLink;

/// How much of another administrator's link is shown.
const SHOWN_OF_OTHERS: usize = 8;

/// An invite link. Of the links of other administrators only the beginning is shown.
///
/// > If the link was created by another chat administrator, then the second part of the link will be replaced with “…”.
pub fn invite_link(context: &ViewContext<'_>, link: &InviteLink) -> ChatInviteLink {
    let options = &link.options;
    let shown = match link.creator == context.viewer() {
        true => link.url(),
        false => {
            let beginning: String = link.hash.chars().take(SHOWN_OF_OTHERS).collect();
            format!("https://t.me/+{beginning}...")
        }
    };
    let pending = context.group().map_or(0, |group| group.pending_by(&link.hash));
    let (period, price) = options.subscription.unzip();
    ChatInviteLink {
        invite_link: shown,
        creator: user::account(context, link.creator),
        creates_join_request: options.needs_approval,
        is_primary: link.is_primary,
        is_revoked: link.is_revoked,
        name: Some(options.name.to_string()).filter(|name| !name.is_empty()),
        expire_date: options.expires,
        member_limit: options.limit.map(i64::from),
        pending_join_request_count: i64::try_from(pending).ok().filter(|count| *count > 0),
        subscription_period: period.map(i64::from),
        subscription_price: price.map(i64::from),
    }
}
