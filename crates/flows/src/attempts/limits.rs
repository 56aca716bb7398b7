//! How often what may be tried.

use std::time::Duration;
use stockade_authn::Purpose;
use stockade_ratelimit::Quota;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often secrets of one sort may be tried, each limit `None` where there is none. An attempt is charged to all of them or to
/// none.
///
/// In a configuration file the limits that are named replace the whole set: `{ per_ip = { limit = 20, period_secs = 600 } }`
/// has no limit by account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// At one account, wherever the attempts come from: holds against guesses from many networks.
    pub per_account: Option<Quota>,
    /// At one account in the long run: bounds what a patient attacker gets out of the limit above, which forgives within
    /// minutes.
    pub per_account_long: Option<Quota>,
    /// From one network (an IPv4 address, an IPv6 /64), at whatever account: holds against credential stuffing.
    pub per_ip: Option<Quota>,
    /// From one network at one account. Below the limit by account, it leaves something of that for the owner while a
    /// single network guesses.
    pub per_pair: Option<Quota>,
}

impl Limits {
    /// Nothing is limited. For secrets that no one can guess, behind limits of the application's own.
    pub const DANGER_NONE: Self =
        Self { per_account: None, per_account_long: None, per_ip: None, per_pair: None };

    /// Passwords. An account takes a try a minute, and 100 a day in the long run: a million guesses take 27 years, however many
    /// networks they come from.
    const PASSWORD: Self = Self {
        per_account: Some(Quota::literal(10, MINUTE.saturating_mul(10))),
        // NIST SP 800-63B-4 §3.2.2 has 100 as the most failures in a row.
        per_account_long: Some(Quota::literal(100, DAY)),
        per_ip: Some(Quota::literal(20, MINUTE.saturating_mul(10))),
        per_pair: Some(Quota::literal(5, MINUTE.saturating_mul(10))),
    };

    /// Six digits of which three are right at any time (RFC 6238 §5.2, one step either way): 50 tries find one with a chance of
    /// 1 in 6 600, and need the password first.
    const CODE: Self = Self {
        per_account: Some(Quota::literal(5, MINUTE.saturating_mul(5))),
        per_account_long: Some(Quota::literal(50, DAY)),
        per_ip: Some(Quota::literal(20, MINUTE.saturating_mul(10))),
        per_pair: None,
    };

    /// What is used once in a while, and typed or clicked in one or two tries.
    const RARE: Self = Self {
        per_account: Some(Quota::literal(5, MINUTE.saturating_mul(10))),
        per_account_long: Some(Quota::literal(20, DAY)),
        per_ip: Some(Quota::literal(20, MINUTE.saturating_mul(10))),
        per_pair: None,
    };

    /// Mails: nobody's mailbox is flooded, and nobody sends through us in bulk.
    const MAIL: Self = Self {
        per_account: Some(Quota::literal(3, HOUR)),
        per_account_long: Some(Quota::literal(10, DAY)),
        per_ip: Some(Quota::literal(20, HOUR)),
        per_pair: None,
    };
}

