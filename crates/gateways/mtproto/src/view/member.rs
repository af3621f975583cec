use super::rights::{admin_rights, banned_rights};
use super::{peer, seconds};
use parlor_wire_tl::{enums, types};
use parlor_world::AccountId;
use parlor_world::ids::GroupKind;
use parlor_world::state::group::{Administrator, Member, MemberStatus, Owner};

/// What an account is in a supergroup or channel, and since when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Participant<'m> {
    pub(crate) account: AccountId,
    pub(crate) status: &'m MemberStatus,
    pub(crate) date: i64,
    pub(crate) added_by: Option<AccountId>,
}

impl<'m> Participant<'m> {
    /// An entry of the chat's list of members, with the status that it has now.
    pub(crate) fn listed(account: AccountId, member: &'m Member, status: &'m MemberStatus) -> Self {
        Self { account, status, date: member.joined, added_by: member.added_by }
    }

    /// As `me` sees it.
    pub(crate) fn in_channel(&self, me: AccountId, kind: GroupKind) -> enums::ChannelParticipant {
        let (user_id, date) = (self.account.0, seconds(self.date));
        let is_self = self.account == me;
        match self.status {
            MemberStatus::Owner(Owner { title, .. }) => types::ChannelParticipantCreator {
                user_id,
                admin_rights: admin_rights(self.status.rights(), kind),
                rank: title.as_deref().map(str::to_owned),
            }
            .into(),
            MemberStatus::Administrator(administrator) => {
                let Administrator { rights, promoted_by, title } = &**administrator;
                types::ChannelParticipantAdmin {
                    // > can_edit: Can this admin promote other admins with the same permissions?
                    // Clients read it as "may I change this one": who promoted it may.
                    can_edit: *promoted_by == me,
                    is_self,
                    user_id,
                    inviter_id: is_self.then(|| self.added_by.unwrap_or(*promoted_by).0),
                    promoted_by: promoted_by.0,
                    date,
                    admin_rights: admin_rights(*rights, kind),
                    rank: title.as_deref().map(str::to_owned),
                }
                .into()
            }
            MemberStatus::Member if is_self => types::ChannelParticipantSelf {
                user_id,
                inviter_id: self.added_by.unwrap_or(self.account).0,
                date,
                ..Default::default()
            }
            .into(),
            MemberStatus::Member => types::ChannelParticipant { user_id, date, ..Default::default() }.into(),
            MemberStatus::Restricted(restriction) => {
                self.banned(!restriction.is_member, restriction.by, date)
            }
            MemberStatus::Banned(ban) => self.banned(true, ban.by, date),
            MemberStatus::Left => types::ChannelParticipantLeft { peer: peer(self.account) }.into(),
        }
    }

    fn banned(&self, left: bool, by: AccountId, date: i32) -> enums::ChannelParticipant {
        types::ChannelParticipantBanned {
            left,
            peer: peer(self.account),
            kicked_by: by.0,
            date,
            banned_rights: banned_rights(self.status)
                .unwrap_or_else(|| types::ChatBannedRights::default().into()),
            rank: None,
        }
        .into()
    }

    /// As a member of a basic group; `None` for who is not there.
    pub(crate) fn in_group(&self, owner: AccountId) -> Option<enums::ChatParticipant> {
        let (user_id, date) = (self.account.0, seconds(self.date));
        let inviter_id = self.added_by.unwrap_or(owner).0;
        let rank = self.status.title().map(str::to_owned);
        Some(match self.status {
            MemberStatus::Owner(_) => types::ChatParticipantCreator { user_id, rank }.into(),
            MemberStatus::Administrator(_) => {
                types::ChatParticipantAdmin { user_id, inviter_id, date, rank }.into()
            }
            status if status.is_present() => {
                types::ChatParticipant { user_id, inviter_id, date, rank }.into()
            }
            _ => return None,
        })
    }
}
