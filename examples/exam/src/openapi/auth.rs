//! Accounts, sessions, passwords.

use super::operation::Operation;
use super::schemas::{
    array, client, email, millis, named, new_password, object, password, reference, role, subject_id, text,
    uuid,
};
use serde_json::{Value, json};

pub(super) fn operations() -> Vec<Operation> {
    let post = Operation::post;
    vec![
        post("/v1/auth/signup", "signUp", "Sign up; the mail says the rest")
            .body("SignUp")
            .done(202, "taken, whether or not the address is known"),
        post("/v1/auth/verify-email", "verifyEmail", "Send back the token of a mail")
            .body("Token")
            .done(204, "verified"),
        post("/v1/auth/verify-email/resend", "resendVerification", "Have the mail of a sign-up sent again")
            .body("Address")
            .done(202, "taken, whether or not the address is known"),
        post("/v1/auth/login", "login", "Sign in").body("Login").answers(
            200,
            "tokens, or a second factor is asked for",
            "Entry",
        ),
        post("/v1/auth/refresh", "refresh", "Renew a session").body("RefreshToken").answers(
            200,
            "the next tokens",
            "Tokens",
        ),
        post("/v1/auth/logout", "logout", "End the session of a refresh token")
            .body("RefreshToken")
            .done(204, "over, if it was one"),
        post("/v1/auth/logout-all", "logoutAll", "End all of one's sessions").secured().done(204, "over"),
        post("/v1/auth/reauthenticate", "reauthenticate", "Prove once more who one is")
            .secured()
            .body("Reauthentication")
            .answers(200, "the tokens of a new session in the place of this one", "Tokens")
            .refuses(&[404, 409]),
        Operation::get("/v1/auth/me", "me", "One's own account").secured().answers(
            200,
            "the account",
            "Account",
        ),
        Operation::get("/v1/auth/sessions", "sessions", "One's own sessions").secured().answers(
            200,
            "newest first",
            "Sessions",
        ),
        Operation::delete("/v1/auth/sessions/others", "endOtherSessions", "End all of them but this one")
            .secured()
            .answers(200, "how many have ended", "EndedSessions")
            .refuses(&[409]),
        Operation::delete("/v1/auth/sessions/{id}", "endSession", "End one of them")
            .secured()
            .path_parameter("id", &uuid())
            .done(204, "over")
            .refuses(&[404]),
        post("/v1/auth/password/change", "changePassword", "Choose another password; all sessions end")
            .secured()
            .body("PasswordChange")
            .answers(200, "as for a login with the new password", "Entry")
            .refuses(&[404, 409]),
        post("/v1/auth/password-reset/request", "requestReset", "Have a reset mailed")
            .body("Address")
            .done(202, "taken, whether or not the address is known"),
        post("/v1/auth/password-reset/confirm", "confirmReset", "Choose a password with the token of a mail")
            .body("Reset")
            .done(204, "the password is the new one, and all sessions are over")
            .refuses(&[409]),
        post("/v1/auth/email/change", "changeEmail", "Ask for another address; the mail to it says the rest")
            .secured()
            .body("EmailChange")
            .done(202, "taken, whether or not the new address is known")
            .refuses(&[404]),
        post("/v1/auth/account/remove", "removeAccount", "Remove one's account and all that hangs on it")
            .secured()
            .body("CurrentPassword")
            .done(204, "gone")
            .refuses(&[404]),
    ]
}

pub(super) fn schemas() -> Vec<(String, Value)> {
    let token = || text(512);
    let tokens = object(
        &[
            ("access_token", json!({"type": "string"})),
            ("refresh_token", json!({"type": "string"})),
            ("token_type", json!({"const": "bearer"})),
            ("expires_in", json!({"type": "integer", "minimum": 1})),
        ],
        &[],
    );
    let pending = object(
        &[
            ("status", json!({"const": "mfa_required"})),
            ("pending_token", json!({"type": "string"})),
            ("expires_in", json!({"type": "integer", "minimum": 1})),
        ],
        &[],
    );
    let account = object(
        &[
            ("id", subject_id()),
            ("name", text(400)),
            ("email", email()),
            ("email_verified", json!({"type": "boolean"})),
            ("roles", array(&role())),
            ("created_at", millis()),
        ],
        &[],
    );
    let session = object(
        &[
            ("id", uuid()),
            ("client", client()),
            ("created_at", millis()),
            ("last_seen_at", millis()),
            ("expires_at", millis()),
            ("current", json!({"type": "boolean"})),
        ],
        &[],
    );
    let name = json!({"type": "string", "minLength": 1, "maxLength": 100});
    let code = json!({"type": ["string", "null"], "description": "six digits, for what needs both factors"});
    vec![
        named("SignUp", object(&[("name", name), ("email", email()), ("password", new_password())], &[])),
        named("Token", object(&[("token", token())], &[])),
        named("Address", object(&[("email", email())], &[])),
        named("Login", object(&[("email", email()), ("password", password())], &[])),
        named("Tokens", tokens),
        named("MfaRequired", pending),
        named("Entry", json!({"oneOf": [reference("Tokens"), reference("MfaRequired")]})),
        named("RefreshToken", object(&[("refresh_token", json!({"type": "string"}))], &[])),
        named("Reauthentication", object(&[("password", password())], &[("code", code)])),
        named("Account", account),
        named("Sessions", object(&[("sessions", array(&session))], &[])),
        named("EndedSessions", object(&[("ended", json!({"type": "integer", "minimum": 0}))], &[])),
        named(
            "PasswordChange",
            object(&[("current_password", password()), ("new_password", new_password())], &[]),
        ),
        named("Reset", object(&[("token", token()), ("new_password", new_password())], &[])),
        named("EmailChange", object(&[("new_email", email()), ("current_password", password())], &[])),
        named("CurrentPassword", object(&[("current_password", password())], &[])),
    ]
}
