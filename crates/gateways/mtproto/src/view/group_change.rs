use parlor_wire_tl::{enums, types};
use parlor_world::AccountId;
use parlor_world::content::{GroupChange, TopicEdit};

/// The action of a service message about a group or channel.
pub(super) fn group_change(change: &GroupChange) -> enums::MessageAction {
    let ids = |accounts: &[AccountId]| accounts.iter().map(|account| account.0).collect();
    let color = |color: u32| i32::try_from(color).unwrap_or_default();
    match change {
        GroupChange::Created { title, members } => {
            types::MessageActionChatCreate { title: title.to_string(), users: ids(members) }.into()
        }
        GroupChange::ChannelCreated { title } => {
            types::MessageActionChannelCreate { title: title.to_string() }.into()
        }
        GroupChange::MembersAdded(members) => types::MessageActionChatAddUser { users: ids(members) }.into(),
        GroupChange::JoinedByLink { creator } => {
            types::MessageActionChatJoinedByLink { inviter_id: creator.0 }.into()
        }
        GroupChange::JoinedByRequest => types::MessageActionChatJoinedByRequest {}.into(),
        GroupChange::MemberRemoved(account) => {
            types::MessageActionChatDeleteUser { user_id: account.0 }.into()
        }
        GroupChange::TitleChanged(title) => {
            types::MessageActionChatEditTitle { title: title.to_string() }.into()
        }
        GroupChange::AutoDeleteChanged(seconds) => types::MessageActionSetMessagesTTL {
            period: i32::try_from(*seconds).unwrap_or(i32::MAX),
            auto_setting_from: None,
        }
        .into(),
        GroupChange::UpgradedTo(channel) => {
            types::MessageActionChatMigrateTo { channel_id: channel.0 }.into()
        }
        GroupChange::UpgradedFrom { group, title } => {
            types::MessageActionChannelMigrateFrom { title: title.to_string(), chat_id: group.0 }.into()
        }
        GroupChange::TopicCreated { name, icon_color, icon } => types::MessageActionTopicCreate {
            title: name.to_string(),
            icon_color: color(*icon_color),
            icon_emoji_id: *icon,
            ..Default::default()
        }
        .into(),
        GroupChange::TopicEdited(TopicEdit { name, icon, is_closed, is_hidden }) => {
            types::MessageActionTopicEdit {
                title: name.as_deref().map(str::to_owned),
                icon_emoji_id: *icon,
                closed: *is_closed,
                hidden: *is_hidden,
            }
            .into()
        }
    }
}
