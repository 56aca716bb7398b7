use super::*;
use std::num::NonZeroU32;
use std::time::Duration;
use stockade_core::Clock;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn limit(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

#[tokio::test]
async fn asvs_v14_2_7_what_is_over_its_time_is_erased_by_itself_and_nothing_else() {
    let Bench { erasure, clock, .. } = bench();
    let now = clock.now();
    let mut objects = Vec::new();
    for n in 0..10 {
        let object = object(&format!("scan-{n}"));
        erasure.create(&object, Some(now.plus(DAY * (n % 5)))).await.unwrap();
        objects.push(object);
    }
    let forever = object("forever");
    erasure.create(&forever, None).await.unwrap();
    clock.advance(DAY * 2);

    let ciphertext = Scripted::default();
    let (mut erased, mut after) = (0, None);
    loop {
        let page = erasure.expire(after.as_ref(), limit(4), &ciphertext).await.unwrap();
        assert!(page.failed.is_empty() && page.spared.is_empty());
        assert!(page.receipts.iter().all(|receipt| receipt.cause == Cause::Expired));
        erased += page.receipts.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((erased, ciphertext.asked().len()), (6, 6));
    for (n, object) in objects.iter().enumerate() {
        let gone = matches!(erasure.key(object).await, Err(EraseError::Erased(_)));
        assert_eq!(gone, n % 5 <= 2, "{object}");
    }
    assert!(erasure.key(&forever).await.is_ok());
    let rest = erasure.expire(None, limit(100), &ciphertext).await.unwrap();
    assert!(rest.receipts.is_empty() && rest.next.is_none(), "nothing twice");
}

#[tokio::test]
async fn a_hold_outlasts_the_schedule_and_a_prolonged_time_counts() {
    let Bench { erasure, clock, .. } = bench();
    let (held, prolonged) = (object("held"), object("prolonged"));
    for object in [&held, &prolonged] {
        erasure.create(object, Some(clock.now().plus(DAY))).await.unwrap();
    }
    clock.advance(DAY);
    let hold = Hold::new("case-1".parse().unwrap(), "a court asks", clock.now()).unwrap();
    assert_eq!(erasure.hold(&held, hold).await.unwrap(), Holding::Held);
    let later = clock.now().plus(DAY);
    assert_eq!(erasure.schedule(&prolonged, Some(later)).await.unwrap(), Scheduling::Scheduled);
    let ciphertext = Scripted::default();
    // As if both had been listed a moment before.
    let refused = erasure.expire_one(&held, &ciphertext).await.unwrap();
    assert_eq!(refused, Erasure::Held { by: vec!["case-1".parse().unwrap()] });
    let refused = erasure.expire_one(&prolonged, &ciphertext).await.unwrap();
    assert_eq!(refused, Erasure::NotDue { until: Some(later) });
    assert_eq!(refused.into_result().unwrap_err().code(), "not_due");
    assert!(erasure.expire(None, limit(10), &ciphertext).await.unwrap().receipts.is_empty());
    assert_eq!(ciphertext.asked(), []);
}
