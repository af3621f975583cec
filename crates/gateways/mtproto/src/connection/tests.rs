use super::*;
use parlor_host::{ClockStart, Options};
use parlor_storage::Memory;
use parlor_world::Rules;

/// Measures the futures and sessions, which are most of the memory of an idle connection.
#[tokio::test]
async fn an_idle_connection_is_small() {
    let gateway = MtProto::new(None, None).unwrap().unwrap();
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::default() };
    let host = Host::open(Box::new(Memory::forgetting()), options).unwrap();
    let (stream, _theirs) = tokio::io::duplex(64);
    let (stream, report) = (Stream::Web(stream), Arc::new(|_| {}));
    let client = Client { stream, first: Vec::new(), address: None, peer: None, report };
    let sizes = (size_of_val(&run(gateway, host, client)), size_of::<ActiveSession>());
    assert!(sizes.0 <= 1500 && sizes.1 <= 520, "{sizes:?}");
}
