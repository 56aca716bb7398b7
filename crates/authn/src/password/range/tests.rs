use super::*;
use crate::password::{
    BreachCheckError, BreachedPasswords, Exposure, FailurePolicy, Password, PasswordContext, PasswordRules,
};
use async_trait::async_trait;
use proptest::prelude::*;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// SHA-1 of `password`: 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8.
const KNOWN: &str = "password";
const SUFFIX: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";

/// An HTTP client as small as the trait allows.
#[derive(Debug)]
struct PlainHttp;

#[async_trait]
impl Fetch for PlainHttp {
    async fn get(
        &self,
        url: &str,
        headers: &[(&'static str, &'static str)],
        max_bytes: usize,
    ) -> Result<Vec<u8>, FetchError> {
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let unreachable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => FetchError::Timeout,
            _ => FetchError::Unreachable(error.into()),
        };
        let mut stream = TcpStream::connect(host).map_err(unreachable)?;
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let fields: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\n{fields}connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).map_err(unreachable)?;
        let mut answer = Vec::new();
        let read = stream.take(max_bytes as u64 + 1024).read_to_end(&mut answer).map_err(unreachable)?;
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
        let cut = || FetchError::Unreachable("cut".into());
        let (head, body) = answer.split_at(end.ok_or_else(cut)? + 4);
        let head = String::from_utf8_lossy(head).to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length: usize =
            head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        match status {
            200 if length > max_bytes => Err(FetchError::TooLong { max: max_bytes }),
            200 if body.len() < length || read == 0 => Err(cut()),
            200 => Ok(body.to_vec()),
            status => Err(FetchError::Status(status)),
        }
    }
}

/// A server on loopback that answers one request with `answer` and remembers what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn new(answer: impl Into<Vec<u8>>, linger: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::<Mutex<String>>::default());
        let (answer, log) = (answer.into(), asked.clone());
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
            *log.lock().unwrap() = head.join("\n");
            // A client that has seen enough goes away.
            let _ = stream.write_all(&answer);
            std::thread::sleep(linger);
        });
        Self { address, asked, thread: Some(thread) }
    }

    fn saying(status: &str, body: &str) -> Self {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        Self::new(answer, Duration::ZERO)
    }

    async fn check(&self, typed: &str) -> Result<Exposure, BreachCheckError> {
        let base = format!("http://{}/range/", self.address);
        let client = RangeClient::new(Arc::new(PlainHttp)).insecure_with_url(&base);
        client.check(&Password::new(typed.to_owned()).unwrap()).await
    }

    fn asked(mut self) -> String {
        self.thread.take().unwrap().join().unwrap();
        self.asked.lock().unwrap().clone()
    }
}

fn found(times: u64) -> Exposure {
    Exposure::Found { times: NonZeroU64::new(times) }
}

#[tokio::test]
async fn asvs_v6_2_12_a_breached_password_is_found_by_its_range_alone() {
    let body = format!("0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n{SUFFIX}:52256179\r\n");
    let server = Server::saying("200 OK", &body);
    assert_eq!(server.check(KNOWN).await.unwrap(), found(52_256_179));
    let asked = server.asked();
    assert!(asked.starts_with("GET /range/5BAA6 HTTP/1.1\n"), "{asked}");
    assert!(asked.contains("add-padding: true"), "{asked}");
    assert!(!asked.contains(SUFFIX) && !asked.contains(KNOWN), "{asked}");
}

#[tokio::test]
async fn padding_and_other_passwords_of_the_range_are_not_found() {
    let other = SUFFIX.replace("1E4C9", "2E4C9");
    for body in [format!("{SUFFIX}:0"), format!("{other}:7\n"), format!("{other}:7\r\n{SUFFIX}:0\r\n")] {
        let answer = Server::saying("200 OK", &body).check(KNOWN).await;
        assert_eq!(answer.unwrap(), Exposure::NotFound, "{body}");
    }
    let lower = Server::saying("200 OK", &format!("{}:2\n", SUFFIX.to_lowercase()));
    assert_eq!(lower.check(KNOWN).await.unwrap(), found(2));
}

