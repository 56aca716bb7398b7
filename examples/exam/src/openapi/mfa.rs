//! The second factor.

use super::operation::Operation;
use super::schemas::{named, nullable, object, password, text, totp};
use serde_json::{Value, json};

pub(super) fn operations() -> Vec<Operation> {
    let post = Operation::post;
    vec![
        post("/v1/auth/mfa/complete", "completeLogin", "Complete a login with a second factor")
            .body("LoginCompletion")
            .answers(200, "tokens", "Tokens")
            .refuses(&[403]),
        Operation::get("/v1/auth/mfa", "mfa", "Whether one has a second factor").secured().answers(
            200,
            "the state",
            "Mfa",
        ),
        post("/v1/auth/mfa/enroll", "enroll", "Begin to set up an authenticator app")
            .secured()
            .body("Presence")
            .answers(200, "what the app needs, shown once", "Enrolment")
            .refuses(&[404, 409]),
        post("/v1/auth/mfa/confirm", "confirm", "Put it in force with its first code")
            .secured()
            .body("Code")
            .answers(200, "backup codes, shown once", "BackupCodes")
            .refuses(&[404, 409]),
        post("/v1/auth/mfa/disable", "disable", "Be rid of it, by password or by code")
            .secured()
            .body("FactorRemoval")
            .done(204, "gone, and other sessions with it")
            .refuses(&[404, 409]),
        post(
            "/v1/auth/mfa/backup-codes/regenerate",
            "regenerate",
            "Ten new backup codes in the place of the old ones",
        )
        .secured()
        .body("EitherCode")
        .answers(200, "backup codes, shown once", "BackupCodes")
        .refuses(&[404, 409]),
    ]
}

pub(super) fn schemas() -> Vec<(String, Value)> {
    let backup = || json!({"type": "string", "maxLength": 64});
    let either = || [("code", nullable(&totp())), ("backup_code", nullable(&backup()))];
    let removal = [
        ("current_password", nullable(&password())),
        ("code", nullable(&totp())),
        ("backup_code", nullable(&backup())),
    ];
    let enrolment = object(
        &[
            ("secret", json!({"type": "string"})),
            ("uri", json!({"type": "string", "pattern": "^otpauth://totp/"})),
            ("qr_svg", json!({"type": "string"})),
            ("expires_in", json!({"type": "integer", "minimum": 1})),
        ],
        &[],
    );
    let state = object(
        &[
            ("enabled", json!({"type": "boolean"})),
            ("pending", json!({"type": "boolean"})),
            ("backup_codes_left", json!({"type": "integer", "minimum": 0, "maximum": 10})),
        ],
        &[],
    );
    let codes = json!({"type": "array", "items": {"type": "string"}, "minItems": 10, "maxItems": 10});
    vec![
        named("LoginCompletion", object(&[("pending_token", text(512))], &either())),
        named("Mfa", state),
        named("Presence", object(&[], &[("current_password", nullable(&password()))])),
        named("Enrolment", enrolment),
        named("Code", object(&[("code", totp())], &[])),
        named("EitherCode", object(&[], &either())),
        named("FactorRemoval", object(&[], &removal)),
        named("BackupCodes", object(&[("backup_codes", codes)], &[])),
    ]
}
