//! Grants and permissions have one spelling, and a grant covers what its two parts say. Two lines: a grant and a permission.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_rbac::{Grant, Permission};

fuzz_target!(|input: &str| {
    let (first, second) = input.split_once('\n').unwrap_or((input, input));
    let grant = first.parse::<Grant>().ok();
    let permission = second.parse::<Permission>().ok();
    if let Some(grant) = &grant {
        let text = grant.to_string();
        assert_eq!(text, if first == "*" { "*:*" } else { first });
        assert_eq!(text.parse::<Grant>().as_ref(), Ok(grant));
    }
    if let Some(permission) = &permission {
        assert_eq!(format!("{}:{}", permission.resource(), permission.action()), second);
        assert!(second.len() <= Permission::MAX_LEN && !second.contains('*'));
        let exactly: Grant = second.parse().expect("every permission is a grant");
        assert!(exactly.covers(permission));
    }
    if let (Some(grant), Some(permission)) = (grant, permission) {
        let text = grant.to_string();
        let (resource, action) = text.split_once(':').expect("two parts");
        let covers = (resource == "*" || resource == permission.resource())
            && (action == "*" || action == permission.action());
        assert_eq!(grant.covers(&permission), covers);
    }
});
