//! Against a real server on loopback, as small as SMTP allows.

use super::*;
use crate::notify::Matter;
use crate::notify::text::tests::{all_matters, notice, texts};
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use stockade_authn::EmailAddress;
use stockade_core::{ManualClock, Secret, SystemEntropy, UnixMillis};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Where and how a server fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Answers this command with that code.
    Code(&'static str, u16),
    /// Says nothing more from this command on.
    Hang(&'static str),
    /// Closes the connection at this command.
    Cut(&'static str),
}

#[derive(Default)]
struct Received {
    commands: Vec<String>,
    mails: Vec<String>,
}

#[derive(Clone)]
struct Sink {
    address: SocketAddr,
    received: Arc<Mutex<Received>>,
    most_at_once: Arc<AtomicUsize>,
}

impl Sink {
    async fn new(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sink = Self { address, received: Arc::default(), most_at_once: Arc::default() };
        let (handle, at_once) = (sink.clone(), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sink, at_once) = (handle.clone(), at_once.clone());
                tokio::spawn(async move {
                    let now = at_once.fetch_add(1, Ordering::SeqCst) + 1;
                    sink.most_at_once.fetch_max(now, Ordering::SeqCst);
                    // A client that gives up goes away.
                    let _ = sink.serve(stream, fault).await;
                    at_once.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        sink
    }

    async fn serve(&self, stream: TcpStream, fault: Fault) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut command = "CONNECT".to_owned();
        loop {
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            self.received.lock().unwrap().commands.push(command.clone());
            let answer = match fault {
                Fault::Code(at, code) if at == verb => format!("{code} <ada@example.org> is not for you"),
                Fault::Hang(at) if at == verb => std::future::pending().await,
                Fault::Cut(at) if at == verb => return Ok(()),
                _ => match &*verb {
                    "CONNECT" => "220 sink".to_owned(),
                    "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
                    "DATA" => "354 go on".to_owned(),
                    "QUIT" => "221 bye".to_owned(),
                    _ => "250 ok".to_owned(),
                },
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
            if verb == "QUIT" {
                return Ok(());
            }
            command.clear();
            if verb == "DATA" && answer.starts_with("354") {
                command = self.take_mail(&mut stream).await?;
            } else if stream.read_line(&mut command).await? == 0 {
                return Ok(());
            }
            command.truncate(command.trim_end().len());
        }
    }

    /// Reads up to the line with the dot; the answer to it goes by the name of `END`.
    async fn take_mail(&self, stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") && stream.read_line(&mut mail).await? > 0 {}
        self.received.lock().unwrap().mails.push(mail);
        Ok("END".to_owned())
    }

    fn notifier(&self, adjust: impl FnOnce(SmtpConfig) -> SmtpConfig) -> SmtpNotifier {
        let from = EmailAddress::parse("no-reply@exam.example.org").unwrap();
        let config = SmtpConfig::new("127.0.0.1", from)
            .port(self.address.port())
            .security(SmtpSecurity::InsecurePlain)
            .from_name("Exam")
            .timeout(Duration::from_secs(5));
        let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
        SmtpNotifier::new(adjust(config), Arc::new(texts()), clock, Arc::new(SystemEntropy)).unwrap()
    }

    fn mails(&self) -> Vec<String> {
        self.received.lock().unwrap().mails.clone()
    }

    fn commands(&self) -> Vec<String> {
        self.received.lock().unwrap().commands.clone()
    }
}

fn reset() -> Notice {
    let token = Secret::new("tok-en_42".to_owned());
    notice(Matter::ResetPassword { token, expires_in: Duration::from_secs(600) })
}

/// What an operator sees: the error and its sources.
fn chain(error: &dyn Error) -> String {
    std::iter::successors(Some(error), |error: &&dyn Error| (*error).source())
        .map(|error| format!("{error} {error:?} "))
        .collect()
}

#[tokio::test]
async fn each_notice_arrives_as_one_mail_to_one_reader() {
    let sink = Sink::new(Fault::None).await;
    let notifier = sink.notifier(|config| config);
    for matter in all_matters() {
        notifier.notify(&notice(matter)).await.unwrap();
    }
    let mails = sink.mails();
    assert_eq!(mails.len(), all_matters().len());
    for mail in &mails {
        let head = mail.split("\r\n\r\n").next().unwrap();
        let field = |name: &str| head.lines().filter(|line| line.starts_with(name)).collect::<Vec<_>>();
        assert_eq!(field("To:"), ["To: ada@example.org"], "{head}");
        assert_eq!(field("From:"), ["From: Exam <no-reply@exam.example.org>"], "{head}");
        assert_eq!(field("Date:"), ["Date: Tue, 14 Nov 2023 22:13:20 +0000"], "{head}");
        assert_eq!(field("Auto-Submitted:"), ["Auto-Submitted: auto-generated"], "{head}");
        assert!(field("Message-ID:").len() == 1 && field("Subject: Exam: ").len() == 1, "{head}");
        assert!(field("Bcc").is_empty() && field("Cc").is_empty(), "{head}");
    }
    let recipients = sink.commands().into_iter().filter(|command| command.starts_with("RCPT"));
    assert!(recipients.into_iter().all(|to| to == "RCPT TO:<ada@example.org>"));
}

#[tokio::test]
async fn a_token_arrives_whole_on_one_line() {
    let sink = Sink::new(Fault::None).await;
    let token = Secret::new("t".repeat(200));
    let expires_in = Duration::from_secs(600);
    sink.notifier(|config| config).notify(&notice(Matter::VerifyEmail { token, expires_in })).await.unwrap();
    let body = sink.mails().remove(0).split_once("\r\n\r\n").unwrap().1.to_owned();
    // Quoted-printable cuts lines with `=` and writes `=` as `=3D` (RFC 2045 §6.7).
    let text = body.replace("=\r\n", "").replace("=3D", "=");
    let link = format!("https://exam.example.org/verify-email#token={}\r\n", "t".repeat(200));
    assert!(text.contains(&link), "{body}");
}

#[tokio::test]
async fn asvs_v1_3_11_header_injection_by_what_people_chose_does_not_reach_the_wire() {
    struct Careless;
    impl Compose for Careless {
        fn compose(&self, _: &Notice) -> super::super::Mail {
            super::super::Mail::new(
                "hi\r\nBcc: eve@example.org\r\n\r\nhello",
                "text\r\n.\r\nMAIL FROM:<eve>\r\n".into(),
            )
        }
    }
    let sink = Sink::new(Fault::None).await;
    let mut notifier = sink.notifier(|config| config);
    notifier.texts = Arc::new(Careless);
    notifier.notify(&reset()).await.unwrap();
    let mail = sink.mails().remove(0);
    assert!(!mail.to_lowercase().contains("\r\nbcc:"), "{mail}");
    let senders = sink.commands().into_iter().filter(|command| command.starts_with("MAIL FROM")).count();
    assert_eq!((senders, sink.mails().len()), (1, 1), "a dot in the text ends nothing");
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_and_not_by_its_words() {
    for (at, code) in [("MAIL", 550), ("RCPT", 550), ("DATA", 554), ("END", 552), ("RCPT", 450), ("END", 451)]
    {
        let sink = Sink::new(Fault::Code(at, code)).await;
        let error = sink.notifier(|config| config).notify(&reset()).await.unwrap_err();
        let shown = chain(&error);
        assert!(shown.contains(&code.to_string()), "{at}: {shown}");
        assert!(!shown.contains("ada@") && !shown.contains("tok-en_42"), "{at}: {shown}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    for at in ["CONNECT", "EHLO", "RCPT", "DATA", "END"] {
        let sink = Sink::new(Fault::Hang(at)).await;
        let notifier = sink.notifier(|config| config.timeout(Duration::from_millis(100)));
        let error = notifier.notify(&reset()).await.unwrap_err();
        assert!(chain(&error).contains("too long"), "{at}: {}", chain(&error));
    }
}

#[tokio::test]
async fn a_cut_connection_is_an_error_wherever_it_is_cut() {
    for at in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"] {
        let sink = Sink::new(Fault::Cut(at)).await;
        let error = sink.notifier(|config| config).notify(&reset()).await.unwrap_err();
        assert!(!chain(&error).contains("tok-en_42"), "{at}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let sink = Sink { address: nobody, ..Sink::new(Fault::None).await };
    assert!(sink.notifier(|config| config).notify(&reset()).await.is_err(), "nobody listens");
}

#[tokio::test]
async fn downgrade_by_a_server_without_tls_gets_no_mail() {
    for security in [SmtpSecurity::StartTls, SmtpSecurity::Tls] {
        let sink = Sink::new(Fault::None).await;
        let notifier = sink.notifier(|config| {
            config
                .security(security)
                .credentials("exam", Secret::new("pa55phrase".into()))
                .timeout(Duration::from_secs(1))
        });
        assert!(notifier.notify(&reset()).await.is_err(), "{security:?}");
        assert!(sink.mails().is_empty(), "{security:?}");
        let said = sink.commands().join("\n");
        assert!(!said.contains("MAIL") && !said.contains("AUTH"), "{security:?}: {said}");
        assert!(!format!("{notifier:?}").contains("pa55phrase"));
    }
}

#[tokio::test]
async fn flood_of_notices_opens_no_more_connections_than_allowed() {
    let sink = Sink::new(Fault::None).await;
    let notifier = sink.notifier(|config| config.max_connections(2));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let notifier = notifier.clone();
            tokio::spawn(async move { notifier.notify(&reset()).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(sink.mails().len(), 64);
    // The server sees a connection end a moment after the client has ended it.
    assert!(sink.most_at_once.load(Ordering::SeqCst) <= 4);
}

#[tokio::test]
async fn an_address_beyond_ascii_is_written_as_it_is() {
    let sink = Sink::new(Fault::None).await;
    let to = EmailAddress::parse("jos\u{e9}@example.org").unwrap();
    let mail = Notice::new(to, None, Matter::PasswordChanged);
    sink.notifier(|config| config).notify(&mail).await.unwrap();
    assert!(sink.commands().contains(&"RCPT TO:<jos\u{e9}@example.org>".to_owned()), "{:?}", sink.commands());
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let config = || SmtpConfig::new("mail.example.org", EmailAddress::parse("a@example.org").unwrap());
    assert!(config().validate().is_ok());
    let password = || Secret::new("pa55phrase".to_owned());
    for wrong in [
        SmtpConfig { host: String::new(), ..config() },
        SmtpConfig { host: "mail\r\n.example.org".into(), ..config() },
        config().security(SmtpSecurity::InsecurePlain).credentials("exam", password()),
        config().timeout(Duration::ZERO),
        config().timeout(Duration::MAX),
        config().max_connections(0),
        config().max_connections(usize::MAX),
        config().from_name("Exam\r\nBcc: eve@example.org"),
    ] {
        assert!(wrong.validate().is_err(), "{wrong:?}");
    }
    assert!(!format!("{:?}", config().credentials("exam", password())).contains("pa55phrase"));
}
