use super::described;
use crate::refusal;
use parlor_view::ViewContext;
use parlor_wire_bot_api::objects;
use parlor_world::ids::BoxId;
use parlor_world::state::group::AdminRights;
use parlor_world::{Timestamp, World};
use serde::Serialize;
use utoipa::ToSchema;

/// What only the dialog with a group or channel has.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct GroupDialog {
    /// As `getChat` has it.
    #[schema(value_type = described::ChatFullInfo)]
    pub(crate) info: objects::ChatFullInfo,
    pub(crate) member_count: u32,
    /// What the user is there.
    #[schema(value_type = described::ChatMember)]
    pub(crate) member: objects::ChatMember,
    /// What the user may do as an administrator; the owner may do everything.
    #[schema(value_type = described::ChatAdministratorRights)]
    pub(crate) rights: objects::ChatAdministratorRights,
    /// What the user may do as a member.
    #[schema(value_type = described::ChatPermissions)]
    pub(crate) permissions: objects::ChatPermissions,
    /// The code of the refusal that sending a message would get: the app shows no text field.
    pub(crate) write_refusal: Option<String>,
    /// Whether posts of the channel name their authors.
    pub(crate) has_signatures: bool,
    /// Accounts that have asked to join; 0 for those who can't decide.
    pub(crate) pending_join_request_count: usize,
    /// The supergroup that this basic group became.
    pub(crate) upgraded_to_chat_id: Option<i64>,
    /// Whether its owner deleted it.
    pub(crate) is_deleted: bool,
}

impl GroupDialog {
    pub(crate) fn of(context: &ViewContext<'_>, world: &World, now: Timestamp) -> Option<Self> {
        let group = context.group()?;
        let (user, chat) = (context.viewer(), context.chat());
        let status = world.status(chat, user, now);
        let rights = status.rights();
        let decides = rights.contains(AdminRights::INVITE_USERS);
        let may_send = world.may_send(user, &chat.into(), now);
        Some(Self {
            info: parlor_view::full_chat(context),
            member_count: group.member_count,
            member: parlor_view::chat_member(context, user, status),
            rights: parlor_view::administrator_rights(group.kind, rights),
            permissions: parlor_view::permissions(status.permissions(group.profile.permissions)),
            write_refusal: may_send.err().map(|refusal| refusal::problem(refusal).code),
            has_signatures: group.profile.has_signatures,
            pending_join_request_count: if decides { group.pending.len() } else { 0 },
            upgraded_to_chat_id: group.upgraded_to.map(|to| BoxId::from(to).0),
            is_deleted: group.is_deleted,
        })
    }
}
