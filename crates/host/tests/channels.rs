//! What happens in a channel wakes those of its members who listen, with a journal in memory and on a disk.

use parlor_host::{ClockStart, Host, Journal, Options};
use parlor_storage::{Memory, Sqlite};
use parlor_world::ids::GroupKind;
use parlor_world::ops::account::CreateUser;
use parlor_world::ops::group::{AddMembers, CreateGroup};
use parlor_world::ops::message::Send;
use parlor_world::state::account::UserProfile;
use parlor_world::state::group::GroupProfile;
use parlor_world::text::Text;
use parlor_world::{AccountId, Rules};
use std::future::Future;
use std::task::{Context, Waker};

const OWNER: AccountId = AccountId(1);
const MEMBER: AccountId = AccountId(2);
const STRANGER: AccountId = AccountId(3);

#[tokio::test]
async fn members_who_listen_are_notified_of_posts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parlor.db");
    let journals: [Box<dyn Journal>; 2] =
        [Box::new(Memory::default()), Box::new(Sqlite::open(&file).unwrap())];
    for journal in journals {
        let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::System };
        let host = Host::open(journal, options).unwrap();
        for id in [OWNER, MEMBER, STRANGER] {
            let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
            host.execute(CreateUser { id: Some(id), profile }).await.unwrap();
        }
        let (kind, owner) = (GroupKind::Channel, OWNER);
        let profile = GroupProfile { title: "News".into(), ..GroupProfile::default() };
        let create = CreateGroup { owner, kind, profile, members: Vec::new(), id: None };
        let chat = host.execute(create).await.unwrap();
        let accounts = vec![MEMBER];
        host.execute(AddMembers { user: OWNER, target: chat.into(), accounts }).await.unwrap();
        let (mut member, mut stranger) = (host.subscribe(MEMBER), host.subscribe(STRANGER));
        host.execute(Send::text(OWNER, chat, Text::plain("News"))).await.unwrap();
        assert!(member.notified().await);
        let mut waiting = std::pin::pin!(stranger.notified());
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        host.close().await;
    }
}
