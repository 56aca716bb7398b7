//! The server runs in a process of its own, because a signal is for a whole process: this test binary, started again.
#![cfg(unix)]

use super::*;
use axum::extract::ConnectInfo;
use axum::routing::get;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;
use stockade_testkit::Service;

#[test]
#[ignore = "the other tests start it as a process"]
fn server_process() {
    let router = Router::new()
        .route("/peer", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()))
        .route(
            "/slow",
            get(async || {
                eprintln!("slow request begun");
                tokio::time::sleep(Duration::from_secs(2)).await;
                "finished"
            }),
        );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(serve(([127, 0, 0, 1], 0).into(), router)).unwrap();
}

fn start() -> Service {
    Service::launch(std::env::current_exe().unwrap())
        // With one thread the test runner prints the test's name into the line that is waited for.
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=2", "serve::tests::server_process"])
        .start()
        .unwrap()
}

fn send(service: &Service, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(service.addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").unwrap();
    stream
}

fn answer(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn handlers_see_the_address_of_the_peer() {
    let service = start();
    let stream = send(&service, "/peer");
    let peer = stream.local_addr().unwrap();
    assert!(answer(stream).ends_with(&peer.to_string()));
}

#[test]
fn sigterm_lets_an_open_request_finish_and_takes_no_new_one() {
    let mut service = start();
    let open = send(&service, "/slow");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !service.stderr().contains("slow request begun") {
        assert!(Instant::now() < deadline, "the request never began");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(service.terminate().unwrap().success());
    assert!(answer(open).ends_with("finished"));
    assert!(TcpStream::connect(service.addr()).is_err());
}

#[test]
fn sigterm_ends_a_server_whose_client_never_finishes() {
    let mut service = start();
    let mut half = TcpStream::connect(service.addr()).unwrap();
    half.write_all(b"GET /peer HTTP/1.1\r\n").unwrap();
    assert!(answer(send(&service, "/peer")).starts_with("HTTP/1.1 200"));
    let start = Instant::now();
    assert!(service.terminate().unwrap().success());
    assert!(start.elapsed() < SHUTDOWN_GRACE + Duration::from_secs(5), "took {:?}", start.elapsed());
}

#[test]
fn a_taken_address_is_an_error() {
    let service = start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(bind(service.addr())).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}
