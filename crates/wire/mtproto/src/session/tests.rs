use super::seen::MAX_SEEN;
use super::*;
use crate::client::{ClientSession, ServerMessage};
use parlor_wire_tl::functions;

const NOW: i64 = 1_790_000_000_000;

fn key() -> AuthKey {
    AuthKey::new(std::array::from_fn(|n| (n * 7) as u8))
}

fn request(ping_id: i64) -> Vec<u8> {
    let mut out = Writer::default();
    functions::Ping { ping_id }.write(0, &mut out);
    out.finish().unwrap()
}

fn config() -> Vec<u8> {
    let mut out = Writer::default();
    functions::HelpGetConfig {}.write(0, &mut out);
    out.finish().unwrap()
}

fn acknowledgement(id: i64) -> Vec<u8> {
    let mut out = Writer::default();
    enums::MsgsAck::from(types::MsgsAck { msg_ids: vec![id] }).write(0, &mut out);
    out.finish().unwrap()
}

/// A message with an id `seconds` from now and a valid salt.
fn message(seconds: i64, low: i64, sequence: i32, body: Vec<u8>) -> Envelope {
    let id = ((NOW / 1000 + seconds) << 32) | low;
    Envelope { salt: key().salt(NOW / 1000 / SALT_SECONDS), session: 5, id, sequence, body }
}

/// The bodies of all messages that the session sends.
fn sent(session: &mut Session) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    while let Some(frame) = session.transmit(&key(), NOW, &[1; 16]) {
        let envelope = Envelope::open(&frame, &key(), Side::Server).unwrap();
        match open_container(&envelope.body).unwrap() {
            Some(parts) => bodies.extend(parts.into_iter().map(|part| part.body)),
            None => bodies.push(envelope.body),
        }
    }
    bodies
}

/// The ids that a message acknowledges; `None` for any other message.
fn acknowledged(body: &[u8]) -> Option<Vec<i64>> {
    let enums::MsgsAck::MsgsAck(ack) = enums::MsgsAck::read(&mut Reader::new(body)).ok()?;
    Some(ack.msg_ids)
}

/// A session whose first messages were exchanged.
fn begun() -> Session {
    let mut session = Session::new(5, None);
    let first = message(-10, 0, 1, config());
    session.receive(&key(), first.clone(), NOW).unwrap();
    session.respond(first.id, &config(), NOW);
    sent(&mut session);
    session
}

/// The error codes of the notifications that the session sends.
fn codes(session: &mut Session) -> Vec<i32> {
    let error_code = |body: Vec<u8>| match enums::BadMsgNotification::read(&mut Reader::new(&body)) {
        Ok(enums::BadMsgNotification::BadMsgNotification(bad)) => Some(bad.error_code),
        Ok(enums::BadMsgNotification::BadServerSalt(bad)) => Some(bad.error_code),
        Err(_) => None,
    };
    sent(session).into_iter().filter_map(error_code).collect()
}

#[test]
fn each_mistake_is_answered_with_its_error_code() {
    let table = [
        (message(-301, 0, 1, config()), vec![16]),
        (message(-299, 0, 1, config()), vec![]),
        (message(31, 0, 1, config()), vec![17]),
        (message(29, 0, 1, config()), vec![]),
        (message(0, 1, 1, config()), vec![18]),
        (message(0, 2, 1, config()), vec![18]),
        (Envelope { salt: 77, ..message(0, 0, 1, config()) }, vec![48]),
        (message(0, 0, 2, config()), vec![35]),
        (
            message(0, 0, 0, container(&[InnerMessage { id: i64::MAX - 3, sequence: 1, body: config() }])),
            vec![64],
        ),
        (message(0, 0, 1, container(&[])), vec![34]),
    ];
    for (envelope, expected) in table {
        let mut session = Session::new(5, None);
        let events = session.receive(&key(), envelope.clone(), NOW).unwrap();
        assert_eq!(codes(&mut session), expected, "{envelope:?}");
        assert_eq!(events.is_empty(), !expected.is_empty());
    }
}

