//! Login codes and profiles.

use super::*;

#[test]
fn login_codes() {
    let mut world = world();
    let phone = "+9996621234".to_owned();
    let hash = world.execute(&SendCode { phone: phone.clone() }, NOW).unwrap();
    let late = NOW.plus_seconds(300);
    let table = [
        (hash.as_str(), "22222", NOW, Ok(Login::Unknown)),
        (hash.as_str(), "22223", NOW, Err(Refusal::PhoneCodeInvalid)),
        (hash.as_str(), "", NOW, Err(Refusal::PhoneCodeEmpty)),
        ("other", "22222", NOW, Err(Refusal::PhoneCodeExpired)),
        (hash.as_str(), "22222", late, Err(Refusal::PhoneCodeExpired)),
    ];
    for (hash, code, now, expected) in table {
        assert_eq!(check_code(&world, &phone, hash, code, now), expected, "{hash} {code}");
    }
    for phone in ["12", "call me", "1234567890123456"] {
        let refused = world.execute(&SendCode { phone: phone.to_owned() }, NOW);
        assert_eq!(refused, Err(Refusal::PhoneNumberInvalid), "{phone}");
    }
}

/// Two clients that change different fields at the same time both succeed: neither sends the other's old value back.
#[test]
fn an_edit_of_a_profile_changes_only_its_own_fields() {
    let mut world = world();
    let text = |text: &str| Some(Some(text.into()));
    let patches = [
        ProfilePatch { bio: text("Gardener"), phone: text("123456"), ..ProfilePatch::default() },
        ProfilePatch { last_name: text("Lee"), phone: Some(None), ..ProfilePatch::default() },
        ProfilePatch { username: text("ann_lee"), is_premium: Some(true), ..ProfilePatch::default() },
    ];
    for patch in patches {
        world.execute(&EditUser { user: USER, patch }, NOW).unwrap();
    }
    let expected = UserProfile {
        first_name: "Ann".into(),
        last_name: Some("Lee".into()),
        username: Some("ann_lee".into()),
        bio: Some("Gardener".into()),
        is_premium: true,
        ..UserProfile::default()
    };
    assert_eq!(world.user(USER).unwrap().profile, expected);
}

#[test]
fn an_edit_of_a_bot_changes_all_that_it_names_or_nothing() {
    let mut world = world();
    let bot = BOT;
    let old = world.bot(bot).unwrap().clone();
    let flags = FlagsPatch { can_join_groups: Some(false), ..FlagsPatch::default() };
    let texts = vec![(BotTextKind::Name, "Weather".to_owned()), (BotTextKind::Description, "x".repeat(513))];
    let edit = EditBot { username: Some("weather_bot".to_owned()), flags, texts, ..EditBot::new(bot) };
    let refused = world.execute(&edit, NOW).unwrap_err();
    assert_eq!(refused, Refusal::BotTextTooLong(BotTextKind::Description));
    assert_eq!(*world.bot(bot).unwrap(), old);
    let edit = EditBot { texts: vec![(BotTextKind::Name, "Weather".to_owned())], ..edit };
    world.execute(&edit, NOW).unwrap();
    let new = world.bot(bot).unwrap();
    assert_eq!(new.flags, BotFlags { can_join_groups: false, ..BotFlags::default() });
    assert_eq!((&*new.username, new.settings.text(BotTextKind::Name, "")), ("weather_bot", "Weather"));
}
