use super::actor::{Place, Target};
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::limits;
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::chat::Chat;
use crate::state::group::{AdminRights, Group, GroupKind, MemberStatus, Permissions};

/// What an account may be allowed to do in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Send, forward and copy messages; counts against the limits on speed.
    Send,
    /// Show a chat action: the way in which bots find out whether they may write.
    ShowAction,
    /// Pin and unpin messages.
    Pin,
    /// Edit one's own messages.
    Edit,
    /// Set reactions.
    React,
}

impl Place<'_> {
    /// May the actor do that here? The one place that answers it.
    pub(crate) fn permit(&self, right: Right) -> Result<(), Refusal> {
        match self.group {
            Some(group) => self.permit_in_group(group, right),
            None if self.world.is_bot(self.actor) => self.permit_bot(right),
            None => self.permit_user(right),
        }
    }

    /// > Bots can't start conversations with users. A user must either add them to a group or send them a message
    /// > first. (core.telegram.org/bots/faq)
    fn permit_bot(&self, right: Right) -> Result<(), Refusal> {
        if self.other().is_some_and(|other| self.world.is_bot(other)) {
            // Whether they may is clear since the chat was found. Two programs that answer each other must not run away.
            let last = self.dialog.map(|dialog| dialog.dialog.rate).unwrap_or_default();
            return last.check(limits::BETWEEN_BOTS, self.now);
        }
        let dialog = self.dialog.ok_or(Refusal::ChatNotFound)?;
        if right != Right::React {
            self.ensure_other_is_active()?;
        }
        if dialog.is_blocked_by_other() {
            return Err(Refusal::BlockedByUser);
        }
        if matches!(right, Right::Send | Right::ShowAction | Right::Pin) {
            dialog.shared.may_bot_write(self.now)?;
        }
        self.check_rate(right)
    }

    /// Users may write to everybody who exists and has not blocked them.
    fn permit_user(&self, right: Right) -> Result<(), Refusal> {
        if !matches!(right, Right::Send | Right::React) {
            return Ok(());
        }
        if self.dialog.is_some_and(|dialog| dialog.dialog.is_blocked) {
            return Err(Refusal::YouBlockedUser);
        }
        self.ensure_other_is_active()?;
        if self.dialog.is_some_and(|dialog| dialog.is_blocked_by_other()) {
            return Err(Refusal::BlockedByUser);
        }
        Ok(())
    }

    fn permit_in_group(&self, group: &Group, right: Right) -> Result<(), Refusal> {
        self.ensure_member()?;
        match right {
            Right::Send | Right::ShowAction if group.is_channel() => {
                let may_post = self.status().rights().contains(AdminRights::POST_MESSAGES);
                may_post.then_some(()).ok_or(Refusal::ChannelAdminRequired)?;
            }
            Right::Send | Right::ShowAction => {
                self.may(Permissions::SEND_MESSAGES, GroupOperation::SendText)?;
                self.check_slow_mode(group, right)?;
            }
            Right::Pin => self.permit_pin(group)?,
            // Reactions to a channel's posts are for all subscribers.
            Right::React if group.is_channel() => {}
            Right::React => self.may(Permissions::REACT, GroupOperation::React)?,
            Right::Edit => {}
        }
        self.check_rate(right)
    }

    /// A channel's posts are pinned by who may edit them.
    fn permit_pin(&self, group: &Group) -> Result<(), Refusal> {
        let right = if group.is_channel() { AdminRights::EDIT_MESSAGES } else { AdminRights::PIN_MESSAGES };
        self.has_or_may(right, Permissions::PIN_MESSAGES, GroupOperation::Pin)
    }

    /// Administrators need not wait.
    fn check_slow_mode(&self, group: &Group, right: Right) -> Result<(), Refusal> {
        let pause = i64::from(group.profile.slow_mode);
        if pause == 0 || right != Right::Send || self.status().is_administrator() {
            return Ok(());
        }
        let Some(dialog) = self.dialog else { return Ok(()) };
        let since = self.now.date() - pause;
        let mut recent = dialog.messages().rev().take_while(|message| message.date > since);
        match recent.find(|message| message.from == self.actor) {
            Some(last) => Err(Refusal::SlowMode(u32::try_from(last.date - since).unwrap_or(u32::MAX))),
            None => Ok(()),
        }
    }

    /// Owners of channels write in groups in the name of these, and anonymous administrators in the group's.
    pub(crate) fn permit_send_as(&self, sender: ChatId) -> Result<Option<ChatId>, Refusal> {
        let group = self.group.filter(|group| group.kind == GroupKind::Supergroup);
        let group = group.ok_or(Refusal::SendAsInvalid)?;
        if sender == self.chat {
            let is_anonymous = self.status().rights().contains(AdminRights::ANONYMOUS);
            return is_anonymous.then_some(Some(sender)).ok_or(Refusal::SendAsInvalid);
        }
        let ChatId::Channel(id) = sender else { return Err(Refusal::SendAsInvalid) };
        let owns = matches!(self.world.status(sender, self.actor, self.now), MemberStatus::Owner(_));
        let is_channel = self.world.group(sender).is_some_and(Group::is_channel);
        let is_open = group.profile.username.is_some() || group.profile.linked.is_some();
        match owns && is_channel && is_open && !group.banned_chats.contains(&id) {
            true => Ok(Some(sender)),
            false => Err(Refusal::SendAsInvalid),
        }
    }

    fn check_rate(&self, right: Right) -> Result<(), Refusal> {
        let Some(bot) = self.world.bot(self.actor).filter(|_| right == Right::Send) else { return Ok(()) };
        if self.world.rules.limits {
            let own = self.dialog.map(|dialog| dialog.dialog.rate).unwrap_or_default();
            own.check(limits::PER_CHAT, self.now)?;
            bot.rate.check(limits::OVERALL, self.now)?;
        }
        Ok(())
    }

    /// Whether the actor may know of the chat at all: a public one is open to everybody who is not banned from it.
    pub(super) fn ensure_readable(&self) -> Result<(), Refusal> {
        let Some(group) = self.group else { return Ok(()) };
        let status = self.status();
        if matches!(status, MemberStatus::Banned(_)) {
            return Err(Refusal::RemovedFromChat(group.kind));
        }
        let is_readable = match group.kind {
            // What was read in a basic group before it was left stays readable.
            GroupKind::Basic => self.dialog.is_some(),
            GroupKind::Supergroup | GroupKind::Channel => {
                status.is_present() || group.profile.username.is_some()
            }
        };
        if is_readable { Ok(()) } else { Err(Refusal::NotInChat(group.kind)) }
    }

    /// The actor must be in the group or channel, which still exists.
    pub(crate) fn ensure_member(&self) -> Result<(), Refusal> {
        let Some(group) = self.group else { return Ok(()) };
        if let Some(supergroup) = group.upgraded_to {
            return Err(Refusal::GroupUpgraded(supergroup));
        }
        if group.is_deleted {
            return Err(Refusal::GroupDeleted);
        }
        match self.status() {
            status if status.is_present() => Ok(()),
            MemberStatus::Banned(_) => Err(Refusal::RemovedFromChat(group.kind)),
            _ => Err(Refusal::NotInChat(group.kind)),
        }
    }

    /// The actor must be an administrator with that right.
    pub(crate) fn has(&self, right: AdminRights, operation: GroupOperation) -> Result<(), Refusal> {
        self.ensure_member()?;
        match self.status().rights().contains(right) {
            true => Ok(()),
            false => Err(Refusal::NotEnoughRights(operation)),
        }
    }

    /// The actor must have that permission, which members may have.
    pub(crate) fn may(&self, permission: Permissions, operation: GroupOperation) -> Result<(), Refusal> {
        self.ensure_member()?;
        let permissions = self.world.permissions(self.chat, self.actor, self.now);
        if permissions.contains(permission) { Ok(()) } else { Err(Refusal::NotEnoughRights(operation)) }
    }

    /// The actor must be an administrator with that right, or a member of a group whose members may do it.
    pub(crate) fn has_or_may(
        &self,
        right: AdminRights,
        permission: Permissions,
        operation: GroupOperation,
    ) -> Result<(), Refusal> {
        let is_channel = self.group.is_some_and(Group::is_channel);
        match self.status().is_administrator() || is_channel {
            true => self.has(right, operation),
            false => self.may(permission, operation),
        }
    }
}

impl World {
    /// Whether an account may send messages to a chat now.
    ///
    /// # Errors
    /// Those with which [`super::message::Send`] would be refused, whatever it sends.
    pub fn may_send(&self, account: AccountId, target: &Target, now: Timestamp) -> Result<(), Refusal> {
        target.place(self, account.into(), now)?.permit(Right::Send)
    }
}

impl Chat {
    /// Whether the bot of a private chat may write to its user, as far as the chat itself says.
    ///
    /// # Errors
    /// [`Refusal::NeverStarted`].
    pub fn may_bot_write(&self, now: Timestamp) -> Result<(), Refusal> {
        let Some(private) = self.private() else { return Ok(()) };
        let is_open = private.join_request.as_ref().is_some_and(|request| request.is_open(now));
        if private.is_started || is_open { Ok(()) } else { Err(Refusal::NeverStarted) }
    }
}
