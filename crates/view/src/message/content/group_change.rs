use crate::{ViewContext, user};
use parlor_wire_bot_api::objects::{
    ForumTopicClosed, ForumTopicCreated, ForumTopicEdited, ForumTopicReopened, GeneralForumTopicHidden,
    GeneralForumTopicUnhidden, Message, MessageAutoDeleteTimerChanged,
};
use parlor_world::content::{GroupChange, TopicEdit};
use parlor_world::{AccountId, ChatId};

const NOBODY: AccountId = AccountId(0);

/// Service message: a group or channel was made, or changed.
pub(super) fn add(context: &ViewContext<'_>, from: AccountId, change: &GroupChange, shown: &mut Message) {
    let users = |ids: &[AccountId]| ids.iter().map(|id| user::account(context, *id)).collect();
    match change {
        GroupChange::Created { .. } => shown.group_chat_created = true,
        GroupChange::ChannelCreated { .. } if crate::group::is_channel(context.world(), context.chat()) => {
            shown.channel_chat_created = true;
        }
        GroupChange::ChannelCreated { .. } => shown.supergroup_chat_created = true,
        GroupChange::MembersAdded(members) => shown.new_chat_members = Some(users(members)),
        GroupChange::JoinedByLink { .. } | GroupChange::JoinedByRequest => {
            shown.new_chat_members = Some(users(&[from]));
        }
        GroupChange::MemberRemoved(account) => {
            shown.left_chat_member = Some(Box::new(user::account(context, *account)));
        }
        GroupChange::TitleChanged(title) => shown.new_chat_title = Some(title.to_string()),
        GroupChange::AutoDeleteChanged(seconds) => {
            let message_auto_delete_time = i64::from(*seconds);
            let changed = MessageAutoDeleteTimerChanged { message_auto_delete_time };
            shown.message_auto_delete_timer_changed = Some(Box::new(changed));
        }
        GroupChange::UpgradedTo(channel) => {
            shown.migrate_to_chat_id = Some(ChatId::Channel(*channel).bot_api_id(NOBODY));
        }
        GroupChange::UpgradedFrom { group, .. } => {
            shown.migrate_from_chat_id = Some(ChatId::Group(*group).bot_api_id(NOBODY));
        }
        GroupChange::TopicCreated { name, icon_color, icon } => {
            shown.forum_topic_created = Some(Box::new(ForumTopicCreated {
                name: name.to_string(),
                icon_color: i64::from(*icon_color),
                icon_custom_emoji_id: icon.map(|icon| icon.to_string()),
                ..ForumTopicCreated::default()
            }));
        }
        GroupChange::TopicEdited(edit) => topic_edited(edit, shown),
    }
}

fn topic_edited(edit: &TopicEdit, shown: &mut Message) {
    match (edit.is_hidden, edit.is_closed) {
        (Some(true), _) => {
            shown.general_forum_topic_hidden = Some(Box::new(GeneralForumTopicHidden::default()));
        }
        (Some(false), _) => {
            shown.general_forum_topic_unhidden = Some(Box::new(GeneralForumTopicUnhidden::default()));
        }
        (None, Some(true)) => shown.forum_topic_closed = Some(Box::new(ForumTopicClosed::default())),
        (None, Some(false)) => shown.forum_topic_reopened = Some(Box::new(ForumTopicReopened::default())),
        (None, None) => {
            shown.forum_topic_edited = Some(Box::new(ForumTopicEdited {
                name: edit.name.as_deref().map(str::to_owned),
                // > empty if the icon was removed
                icon_custom_emoji_id: edit.icon.map(|icon| match icon {
                    0 => String::new(),
                    icon => icon.to_string(),
                }),
            }));
        }
    }
}