#[tokio::test]
async fn an_accent_is_looked_for_as_it_is_hashed() {
    let server = Server::saying("200 OK", &format!("{SUFFIX}:1"));
    let _ = server.check("cafe\u{301}").await;
    let composed = Server::saying("200 OK", &format!("{SUFFIX}:1"));
    let _ = composed.check("caf\u{e9}").await;
    assert_eq!(server.asked().lines().next(), composed.asked().lines().next());
}

#[tokio::test]
async fn truncation_floods_and_garbage_are_errors_not_clean_passwords() {
    let long = format!("{SUFFIX}:1\r\n").repeat(RangeAnswer::MAX_LEN / 39 + 1);
    for body in ["", "\n", &SUFFIX[..20], SUFFIX, &format!("{SUFFIX}:"), "<html>captive portal</html>", &long]
    {
        let answer = Server::saying("200 OK", body).check(KNOWN).await;
        assert!(answer.is_err(), "{answer:?}");
    }
    for status in ["404 Not Found", "429 Too Many Requests", "503 Service Unavailable", "301 Moved"] {
        let answer = Server::saying(status, &format!("{SUFFIX}:1")).check(KNOWN).await;
        assert!(matches!(answer, Err(BreachCheckError::Unreachable(_))), "{status}");
    }
}

#[tokio::test]
async fn a_cut_connection_and_a_server_that_hangs_fail_as_configured() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n";
    for (answer, linger) in [(cut, Duration::ZERO), ("", Duration::ZERO), ("", Duration::from_secs(2))] {
        for (failure, missed) in [(FailurePolicy::FailOpen, Some(1)), (FailurePolicy::FailClosed, None)] {
            let server = Server::new(answer, linger);
            let base = format!("http://{}/range/", server.address);
            let client = RangeClient::new(Arc::new(PlainHttp)).insecure_with_url(&base);
            let rules = PasswordRules::default().breached(Arc::new(client), failure);
            let password = Password::new("correct horse battery staple".to_owned()).unwrap();
            let accepted = rules.accept(password, &PasswordContext::only_factor()).await;
            assert_eq!(accepted.ok().map(|accepted| accepted.checks_missed()), missed);
        }
    }
}

#[test]
fn downgrade_to_plain_http_has_a_name_to_look_for() {
    let client = || RangeClient::new(Arc::new(PlainHttp));
    assert!(client().with_url("https://ranges.example.org/v1/").is_ok());
    for url in ["http://a/", "https://a", "https://a/?q=/", "https://a b/", "https://a\r\nx: y/", "", "HTTPS"]
    {
        assert_eq!(client().with_url(url).unwrap_err(), InvalidRangeUrl, "{url}");
    }
}

proptest! {
    #[test]
    fn no_answer_panics(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = RangeAnswer::parse(&body);
    }

    #[test]
    fn what_is_well_formed_is_read_whole(
        lines in proptest::collection::vec(("[0-9A-F]{35}", any::<u64>()), 1..50), crlf: bool, last: bool
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut body = lines.iter().map(|(s, n)| format!("{s}:{n}")).collect::<Vec<_>>().join(end);
        if last { body.push_str(end); }
        let answer = RangeAnswer::parse(body.as_bytes()).unwrap();
        prop_assert_eq!(answer.len(), lines.len());
        for (suffix, _) in &lines {
            let most = lines.iter().filter(|(other, _)| other == suffix).map(|(_, n)| *n).max().unwrap();
            let times = answer.times(suffix.as_bytes().try_into().unwrap());
            prop_assert_eq!(times, NonZeroU64::new(most));
        }
    }

    #[test]
    fn one_bad_line_spoils_an_answer(bad in "[0-9A-F]{0,34}|[0-9A-F]{35}:|[0-9A-F]{35}:[+-]?0[0-9]|[0-9A-F]{35}:1 |[0-9A-Fg]{34}g:1") {
        let body = format!("{SUFFIX}:1\n{bad}\n{SUFFIX}:2\n");
        prop_assert_eq!(RangeAnswer::parse(body.as_bytes()), Err(MalformedRange));
    }
}