/// How often each guessable secret may be tried, and each sort of mail be asked for.
///
/// The figures are this crate's own choice, below the one bound that a standard gives: NIST SP 800-63B-4 §3.2.2 has at most
/// 100 failures in a row on one account. Limits count attempts, not failures, and give them back with time: a patient attacker
/// has 100 tries at a password, then 100 a day (at a code 50, then 50 a day), and so passes that bound on the second day. To
/// keep it for good, an account is locked after 100 failures in a row until its owner acts, which is for strikes (see
/// [`LimitedAttempts`](crate::LimitedAttempts)); count on these limits alone only for accounts whose passwords meet the
/// policy of `stockade-authn` or that have a second factor.
///
/// **Malicious lock-out** (ASVS 6.1.1). Whoever spends an account's budget keeps its owner out until a unit is back: a minute
/// for bursts, a quarter of an hour once the long-run budget is spent. One network cannot spend the burst alone, since its
/// limit by pair is below that by account; a botnet can. Sessions that stand are not touched.
///
/// **Many users behind one address.** A school or an office shares the limits by network: raise `login.per_ip` where a class signs
/// in at nine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AttemptLimits {
    /// Passwords. Default 10 in 10 minutes and 100 a day at an account, 20 in 10 minutes from a network, 5 in 10 minutes from one
    /// network at one account.
    pub login: Limits,
    /// Sign-ups. Default 3 in an hour and 10 a day for an address, as for mails; 100 in an hour from a network, so that a class
    /// can sign up at once.
    pub sign_up: Limits,
    /// TOTP codes. Default 5 in 5 minutes and 50 a day at an account, 20 in 10 minutes from a network (ASVS 6.6.3).
    pub mfa: Limits,
    /// Backup codes. Default 5 in 10 minutes and 20 a day at an account, 20 in 10 minutes from a network.
    pub backup_code: Limits,
    /// Reset tokens presented. Default as backup codes.
    pub reset: Limits,
    /// Mails with reset tokens. Default 3 in an hour and 10 a day to an address, 20 in an hour from a network.
    pub reset_request: Limits,
    /// Verification tokens presented. Default as backup codes.
    pub verify: Limits,
    /// Mails with verification tokens. Default as mails with reset tokens.
    pub verify_request: Limits,
    /// Current passwords of those who are signed in: a stolen session must not find out the password. Default as TOTP codes.
    pub reauthenticate: Limits,
    /// Wrong API keys, for a layer of the application that asks after each. Default 100 in 10 minutes from a network.
    pub api_key: Limits,
    /// Purposes of the application. Default as passwords.
    pub other: Limits,
}

impl Default for AttemptLimits {
    fn default() -> Self {
        const SIGN_UP: Limits = Limits { per_ip: Some(Quota::literal(100, HOUR)), ..Limits::MAIL };
        const API_KEY: Limits =
            Limits { per_ip: Some(Quota::literal(100, MINUTE.saturating_mul(10))), ..Limits::DANGER_NONE };
        Self {
            login: Limits::PASSWORD,
            sign_up: SIGN_UP,
            mfa: Limits::CODE,
            backup_code: Limits::RARE,
            reset: Limits::RARE,
            reset_request: Limits::MAIL,
            verify: Limits::RARE,
            verify_request: Limits::MAIL,
            reauthenticate: Limits::CODE,
            api_key: API_KEY,
            other: Limits::PASSWORD,
        }
    }
}

impl AttemptLimits {
    /// Sets how often one network may try to log in, at whatever account.
    #[must_use]
    pub fn with_per_ip(mut self, quota: Quota) -> Self {
        self.login.per_ip = Some(quota);
        self
    }

    /// Sets how often one account may be tried to log in at: the other limits by account go, so that this one decides.
    #[must_use]
    pub fn with_per_account(mut self, quota: Quota) -> Self {
        self.login = Limits { per_account: Some(quota), per_ip: self.login.per_ip, ..Limits::DANGER_NONE };
        self
    }

    /// Those that hold for `purpose`.
    #[must_use]
    pub fn of(&self, purpose: Purpose) -> &Limits {
        match purpose {
            Purpose::LOGIN => &self.login,
            Purpose::SIGN_UP => &self.sign_up,
            Purpose::MFA => &self.mfa,
            Purpose::BACKUP_CODE => &self.backup_code,
            Purpose::RESET => &self.reset,
            Purpose::RESET_REQUEST => &self.reset_request,
            Purpose::VERIFY => &self.verify,
            Purpose::VERIFY_REQUEST => &self.verify_request,
            Purpose::REAUTHENTICATE => &self.reauthenticate,
            Purpose::API_KEY => &self.api_key,
            _ => &self.other,
        }
    }
}
