//! How account holders are told.

use crate::config::{Mail, Smtp};
use std::error::Error;
use std::sync::Arc;
use stockade::core::{Clock, SystemEntropy};
use stockade::flows::notify::{Links, Notifier, Outbox, Texts};
use stockade_flows::notify::{SmtpConfig, SmtpNotifier};

/// Whoever carries mails; links in them begin with `base`, which no request has a say in.
pub(crate) fn notifier(
    mail: &Mail,
    base: &str,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Notifier>, Box<dyn Error>> {
    let links = if base.starts_with("http://") { Links::insecure_http(base) } else { Links::new(base) };
    let texts = Arc::new(Texts::new("Exam", links?));
    match mail {
        Mail::Outbox(file) => {
            tracing::warn!(file = %file.display(), "mails go into a file: whoever reads it can take over accounts");
            Ok(Arc::new(Outbox::for_development(file, texts)?))
        }
        Mail::Smtp(Smtp { host, port, security, credentials, from, from_name }) => {
            let mut config = SmtpConfig::new(host, from.clone()).security(*security);
            config.port = *port;
            config.credentials = credentials.clone();
            config.from_name = from_name.clone();
            Ok(Arc::new(SmtpNotifier::new(config, texts, clock, Arc::new(SystemEntropy))?))
        }
    }
}
