//! What provisioning says to a router: reads menus, writes single changes, makes a backup, and puts the dead man in place
//! that loads it when we do not come back. It remembers nothing; the run does.

use super::{Fault, Tried};
use crate::routers::{self, Link};
use crate::{Error, Services};
use domain::RouterId;
use domain::people::Caller;
use domain::provisioning::{DEAD_MAN, Dialect, Object, Row, Rows, Write};
use integrations::routeros::{Answer, Command, Limits, RouterError, TrapKind, Version, duration};
use std::collections::BTreeSet;
use std::time::Duration;
use storage::routers::SealedRouter;

/// The backup on the router, made anew by each run.
pub(crate) const BACKUP: &str = "lastmile-before";

/// A router that is spoken to, connected when it is needed.
pub(crate) struct Device<'a> {
    services: &'a Services,
    caller: &'a Caller,
    place: Place,
    link: Option<Link>,
    /// Has anything been changed yet? From then on a router that does not let us in is waited for, whatever it says.
    pub(crate) patient: bool,
}

enum Place {
    Router(RouterId),
    /// A copy that stands somewhere for a moment.
    Copy(SealedRouter),
}

impl<'a> Device<'a> {
    pub(crate) fn new(services: &'a Services, caller: &'a Caller, router: RouterId) -> Self {
        Self { services, caller, place: Place::Router(router), link: None, patient: false }
    }

    pub(super) fn on_copy(services: &'a Services, caller: &'a Caller, copy: SealedRouter) -> Self {
        Self { services, caller, place: Place::Copy(copy), link: None, patient: false }
    }

    /// The next command comes over a new connection.
    pub(crate) fn hang_up(&mut self) {
        self.link = None;
    }

    async fn link(&mut self) -> Tried<&Link> {
        if self.link.as_ref().is_none_or(|link| link.is_over()) {
            self.link = None;
            self.link = Some(match &self.place {
                // A copy stands beside the server, where no router of anybody's may be.
                Place::Copy(copy) => routers::link(&self.services.clone().with_closed(&[]), copy.clone(), Limits::default()).await?,
                Place::Router(router) => {
                    let link = routers::connect(self.services, self.caller, *router).await;
                    link.map_err(|error| no_connection(error, self.patient))?
                }
            });
        }
        self.link.as_ref().ok_or(Fault::Lost(RouterError::Broken))
    }

    pub(crate) async fn ask(&mut self, command: Command) -> Tried<Answer> {
        let answer = self.link().await?.ask(&command).await;
        self.settle(answer)
    }

    /// A connection that failed is not used again.
    fn settle<T>(&mut self, answer: std::result::Result<T, RouterError>) -> Tried<T> {
        if answer.as_ref().is_err_and(|error| !matches!(error, RouterError::Trap(_))) {
            self.link = None;
        }
        Ok(answer?)
    }

    pub(crate) async fn version(&mut self) -> Tried<Version> {
        let rows = self.ask(Command::new("/system/resource/print").only(&["version"])).await?.rows;
        Ok(rows.first().and_then(|row| Version::parse(&row.text("version"))).unwrap_or(Version::new(7, 1, 0)))
    }

    pub(crate) async fn rows(&mut self, menu: &str) -> Tried<Vec<Row>> {
        let print = Command::new(&format!("{menu}/print"));
        // What the router makes itself is never ours, and there may be thousands of it.
        let print = if CROWDED.contains(&menu) { print.whose("dynamic", "false") } else { print };
        let answer = self.ask(print).await?;
        let row = |row: &integrations::routeros::Row| row.pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Ok(answer.rows.iter().map(row).collect())
    }

    /// Every menu that these objects are in, and the interfaces that they name.
    pub(crate) async fn all_rows(&mut self, objects: &[Object]) -> Tried<Rows> {
        let menus: BTreeSet<&str> = objects.iter().map(|object| object.menu.as_str()).chain(["/interface"]).collect();
        let mut rows = Rows::new();
        for menu in menus {
            rows.insert(menu.to_owned(), self.rows(menu).await?);
        }
        Ok(rows)
    }

