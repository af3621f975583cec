//! Groups, supergroups and channels over the control API: made, filled, joined, and heard of.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod support;

use http::Method;
use serde_json::{Value, json};
use support::Api;

/// The statuses of members by their ids.
async fn statuses(api: &Api, group: i64) -> Vec<(i64, String)> {
    let members = api.get(&format!("/groups/{group}/members")).await;
    let member = |own: &Value| {
        let own = &own["member"];
        (own["user"]["id"].as_i64().unwrap(), own["status"].as_str().unwrap().to_owned())
    };
    members.as_array().unwrap().iter().map(member).collect()
}

/// The texts, or the names of the service fields, of the messages that a user sees.
async fn transcript(api: &Api, user: i64, group: i64) -> Vec<String> {
    let messages = api.get(&format!("/users/{user}/dialogs/{group}/messages")).await;
    let services = [
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "forum_topic_created",
    ];
    let shown = |own: &Value| match own["message"]["text"].as_str() {
        Some(text) => text.to_owned(),
        None => services.iter().find(|name| !own["message"][**name].is_null()).unwrap_or(&"?").to_string(),
    };
    messages.as_array().unwrap().iter().map(shown).collect()
}

#[tokio::test]
async fn a_chat_is_made_with_its_people() {
    let api = Api::with_people().await;
    let group = api.made("/groups", r#"{"type": "group", "id": -12, "title": "Readers", "owner": 1001, "members": ["1002", "helper_bot"]}"#).await;
    assert_eq!(group["chat"]["id"], -12);
    assert_eq!(
        (&group["chat"]["type"], &group["member_count"], &group["owner_id"]),
        (&json!("group"), &json!(3), &json!(1001))
    );
    assert_eq!(
        statuses(&api, -12).await,
        [(1001, "creator".to_owned()), (777, "member".to_owned()), (1002, "member".to_owned())]
    );
    api.made("/groups", r#"{"type": "supergroup", "id": -1000000000012, "title": "Club", "username": "the_club", "owner": 1001, "members": [1002], "administrators": ["helper_bot", 1003]}"#).await;
    let expected = [(1001, "creator"), (777, "administrator"), (1003, "administrator"), (1002, "member")];
    let expected = expected.map(|(id, status)| (id, status.to_owned()));
    let mut found = statuses(&api, -1_000_000_000_012).await;
    found[1..3].sort();
    assert_eq!(found, expected);
    api.made("/groups", r#"{"type": "channel", "title": "News", "owner": 1001, "description": "Daily", "administrators": ["helper_bot"]}"#).await;
    let all = api.get("/groups").await;
    let titles: Vec<_> =
        all.as_array().unwrap().iter().map(|group| group["chat"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Readers", "Club", "News"]);
    assert_eq!(api.get("/groups/the_club").await["chat"]["id"], -1_000_000_000_012_i64);
}

#[tokio::test]
async fn a_refused_chat_leaves_nothing_behind() {
    let api = Api::with_people().await;
    for (body, code) in [
        (r#"{"type": "group", "title": "", "owner": 1001}"#, "CHAT_TITLE_EMPTY"),
        (r#"{"type": "group", "title": "A", "owner": 9}"#, "ACCOUNT_NOT_FOUND"),
        (r#"{"type": "group", "title": "A", "owner": "helper_bot"}"#, "USER_NOT_FOUND"),
        (r#"{"type": "group", "title": "A", "owner": 1001, "id": -1000000000012}"#, "CHAT_ID_UNAVAILABLE"),
        (r#"{"type": "channel", "title": "A", "owner": 1001, "id": -12}"#, "CHAT_ID_UNAVAILABLE"),
        (r#"{"type": "channel", "title": "A", "owner": 1001, "id": 12}"#, "CHAT_ID_UNAVAILABLE"),
        (
            r#"{"type": "channel", "title": "A", "owner": 1001, "id": -9223372036854775808}"#,
            "CHAT_ID_UNAVAILABLE",
        ),
        (r#"{"type": "group", "title": "A", "owner": 1001, "username": "some_name"}"#, "CHAT_KIND_INVALID"),
        (
            r#"{"type": "supergroup", "title": "A", "owner": 1001, "username": "helper_bot"}"#,
            "USERNAME_OCCUPIED",
        ),
        (r#"{"type": "supergroup", "title": "A", "owner": 1001, "username": "1"}"#, "USERNAME_INVALID"),
        (r#"{"type": "channel", "title": "A", "owner": 1001, "is_forum": true}"#, "CHAT_KIND_INVALID"),
        (r#"{"type": "channel", "title": "A", "owner": 1001, "members": ["helper_bot"]}"#, "USER_BOT"),
        (
            r#"{"type": "supergroup", "title": "A", "owner": 1001, "members": ["quiet_bot"]}"#,
            "BOT_GROUPS_BLOCKED",
        ),
        (
            r#"{"type": "supergroup", "title": "A", "owner": 1001, "administrators": ["quiet_bot"]}"#,
            "BOT_GROUPS_BLOCKED",
        ),
        (r#"{"type": "party", "title": "A", "owner": 1001}"#, "BODY_UNREADABLE"),
        (r#"{"type": "group", "title": "A", "owner": 1001, "member": []}"#, "BODY_UNREADABLE"),
    ] {
        assert_eq!(api.refused(Method::POST, "/groups", body).await, code, "{body}");
    }
    assert_eq!(api.get("/groups").await, json!([]));
}

#[tokio::test]
async fn what_a_chat_is_can_be_changed_all_or_nothing() {
    let api = Api::with_people().await;
    api.made(
        "/groups",
        r#"{"type": "supergroup", "id": -1000000000012, "title": "Club", "owner": 1001, "members": [1002]}"#,
    )
    .await;
    let path = "/groups/-1000000000012";
    let patch = r#"{"title": "Readers", "description": "We read", "username": "we_read", "slow_mode_delay": 30, "permissions": {"can_send_messages": true}, "join_by_request": true}"#;
    let (_, group) = api.call(Method::PATCH, path, patch).await;
    let chat = &group["chat"];
    assert_eq!(
        (&chat["title"], &chat["description"], &chat["slow_mode_delay"]),
        (&json!("Readers"), &json!("We read"), &json!(30))
    );
    assert_eq!(
        (&chat["permissions"]["can_send_messages"], &chat["permissions"]["can_send_polls"]),
        (&json!(true), &json!(false))
    );
    // The same again is no error; with one thing that is impossible, nothing changes.
    let (status, _) = api.call(Method::PATCH, path, patch).await;
    assert!(status.is_success());
    assert_eq!(
        api.refused(Method::PATCH, path, r#"{"title": "Other", "has_signatures": true}"#).await,
        "CHAT_KIND_INVALID"
    );
    assert_eq!(
        api.refused(Method::PATCH, path, r#"{"title": "Other", "by": 1002}"#).await,
        "CHAT_ADMIN_REQUIRED"
    );
    assert_eq!(api.get(path).await["chat"]["title"], "Readers");
    assert_eq!(api.refused(Method::DELETE, "/groups/we_read?by=1002", "").await, "CHAT_ADMIN_REQUIRED");
    assert_eq!(api.call(Method::DELETE, path, "").await.0, 204);
    assert_eq!(api.get("/groups").await, json!([]));
    assert_eq!(api.refused(Method::GET, "/groups/-77", "").await, "GROUP_NOT_FOUND");
}

#[tokio::test]
async fn members_come_rise_and_go() {
    let api = Api::with_people().await;
    api.made("/groups", r#"{"type": "supergroup", "id": -1000000000012, "title": "Club", "owner": 1001}"#)
        .await;
    let at = |path: &str| format!("/groups/-1000000000012{path}");
    api.made(&at("/members"), r#"{"accounts": [1002, "helper_bot"]}"#).await;
    assert_eq!(
        api.refused(Method::POST, &at("/members"), r#"{"accounts": [1002]}"#).await,
        "USER_ALREADY_PARTICIPANT"
    );
    assert_eq!(
        api.refused(Method::POST, &at("/members"), r#"{"accounts": ["quiet_bot"]}"#).await,
        "BOT_GROUPS_BLOCKED"
    );
    let promoted = api
        .made(
            &at("/members/helper_bot/promote"),
            r#"{"rights": {"can_invite_users": true}, "custom_title": "porter"}"#,
        )
        .await;
    assert_eq!(
        (
            &promoted["member"]["can_invite_users"],
            &promoted["member"]["can_pin_messages"],
            &promoted["member"]["custom_title"]
        ),
        (&json!(true), &json!(false), &json!("porter"))
    );
    assert_eq!(
        api.refused(Method::POST, &at("/members/1002/promote"), r#"{"by": "helper_bot"}"#).await,
        "CHAT_ADMIN_REQUIRED"
    );
    let restricted =
        api.made(&at("/members/1002/restrict"), r#"{"permissions": {"can_send_messages": false}}"#).await;
    assert_eq!(restricted["member"]["status"], "restricted");
    assert_eq!(
        api.refused(Method::POST, "/users/1002/dialogs/-1000000000012/messages", r#"{"text": "hush"}"#).await,
        "CHAT_ADMIN_REQUIRED"
    );
    let banned = api.made(&at("/members/1002/ban"), "").await;
    assert_eq!(banned["member"]["status"], "kicked");
    assert_eq!(api.refused(Method::GET, "/users/1002/dialogs/-1000000000012", "").await, "CHAT_FORBIDDEN");
    assert_eq!(api.get(&at("/members?filter=banned")).await[0]["member"]["user"]["id"], 1002);
    api.made(&at("/members/1002/unban"), "").await;
    assert_eq!(api.get(&at("/members/1002")).await["member"]["status"], "left");
    api.made(&at("/members"), r#"{"accounts": [1002, 1003]}"#).await;
    assert_eq!(api.call(Method::DELETE, &at("/members/1002"), "").await.0, 204);
    assert_eq!(api.refused(Method::DELETE, &at("/members/1002"), "").await, "USER_NOT_PARTICIPANT");
    api.made("/users/1003/dialogs/-1000000000012/leave", "").await;
    assert_eq!(
        statuses(&api, -1_000_000_000_012).await,
        [(1001, "creator".to_owned()), (777, "administrator".to_owned())]
    );
    let said = [
        "supergroup_chat_created",
        "new_chat_members",
        "left_chat_member",
        "new_chat_members",
        "left_chat_member",
        "left_chat_member",
    ];
    assert_eq!(transcript(&api, 1001, -1_000_000_000_012).await, said);
}

#[tokio::test]
async fn a_user_asks_to_join_and_is_let_in() {
    let api = Api::with_people().await;
    api.made("/groups", r#"{"type": "channel", "id": -1000000000012, "title": "News", "owner": 1001, "administrators": ["helper_bot"]}"#).await;
    let link =
        api.made("/groups/-1000000000012/links", r#"{"name": "door", "creates_join_request": true}"#).await;
    let url = json!({ "link": link["invite_link"] }).to_string();
    let opened = api.made("/users/1002/open", &url).await;
    assert_eq!((&opened["action"], &opened["dialog"]), (&json!("join"), &Value::Null));
    let card = &opened["card"];
    assert_eq!(
        (&card["chat"]["title"], &card["request_needed"], &card["is_asked"]),
        (&json!("News"), &json!(true), &json!(false))
    );
    let asked = api.made("/users/1002/join", &url).await;
    assert_eq!(asked, json!({ "chat_id": -1_000_000_000_012_i64, "is_asked": true, "dialog": null }));
    assert_eq!(api.made("/users/1002/open", &url).await["card"]["is_asked"], true);
    let requests = api.get("/groups/-1000000000012/requests").await;
    assert_eq!(
        (&requests[0]["user"]["id"], &requests[0]["invite_link"]),
        (&json!(1002), &link["invite_link"])
    );
    // The bot may write, and the user's app says why.
    let access = &api.get("/users/1002/dialogs/777").await["write_access"];
    assert_eq!((&access["type"], &access["chat"]["title"]), (&json!("join_request"), &json!("News")));
    api.made("/users/1002/dialogs/-1000000000012/withdraw", "").await;
    assert_eq!(
        api.refused(Method::POST, "/groups/-1000000000012/requests/1002/approve", "").await,
        "HIDE_REQUESTER_MISSING"
    );
    api.made("/users/1002/join", &url).await;
    api.made("/groups/-1000000000012/requests/1002/approve", r#"{"by": "helper_bot"}"#).await;
    assert_eq!(api.made("/users/1002/open", &url).await["dialog"]["group"]["member"]["status"], "member");
    api.made("/users/1003/join", &url).await;
    api.made("/groups/-1000000000012/requests/1003/decline", "").await;
    let hash = link["hash"].as_str().unwrap();
    assert_eq!(api.call(Method::DELETE, &format!("/groups/-1000000000012/links/{hash}"), "").await.0, 204);
    assert_eq!(api.refused(Method::POST, "/users/1003/join", &url).await, "INVITE_HASH_EXPIRED");
    assert_eq!(
        api.refused(Method::POST, "/users/1003/join", r#"{"link": "https://t.me/+nothing"}"#).await,
        "INVITE_HASH_INVALID"
    );
}

#[tokio::test]
async fn links_are_chosen_changed_and_replaced() {
    let api = Api::with_people().await;
    api.made("/groups", r#"{"type": "supergroup", "id": -1000000000012, "title": "Club", "owner": 1001}"#)
        .await;
    let first = api.made("/groups/-1000000000012/links/primary", "").await;
    let second = api.made("/groups/-1000000000012/links/primary", "").await;
    assert_eq!((&first["is_primary"], first["hash"] == second["hash"]), (&json!(true), false));
    let named = api.made("/groups/-1000000000012/links", r#"{"name": "two", "member_limit": 2}"#).await;
    let path = format!("/groups/-1000000000012/links/{}", named["hash"].as_str().unwrap());
    // Options that are not named are reset.
    let (_, changed) = api.call(Method::PUT, &path, r#"{"name": "three"}"#).await;
    assert_eq!((&changed["name"], &changed["member_limit"]), (&json!("three"), &Value::Null));
    for (body, code) in [
        (r#"{"member_limit": 100000}"#, "USAGE_LIMIT_INVALID"),
        (r#"{"member_limit": 1, "creates_join_request": true}"#, "USAGE_LIMIT_INVALID"),
        (r#"{"expire_date": 1}"#, "EXPIRE_DATE_INVALID"),
        (r#"{"subscription_period": 2592000, "subscription_price": 5}"#, "SUBSCRIPTION_INVALID"),
        (r#"{"limit": 5}"#, "BODY_UNREADABLE"),
    ] {
        assert_eq!(api.refused(Method::POST, "/groups/-1000000000012/links", body).await, code, "{body}");
    }
    let links = api.get("/groups/-1000000000012/links").await;
    assert_eq!(links.as_array().unwrap().iter().filter(|link| link["is_revoked"] == true).count(), 1);
}

#[tokio::test]
async fn a_bot_is_added_by_its_link() {
    let api = Api::with_people().await;
    api.made(
        "/groups",
        r#"{"type": "supergroup", "id": -1000000000012, "title": "Club", "owner": 1001, "members": [1002]}"#,
    )
    .await;
    api.made("/groups", r#"{"type": "channel", "id": -1000000000013, "title": "News", "owner": 1001}"#).await;
    let opened =
        api.made("/users/1001/open", r#"{"link": "https://t.me/helper_bot?startgroup=hello"}"#).await;
    assert_eq!(
        (&opened["action"], &opened["payload"], &opened["rights"]),
        (&json!("start_group"), &json!("hello"), &Value::Null)
    );
    assert_eq!(
        opened["chats"].as_array().unwrap().iter().map(|chat| &chat["title"]).collect::<Vec<_>>(),
        ["Club"]
    );
    let opened = api
        .made(
            "/users/1001/open",
            r#"{"link": "https://t.me/helper_bot?startchannel&admin=post_messages+edit_messages"}"#,
        )
        .await;
    assert_eq!(
        (&opened["rights"]["can_post_messages"], &opened["rights"]["can_invite_users"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(opened["chats"][0]["title"], "News");
    // A member may add a bot, but not as an administrator.
    let bob = api
        .made("/users/1002/open", r#"{"link": "https://t.me/helper_bot?startgroup&admin=invite_users"}"#)
        .await;
    assert_eq!(bob["chats"], json!([]));
    let dialog = api
        .made("/users/1001/dialogs/-1000000000012/bots", r#"{"bot": "helper_bot", "payload": "hello"}"#)
        .await;
    assert_eq!(dialog["group"]["member_count"], 3);
    assert_eq!(transcript(&api, 1002, -1_000_000_000_012).await.last().unwrap(), "/start@helper_bot");
    let rights = r#"{"bot": 777, "rights": {"can_post_messages": true}}"#;
    api.made("/users/1001/dialogs/-1000000000013/bots", rights).await;
    assert_eq!(
        statuses(&api, -1_000_000_000_013).await,
        [(1001, "creator".to_owned()), (777, "administrator".to_owned())]
    );
    let refused = [
        (1001, -1_000_000_000_012_i64, r#"{"bot": "quiet_bot"}"#, "BOT_GROUPS_BLOCKED"),
        (
            1001,
            -1_000_000_000_012,
            r#"{"bot": "helper_bot", "rights": {"can_invite_users": true}, "payload": "no spaces"}"#,
            "START_PARAM_INVALID",
        ),
        (
            1002,
            -1_000_000_000_012,
            r#"{"bot": "helper_bot", "rights": {"can_invite_users": true}}"#,
            "CHAT_ADMIN_REQUIRED",
        ),
        (1003, -1_000_000_000_012, r#"{"bot": "helper_bot"}"#, "CHANNEL_PRIVATE"),
        (1001, -1_000_000_000_013, r#"{"bot": "ann"}"#, "BOT_NOT_FOUND"),
    ];
    for (user, chat, body, code) in refused {
        assert_eq!(
            api.refused(Method::POST, &format!("/users/{user}/dialogs/{chat}/bots"), body).await,
            code,
            "{body}"
        );
    }
    assert_eq!(api.get("/groups/-1000000000012/members/777").await["member"]["status"], "member");
}

#[tokio::test]
async fn topics_hold_messages() {
    let api = Api::with_people().await;
    api.made("/groups", r#"{"type": "supergroup", "id": -1000000000012, "title": "Forum", "owner": 1001, "is_forum": true, "members": [1002]}"#).await;
    let topic = api.made("/groups/-1000000000012/topics", r#"{"name": "Books"}"#).await;
    let id = topic["message_thread_id"].as_i64().unwrap();
    let path = "/users/1002/dialogs/-1000000000012/messages";
    api.made(path, &json!({ "text": "in the topic", "message_thread_id": id }).to_string()).await;
    api.made(path, r#"{"text": "in General"}"#).await;
    let texts = async |thread: i64| {
        let messages = api.get(&format!("{path}?thread={thread}")).await;
        let texts = messages.as_array().unwrap().iter().filter_map(|own| own["message"]["text"].as_str());
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(texts(id).await, ["in the topic"]);
    assert_eq!(texts(1).await, ["in General"]);
    let at = format!("/groups/-1000000000012/topics/{id}");
    let (_, closed) = api.call(Method::PATCH, &at, r#"{"name": "Old books", "is_closed": true}"#).await;
    assert_eq!((&closed["name"], &closed["is_closed"]), (&json!("Old books"), &json!(true)));
    assert_eq!(
        api.refused(Method::POST, path, &json!({ "text": "late", "message_thread_id": id }).to_string())
            .await,
        "TOPIC_CLOSED"
    );
    assert_eq!(api.refused(Method::PATCH, &at, r#"{"is_closed": true}"#).await, "TOPIC_NOT_MODIFIED");
    let names = api.get("/groups/-1000000000012/topics").await;
    assert_eq!(
        names.as_array().unwrap().iter().map(|topic| &topic["name"]).collect::<Vec<_>>(),
        ["General", "Old books"]
    );
    assert_eq!(api.call(Method::DELETE, &at, "").await.0, 204);
    assert_eq!(texts(id).await, [""; 0]);
}

#[tokio::test]
async fn a_stream_goes_on_after_its_cursor() {
    let api = Api::with_people().await;
    api.made("/groups", r#"{"type": "supergroup", "id": -1000000000012, "title": "Club", "owner": 1001}"#)
        .await;
    api.made("/users/1001/dialogs/-1000000000012/messages", r#"{"text": "before Bob"}"#).await;
    api.made("/clock/advance", r#"{"seconds": 10}"#).await;
    api.made("/groups/-1000000000012/members", r#"{"accounts": [1002]}"#).await;
    // Events of different logs are in the order of their times.
    for (chat, text) in [("-1000000000012", "one"), ("1002", "two"), ("-1000000000012", "three")] {
        api.made("/clock/advance", r#"{"seconds": 1}"#).await;
        let message = json!({ "text": text }).to_string();
        api.made(&format!("/users/1001/dialogs/{chat}/messages"), &message).await;
    }
    let kinds = |events: &[Value]| {
        let text = |event: &Value| event["update"]["message"]["text"].as_str().map(str::to_owned);
        let kind = |event: &Value| event["type"].as_str().unwrap().to_owned();
        events.iter().map(|event| text(event).unwrap_or_else(|| kind(event))).collect::<Vec<_>>()
    };
    let events = api.events("/users/1002/events?after=0", 5).await;
    assert_eq!(kinds(&events), ["chat_changed", "message", "one", "two", "three"]);
    let cursor = events[2]["cursor"].as_str().unwrap();
    assert_eq!(cursor, "1,-1000000000012:4");
    assert_eq!(kinds(&api.events(&format!("/users/1002/events?after={cursor}"), 2).await), ["two", "three"]);
    assert_eq!(api.refused(Method::GET, "/users/1002/events?after=12,5:3", "").await, "BAD_REQUEST");
}
