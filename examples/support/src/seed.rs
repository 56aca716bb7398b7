//! Accounts to try things out with. Never where people depend on the service: the configuration refuses it.

use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;
use stockade::authn::EmailAddress;
use stockade::authn::account::{Account, Creation, DisplayName};
use stockade::authn::password::{
    Argon2Params, Password, PasswordContext, PasswordHasher, PasswordPolicy, Peppers,
};
use stockade::core::{Clock, Entropy, Secret, SubjectId, SystemEntropy};
use stockade::flows::AuthStores;

/// Makes those of `accounts`, each the name before `@domain` and a role, that are not there yet, and gives what to print: their
/// addresses and passwords, drawn anew for each. Passwords of accounts that are there are not known any more.
///
/// # Errors
/// A store fails, there is no randomness, or a name or a role is none.
pub async fn demo_accounts(
    stores: &AuthStores,
    peppers: Peppers,
    clock: &dyn Clock,
    domain: &str,
    accounts: &[(&str, &str)],
) -> Result<String, Box<dyn Error>> {
    let hasher = PasswordHasher::new(Argon2Params::default(), peppers, Arc::new(SystemEntropy))?;
    let mut said = String::from("demo accounts, for this machine only:\n");
    for &(name, role) in accounts {
        let (email, typed) = (format!("{name}@{domain}"), draw()?);
        let address = EmailAddress::parse(&email)?;
        let password = Password::new(typed.expose().clone())?;
        let accepted = PasswordPolicy::default().accept(password, &PasswordContext::only_factor())?;
        let id = SubjectId::generate(clock.now(), &SystemEntropy)?;
        let hash = hasher.hash(&accepted)?;
        let mut account = Account::new(id.clone(), address, DisplayName::parse(name)?, hash, clock.now());
        account.email_verified_at = Some(clock.now());
        match stores.accounts.create(account).await? {
            Creation::Created => {
                let _ = stores.roles.grant(&id, &role.parse()?).await?;
                writeln!(said, "  {email}  {}", typed.expose())?;
            }
            Creation::Taken => writeln!(said, "  {email}  (made earlier)")?,
        }
    }
    Ok(said)
}

/// 20 hexadecimal digits: 80 bits.
fn draw() -> Result<Secret<String>, Box<dyn Error>> {
    let mut bytes = [0; 10];
    SystemEntropy.fill(&mut bytes)?;
    let digits =
        bytes.iter().try_fold(String::new(), |mut text, byte| write!(text, "{byte:02x}").map(|()| text));
    Ok(Secret::new(digits?))
}