// Sequence numbers increase with the message ids, in whatever order the messages arrive.
#[test]
fn sequence_numbers_out_of_order_are_refused() {
    let mut session = Session::new(5, None);
    let mut step = |seconds, sequence, body: &[u8], expected: &[i32]| {
        session.receive(&key(), message(seconds, 0, sequence, body.to_vec()), NOW).unwrap();
        assert_eq!(codes(&mut session), expected, "{sequence} at {seconds}");
    };
    step(0, 5, &config(), &[]);
    step(10, 5, &config(), &[32]);
    step(10, 3, &config(), &[32]);
    step(10, 9, &config(), &[]);
    step(5, 9, &config(), &[33]);
    step(5, 11, &config(), &[33]);
    step(5, 3, &config(), &[32]);
    step(5, 7, &config(), &[]);
    step(-5, 5, &config(), &[33]);
    // Messages that need no acknowledgement repeat a number; containers have their own.
    step(11, 0, &acknowledgement(7), &[]);
    step(12, 10, &container(&[]), &[]);
    step(12, 10, &container(&[]), &[19]);
}

#[test]
fn a_repeated_message_is_acknowledged_again_and_not_executed() {
    let mut session = Session::new(5, None);
    let first = message(0, 0, 1, config());
    assert_eq!(session.receive(&key(), first.clone(), NOW).unwrap().len(), 1);
    session.respond(first.id, &config(), NOW);
    sent(&mut session);
    assert!(session.receive(&key(), first.clone(), NOW).unwrap().is_empty());
    // At once, since no answer will follow.
    let [ack] = &sent(&mut session)[..] else { panic!("not one message") };
    assert_eq!(acknowledged(ack), Some(vec![first.id]));
    // Once the window is full of later ids, an earlier one is too old to tell whether it is a repetition.
    for n in 1..=MAX_SEEN as i64 {
        session.receive(&key(), message(0, n * 4, 2 * n as i32 + 1, config()), NOW).unwrap();
    }
    sent(&mut session);
    session.receive(&key(), message(-1, 0, 1, config()), NOW).unwrap();
    assert_eq!(codes(&mut session), [code::TOO_OLD]);
}

#[test]
fn pings_are_answered_and_unacknowledged_answers_are_resent_on_request() {
    let mut session = Session::new(5, None);
    session.receive(&key(), message(0, 0, 1, request(9)), NOW).unwrap();
    let answers = sent(&mut session);
    assert!(answers.iter().any(|body| matches!(enums::Pong::read(&mut Reader::new(body)), Ok(enums::Pong::Pong(pong)) if pong.ping_id == 9)));
    session.respond(4, &config(), NOW);
    let frame = session.transmit(&key(), NOW, &[1; 16]).unwrap();
    let first = Envelope::open(&frame, &key(), Side::Server).unwrap();
    assert_eq!(first.id & 3, 1);
    let serialize = |object: enums::MsgResendReq| {
        let mut out = Writer::default();
        object.write(0, &mut out);
        out.finish().unwrap()
    };
    let resend = serialize(types::MsgResendReq { msg_ids: vec![first.id] }.into());
    session.receive(&key(), message(1, 0, 2, resend.clone()), NOW).unwrap();
    let frame = session.transmit(&key(), NOW, &[1; 16]).unwrap();
    assert_eq!(Envelope::open(&frame, &key(), Side::Server).unwrap().body, first.body);
    session.receive(&key(), message(2, 0, 2, acknowledgement(first.id)), NOW).unwrap();
    session.receive(&key(), message(3, 0, 2, resend), NOW).unwrap();
    assert!(sent(&mut session).is_empty(), "an acknowledged message is not resent");
}

