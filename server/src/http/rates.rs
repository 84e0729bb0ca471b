//! How often somebody may ask (SEC-10): each key, person or address has an allowance that comes back evenly, and is told
//! how much of it is left. Counted in the memory of this server; what slows down guessing is counted in the database.

use super::Web;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::people::Role;
use domain::trust::Network;
use services::people::Who;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Who is counted with whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Nobody that we know, by his address.
    Public,
    SignedIn,
    Distributor,
    Key,
    PremiumKey,
}

/// Requests a minute; none: as many as one likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub public: Option<u32>,
    pub signed_in: Option<u32>,
    pub distributor: Option<u32>,
    pub key: Option<u32>,
    pub premium_key: Option<u32>,
}

impl Limits {
    pub const NONE: Limits = Limits { public: None, signed_in: None, distributor: None, key: None, premium_key: None };

    /// `public=30,signed_in=120,…`; `off` for none at all. What is not named has none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut limits = Self::NONE;
        if text.trim() == "off" {
            return Ok(limits);
        }
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, count) = part.split_once('=').ok_or_else(|| format!("{part}: say name=number"))?;
            let count: u32 = count.trim().parse().ok().filter(|count| *count > 0).ok_or_else(|| format!("{part}: not a number above 0"))?;
            let place = match name.trim() {
                "public" => &mut limits.public,
                "signed_in" => &mut limits.signed_in,
                "distributor" => &mut limits.distributor,
                "key" => &mut limits.key,
                "premium_key" => &mut limits.premium_key,
                other => return Err(format!("{other}: known are public, signed_in, distributor, key, premium_key")),
            };
            *place = Some(count);
        }
        Ok(limits)
    }

    fn of(&self, class: Class) -> Option<u32> {
        match class {
            Class::Public => self.public,
            Class::SignedIn => self.signed_in,
            Class::Distributor => self.distributor,
            Class::Key => self.key,
            Class::PremiumKey => self.premium_key,
        }
    }
}

/// What came of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub allowed: bool,
    pub limit: u32,
    pub left: u32,
    /// Until all of it is back.
    pub whole_in: TimeDelta,
    /// Until the next one is let through.
    pub wait: TimeDelta,
}

/// Full seconds, rounded up.
fn seconds(span: TimeDelta) -> i64 {
    (span.num_milliseconds() + 999) / 1_000
}

const MINUTE: TimeDelta = TimeDelta::seconds(60);
/// So many are remembered before those that have their whole allowance back are forgotten.
const MANY: usize = 10_000;

#[derive(Default)]
struct Asked {
    /// When somebody's whole allowance is back.
    back_at: HashMap<(Class, String), DateTime<Utc>>,
    swept_at: DateTime<Utc>,
}

/// Looking through all of them is not done for each request.
const SWEPT: TimeDelta = TimeDelta::seconds(10);

/// Whoever comes from an address: of the new kind, everybody in one house, who has them by the billion.
pub fn stranger(ip: Option<IpAddr>) -> String {
    match ip.map(|ip| ip.to_canonical()) {
        Some(IpAddr::V6(ip)) => Network::new(ip.into(), 64).map(|house| house.to_string()).unwrap_or_default(),
        Some(ip) => ip.to_string(),
        None => String::new(),
    }
}

/// Who asked, and what he has left.
#[derive(Clone)]
pub struct Rates {
    limits: Limits,
    asked: Arc<Mutex<Asked>>,
}

impl Rates {
    pub fn new(limits: Limits) -> Self {
        Self { limits, asked: Arc::default() }
    }

    /// One request of somebody. `None`: there is no limit for him.
    pub fn take(&self, class: Class, who: String, now: DateTime<Utc>) -> Option<Taken> {
        let limit = self.limits.of(class)?;
        let each = MINUTE / i32::try_from(limit).unwrap_or(i32::MAX);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.back_at.len() >= MANY && asked.swept_at + SWEPT <= now {
            asked.back_at.retain(|_, back| *back > now);
            asked.swept_at = now;
        }
        let entry = asked.back_at.entry((class, who)).or_insert(now);
        let back = (*entry).max(now);
        let after = back + each - now;
        let allowed = after <= each * i32::try_from(limit).unwrap_or(i32::MAX);
        if allowed {
            *entry = back + each;
        }
        let used = if allowed { after } else { back - now };
        let spent = (used.num_milliseconds() + each.num_milliseconds() - 1) / each.num_milliseconds().max(1);
        Some(Taken {
            allowed,
            limit,
            left: limit.saturating_sub(u32::try_from(spent).unwrap_or(u32::MAX)),
            whole_in: used,
            wait: if allowed {
                TimeDelta::zero()
            } else {
                TimeDelta::seconds(seconds(after - each * i32::try_from(limit).unwrap_or(i32::MAX)).max(1))
            },
        })
    }
}

