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
    Envelope { salt: current_salt(&key(), NOW), session: 5, id, sequence, body }
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
    assert_eq!(session.receive(&key(), message(0, 0, 1, config()), NOW).unwrap().len(), 1);
    sent(&mut session);
    assert!(session.receive(&key(), message(0, 0, 1, config()), NOW).unwrap().is_empty());
    let ack = sent(&mut session).pop().unwrap();
    assert!(
        matches!(enums::MsgsAck::read(&mut Reader::new(&ack)), Ok(enums::MsgsAck::MsgsAck(ack)) if ack.msg_ids.len() == 1)
    );
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
