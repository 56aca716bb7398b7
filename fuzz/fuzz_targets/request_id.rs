//! A request's name is of its alphabet, the same wherever it stands, and the client's own only if there is exactly one and it is
//! valid. Each line is a line of `x-request-id`.

#![no_main]

use http::header::{HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};
use stockade_core::{RequestId, SystemEntropy};
use stockade_fuzz::clock;
use stockade_tower::{Guard, Judgement, RequestIdLayer};

const NAME: HeaderName = HeaderName::from_static("x-request-id");

static LAYER: LazyLock<RequestIdLayer> =
    LazyLock::new(|| RequestIdLayer::new(clock(), Arc::new(SystemEntropy)));

fuzz_target!(|input: &[u8]| {
    let mut head = http::Request::new(()).into_parts().0;
    let lines = input.split(|b| *b == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
    lines.for_each(|line| _ = head.headers.append(NAME, line));
    let sent: Vec<_> = head.headers.get_all(NAME).iter().cloned().collect();

    let Judgement::Admit(id) = LAYER.judge(&mut head) else { panic!("there is randomness") };
    let in_response = LAYER.admit(id.clone(), &mut head);
    assert_eq!(head.extensions.get::<RequestId>(), Some(&id));
    let in_request: Vec<_> = head.headers.get_all(NAME).iter().collect();
    assert_eq!(in_request, [id.as_str()]);
    assert_eq!(in_response.as_ref(), Some(in_request[0]));

    assert!((1..=RequestId::MAX_LEN).contains(&id.as_str().len()));
    assert!(id.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)));
    let valid = |line: &HeaderValue| line.to_str().is_ok_and(|text| text.parse::<RequestId>().is_ok());
    let kept = sent.len() == 1 && valid(&sent[0]);
    assert_eq!(kept, sent.iter().any(|line| line == id.as_str()));
});