    pub(crate) async fn write(&mut self, write: &Write) -> Tried<()> {
        let pairs = |set: &'_ [(String, String)]| set.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Vec<_>>();
        let (menu, verb, mut attributes) = match write {
            Write::Add { menu, set, before } => {
                let place = before.iter().map(|id| ("place-before".to_owned(), id.clone()));
                (menu, "add", pairs(set).into_iter().chain(place).collect())
            }
            Write::Set { menu, id, set } => {
                let id = id.iter().map(|id| (".id".to_owned(), id.clone()));
                (menu, "set", id.chain(pairs(set)).collect())
            }
            Write::Remove { menu, id } => (menu, "remove", vec![(".id".to_owned(), id.clone())]),
        };
        let command = attributes
            .drain(..)
            .fold(Command::new(&format!("{menu}/{verb}")), |command, (name, value): (String, String)| command.with(&name, value));
        self.ask(command).await.map(drop)
    }

    /// Removes a row; it may be gone already.
    pub(crate) async fn remove(&mut self, menu: &str, id: &str) -> Tried<()> {
        let removed = self.link().await?.ask(&Command::new(&format!("{menu}/remove")).with(".id", id)).await;
        match removed {
            Err(RouterError::Trap(trap)) if trap.kind == TrapKind::NotFound => Ok(()),
            removed => self.settle(removed).map(drop),
        }
    }

    /// A backup of everything on the router itself, without the dead man of anybody before us.
    pub(crate) async fn back_up(&mut self) -> Tried<()> {
        self.disarm().await?;
        let version = self.version().await?;
        let save = Command::new("/system/backup/save").with("name", BACKUP);
        // Since 6.43 a backup may stay readable; it never leaves the router.
        let save = if version.has_new_login() { save.with("dont-encrypt", "yes") } else { save.with("password", "") };
        self.ask(save).await.map(drop)
    }

    /// Its settings as commands; `None` where this version shows no file as large as that.
    pub(crate) async fn export(&mut self, version: Version) -> Tried<Option<String>> {
        let export = Command::new("/export").with("file", BACKUP);
        self.ask(if version.hides_sensitive() { export.with("show-sensitive", "yes") } else { export }).await?;
        let name = format!("{BACKUP}.rsc");
        let text = routers::read_file(self.link().await?, &name).await;
        let text = self.settle(text)?;
        // It does not stay where everybody who may look at files can read its passwords.
        let removed = routers::remove_file(self.link().await?, &name).await;
        self.settle(removed)?;
        Ok(text)
    }

    /// From now on the router takes everything back by itself, unless the dead man is taken away in time.
    pub(crate) async fn arm(&mut self, after: Duration) -> Tried<()> {
        let add = Command::new("/system/scheduler/add")
            .with("name", DEAD_MAN)
            .with("interval", duration(after))
            .with("on-event", format!("/system backup load name={BACKUP} password=\"\""))
            .with("comment", format!("{}dead-man", domain::provisioning::TAG));
        self.ask(add).await.map(drop)
    }

    pub(crate) async fn is_armed(&mut self) -> Tried<bool> {
        let find = Command::new("/system/scheduler/print").whose("name", DEAD_MAN).only(&[".id"]);
        Ok(!self.ask(find).await?.rows.is_empty())
    }

    /// Takes the dead man away, if there is one.
    pub(crate) async fn disarm(&mut self) -> Tried<()> {
        let find = Command::new("/system/scheduler/print").whose("name", DEAD_MAN).only(&[".id"]);
        for row in self.ask(find).await?.rows {
            self.ask(Command::new("/system/scheduler/remove").with(".id", row.id())).await?;
        }
        Ok(())
    }

    /// The router starts again as it was when it was backed up.
    pub(crate) async fn load_backup(&mut self) -> Tried<()> {
        let load = Command::new("/system/backup/load").with("name", BACKUP).with("password", "");
        let loaded = self.ask(load).await;
        self.hang_up();
        match loaded {
            // It goes down before it answers.
            Ok(_) | Err(Fault::Lost(_)) => Ok(()),
            Err(refused) => Err(refused),
        }
    }
}

/// Only what a person has to mend ends a run; a router that is away comes back.
pub(crate) fn no_connection(error: Error, patient: bool) -> Fault {
    match error {
        Error::Conflict(problem) if patient || AWAY.contains(&problem.key.as_str()) => Fault::Lost(RouterError::Broken),
        other => other.into(),
    }
}

/// Menus with a row for each subscriber who is online.
const CROWDED: [&str; 2] = ["/interface", "/ip/firewall/address-list"];
/// What a connection fails with while a router is on its way back.
const AWAY: [&str; 3] = ["problem-router-unreachable", "problem-router-silent", "problem-router-broken"];

/// What this version means for what is written.
pub(crate) fn dialect(version: Version) -> Dialect {
    Dialect { ntp_servers: version.has_ntp_servers() }
}
