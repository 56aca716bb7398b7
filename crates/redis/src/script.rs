//! Scripts: what the server does in one go, with nothing in between.

use crate::Redis;
use crate::connection::{OutOfStep, answer_to};
use crate::error::store_error;
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, Value, cmd};
use stockade_core::StoreError;

/// The code under which a script says that what is stored makes no sense.
pub(crate) const CORRUPT: &str = "CORRUPT";

/// A script, and the name by which a server that has seen it knows it.
#[derive(Debug)]
pub(crate) struct Script {
    code: String,
    hash: String,
}

impl Script {
    /// The body sees `KEYS` and `ARGV`, and the function `corrupt(what)`.
    pub(crate) fn new(body: &str) -> Self {
        let code = format!(
            "local nonce = table.remove(ARGV)
local function corrupt(what) return redis.error_reply('{CORRUPT} ' .. what) end
local function decide()
{body}
end
local answer = decide()
if type(answer) == 'table' and answer.err then return answer end
return {{ nonce, answer }}"
        );
        let hash = redis::Script::new(&code).get_hash().to_owned();
        Self { code, hash }
    }

    fn command(&self, name: &str, script: &str, question: &Question, nonce: u64) -> Cmd {
        let mut command = cmd(name);
        command.arg(script).arg(question.keys.len()).arg(&question.keys).arg(&question.args).arg(nonce);
        command
    }
}

/// What a script is asked.
#[derive(Debug, Default)]
pub(crate) struct Question {
    keys: Vec<String>,
    args: Vec<Vec<u8>>,
}

impl Question {
    pub(crate) fn key(mut self, key: String) -> Self {
        self.keys.push(key);
        self
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<[u8]>) -> Self {
        self.args.push(arg.as_ref().to_vec());
        self
    }

    pub(crate) fn number(self, number: impl ToString) -> Self {
        self.arg(number.to_string())
    }
}

/// Why there is no answer, and with that whether the connection can be trusted further.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the server did not answer in time")]
    Late,
    #[error(transparent)]
    OutOfStep(#[from] OutOfStep),
    #[error(transparent)]
    Driver(#[from] RedisError),
}

impl Redis {
    /// Runs `script`, within the time that a call may take.
    ///
    /// After an error that is no answer of the server, it may have run or may still run.
    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        question: &Question,
    ) -> Result<T, StoreError> {
        let mut generation = None;
        let asked = self.ask(script, question, &mut generation);
        let trouble = match tokio::time::timeout(self.timeout(), asked).await {
            Ok(Ok(answer)) => return T::from_redis_value(answer).map_err(StoreError::corrupt),
            Ok(Err(trouble)) => trouble,
            Err(_) => Trouble::Late,
        };
        let in_doubt = match &trouble {
            Trouble::Late | Trouble::OutOfStep(_) => true,
            Trouble::Driver(error) => {
                error.kind() == ErrorKind::Parse
                    || error.is_timeout()
                    || error.is_unrecoverable_error()
                    || moved(error)
            }
        };
        if let (true, Some(generation)) = (in_doubt, generation) {
            self.connection().abandon(generation).await;
        }
        Err(match trouble {
            Trouble::Driver(error) => store_error(error),
            other => StoreError::unavailable(other),
        })
    }

    async fn ask(
        &self,
        script: &Script,
        question: &Question,
        generation: &mut Option<u64>,
    ) -> Result<Value, Trouble> {
        let (mut connection, current) = self.connection().open().await?;
        *generation = Some(current);
        let nonce = self.connection().nonce();
        let known =
            script.command("EVALSHA", &script.hash, question, nonce).query_async(&mut connection).await;
        let value = match known {
            // It did not run: the server does not know it, or not any more.
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                script.command("EVAL", &script.code, question, nonce).query_async(&mut connection).await?
            }
            answer => answer?,
        };
        Ok(answer_to(nonce, value)?)
    }
}

/// The server at this address is not the one that takes writes any more: the next connection may find another.
fn moved(error: &RedisError) -> bool {
    matches!(error.kind(), ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown))
}
