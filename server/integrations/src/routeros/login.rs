//! Signing in. Routers since 6.43 take name and password; older ones give a challenge and want its MD5.

use super::client::{Login, RouterError, Security};
use super::command::Command;
use super::reply::{Reply, Said};
use super::trap::TrapKind;
use md5::{Digest, Md5};

/// `00` and the MD5 of a zero octet, the password and the challenge, in hexadecimal; `None` when the challenge is none.
pub fn challenge_response(password: &str, challenge: &str) -> Option<String> {
    let pairs = challenge.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let challenge: Vec<u8> = pairs.collect::<Option<_>>()?;
    let hash: [u8; 16] = Md5::new().chain_update([0]).chain_update(password).chain_update(challenge).finalize().into();
    Some(hash.iter().fold(String::from("00"), |text, octet| format!("{text}{octet:02x}")))
}

/// What is said first. In the clear, and not allowed to say the password, only the old way is tried.
pub(super) fn first_words(login: &Login, security: &Security) -> Command {
    match security {
        Security::Plain { password_in_clear: false } => Command::new("/login"),
        _ => Command::new("/login").with("name", &login.name).with("password", &login.password),
    }
}

/// What to say next, or that it is done. `answered`: the challenge of an old router was, so that no password was sent.
pub(super) fn next_words(reply: Reply, login: &Login, security: &Security, answered: bool) -> Result<Option<Command>, RouterError> {
    let silent = !answered && matches!(security, Security::Plain { password_in_clear: false });
    match reply.said {
        Said::Done(row) => match row.get("ret") {
            Some(challenge) => {
                let response = challenge_response(&login.password, &challenge).ok_or(RouterError::NotRouterOs)?;
                Ok(Some(Command::new("/login").with("name", &login.name).with("response", response)))
            }
            None if silent => Err(RouterError::PasswordWouldBeSeen),
            None => Ok(None),
        },
        Said::Trap(_) if silent => Err(RouterError::PasswordWouldBeSeen),
        Said::Trap(trap) if matches!(trap.kind, TrapKind::Other | TrapKind::AuthFailed) => Err(RouterError::AuthFailed),
        Said::Trap(trap) => Err(RouterError::Trap(trap)),
        Said::Fatal(reason) => Err(RouterError::Fatal(reason)),
        Said::Row(_) | Said::Empty => Err(RouterError::NotRouterOs),
    }
}
