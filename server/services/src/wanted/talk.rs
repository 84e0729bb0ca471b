//! One conversation with a router about a batch of objects: looks at what is there, says what has to change, ends the
//! sessions that would go on with what was, and reads back what it wrote. What is not ours it does not touch.

use crate::Keyring;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::ServiceId;
use domain::wanted::{Found, Kind, Step, Wish, differences, step};
use futures_util::future::join_all;
use integrations::routeros::{Api, Command, RouterError, Row, TrapKind, Version};
use std::collections::{BTreeMap, HashMap, HashSet};
use storage::wanted::wants::{DueWant, Settled};

/// More objects of a menu than this are read by reading the whole menu.
const ONE_BY_ONE: usize = 40;

type Asked<T> = Result<T, RouterError>;

/// What came of it.
#[derive(Default)]
pub(super) struct Heard {
    pub settled: Vec<Settled>,
    pub refused: Vec<Refusal>,
    /// The router as a whole took no more.
    pub broke: Option<RouterError>,
}

/// An object that the router did not take.
pub(super) struct Refusal {
    pub kind: Kind,
    pub name: String,
    pub generation: i64,
    pub tries: i32,
    pub problem: &'static str,
    pub said: Option<String>,
    /// It does not pass by itself.
    pub for_good: bool,
}

impl Refusal {
    fn of(want: &DueWant, problem: &'static str, said: Option<String>, for_good: bool) -> Self {
        Self { kind: want.kind, name: want.name.clone(), generation: want.generation, tries: want.tries, problem, said, for_good }
    }

    /// What a complaint about one object means; `Err`: it is about the router as a whole.
    fn read(want: &DueWant, error: RouterError) -> Asked<Self> {
        let RouterError::Trap(trap) = error else { return Err(error) };
        let (problem, for_good) = match trap.kind {
            TrapKind::Forbidden | TrapKind::DiskFull | TrapKind::AuthFailed => return Err(RouterError::Trap(trap)),
            TrapKind::DeviceModeBlocked => ("device_mode", true),
            TrapKind::Unsupported => ("unsupported", true),
            TrapKind::BadValue => ("value", true),
            TrapKind::BadReference => ("reference", false),
            TrapKind::Conflict => ("conflict", false),
            TrapKind::NotFound | TrapKind::Interrupted | TrapKind::Timeout | TrapKind::Other => ("other", false),
        };
        Ok(Self::of(want, problem, Some(trap.message), for_good))
    }
}

/// Says everything of `due`, in its order: what stands behind each other in it and is of one kind goes out together.
pub(super) async fn say(api: &Api, keys: &Keyring, zone: Tz, due: Vec<DueWant>) -> Heard {
    let mut heard = Heard::default();
    let mut talk = Talk { api, keys, zone, clock: None, like: HashMap::new() };
    for group in due.chunk_by(|a, b| a.kind == b.kind && a.wish.is_some() == b.wish.is_some()) {
        if let Err(error) = talk.group(group, &mut heard).await {
            heard.broke = Some(error);
            break;
        }
    }
    heard
}

struct Talk<'a> {
    api: &'a Api,
    keys: &'a Keyring,
    zone: Tz,
    /// How it writes dates, and in which zone: asked once, when it is needed.
    clock: Option<(bool, Tz)>,
    like: HashMap<String, Vec<(String, String)>>,
}

