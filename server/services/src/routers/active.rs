//! Who is on a router by its own lists: over PPP and over the hotspot.

use integrations::routeros::{Answer, Api, Command, RouterError, Row};

/// How somebody came onto a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Ppp,
    Hotspot,
}

impl Over {
    pub(super) fn menu(self) -> &'static str {
        match self {
            Over::Ppp => "/ppp/active",
            Over::Hotspot => "/ip/hotspot/active",
        }
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Over::Ppp => &[".id", "name", "service", "caller-id", "address", "uptime", "session-id", "radius"],
            Over::Hotspot => &[".id", "user", "address", "mac-address", "uptime", "bytes-in", "bytes-out", "radius"],
        }
    }

    pub(super) fn print(self) -> Command {
        Command::new(&format!("{}/print", self.menu())).only(self.columns())
    }

    pub(super) fn listen(self) -> Command {
        Command::new(&format!("{}/listen", self.menu())).only(&[".id"])
    }
}

/// Everybody who is on a router.
pub(super) struct Active {
    pub ppp: Vec<Row>,
    /// Nobody where the router has no hotspot.
    pub hotspot: Vec<Row>,
}

/// Reads both lists.
pub(super) async fn active(api: &Api) -> Result<Active, RouterError> {
    let (ppp, hotspot) = (Over::Ppp.print(), Over::Hotspot.print());
    let (ppp, hotspot) = tokio::join!(api.ask(&ppp), api.ask(&hotspot));
    Ok(Active { ppp: ppp?.rows, hotspot: unless_absent(hotspot)?.map(|answer| answer.rows).unwrap_or_default() })
}

/// How many are on it; nothing where it has neither list.
pub(super) async fn how_many(api: &Api) -> Result<Option<i32>, RouterError> {
    let count = |over: Over| Command::new(&format!("{}/print", over.menu())).with("count-only", "");
    let (ppp, hotspot) = (count(Over::Ppp), count(Over::Hotspot));
    let (ppp, hotspot) = tokio::join!(api.ask(&ppp), api.ask(&hotspot));
    let counted = [unless_absent(ppp)?, unless_absent(hotspot)?].into_iter().flatten();
    let counted: Vec<i32> = counted.filter_map(|answer| answer.ret?.parse().ok()).collect();
    Ok((!counted.is_empty()).then(|| counted.into_iter().fold(0, i32::saturating_add)))
}

/// A menu that is not there, or that we may not see, is no fault of the router.
fn unless_absent(answer: Result<Answer, RouterError>) -> Result<Option<Answer>, RouterError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(RouterError::Trap(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
