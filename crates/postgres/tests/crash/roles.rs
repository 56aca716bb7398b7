use crate::{Crash, KILLS};
use stockade_rbac::{FirstGrant, RoleAssignments};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_a_first_grant_makes_one_administrator_at_most() {
    let Some(crash) = Crash::new().await else { return };
    for round in 0..KILLS {
        let claimed = crash
            .kill_amid(move |store, watch| async move {
                let mut claimed = Vec::new();
                for n in 0.. {
                    if watch.is_over() {
                        break;
                    }
                    let role = format!("admin-{round}-{n}").parse().unwrap();
                    match store.grant_first(&"ada".parse().unwrap(), &role).await {
                        Ok(granted) => {
                            assert_eq!(granted, FirstGrant::Granted);
                            claimed.push((role, true));
                            watch.done();
                        }
                        Err(_) => {
                            claimed.push((role, false));
                            break;
                        }
                    }
                }
                claimed
            })
            .await;
        let store = crash.store().await;
        let held = store.roles_of(&"ada".parse().unwrap()).await.unwrap();
        for (role, acknowledged) in claimed.iter().rev().take(50) {
            let again = store.grant_first(&"eve".parse().unwrap(), role).await.unwrap();
            // Either ada has it and nobody else gets it, or it was never given.
            let expected = if held.contains(role) { FirstGrant::HeldBefore } else { FirstGrant::Granted };
            assert_eq!(again, expected, "round {round}: {role:?}");
            assert!(held.contains(role) || !acknowledged, "round {round}: lost {role:?}");
        }
    }
}