// Both ends run on a virtual clock, and frames between them are lost and repeated.
#[test]
fn each_request_is_executed_once_over_a_lossy_connection() {
    let mut client = ClientSession::new(key(), 0, 5);
    let mut server = Session::new(5, None);
    let (mut answered, mut executed) = (0, 0);
    for round in 0..200_i64 {
        let now = NOW + round * 700;
        let (mut id, mut frame) = client.request(&config(), now, &[1; 16]);
        for attempt in 0..6 {
            // The frame arrives once, not at all, or twice.
            let copies = [1, 0, 2][(round + attempt) as usize % 3];
            for _ in 0..copies {
                let envelope = Envelope::open(&frame, &key(), Side::Client).unwrap();
                for event in server.receive(&key(), envelope, now).unwrap() {
                    let Event::Request { id, .. } = event else { panic!("{event:?}") };
                    executed += 1;
                    server.respond(id, &config(), now);
                }
            }
            let mut done = false;
            while let Some(answer) = server.transmit(&key(), now, &[2; 16]) {
                for message in client.receive(&answer).unwrap() {
                    done |= matches!(message, ServerMessage::Result { request, .. } if request == id);
                    if matches!(message, ServerMessage::BadMsg { code: 48, .. }) {
                        (id, frame) = client.request(&config(), now, &[1; 16]);
                    }
                }
            }
            if done {
                answered += 1;
                break;
            }
        }
    }
    assert_eq!((answered, executed), (200, 200));
}

/// > 1 = nothing is known, 2 = not received, 3 = not received because the identifier is too high, 4 = received
#[test]
fn msgs_state_req_is_answered_with_the_state_of_each_id() {
    let mut session = Session::new(5, None);
    let id = |seconds| message(seconds, 0, 0, Vec::new()).id;
    session.receive(&key(), message(0, 0, 1, config()), NOW).unwrap();
    let mut out = Writer::default();
    let msg_ids = vec![id(-1), id(0), id(1), id(9)];
    enums::MsgsStateReq::from(types::MsgsStateReq { msg_ids }).write(0, &mut out);
    let request = InnerMessage { id: id(2), sequence: 3, body: out.finish().unwrap() };
    session.receive(&key(), message(3, 0, 4, container(&[request])), NOW).unwrap();
    let answer = sent(&mut session)
        .into_iter()
        .find_map(|body| enums::MsgsStateInfo::read(&mut Reader::new(&body)).ok());
    let Some(enums::MsgsStateInfo::MsgsStateInfo(info)) = answer else { panic!("no answer") };
    assert_eq!((info.req_msg_id, info.info.0), (id(2), vec![1, 4, 2, 3]));
}

#[test]
fn salts_of_the_previous_and_the_next_hour_are_accepted() {
    let mut session = Session::new(5, Some(123));
    let hour = NOW / 1000 / SALT_SECONDS;
    for (n, (salt, accepted)) in [
        (123, true),
        (key().salt(hour - 1), true),
        (key().salt(hour + 1), true),
        (key().salt(hour + 2), false),
    ]
    .into_iter()
    .enumerate()
    {
        let envelope = Envelope { salt, ..message(0, n as i64 * 4, 2 * n as i32 + 1, config()) };
        assert_eq!(!session.receive(&key(), envelope, NOW).unwrap().is_empty(), accepted);
    }
}

#[test]
fn an_acknowledgement_travels_in_the_frame_of_the_answer() {
    let mut session = begun();
    let (one, two) = (message(0, 0, 3, config()), message(1, 0, 5, config()));
    session.receive(&key(), one.clone(), NOW).unwrap();
    session.receive(&key(), two.clone(), NOW).unwrap();
    assert!(!session.has_output() && session.holds_acknowledgements());
    assert_eq!(session.transmit(&key(), NOW, &[1; 16]), None);
    session.respond(two.id, &config(), NOW);
    let frame = session.transmit(&key(), NOW, &[1; 16]).unwrap();
    let envelope = Envelope::open(&frame, &key(), Side::Server).unwrap();
    let Some(parts) = open_container(&envelope.body).unwrap() else { panic!("no container") };
    let [ack, answer] = &parts[..] else { panic!("{parts:?}") };
    // The slow request is acknowledged too.
    assert_eq!(acknowledged(&ack.body), Some(vec![one.id, two.id]));
    assert_eq!(constructor(&answer.body), Some(RPC_RESULT));
    assert!(ack.id < answer.id && answer.id < envelope.id, "ids grow");
    assert_eq!((ack.sequence & 1, answer.sequence & 1, envelope.sequence & 1), (0, 1, 0));
    assert!(!session.has_output() && !session.holds_acknowledgements());
    // The second answer needs no acknowledgement.
    session.respond(one.id, &config(), NOW);
    assert_eq!(sent(&mut session).iter().filter_map(|body| acknowledged(body)).count(), 0);
}

