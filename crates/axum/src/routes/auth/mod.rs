//! The account routes of a service.

mod account;
mod api_keys;
mod entry;
mod mfa;
pub(super) mod parts;
mod password;
mod sessions;
mod tokens;

use axum::routing::{delete, get, post};
use axum::{Extension, Router};
use stockade_flows::Auth;

/// The account routes of a service, all under `/v1/auth`. Bodies are JSON; every refusal is the error envelope.
///
/// | route | body | answer |
/// |---|---|---|
/// | `POST signup` | `{name, email, password}` | 202, or without a notifier 201 `{id}` |
/// | `POST verify-email` | `{token}` | 204 |
/// | `POST verify-email/resend` | `{email}` | 202 |
/// | `POST login` | `{email, password}` | 200 [tokens](#tokens), or 200 `{status: "mfa_required", pending_token, expires_in}` |
/// | `POST mfa/complete` | `{pending_token, code}` or `{pending_token, backup_code}` | 200 tokens |
/// | `POST refresh` | `{refresh_token}` | 200 tokens |
/// | `POST logout` | `{refresh_token}` | 204, also for a token that is not good |
/// | `POST password-reset/request` | `{email}` | 202 |
/// | `POST password-reset/confirm` | `{token, new_password}` | 204 |
/// | `POST reauthenticate` | `{password, code?}` | 200 tokens of a new session |
/// | `POST logout-all` | | 204 |
/// | `GET me` | | 200 `{id, name, email, email_verified, roles, created_at}` |
/// | `GET sessions` | | 200 `{sessions: [{id, client, created_at, last_seen_at, expires_at, current}]}` |
/// | `DELETE sessions/others` | | 200 `{ended}`, how many: all but the one that asks; 409 if that one is over by now |
/// | `DELETE sessions/{id}` | | 204, or 404 for a session that is not the caller's |
/// | `POST password/change` | `{current_password, new_password}` | 200, as for `login` with the new password; all sessions end |
/// | `POST email/change` | `{new_email, current_password}` | 202 |
/// | `POST account/remove` | `{current_password}` | 204 |
/// | `GET mfa` | | 200 `{enabled, pending, backup_codes_left}` |
/// | `POST mfa/enroll` | `{current_password?}` | 200 `{secret, uri, qr_svg, expires_in}` |
/// | `POST mfa/confirm` | `{code}` | 200 `{backup_codes}` |
/// | `POST mfa/disable` | `{current_password}` or `{code}` or `{backup_code}` | 204 |
/// | `POST mfa/backup-codes/regenerate` | `{code}` or `{backup_code}` | 200 `{backup_codes}` |
/// | `GET api-keys` | | 200 `{api_keys: [{id, name, scopes, created_at, expires_at, last_used_at, successor}]}` |
/// | `POST api-keys` | `{name, scopes, expires_in_days?, current_password?}` | 201 `{key, id, name, …}`; the key is shown once |
/// | `DELETE api-keys/{id}` | | 204, or 404 for a key that is not the caller's |
/// | `POST api-keys/{id}/rotate` | `{overlap_seconds?, current_password?}` | 201, as for a new key |
///
/// From `reauthenticate` on they need an access token: the router must stand behind an `AuthenticateLayer` over the same
/// [`Auth::authenticator`]. All of these but `me` are for the owner in person: an API key, or somebody who acts in the owner's
/// name, gets 403. Tokens are never taken from the query string (ASVS 14.2.1).
///
/// ## Tokens
///
/// `{access_token, refresh_token, token_type: "bearer", expires_in}` (RFC 6749 §5.1).
pub fn auth_router<S>(auth: Auth) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let routes = Router::new()
        .route("/signup", post(account::sign_up))
        .route("/verify-email", post(account::verify_email))
        .route("/verify-email/resend", post(account::resend))
        .route("/login", post(entry::login))
        .route("/mfa/complete", post(entry::complete))
        .route("/refresh", post(entry::refresh))
        .route("/reauthenticate", post(entry::reauthenticate))
        .route("/logout", post(sessions::logout))
        .route("/logout-all", post(sessions::logout_all))
        .route("/me", get(account::me))
        .route("/sessions", get(sessions::list))
        .route("/sessions/others", delete(sessions::revoke_others))
        .route("/sessions/{id}", delete(sessions::revoke))
        .route("/password/change", post(password::change))
        .route("/password-reset/request", post(password::request_reset))
        .route("/password-reset/confirm", post(password::confirm_reset))
        .route("/email/change", post(account::change_email))
        .route("/account/remove", post(account::remove))
        .route("/mfa", get(mfa::status))
        .route("/mfa/enroll", post(mfa::enroll))
        .route("/mfa/confirm", post(mfa::confirm))
        .route("/mfa/disable", post(mfa::disable))
        .route("/mfa/backup-codes/regenerate", post(mfa::regenerate))
        .route("/api-keys", get(api_keys::list).post(api_keys::create))
        .route("/api-keys/{id}", delete(api_keys::revoke))
        .route("/api-keys/{id}/rotate", post(api_keys::rotate))
        .layer(Extension(auth));
    Router::new().nest("/v1/auth", routes)
}
