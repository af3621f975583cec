use super::seconds;
use parlor_wire_tl::{enums, types};
use parlor_world::AccountId;
use parlor_world::state::group::{Group, InviteLink};

/// How much of another administrator's link a bot is shown.
const SHOWN_OF_OTHERS: usize = 8;

/// An invite link. Bots see only the beginning of the links of other administrators.
pub(crate) fn invite_link(
    group: Option<&Group>,
    link: &InviteLink,
    me: AccountId,
    is_bot: bool,
) -> enums::ExportedChatInvite {
    let options = &link.options;
    let shown = match is_bot && link.creator != me {
        true => {
            let beginning: String = link.hash.chars().take(SHOWN_OF_OTHERS).collect();
            format!("https://t.me/+{beginning}...")
        }
        false => link.url(),
    };
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let requested = group.map_or(0, |group| group.pending_by(&link.hash));
    types::ChatInviteExported {
        revoked: link.is_revoked,
        permanent: link.is_primary,
        request_needed: options.needs_approval,
        link: shown,
        admin_id: link.creator.0,
        date: seconds(link.created),
        expire_date: options.expires.map(seconds),
        usage_limit: options.limit.map(number),
        usage: Some(number(link.used)).filter(|used| *used > 0),
        requested: i32::try_from(requested).ok().filter(|count| *count > 0),
        title: Some(options.name.to_string()).filter(|name| !name.is_empty()),
        subscription_pricing: options.subscription.map(|(period, amount)| {
            types::StarsSubscriptionPricing { period: number(period), amount: i64::from(amount) }.into()
        }),
        ..Default::default()
    }
    .into()
}

/// The link by which somebody came or asked; in public chats there is none.
pub(super) fn used_invite(
    group: Option<&Group>,
    link: Option<&InviteLink>,
    me: AccountId,
    is_bot: bool,
) -> enums::ExportedChatInvite {
    match link {
        Some(link) => invite_link(group, link, me, is_bot),
        None => types::ChatInvitePublicJoinRequests {}.into(),
    }
}