#[test]
fn acknowledgements_are_sent_alone_when_the_owner_says_so_or_there_are_many() {
    let mut session = begun();
    let request = message(0, 0, 3, config());
    session.receive(&key(), request.clone(), NOW).unwrap();
    session.release_acknowledgements();
    assert!(session.has_output() && !session.holds_acknowledgements());
    assert_eq!(
        sent(&mut session).iter().map(|body| acknowledged(body)).collect::<Vec<_>>(),
        [Some(vec![request.id])]
    );
    // Releasing nothing does not release what comes later.
    session.release_acknowledgements();
    assert!(!session.has_output());
    for n in 0..=MAX_HELD as i64 {
        assert!(!session.has_output(), "{n}");
        session.receive(&key(), message(1, 4 * n, 2 * n as i32 + 5, config()), NOW).unwrap();
    }
    assert!(session.has_output());
}

#[test]
fn frames_are_limited_in_messages_and_bytes() {
    let mut session = begun();
    let mut lengths = |bodies: &[usize]| {
        bodies.iter().for_each(|length| session.notify(vec![0; *length], NOW));
        let mut frames = Vec::new();
        while let Some(frame) = session.transmit(&key(), NOW, &[1; 16]) {
            let body = Envelope::open(&frame, &key(), Side::Server).unwrap().body;
            frames.push(open_container(&body).unwrap().map_or(1, |parts| parts.len()));
        }
        frames
    };
    assert_eq!(lengths(&[4; 250]), [100, 100, 50]);
    assert_eq!(lengths(&[MAX_FRAME_BYTES / 2, MAX_FRAME_BYTES / 2, 4]), [2, 1]);
    assert_eq!(lengths(&[MAX_FRAME_BYTES + 4, 4]), [1, 1]);
}

// Salts are computed once an hour.
#[test]
fn salts_change_at_the_border_of_the_hour() {
    let border = (NOW / 1000 / SALT_SECONDS + 1) * SALT_SECONDS * 1000;
    let hour = border / 1000 / SALT_SECONDS;
    let mut session = begun();
    let mut step = |now: i64, salt: i64, sequence: i32, accepted: bool| {
        let id = (now / 1000) << 32 | i64::from(sequence) << 2;
        let envelope = Envelope { salt, session: 5, id, sequence, body: config() };
        assert_eq!(!session.receive(&key(), envelope, now).unwrap().is_empty(), accepted, "{sequence}");
        session.respond(id, &config(), now);
        let frame = session.transmit(&key(), now, &[1; 16]).unwrap();
        let sent = Envelope::open(&frame, &key(), Side::Server).unwrap();
        assert_eq!(sent.salt, key().salt(now / 1000 / SALT_SECONDS), "{sequence}");
    };
    step(border - 1, key().salt(hour - 1), 3, true);
    step(border - 1, key().salt(hour + 1), 5, false);
    step(border, key().salt(hour - 1), 7, true);
    step(border, key().salt(hour + 1), 9, true);
    step(border, key().salt(hour - 2), 11, false);
    step(border + SALT_SECONDS * 1000, key().salt(hour - 1), 13, false);
    step(border + SALT_SECONDS * 1000, key().salt(hour), 15, true);
}

#[test]
fn what_was_trimmed_is_still_refused() {
    let mut session = begun();
    for n in 0..100 {
        session.receive(&key(), message(0, 4 * n, 2 * n as i32 + 3, config()), NOW).unwrap();
        session.respond(message(0, 4 * n, 0, Vec::new()).id, &config(), NOW);
    }
    sent(&mut session);
    let later = NOW + 400_000;
    session.trim(later);
    session.receive(&key(), message(0, 0, 3, config()), later).unwrap();
    assert_eq!(codes(&mut session), [code::ID_TOO_LOW]);
    session.receive(&key(), message(400, 0, 201, config()), later).unwrap();
    assert_eq!(codes(&mut session), [code::SEQUENCE_TOO_LOW]);
    assert_eq!(session.receive(&key(), message(400, 0, 203, config()), later).unwrap().len(), 1);
}
