//! What the official server says of what can't be done in groups and channels. What it checks itself it says in a
//! sentence; where it asks Telegram first, it passes on the name of the error.

use parlor_world::ids::GroupKind;
use parlor_world::refusal::{GroupOperation, InviteFault};

/// "the … chat"
pub(crate) fn kind(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Basic => "group",
        GroupKind::Supergroup => "supergroup",
        GroupKind::Channel => "channel",
    }
}

/// The bot lacks a right, or a permission that members may have.
pub(crate) fn not_enough_rights(operation: GroupOperation) -> &'static str {
    match operation {
        GroupOperation::SendText => "not enough rights to send text messages to the chat",
        GroupOperation::Invite => "not enough rights to invite members to the supergroup chat",
        GroupOperation::Restrict | GroupOperation::Unban | GroupOperation::BanSenderChat => {
            "not enough rights to restrict/unrestrict chat member"
        }
        GroupOperation::Promote => "not enough rights",
        GroupOperation::SetCustomTitle => "not enough rights to change custom title of the user",
        GroupOperation::SetPermissions => "not enough rights to change chat permissions",
        GroupOperation::SetTitle => "not enough rights to change chat title",
        GroupOperation::SetPhoto => "not enough rights to change chat photo",
        GroupOperation::SetDescription => "not enough rights to set chat description",
        GroupOperation::Pin => "not enough rights to manage pinned messages in the chat",
        GroupOperation::Delete => "message can't be deleted",
        GroupOperation::EditPost => "message can't be edited",
        GroupOperation::ManageInviteLink => "not enough rights to manage chat invite link",
        GroupOperation::ManageJoinRequests => "not enough rights to manage chat join requests",
        GroupOperation::CreateTopic => "not enough rights to create a topic",
        GroupOperation::EditTopic => "not enough rights to edit the topic",
        GroupOperation::CloseTopic => "not enough rights to close or open the topic",
        GroupOperation::DeleteTopic => "not enough rights to delete the topic",
        GroupOperation::React => "CHAT_WRITE_FORBIDDEN",
        // The official server leaves it to Telegram who may ban in a basic group; it has no methods for the others.
        GroupOperation::Ban
        | GroupOperation::SetUsername
        | GroupOperation::ChangeInfo
        | GroupOperation::Leave
        | GroupOperation::ListMembers => "CHAT_ADMIN_REQUIRED",
    }
}

/// The chat is of a kind that has no such thing.
pub(crate) fn wrong_kind(operation: GroupOperation) -> &'static str {
    match operation {
        GroupOperation::Ban => "can't ban members in private chats",
        GroupOperation::Unban | GroupOperation::Promote => {
            "method is available for supergroup and channel chats only"
        }
        GroupOperation::Restrict => "method is available only for supergroups",
        GroupOperation::SetCustomTitle => "method is available only for groups and supergroups",
        GroupOperation::SetPermissions => "can't change channel chat permissions",
        GroupOperation::SetTitle => "can't change private chat title",
        GroupOperation::SetPhoto => "can't change private chat photo",
        GroupOperation::SetDescription => "can't change private chat description",
        GroupOperation::Leave => "can't leave private chats",
        GroupOperation::ManageInviteLink => "can't invite members to a private chat",
        GroupOperation::ManageJoinRequests => "the chat can't have join requests",
        GroupOperation::ListMembers => "there are no administrators in the private chat",
        GroupOperation::BanSenderChat => "can't ban chats in basic groups",
        GroupOperation::CreateTopic
        | GroupOperation::EditTopic
        | GroupOperation::CloseTopic
        | GroupOperation::DeleteTopic => "the chat is not a forum",
        GroupOperation::SendText
        | GroupOperation::Invite
        | GroupOperation::SetUsername
        | GroupOperation::ChangeInfo
        | GroupOperation::Pin
        | GroupOperation::Delete
        | GroupOperation::EditPost
        | GroupOperation::React => "PEER_ID_INVALID",
    }
}

/// What nobody may do to the owner.
pub(crate) fn owner(operation: GroupOperation) -> &'static str {
    match operation {
        GroupOperation::SetCustomTitle => "only the owner can edit their custom title",
        _ => "can't remove chat owner",
    }
}

/// What nobody may do to itself.
pub(crate) fn oneself(operation: GroupOperation) -> &'static str {
    match operation {
        GroupOperation::Promote => "can't promote self",
        _ => "can't restrict self",
    }
}

/// What is wrong with an invite link's options.
pub(crate) fn invite_fault(fault: InviteFault) -> &'static str {
    match fault {
        InviteFault::Name => "INVITE_TITLE_INVALID",
        InviteFault::ExpireDate => "EXPIRE_DATE_INVALID",
        InviteFault::Limit => "USAGE_LIMIT_INVALID",
        InviteFault::LimitWithApproval => {
            "member limit can't be specified for links requiring administrator approval"
        }
        InviteFault::Primary => "CHAT_INVITE_PERMANENT",
        InviteFault::NotOwn => "CHAT_ADMIN_REQUIRED",
        InviteFault::Revoked => "INVITE_HASH_EXPIRED",
        InviteFault::Subscription => "PRICING_CHAT_INVALID",
    }
}
