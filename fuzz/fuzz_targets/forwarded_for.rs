//! A client cannot choose its address: not as a peer of its own, and not behind a trusted proxy, which appends what it saw to
//! whatever the client sent. Each line is a line of `X-Forwarded-For`, the first also the user agent.

#![no_main]

use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::request::Parts;
use libfuzzer_sys::fuzz_target;
use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;
use stockade_core::ClientInfo;
use stockade_tower::{ClientInfoLayer, Guard, Judgement, PeerAddr, TrustedProxies};

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

static LAYER: LazyLock<ClientInfoLayer> = LazyLock::new(|| {
    let networks = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().expect("a network"));
    ClientInfoLayer::behind(TrustedProxies::new(networks)).expect("a sane list")
});

fuzz_target!(|input: &[u8]| {
    let sent: Vec<_> =
        input.split(|b| *b == b'\n').filter(|line| HeaderValue::from_bytes(line).is_ok()).collect();

    let (client, head) = judged(CLIENT, &sent);
    assert_eq!(client.ip, Some(CLIENT));
    assert!(!head.headers.contains_key(FORWARDED), "a stranger's word goes no further");
    let agent = client.user_agent.unwrap_or_default();
    assert!(agent.chars().count() <= ClientInfo::MAX_USER_AGENT && !agent.contains(char::is_control));

    let seen = CLIENT.to_string().into_bytes();
    let on_a_new_line: Vec<_> = sent.iter().copied().chain([&*seen]).collect();
    assert_eq!(judged(PROXY, &on_a_new_line).0.ip, Some(CLIENT));
    if let Some((last, before)) = sent.split_last() {
        let appended = [last, b", ".as_slice(), &seen].concat();
        let on_the_same_line: Vec<_> = before.iter().copied().chain([&*appended]).collect();
        assert_eq!(judged(PROXY, &on_the_same_line).0.ip, Some(CLIENT));
    }
});

fn judged(peer: IpAddr, lines: &[&[u8]]) -> (ClientInfo, Parts) {
    let mut head = http::Request::new(()).into_parts().0;
    head.extensions.insert(PeerAddr(SocketAddr::new(peer, 4711)));
    for line in lines {
        head.headers.append(FORWARDED, HeaderValue::from_bytes(line).expect("filtered"));
    }
    if let Some(agent) = lines.first() {
        head.headers.insert(USER_AGENT, HeaderValue::from_bytes(agent).expect("filtered"));
    }
    match LAYER.judge(&mut head) {
        Judgement::Admit(client) => (client, head),
        _ => panic!("everybody is admitted"),
    }
}
