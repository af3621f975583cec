use super::Place;
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view::{Named, Participant, length};
use parlor_wire_tl::functions::ChannelsGetParticipants;
use parlor_wire_tl::{enums, types};
use parlor_world::state::group::{Group, Member, MemberStatus};
use parlor_world::{AccountId, Actor, ChatId, Refusal, Timestamp, World};

/// > limit: at most 200
const MAX_LIMIT: usize = 200;

/// A supergroup or channel that an account looks at.
struct List<'w> {
    world: &'w World,
    me: AccountId,
    chat: ChatId,
    group: &'w Group,
    now: Timestamp,
}

pub(in crate::rpc) async fn get_participant(
    context: &Context,
    channel: enums::InputChannel,
    participant: enums::InputPeer,
) -> Answer {
    let me = context.me()?;
    let chat = Place::Channel(channel).find(context).await?;
    let found = context.read(|world, now| {
        let list = List::open(world, me, chat, now)?;
        let account = decode::account_of_peer(world, me, &participant)
            .map_err(|_| RpcError::from(Refusal::TargetUnknown))?;
        if account != me {
            list.ensure_listed(false)?;
        }
        let member = world.member(chat, account).ok_or(Refusal::TargetNotInChat)?;
        let status = member.status.at(now);
        if matches!(status, MemberStatus::Left) {
            return Err(Refusal::TargetNotInChat.into());
        }
        let participant = Participant::listed(account, member, status);
        let named = list.named([participant]);
        Ok::<_, RpcError>(types::ChannelsChannelParticipant {
            participant: participant.in_channel(me, list.group.kind),
            chats: named.shown_chats(world, me, now),
            users: named.users(world, me),
        })
    });
    context.encode(&enums::ChannelsChannelParticipant::from(found.await??))
}

pub(in crate::rpc) async fn get_participants(context: &Context, request: ChannelsGetParticipants) -> Answer {
    let me = context.me()?;
    let chat = Place::Channel(request.channel).find(context).await?;
    let offset = usize::try_from(request.offset).unwrap_or(0);
    let limit = usize::try_from(request.limit).unwrap_or(0).min(MAX_LIMIT);
    let found = context.read(|world, now| {
        let list = List::open(world, me, chat, now)?;
        let is_for_administrators = matches!(
            request.filter,
            enums::ChannelParticipantsFilter::ChannelParticipantsKicked(_)
                | enums::ChannelParticipantsFilter::ChannelParticipantsBanned(_)
        );
        list.ensure_listed(is_for_administrators)?;
        let (count, page) = list.page(&request.filter, offset, limit);
        let named = list.named(page.iter().copied());
        let kind = list.group.kind;
        Ok::<_, RpcError>(types::ChannelsChannelParticipants {
            count: length(count),
            participants: page.iter().map(|each| each.in_channel(me, kind)).collect(),
            chats: named.shown_chats(world, me, now),
            users: named.users(world, me),
        })
    });
    context.encode(&enums::ChannelsChannelParticipants::from(found.await??))
}

impl<'w> List<'w> {
    fn open(world: &'w World, me: AccountId, chat: ChatId, now: Timestamp) -> Result<Self, Refusal> {
        decode::target_of(chat, me).resolve(world, Actor::from(me), now)?;
        let group = world.group(chat).ok_or(Refusal::ChatNotFound)?;
        Ok(Self { world, me, chat, group, now })
    }

    /// The subscribers of a channel, hidden members, and who is banned are for administrators.
    fn ensure_listed(&self, is_for_administrators: bool) -> Result<(), Refusal> {
        let is_hidden = self.group.is_channel() || self.group.profile.has_hidden_members;
        let is_administrator = self.world.status(self.chat, self.me, self.now).is_administrator();
        let may = is_administrator || !is_hidden && !is_for_administrators;
        may.then_some(()).ok_or(Refusal::MembersHidden)
    }

    fn named(&self, shown: impl IntoIterator<Item = Participant<'w>>) -> Named {
        let mut named = Named::default();
        named.add_chat(self.chat);
        for Participant { account, status, .. } in shown {
            named.add_account(account);
            match status {
                MemberStatus::Administrator(administrator) => named.add_account(administrator.promoted_by),
                MemberStatus::Restricted(restriction) => named.add_account(restriction.by),
                MemberStatus::Banned(ban) => named.add_account(ban.by),
                _ => {}
            }
        }
        named
    }

    /// How many fit a filter, and a page of them.
    fn page(
        &self,
        filter: &enums::ChannelParticipantsFilter,
        offset: usize,
        limit: usize,
    ) -> (usize, Vec<Participant<'w>>) {
        use enums::ChannelParticipantsFilter as F;
        let is_present = |status: &MemberStatus| status.is_present();
        match filter {
            // Their number is known: a page of a large chat is read without all the others.
            F::ChannelParticipantsRecent(_) => {
                let page = self.all().filter(|each| is_present(each.status)).skip(offset).take(limit);
                (self.group.member_count as usize, page.collect())
            }
            F::ChannelParticipantsAdmins(_) => {
                cut(self.of(self.group.administrators.iter().copied()), offset, limit)
            }
            F::ChannelParticipantsBots(_) => cut(self.of(self.group.bots.iter().copied()), offset, limit),
            F::ChannelParticipantsKicked(filter) => {
                let is_banned = |status: &MemberStatus| matches!(status, MemberStatus::Banned(_));
                cut(self.matching(&filter.q, is_banned), offset, limit)
            }
            F::ChannelParticipantsBanned(filter) => {
                let is_restricted = |status: &MemberStatus| matches!(status, MemberStatus::Restricted(_));
                cut(self.matching(&filter.q, is_restricted), offset, limit)
            }
            F::ChannelParticipantsSearch(filter) => cut(self.matching(&filter.q, is_present), offset, limit),
            F::ChannelParticipantsMentions(filter) => {
                let query = filter.q.as_deref().unwrap_or_default();
                cut(self.matching(query, is_present), offset, limit)
            }
            // There are no lists of contacts.
            F::ChannelParticipantsContacts(_) => (0, Vec::new()),
        }
    }

    fn all(&self) -> impl Iterator<Item = Participant<'w>> {
        let now = self.now;
        self.world.members(self.chat).map(move |(account, member)| show(account, member, now))
    }

    fn of(&self, accounts: impl Iterator<Item = AccountId>) -> Vec<Participant<'w>> {
        let member = |account| Some(show(account, self.world.member(self.chat, account)?, self.now));
        accounts.filter_map(member).collect()
    }

    fn matching(&self, query: &str, is_wanted: impl Fn(&MemberStatus) -> bool) -> Vec<Participant<'w>> {
        let query = query.trim_start_matches('@').to_lowercase();
        self.all().filter(|each| is_wanted(each.status) && self.has_name(each.account, &query)).collect()
    }

    fn has_name(&self, account: AccountId, query: &str) -> bool {
        let username = || {
            let user = self.world.user(account).and_then(|user| user.profile.username.as_deref());
            user.or_else(|| self.world.bot(account).map(|bot| &*bot.username)).unwrap_or_default()
        };
        query.is_empty()
            || self.world.full_name(account).to_lowercase().contains(query)
            || username().to_lowercase().starts_with(query)
    }
}

fn show(account: AccountId, member: &Member, now: Timestamp) -> Participant<'_> {
    Participant::listed(account, member, member.status.at(now))
}

fn cut<'w>(all: Vec<Participant<'w>>, offset: usize, limit: usize) -> (usize, Vec<Participant<'w>>) {
    let count = all.len();
    (count, all.into_iter().skip(offset).take(limit).collect())
}
