//! Shell scripts play the servers: each shows one way in which a process behaves.

use super::*;
use std::path::Path;

fn script(text: &str) -> Launch {
    Service::launch("sh").arg("-c").arg(text).deadline(Duration::from_secs(20))
}

fn runs(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

const LISTENS: &str = "echo listening on http://127.0.0.1:4; echo to the log >&2; exec sleep 60";

#[test]
fn a_server_is_known_by_the_address_that_it_prints() {
    let service = script(LISTENS).start().unwrap();
    assert_eq!(service.addr(), "127.0.0.1:4".parse().unwrap());
    assert_eq!(service.url("/health"), "http://127.0.0.1:4/health");
    assert!(service.stdout().starts_with("listening on"));
    let memory = service.memory().unwrap();
    assert!(memory.resident > 0 && memory.resident <= memory.peak, "{memory:?}");
}

#[test]
fn arguments_and_environment_reach_the_server() {
    let service = Service::launch("sh")
        .args(["-c", "echo $GREETING $1 >&2; echo listening on http://127.0.0.1:4; exec sleep 60", "sh"])
        .arg("world")
        .env("GREETING", "hello")
        .start()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while service.stderr() != "hello world\n" {
        assert!(Instant::now() < deadline, "standard error was {:?}", service.stderr());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_dropped_service_leaves_no_process() {
    let service = script(LISTENS).start().unwrap();
    let pid = service.pid();
    assert!(runs(pid));
    drop(service);
    assert!(!runs(pid));
}

#[test]
fn a_panicking_test_leaves_no_process() {
    let (send, receive) = std::sync::mpsc::channel();
    let test = std::thread::spawn(move || {
        let service = script(LISTENS).start().unwrap();
        send.send(service.pid()).unwrap();
        panic!("the test fails here");
    });
    let pid = receive.recv().unwrap();
    assert!(test.join().is_err());
    assert!(!runs(pid));
}

#[cfg(unix)]
#[test]
fn kill9_cannot_be_ignored_and_the_same_launch_starts_again() {
    use std::os::unix::process::ExitStatusExt;

    let launch = script("trap '' TERM; echo listening on http://127.0.0.1:4; while :; do sleep 1; done");
    let mut service = launch.start().unwrap();
    assert_eq!(service.kill9().unwrap().signal(), Some(9));
    assert!(service.kill9().is_ok(), "a second kill finds nothing to do");
    assert!(service.memory().is_err());
    assert_ne!(launch.start().unwrap().pid(), service.pid());
}

#[cfg(unix)]
#[test]
fn terminate_lets_the_server_end_by_itself() {
    let mut service = script(
        "trap 'kill $!; exit 7' TERM; echo listening on http://127.0.0.1:4; sleep 60 & while :; do wait; done",
    )
    .start()
    .unwrap();
    assert_eq!(service.terminate().unwrap().code(), Some(7));
    assert_eq!(service.terminate().unwrap().code(), Some(7), "a second call finds the same end");
}

#[test]
fn a_server_that_ends_early_shows_why() {
    let error = script("echo the port is taken >&2; exit 3").start().unwrap_err();
    assert!(
        matches!(&error, ServiceError::Ended { stderr, .. } if stderr.contains("the port is taken")),
        "{error}"
    );
    assert!(error.to_string().contains("the port is taken"), "{error}");
}

#[test]
fn an_orphan_that_holds_the_output_open_does_not_hang_the_test() {
    let start = Instant::now();
    let error = script("sleep 8 & echo gone >&2; exit 3").start().unwrap_err();
    assert!(matches!(&error, ServiceError::Ended { stderr, .. } if stderr.contains("gone")), "{error}");
    assert!(start.elapsed() < Duration::from_secs(7), "took {:?}", start.elapsed());
}

#[test]
fn a_silent_server_is_given_up_and_killed() {
    let folder = std::env::temp_dir();
    let file = folder.join(format!("stockade-testkit-silent-{}", std::process::id()));
    let launch = script("echo $$ > \"$PID_FILE\"; exec sleep 60").env("PID_FILE", &file);
    let error = launch.deadline(Duration::from_millis(500)).start().unwrap_err();
    assert!(matches!(error, ServiceError::Silent { .. }), "{error}");
    let pid: u32 = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(!runs(pid));
}

#[test]
fn a_server_open_to_the_network_is_refused() {
    let error = script("echo listening on http://0.0.0.0:4; exec sleep 60").start().unwrap_err();
    assert!(matches!(error, ServiceError::NotLoopback { .. }), "{error}");
}

#[test]
fn flood_a_chatty_server_does_not_block_on_its_output() {
    let service = script("yes | head -c 1000000; echo; echo listening on http://127.0.0.1:4; exec sleep 60")
        .start()
        .unwrap();
    assert!(service.stdout().len() > 1_000_000);
}
