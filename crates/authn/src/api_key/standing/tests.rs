use super::*;
use crate::api_key::{ApiKeyName, ApiKeyPrefix, KeyCreation, MemoryApiKeys, WithoutRoles};
use stockade_core::{ManualClock, SystemEntropy};

struct World {
    standing: KeyStanding,
    text: String,
    record: ApiKeyRecord,
}

const PREFIX: &str = "acme";

async fn world() -> World {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let store = Arc::new(MemoryApiKeys::new());
    let drawn = ApiKeyPrefix::new(PREFIX).unwrap().draw(&SystemEntropy).unwrap();
    let record = ApiKeyRecord {
        id: drawn.id.clone(),
        owner: "ada".parse().unwrap(),
        name: ApiKeyName::parse("export").unwrap(),
        scopes: vec!["invoice:read".parse().unwrap()],
        digest: drawn.digest,
        created_at: clock.now(),
        expires_at: Some(clock.now().plus(TOUCH_EVERY)),
        last_used_at: None,
        revoked_at: None,
        successor: None,
    };
    assert_eq!(store.create(record.clone(), 1).await.unwrap(), KeyCreation::Created);
    let standing = KeyStanding::new(store, Arc::new(WithoutRoles), clock, Duration::from_secs(5));
    World { standing, text: drawn.key.expose().clone(), record }
}

impl World {
    fn check(&self) -> Known {
        self.standing.check(&ApiKeyPrefix::new(PREFIX).unwrap().read(&self.text).unwrap())
    }

    fn live(&self) -> Live {
        Live {
            digest: self.record.digest,
            principal: Ok(Principal::user(self.record.owner.clone())),
            expires_at: None,
            checked_at: self.standing.clock.monotonic(),
        }
    }

    fn remember(&self, asked_after: u64) {
        let id = self.record.id.as_str().as_bytes().try_into().unwrap();
        self.standing.remember(id, self.live(), asked_after);
    }

    fn changes(&self) -> u64 {
        self.standing.changes.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn race_an_answer_under_way_does_not_revive_a_key_that_was_revoked_meanwhile() {
    let world = world().await;
    let asked_after = world.changes();
    world.standing.has_ended(&world.record.id);
    world.remember(asked_after);
    assert!(matches!(world.check(), Known::Judged(Err(ApiKeyRefusal::Unknown))));
    world.standing.is_outdated(&world.record.id);
    assert!(matches!(world.check(), Known::Judged(Err(ApiKeyRefusal::Unknown))));
}

#[tokio::test]
async fn race_an_answer_under_way_does_not_hide_a_change_that_came_meanwhile() {
    let world = world().await;
    let asked_after = world.changes();
    world.standing.is_outdated(&world.record.id);
    world.remember(asked_after);
    assert!(matches!(world.check(), Known::Nothing), "asked for before the change");
    world.remember(world.changes());
    assert!(matches!(world.check(), Known::Judged(Ok(_))), "asked for after it");
}
