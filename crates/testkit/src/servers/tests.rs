//! Against real servers.

use super::*;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn ping(addr: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&addr, Duration::from_secs(1)).ok()?;
    stream.set_read_timeout(Some(Duration::from_millis(500))).ok()?;
    stream.write_all(b"PING\r\n").ok()?;
    let mut answer = [0; 7];
    stream.read_exact(&mut answer).ok()?;
    String::from_utf8(answer.to_vec()).ok()
}

fn say(addr: SocketAddr, commands: &str) -> String {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.write_all(format!("{commands}\r\nQUIT\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn eventually(what: &str, check: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !check() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn redis_freezes_dies_and_comes_back_with_what_it_acknowledged() {
    let Some(redis) = Redis::own(Durability::Durable) else { return };
    assert_eq!(say(redis.addr(), "SET kept yes"), "+OK\r\n+OK\r\n");
    redis.freeze().unwrap();
    assert_eq!(ping(redis.addr()), None);
    redis.thaw().unwrap();
    assert_eq!(ping(redis.addr()).unwrap(), "+PONG\r\n");
    redis.kill().unwrap();
    assert_eq!(ping(redis.addr()), None);
    redis.restart().unwrap();
    assert_eq!(say(redis.addr(), "GET kept"), "$3\r\nyes\r\n+OK\r\n");
}

#[test]
fn prefixes_are_never_shared() {
    let Some(redis) = redis() else { return };
    assert!(redis.prefix("a").starts_with("t:a:"));
    assert_ne!(redis.prefix("a"), redis.prefix("a"));
}

#[test]
fn a_folder_goes_with_its_server() {
    let Some(redis) = Redis::own(Durability::Durable) else { return };
    let answer = say(redis.addr(), "CONFIG GET dir");
    let folder = answer.lines().find(|line| line.starts_with('/')).unwrap().to_owned();
    assert!(std::path::Path::new(&folder).is_dir());
    redis.freeze().unwrap();
    drop(redis);
    assert!(!std::path::Path::new(&folder).exists());
}

/// Run as a process of its own by the next test, and killed.
#[test]
#[ignore = "the victim of `a_killed_test_process_leaves_no_server_and_no_folder`"]
fn victim() {
    let (redis, postgres) = (Redis::own(Durability::Fast).unwrap(), Postgres::own(Durability::Fast).unwrap());
    let dir = say(redis.addr(), "CONFIG GET dir");
    let dir = dir.lines().find(|line| line.starts_with('/')).unwrap();
    // The end of the process then orphans a group with stopped members, to which the kernel sends SIGHUP.
    redis.freeze().unwrap();
    postgres.freeze().unwrap();
    println!("\nvictim {} {} {dir}", redis.addr(), postgres.addr());
    std::thread::sleep(Duration::from_mins(5));
}

#[test]
fn a_killed_test_process_leaves_no_server_and_no_folder() {
    if Redis::own(Durability::Fast).is_none() || postgres_program("postgres").is_none() {
        return;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "servers::tests::victim", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let line = lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("victim ")?.to_owned()));
    let line = line.unwrap();
    let [redis, postgres, dir] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let listens = |addr: &str| TcpStream::connect(addr).is_ok();
    assert!(listens(redis) && listens(postgres));
    victim.kill().unwrap();
    victim.wait().unwrap();
    let left = |kind: &str| dir.replace("stockade-redis-", kind).rsplit_once('-').map(|(p, _)| p.to_owned());
    let folders = [left("stockade-redis-").unwrap(), left("stockade-postgres-").unwrap()];
    let gone = |start: &str| {
        let entries = std::fs::read_dir(std::env::temp_dir()).unwrap();
        !entries.flatten().any(|entry| entry.path().to_string_lossy().starts_with(start))
    };
    eventually("servers and folders are gone", || {
        !listens(redis) && !listens(postgres) && folders.iter().all(|start| gone(start))
    });
}

#[test]
fn postgres_dies_and_recovers_what_it_committed() {
    let Some(postgres) = Postgres::own(Durability::Durable) else { return };
    let database = postgres.empty_database().unwrap();
    postgres.freeze().unwrap();
    postgres.thaw().unwrap();
    postgres.kill().unwrap();
    assert!(TcpStream::connect(postgres.addr()).is_err());
    postgres.restart().unwrap();
    let name = database.name().to_owned();
    let fork = block_on(postgres.database("recovered", async |_| Ok::<_, ServerError>(()))).unwrap();
    assert_ne!(fork.name(), name);
}

/// Polls in a busy loop: enough for futures that only ever give way.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

#[test]
fn race_a_template_is_made_once_and_each_test_has_its_own_copy() {
    use std::sync::atomic::{AtomicU32, Ordering};
    let Some(postgres) = postgres() else { return };
    let (made, template) = (AtomicU32::new(0), format!("race_{}_{}", std::process::id(), run_id()));
    let migrate = async |_: &str| {
        made.fetch_add(1, Ordering::Relaxed);
        Ok::<_, ServerError>(())
    };
    let ask = || block_on(postgres.database(&template, migrate)).unwrap().name().to_owned();
    let names: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(made.into_inner(), 1);
    assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), 4);
}

#[test]
fn partial_write_of_a_template_is_never_copied() {
    let Some(postgres) = postgres() else { return };
    let template = format!("half_{}_{}", std::process::id(), run_id());
    let fails = block_on(postgres.database(&template, async |_| Err("half way")));
    assert!(matches!(fails, Err(ServerError::Refused { message }) if message == "half way"));
    let mut again = false;
    block_on(postgres.database(&template, async |_| {
        again = true;
        Ok::<_, ServerError>(())
    }))
    .unwrap();
    assert!(again);
    let bad = block_on(postgres.database("a\"; DROP", async |_| Ok::<_, ServerError>(())));
    assert!(matches!(bad, Err(ServerError::Refused { .. })));
}

#[test]
fn a_proxy_passes_on_and_misbehaves_when_told_to() {
    let Some(redis) = Redis::own(Durability::Fast) else { return };
    let proxy = Proxy::before(redis.addr()).unwrap();
    assert_eq!(proxy.url(redis.url()), format!("redis://{}", proxy.addr()));
    assert_eq!(proxy.url("postgres://me@1.2.3.4:5/db"), format!("postgres://me@{}/db", proxy.addr()));
    assert_eq!(ping(proxy.addr()).unwrap(), "+PONG\r\n");

    proxy.set(Fault::Cut);
    assert_eq!(ping(proxy.addr()), None);
    proxy.set(Fault::Silence);
    assert_eq!(ping(proxy.addr()), None);
    proxy.set(Fault::Truncate(3));
    assert_eq!(say(proxy.addr(), "PING"), "+PO");
    proxy.set(Fault::Delay(Duration::from_millis(50)));
    let start = Instant::now();
    assert_eq!(ping(proxy.addr()).unwrap(), "+PONG\r\n");
    assert!(start.elapsed() >= Duration::from_millis(100));
    proxy.set(Fault::None);
    assert_eq!(say(proxy.addr(), "PING"), "+PONG\r\n+OK\r\n");
    let addr = proxy.addr();
    drop(proxy);
    eventually("the proxy is gone", || TcpStream::connect(addr).is_err());
}
