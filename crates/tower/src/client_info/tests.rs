use super::*;
use crate::testing::{Counting, get};
use crate::{Guard, Judgement};
use http::{HeaderName, HeaderValue, Request};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use stockade_core::ClientInfo;
use tower::{Layer, ServiceExt};

const PROXY: &str = "10.0.0.1";

fn behind_proxies() -> ClientInfoLayer {
    let proxies = TrustedProxies::new(["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
    ClientInfoLayer::behind(proxies).unwrap()
}

fn from_peer(peer: &str, forwarded: &[&[u8]]) -> Request<()> {
    let mut request = get("/");
    request.extensions_mut().insert(PeerAddr(SocketAddr::new(peer.parse().unwrap(), 4711)));
    for line in forwarded {
        request.headers_mut().append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
    }
    request
}

fn seen(layer: &ClientInfoLayer, request: Request<()>) -> ClientInfo {
    let mut head = request.into_parts().0;
    match layer.judge(&mut head) {
        Judgement::Admit(client) => client,
        _ => panic!("always admitted"),
    }
}

fn client_ip(peer: &str, forwarded: &[&[u8]]) -> String {
    seen(&behind_proxies(), from_peer(peer, forwarded)).ip.unwrap().to_string()
}

#[test]
fn the_first_hop_that_is_not_trusted_is_the_client() {
    assert_eq!(client_ip(PROXY, &[b"203.0.113.9"]), "203.0.113.9");
    assert_eq!(client_ip(PROXY, &[b"203.0.113.9, 10.2.2.2"]), "203.0.113.9");
    assert_eq!(client_ip(PROXY, &[b"2001:db8::7, fd00::1"]), "2001:db8::7");
    assert_eq!(client_ip(PROXY, &[]), PROXY);
    assert_eq!(client_ip(PROXY, &[b"10.3.3.3, 10.2.2.2"]), "10.3.3.3", "a caller from the inside");
}

#[test]
fn asvs_v4_1_3_a_client_that_is_no_proxy_is_not_believed() {
    assert_eq!(client_ip("203.0.113.9", &[b"127.0.0.1"]), "203.0.113.9");
    let nobody_trusted = ClientInfoLayer::direct();
    let client = seen(&nobody_trusted, from_peer(PROXY, &[b"203.0.113.9"]));
    assert_eq!(client.ip.unwrap().to_string(), PROXY);
}

#[test]
fn asvs_v4_1_3_x_forwarded_for_spoofing_on_the_left_is_ignored() {
    assert_eq!(client_ip(PROXY, &[b"127.0.0.1, 198.51.100.1, 203.0.113.9"]), "203.0.113.9");
    // The client writes an address from the proxies' own network, hoping to be passed over.
    assert_eq!(client_ip(PROXY, &[b"10.9.9.9, 203.0.113.9"]), "203.0.113.9");
}

#[test]
fn asvs_v4_1_3_x_forwarded_for_spoofing_by_a_second_line_is_ignored() {
    assert_eq!(client_ip(PROXY, &[b"127.0.0.1", b"203.0.113.9"]), "203.0.113.9");
    assert_eq!(client_ip(PROXY, &[b"127.0.0.1, 198.51.100.1", b"203.0.113.9, 10.2.2.2"]), "203.0.113.9");
}

#[test]
fn asvs_v4_1_3_nothing_is_believed_beyond_an_entry_that_is_no_address() {
    let junk: [&[u8]; 8] =
        [b"", b"unknown", b"_hidden", b"1.2.3", b"1.2.3.4.5", b"\xff\xfe", b"0x7f.1", b"127.0.0.1 x"];
    for entry in junk {
        let line = [b"198.51.100.1, ", entry, b", 10.2.2.2"].concat();
        assert_eq!(client_ip(PROXY, &[&line]), "10.2.2.2", "{entry:?}");
    }
    let long = [b"198.51.100.1, ".as_slice(), &[b'1'; 9_000], b", 10.2.2.2"].concat();
    assert_eq!(client_ip(PROXY, &[&long]), "10.2.2.2");
}

#[test]
fn asvs_v4_1_3_proxy_headers_of_an_untrusted_peer_do_not_reach_the_inner_service() {
    let names = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded"];
    let with_headers = |peer: &str| {
        let mut request = from_peer(peer, &[]);
        for name in names {
            request.headers_mut().append(HeaderName::from_static(name), "203.0.113.9".parse().unwrap());
        }
        let mut head = request.into_parts().0;
        let _ = behind_proxies().judge(&mut head);
        names.iter().filter(|name| head.headers.contains_key(**name)).count()
    };
    assert_eq!(with_headers("203.0.113.9"), 0);
    assert_eq!(with_headers(PROXY), names.len());
}

#[test]
fn a_chain_longer_than_is_read_ends_at_the_last_hop_read() {
    let chain = format!("203.0.113.9{}", ", 10.1.1.1".repeat(100_000));
    assert_eq!(client_ip(PROXY, &[chain.as_bytes()]), "10.1.1.1");
    let mut short = TrustedProxies::new(["10.0.0.0/8".parse().unwrap()]);
    short.max_hops = 1;
    let client =
        seen(&ClientInfoLayer::behind(short).unwrap(), from_peer(PROXY, &[b"203.0.113.9, 10.2.2.2"]));
    assert_eq!(client.ip.unwrap().to_string(), "10.2.2.2");
}

#[test]
fn one_address_has_one_spelling() {
    for entry in
        ["203.0.113.9", "203.0.113.9:80", "::ffff:203.0.113.9", "[::ffff:203.0.113.9]:80", "\t203.0.113.9 "]
    {
        assert_eq!(client_ip(PROXY, &[entry.as_bytes()]), "203.0.113.9", "{entry:?}");
    }
    for entry in ["2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:443", "2001:0DB8:0::0007"] {
        assert_eq!(client_ip(PROXY, &[entry.as_bytes()]), "2001:db8::7", "{entry:?}");
    }
    assert_eq!(client_ip("::ffff:10.0.0.1", &[b"203.0.113.9"]), "203.0.113.9", "a dual-stack socket");
}

#[test]
fn without_a_peer_the_address_is_unknown_whatever_is_sent() {
    let mut request = get("/");
    request.headers_mut().insert("x-forwarded-for", "203.0.113.9".parse().unwrap());
    assert_eq!(seen(&behind_proxies(), request).ip, None);
}

#[tokio::test]
async fn asvs_v15_3_4_the_inner_service_finds_address_and_bounded_user_agent() {
    let inner = Counting::default();
    let mut request = from_peer(PROXY, &[b"203.0.113.9"]);
    let agent = [b"probe/1 ".as_slice(), &[0xff; 1_000_000]].concat();
    request.headers_mut().insert("user-agent", HeaderValue::from_bytes(&agent).unwrap());
    behind_proxies().layer(inner.clone()).oneshot(request).await.unwrap();
    let client = inner.last(|head| head.extensions.get::<ClientInfo>().cloned()).unwrap();
    assert_eq!(client.ip, Some(IpAddr::from([203, 0, 113, 9])));
    let agent = client.user_agent.unwrap();
    assert!(agent.starts_with("probe/1 "));
    assert_eq!(agent.chars().count(), ClientInfo::MAX_USER_AGENT);
}

#[tokio::test]
async fn the_peer_can_come_from_another_extension() {
    let layer = behind_proxies().peer_from(|extensions| extensions.get::<IpAddr>().copied());
    let mut request = get("/");
    request.extensions_mut().insert(IpAddr::from([192, 0, 2, 1]));
    assert_eq!(seen(&layer, request).ip, Some(IpAddr::from([192, 0, 2, 1])));
}

#[test]
fn a_list_that_would_let_clients_name_themselves_is_not_valid() {
    let everybody = "0.0.0.0/0".parse().unwrap();
    let refused = ClientInfoLayer::behind(TrustedProxies::new([everybody])).unwrap_err();
    assert_eq!(refused, InvalidProxies::Everybody(everybody));
    let many = std::iter::repeat_n("10.0.0.0/8".parse().unwrap(), TrustedProxies::MAX_NETWORKS + 1);
    assert!(matches!(TrustedProxies::new(many).validate(), Err(InvalidProxies::TooMany(65))));
    let mut no_hops = TrustedProxies::new(["10.0.0.0/8".parse().unwrap()]);
    no_hops.max_hops = 0;
    assert_eq!(no_hops.validate(), Err(InvalidProxies::NoHops));
}

#[test]
fn the_configuration_reads_prefixes_and_refuses_unknown_keys() {
    let read: TrustedProxies = serde_json::from_str(r#"{"networks":["10.0.0.0/8"]}"#).unwrap();
    assert_eq!(read, TrustedProxies::new(["10.0.0.0/8".parse().unwrap()]));
    assert!(serde_json::from_str::<TrustedProxies>(r#"{"network":[]}"#).is_err());
}

proptest! {
    /// The proxy appends what it saw, on the client's own line or on a new one; nothing before that counts.
    #[test]
    fn asvs_v4_1_3_a_client_behind_a_trusted_proxy_cannot_choose_its_address(
        sent in prop::collection::vec(prop::collection::vec(0x20u8..=0xff, 0..60), 0..4),
        addresses in prop::collection::vec(any::<[u8; 4]>(), 0..4),
        own in any::<[u8; 4]>().prop_filter("outside", |ip| ip[0] != 10),
        same_line in any::<bool>(),
    ) {
        let mut lines = sent;
        lines.extend(addresses.iter().map(|ip| Ipv4Addr::from(*ip).to_string().into_bytes()));
        lines.retain(|line| HeaderValue::from_bytes(line).is_ok());
        let own = Ipv4Addr::from(own).to_string();
        match lines.last_mut() {
            Some(last) if same_line => last.extend_from_slice(format!(", {own}").as_bytes()),
            _ => lines.push(own.clone().into_bytes()),
        }
        let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(client_ip(PROXY, &lines), own);
    }
}