impl Talk<'_> {
    async fn group(&mut self, group: &[DueWant], heard: &mut Heard) -> Asked<()> {
        let Some(kind) = group.first().map(|want| want.kind) else { return Ok(()) };
        let names: Vec<&str> = group.iter().map(|want| want.name.as_str()).collect();
        let found = match find(self.api, kind, &names).await {
            Ok(found) => found,
            // The menu is not there: a package is missing.
            Err(RouterError::Trap(trap)) if trap.kind == TrapKind::Unsupported => {
                let absent = |want: &DueWant| Refusal::of(want, "unsupported", Some(trap.message.clone()), true);
                let (gone, wanted): (Vec<_>, Vec<_>) = group.iter().partition(|want| want.wish.is_none());
                heard.settled.extend(gone.into_iter().map(settled));
                heard.refused.extend(wanted.into_iter().map(absent));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let mut said = Vec::new();
        for want in group {
            match self.command(want, found.get(&want.name)).await? {
                Decided::Nothing => {
                    heard.settled.push(settled(want));
                }
                Decided::Foreign => heard.refused.push(Refusal::of(want, "foreign", None, true)),
                Decided::Say { command, cuts } => said.push((want, command, cuts)),
            }
        }
        let answers = join_all(said.iter().map(|(_, command, _)| self.api.ask(command))).await;
        let (mut taken, mut broke) = (Vec::new(), None);
        for ((want, _, cuts), answer) in said.into_iter().zip(answers) {
            match answer {
                Ok(_) => taken.push((want, cuts)),
                // It is gone already, which was the point.
                Err(RouterError::Trap(trap)) if want.wish.is_none() && trap.kind == TrapKind::NotFound => taken.push((want, true)),
                Err(error) => match Refusal::read(want, error) {
                    Ok(refusal) => heard.refused.push(refusal),
                    Err(error) => broke = broke.or(Some(error)),
                },
            }
        }
        // What was decided without a word may still have a session from before, when the last conversation broke off.
        let down = group.iter().filter(|want| is_down(want) && found.contains_key(&want.name)).map(|want| want.name.as_str());
        let cut: HashSet<&str> = taken.iter().filter(|(_, cuts)| *cuts).map(|(want, _)| want.name.as_str()).chain(down).collect();
        self.end_sessions(kind, &cut).await?;
        self.read_back(kind, taken.into_iter().map(|(want, _)| want).collect(), heard).await?;
        broke.map_or(Ok(()), Err)
    }

    async fn command(&mut self, want: &DueWant, found: Option<&Found>) -> Asked<Decided> {
        let path = want.kind.path();
        Ok(match step(want.kind, want.wish.as_ref(), found, want.adopt) {
            Step::Foreign => Decided::Foreign,
            Step::Remove { id } => Decided::Say { command: Command::new(&format!("{path}/remove")).with(".id", id), cuts: true },
            Step::Add => {
                let mut set = self.everything(want.kind, want.wish.as_ref()).await?;
                set.extend(self.password(want));
                Decided::Say { command: with(Command::new(&format!("{path}/add")), &set), cuts: false }
            }
            Step::Nothing => match (found, self.password(want)) {
                (Some(found), Some(password)) if want.wish.is_some() && !want.secret_told => {
                    let command = Command::new(&format!("{path}/set")).with(".id", &found.id).with(&password.0, &password.1);
                    Decided::Say { command, cuts: true }
                }
                _ => Decided::Nothing,
            },
            Step::Change { id, mut set } => {
                let cuts =
                    set.iter().any(|(property, _)| property != "comment") && matches!(want.kind, Kind::PppSecret | Kind::HotspotUser);
                if !want.secret_told {
                    set.extend(self.password(want));
                }
                Decided::Say { command: with(Command::new(&format!("{path}/set")).with(".id", id), &set), cuts }
            }
        })
    }

    /// The password of a line, opened for this sentence alone.
    fn password(&self, want: &DueWant) -> Option<(String, String)> {
        let (ServiceId(line), sealed) = (want.service?, want.secret_sealed.as_ref()?);
        match self.keys.open_text(line, sealed) {
            Ok(password) => Some(("password".into(), password)),
            Err(error) => {
                tracing::error!(%line, %error, "the password of a line does not open with this key");
                None
            }
        }
    }

    /// All properties of a new object: what is wished, what it takes from its model, and what only this router can say.
    async fn everything(&mut self, kind: Kind, wish: Option<&Wish>) -> Asked<Vec<(String, String)>> {
        let Some(wish) = wish else { return Ok(Vec::new()) };
        let plain = wish.properties.iter().filter(|(property, value)| !property.starts_with('~') && !value.is_empty());
        let mut all: Vec<(String, String)> = plain.map(|(property, value)| (property.clone(), value.clone())).collect();
        if let Some(model) = &wish.like {
            let taken = self.model(kind, model).await?;
            all.extend(taken.into_iter().filter(|(property, _)| !wish.properties.contains_key(property)));
        }
        if let Some(start) = wish.properties.get("~start").and_then(|start| start.parse::<DateTime<Utc>>().ok()) {
            let (iso, zone) = self.clock().await?;
            let local = start.with_timezone(&zone);
            let date = if iso { local.format("%Y-%m-%d").to_string() } else { local.format("%b/%d/%Y").to_string().to_lowercase() };
            all.extend([("start-date".into(), date), ("start-time".into(), local.format("%H:%M:%S").to_string())]);
        }
        Ok(all)
    }

    async fn model(&mut self, kind: Kind, name: &str) -> Asked<Vec<(String, String)>> {
        if let Some(known) = self.like.get(name) {
            return Ok(known.clone());
        }
        let found = find(self.api, kind, &[name]).await?.remove(name).unwrap_or_default();
        let taken = |property: &&str| {
            found.properties.get(*property).filter(|value| !value.is_empty()).map(|value| ((*property).into(), value.clone()))
        };
        let model: Vec<(String, String)> = ["local-address", "remote-address", "dns-server"].iter().filter_map(taken).collect();
        self.like.insert(name.into(), model.clone());
        Ok(model)
    }

    async fn clock(&mut self) -> Asked<(bool, Tz)> {
        if let Some(known) = self.clock {
            return Ok(known);
        }
        let resource = self.api.ask(&Command::new("/system/resource/print").only(&["version"])).await?;
        let version = resource.rows.first().and_then(|row| Version::parse(&row.text("version")));
        let clock = self.api.ask(&Command::new("/system/clock/print").only(&["time-zone-name"])).await?;
        let zone = clock.rows.first().and_then(|row| row.text("time-zone-name").parse().ok()).unwrap_or(self.zone);
        let known = (version.is_none_or(Version::has_iso_dates), zone);
        self.clock = Some(known);
        Ok(known)
    }

    /// Ends sessions that go on with what was before. Those that RADIUS let in are RADIUS's.
    async fn end_sessions(&self, kind: Kind, names: &HashSet<&str>) -> Asked<()> {
        let (menus, by): (&[&str], _) = match kind {
            Kind::PppSecret => (&["/ppp/active"], "name"),
            Kind::HotspotUser => (&["/ip/hotspot/cookie", "/ip/hotspot/active"], "user"),
            _ => return Ok(()),
        };
        for menu in menus {
            let rows = print(self.api, menu, by, names, &[".id", by, "radius"]).await?;
            let ours = rows.iter().filter(|row| names.contains(row.text(by).as_str()) && !row.flag("radius"));
            let ends: Vec<Command> = ours.map(|row| Command::new(&format!("{menu}/remove")).with(".id", row.id())).collect();
            for ended in join_all(ends.iter().map(|command| self.api.ask(command))).await {
                match ended {
                    // It has ended by itself.
                    Err(RouterError::Trap(trap)) if trap.kind == TrapKind::NotFound => {}
                    Err(error) => return Err(error),
                    Ok(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Believes nothing that it has not seen.
    async fn read_back(&self, kind: Kind, taken: Vec<&DueWant>, heard: &mut Heard) -> Asked<()> {
        let names: Vec<&str> = taken.iter().map(|want| want.name.as_str()).collect();
        let found = find(self.api, kind, &names).await?;
        for want in taken {
            let left = match (&want.wish, found.get(&want.name)) {
                (None, Some(found)) if found.ours(kind) => Some(String::new()),
                (None, _) => None,
                (Some(_), None) => Some(String::new()),
                (Some(wish), Some(found)) => {
                    let told = |one: domain::wanted::Difference| format!("{}={} ({})", one.property, one.found, one.wanted);
                    Some(differences(wish, found).into_iter().map(told).collect::<Vec<_>>().join(", ")).filter(|left| !left.is_empty())
                }
            };
            match left {
                None => heard.settled.push(settled(want)),
                Some(left) => heard.refused.push(Refusal::of(want, "reads_back", Some(left), false)),
            }
        }
        Ok(())
    }
}

enum Decided {
    Nothing,
    Foreign,
    /// `cuts`: sessions that go on would go on with what was.
    Say {
        command: Command,
        cuts: bool,
    },
}

fn settled(want: &DueWant) -> Settled {
    let secret_told = want.wish.as_ref().and(want.secret_sealed.clone());
    Settled { kind: want.kind, name: want.name.clone(), generation: want.generation, secret_told }
}

/// Is the line behind the wall or asleep?
fn is_down(want: &DueWant) -> bool {
    let said = |property: &str| want.wish.as_ref().and_then(|wish| wish.properties.get(property)).map(String::as_str).unwrap_or_default();
    matches!(want.kind, Kind::PppSecret | Kind::HotspotUser) && (said("disabled") == "yes" || said("comment").ends_with(" walled"))
}

fn with(command: Command, set: &[(String, String)]) -> Command {
    command.with_all(set.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// What of these names a menu holds. Never asks for a password.
pub(super) async fn find(api: &Api, kind: Kind, names: &[&str]) -> Asked<HashMap<String, Found>> {
    if names.len() > ONE_BY_ONE {
        let wanted: HashSet<&str> = names.iter().copied().collect();
        let all = everything_in(api, kind).await?;
        return Ok(all.into_iter().filter(|(name, _)| wanted.contains(name.as_str())).collect());
    }
    let ask = |name: &&str| {
        let command = Command::new(&format!("{}/print", kind.path())).only(kind.proplist());
        kind.key(name).into_iter().fold(command, |command, (property, value)| command.whose(property, &value))
    };
    let commands: Vec<Command> = names.iter().map(ask).collect();
    let mut found = HashMap::new();
    for answer in join_all(commands.iter().map(|command| api.ask(command))).await {
        found.extend(answer?.rows.iter().filter(|row| !row.flag("dynamic")).map(|row| read(kind, row)));
    }
    Ok(found)
}

/// Everything that a menu holds, but for what the router made itself.
pub(super) async fn everything_in(api: &Api, kind: Kind) -> Asked<HashMap<String, Found>> {
    let answer = api.ask(&Command::new(&format!("{}/print", kind.path())).only(kind.proplist())).await?;
    Ok(answer.rows.iter().filter(|row| !row.flag("dynamic")).map(|row| read(kind, row)).collect())
}

fn read(kind: Kind, row: &Row) -> (String, Found) {
    let properties: BTreeMap<String, String> =
        row.pairs().filter(|(name, _)| name != ".id").map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    (kind.name_of(&properties), Found { id: row.id(), properties })
}

async fn print(api: &Api, menu: &str, by: &str, names: &HashSet<&str>, only: &[&str]) -> Asked<Vec<Row>> {
    let command = || Command::new(&format!("{menu}/print")).only(only);
    let commands: Vec<Command> =
        if names.len() > ONE_BY_ONE { vec![command()] } else { names.iter().map(|name| command().whose(by, name)).collect() };
    let mut rows = Vec::new();
    for answer in join_all(commands.iter().map(|command| api.ask(command))).await {
        rows.extend(answer?.rows);
    }
    Ok(rows)
}
