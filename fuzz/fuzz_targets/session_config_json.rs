//! Settings that validate make sessions that live exactly as long as they say, and as many as they say.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::refresh::RefreshKeys;
use stockade_authn::session::{MemorySessions, Refresh, SessionConfig, Sessions, SignIn};
use stockade_core::{AuthMethods, ClientInfo, ManualClock, Secret, SubjectId, SystemEntropy};
use stockade_fuzz::{clock, ready};

const MILLISECOND: Duration = Duration::from_millis(1);

/// How many sessions an input may open; what is limited above that is limited by the same code.
const MAX_SESSIONS: usize = 6;

fuzz_target!(|text: &str| {
    let Ok(config) = serde_json::from_str::<SessionConfig>(text) else { return };
    let clock = clock();
    let sessions = sessions(&config, clock.clone());
    assert_eq!(sessions.is_ok(), config.validate().is_ok());
    let Ok(sessions) = sessions else { return };
    let subject: SubjectId = "user-1".parse().expect("an id");
    let open = || {
        ready(sessions.open(SignIn::new(subject.clone(), ClientInfo::unknown(), AuthMethods::NONE)))
            .expect("opened")
    };

    let first = open().refresh_token;
    clock.advance(config.idle_timeout - MILLISECOND);
    let second = renewed(&sessions, &first).expect("it is not over yet");
    clock.advance(config.absolute_timeout.min(config.idle_timeout));
    assert!(renewed(&sessions, &second).is_none(), "it is over");

    for _ in 0..config.concurrency.limit().min(MAX_SESSIONS) + 1 {
        let _ = open();
    }
    let live = ready(sessions.list(&subject)).expect("listed").len();
    assert!((1..=config.concurrency.limit()).contains(&live));
});

fn sessions(config: &SessionConfig, clock: Arc<ManualClock>) -> Result<Sessions, impl std::fmt::Debug> {
    let keys = RefreshKeys::new(&Secret::new([1; 32]));
    Sessions::new(Arc::new(MemorySessions::new()), keys, config.clone(), clock, Arc::new(SystemEntropy))
}

fn renewed(sessions: &Sessions, token: &Secret<String>) -> Option<Secret<String>> {
    match ready(sessions.refresh(token.expose())).expect("a store in memory does not fail") {
        Refresh::Renewed(next) => Some(next.refresh_token),
        Refresh::Refused(_) => None,
    }
}