impl Taken {
    /// As draft-ietf-httpapi-ratelimit-headers says it now, and as it said it before, which is what most clients read.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let reset = seconds(self.whole_in);
        let mut set = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        set("ratelimit-policy", format!("\"minute\";q={};w=60", self.limit));
        set("ratelimit", format!("\"minute\";r={};t={reset}", self.left));
        set("ratelimit-limit", self.limit.to_string());
        set("ratelimit-remaining", self.left.to_string());
        set("ratelimit-reset", reset.to_string());
    }
}

/// Around pages and server functions, behind whoever found out who asks. Files are outside of it.
pub async fn people(State(web): State<Web>, request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<app::Request>() else { return next.run(request).await };
    let (class, who) = match &visitor.who {
        Some(who) => (class_of(who), name_of(who)),
        None => {
            let address = request.extensions().get::<super::address::ClientAddress>().and_then(|address| address.0);
            (Class::Public, stranger(address))
        }
    };
    let Some(taken) = web.rates.take(class, who, web.services.now()) else { return next.run(request).await };
    let mut response = if taken.allowed { next.run(request).await } else { too_many(&visitor.visit.language, &taken) };
    taken.tell(response.headers_mut());
    response
}

fn class_of(who: &Who) -> Class {
    match who.role() {
        Role::CardDistributor => Class::Distributor,
        _ => Class::SignedIn,
    }
}

fn name_of(who: &Who) -> String {
    let id = match who {
        Who::Isp { caller, .. } => caller.actor_id(),
        Who::Platform { caller, .. } => caller.actor_id(),
        Who::Half { .. } => None,
    };
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// A page that needs nothing: asking for more files would be asking again.
fn too_many(language: &str, taken: &Taken) -> Response {
    let language = locales::Language::from_code(language).unwrap_or(locales::Language::English);
    let wait = seconds(taken.wait);
    let title = locales::text(language, "rates-title");
    let words = locales::text_with(language, "rates-words", &[("seconds", wait.into())]);
    let page = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title></head><body><main><h1>{title}</h1><p>{words}</p></main></body></html>",
        language.code()
    );
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (header::RETRY_AFTER, wait.to_string())];
    (StatusCode::TOO_MANY_REQUESTS, headers, page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn an_allowance_is_used_up_and_comes_back_evenly() {
        let rates = Rates::new(Limits { key: Some(60), ..Limits::NONE });
        let take = |second| rates.take(Class::Key, "one".into(), at(second)).unwrap();
        for left in (0..60).rev() {
            let taken = take(0);
            assert!(taken.allowed && taken.left == left, "{taken:?}");
        }
        let refused = take(0);
        assert!(!refused.allowed && refused.left == 0 && seconds(refused.wait) == 1 && seconds(refused.whole_in) == 60, "{refused:?}");
        assert!(take(1).allowed && !take(1).allowed && take(2).allowed);
        assert!(rates.take(Class::Key, "two".into(), at(0)).unwrap().allowed, "others are not held");
        assert_eq!(rates.take(Class::Public, "one".into(), at(0)), None, "no limit, nothing counted");
        assert_eq!(take(200).left, 59, "after a minute of rest all of it is back");
    }

    #[test]
    fn one_house_is_one_stranger() {
        let of = |text: &str| stranger(text.parse().ok());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn limits_are_read_or_refused_by_name() {
        let limits = Limits::parse("public=30, key=60").unwrap();
        assert_eq!((limits.public, limits.key, limits.signed_in), (Some(30), Some(60), None));
        assert_eq!(Limits::parse("off").unwrap(), Limits::NONE);
        for wrong in ["public", "public=0", "nobody=3", "key=x"] {
            assert!(Limits::parse(wrong).is_err(), "{wrong}");
        }
    }
}
