//! Who is asking, at whose site, in which language: found out once for each request, before anything else looks at it.

use super::Web;
use super::address::{ClientAddress, Secure};
use app::{AlarmView, NoticeNote, PersonView, Request as Visitor, SESSION_COOKIE, SiteView, Visit};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use domain::people::{Actor, Caller, PlatformCaller, Titles};
use domain::platform::Standing;
use domain::rights::Permission;
use domain::trust::may_come;
use services::people::Who;
use std::net::IpAddr;
use storage::isps::Isp;

/// Puts the visitor into the request's extensions. An unknown host is answered with 404, a database that is away with
/// a page that says so.
pub async fn recognise(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let host = host(request.headers());
    let ip = request.extensions().get::<ClientAddress>().and_then(|client| client.0);
    let Site { isp, outside } = match find_site(&web, &host, ip).await {
        Ok(Some(site)) => site,
        Ok(None) => return (StatusCode::NOT_FOUND, "No provider answers at this address.").into_response(),
        Err(error) => return away(&error),
    };
    // The platform's own site is for its people alone: from outside there is not even a door.
    if outside && isp.is_none() {
        return (StatusCode::FORBIDDEN, OUTSIDE).into_response();
    }
    let token = cookie(request.headers(), SESSION_COOKIE);
    let who = match token {
        None => None,
        Some(token) => {
            let isp = isp.as_ref().map(|isp| isp.id);
            // What a page asks by itself, or opens again to be told, is nobody's click.
            let stream = request.headers().get(header::ACCEPT).is_some_and(|accept| accept == "text/event-stream");
            let found = match stream || request.headers().contains_key("x-quiet") {
                true => services::people::recognise_quietly(&web.services, &token, isp, ip).await,
                false => services::people::recognise(&web.services, &token, isp, ip).await,
            };
            match found {
                Ok(who) => who,
                Err(error) => return away(&error),
            }
        }
    };
    // Who still owes a part of his sign-in is nobody to everything but the pages that take it.
    let (who, half) = match who {
        Some(half @ Who::Half { .. }) => (None, Some(half)),
        who => (who, None),
    };
    let mut visit = visit(&web, isp.as_ref(), who.as_ref(), request.headers());
    if let Some(Who::Isp { caller, .. }) = &who {
        visit.titles = titles(&web, caller, &visit.language).await;
    }
    if let Some(Who::Isp { caller, .. }) = &who
        && is_page(&request)
    {
        visit.alarm = alarm(&web, caller).await;
        visit.notices = notices(&web, caller).await;
    }
    let suspended = isp.as_ref().and_then(|isp| match &isp.standing {
        Standing::Suspended(suspension) => Some(suspension.clone()),
        Standing::Open | Standing::Closed => None,
    });
    let secure = request.extensions().get::<Secure>().is_some_and(|secure| secure.0);
    let scheme = if secure { "https" } else { "http" };
    // A host that nobody answers on was turned away above; the port is part of it where there is one.
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let base = format!("{scheme}://{}", named.to_lowercase());
    request.extensions_mut().insert(Visitor {
        services: web.services.clone(),
        isp: isp.map(|isp| isp.id),
        who,
        half,
        visit,
        base,
        suspended,
        outside,
    });
    next.run(request).await
}

const OUTSIDE: &str = "This address opens from known networks only. Come from one of them, or ask whoever runs the platform.\n\
                       এই ঠিকানা কেবল নির্দিষ্ট নেটওয়ার্ক থেকে খোলে। সেখান থেকে আসুন, অথবা প্ল্যাটফর্মের পরিচালককে জানান।";

/// How roles are called here. A page is shown with the product's own names rather than not at all.
async fn titles(web: &Web, caller: &Caller, language: &str) -> Titles {
    match services::accounts::role_titles(&web.services, caller).await {
        Ok(all) => Titles::of(&all, language),
        Err(error) => {
            tracing::warn!(%error, "the names of roles could not be read");
            Titles::default()
        }
    }
}

/// What the platform has to tell. A page is shown without it rather than not at all.
async fn notices(web: &Web, caller: &Caller) -> Vec<NoticeNote> {
    match services::platform::unread_notices(&web.services, caller).await {
        Ok(unread) => unread
            .into_iter()
            .map(|one| NoticeNote { id: one.id.to_string(), kind: one.kind, title: one.title, words: one.words })
            .collect(),
        Err(error) => {
            tracing::warn!(%error, "notices could not be read");
            Vec::new()
        }
    }
}

/// Somebody opens a page, not one of its parts.
fn is_page(request: &Request) -> bool {
    let html =
        request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    request.method() == Method::GET && html
}

/// What the banner says. A page is shown without it rather than not at all.
async fn alarm(web: &Web, caller: &Caller) -> AlarmView {
    match services::schedule::alarm(&web.services, caller).await {
        Ok(alarm) => AlarmView { dead: alarm.dead.is_some(), late: alarm.late, brake: alarm.brake },
        Err(error) => {
            tracing::warn!(%error, "the alarm could not be read");
            AlarmView::default()
        }
    }
}

fn away(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "a request could not be served");
    let words = "Lastmile cannot reach its database at the moment. Nothing was lost; please try again in a minute.\n\
                 ডেটাবেজের সঙ্গে এখন যোগাযোগ করা যাচ্ছে না। কিছুই হারায়নি; এক মিনিট পরে আবার চেষ্টা করুন।";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "30")], words).into_response()
}

/// Where a request arrived.
pub(super) struct Site {
    /// `None`: the platform itself, or a tenant on it.
    pub isp: Option<Isp>,
    /// Staff are held off from where it came.
    outside: bool,
}

pub(super) async fn find_site(web: &Web, host: &str, ip: Option<IpAddr>) -> Result<Option<Site>, storage::Error> {
    let mut tx = web.services.db.platform(&PlatformCaller::system("host")).await?;
    let isp = storage::isps::find_by_host(&mut tx, host).await?;
    // One that has ended is as unknown as one that never was.
    if isp.as_ref().is_some_and(|isp| isp.standing == Standing::Closed) {
        return Ok(None);
    }
    if isp.is_none() && !web.platform_hosts.iter().any(|known| known == host) {
        // A tenant's own address, or its name before one of the platform's.
        let name = host.split_once('.').filter(|(_, rest)| web.platform_hosts.iter().any(|known| known == rest)).map(|(name, _)| name);
        if storage::tenants::find_by_host(&mut tx, host, name).await?.is_none() {
            return Ok(None);
        }
    }
    let networks = storage::admin_networks::active(&mut tx, isp.as_ref().map(|isp| isp.id.0)).await?;
    Ok(Some(Site { isp, outside: !may_come(&networks, ip) }))
}

/// Lower case, without port.
pub(super) fn host(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_lowercase();
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name.to_string(),
        _ => host,
    }
}

/// A cookie's value.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then(|| value.to_string())
    })
}

fn visit(web: &Web, isp: Option<&Isp>, who: Option<&Who>, headers: &HeaderMap) -> Visit {
    let now = web.services.now();
    let zone = isp.map_or(Tz::UTC, |isp| isp.zone);
    let (person, stored) = match who {
        Some(Who::Isp { caller, language }) => {
            let behind = caller.bounds.impersonator.as_ref().map(|behind| behind.name.clone());
            (Some(PersonView { behind, ..person(&caller.actor, caller.role, |p| caller.allowed(p)) }), language.clone())
        }
        Some(Who::Platform { caller, language }) => (Some(person(&caller.actor, caller.role, |p| caller.allowed(p))), language.clone()),
        Some(Who::Half { .. }) | None => (None, None),
    };
    let known = |language: String| matches!(language.as_str(), "en" | "bn").then_some(language);
    let language = cookie(headers, "lm_lang")
        .and_then(known)
        .or(stored)
        .or_else(|| preferred(headers))
        .or_else(|| isp.map(|isp| isp.language.clone()));
    Visit {
        language: language.unwrap_or_else(|| "en".into()),
        theme: cookie(headers, "lm_theme").unwrap_or_else(|| "system".into()),
        site: SiteView {
            name: isp.map_or_else(|| "Lastmile".into(), |isp| isp.name.clone()),
            platform: isp.is_none(),
            time_zone: zone.name().into(),
            currency: isp.map_or(domain::Currency::Bdt, |isp| isp.currency),
        },
        person,
        today: domain::zones::business_day(now, zone),
        offset_minutes: offset_minutes(zone, now),
        build: web.build.to_string(),
        alarm: AlarmView::default(),
        notices: Vec::new(),
        titles: Titles::default(),
    }
}

fn person(actor: &Actor, role: domain::people::Role, allowed: impl Fn(Permission) -> bool) -> PersonView {
    let name = match actor {
        Actor::Account { name, .. } | Actor::Subscriber { name, .. } => name.clone(),
        Actor::System(name) => (*name).to_string(),
    };
    PersonView {
        name,
        role,
        permissions: Permission::ALL.iter().copied().filter(|permission| allowed(*permission)).collect(),
        behind: None,
    }
}

fn offset_minutes(zone: Tz, now: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&now.naive_utc()).fix().local_minus_utc() / 60
}

/// The first of our languages that the browser asks for.
fn preferred(headers: &HeaderMap) -> Option<String> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    wanted.split(',').find_map(|part| {
        let code = part.split(';').next()?.trim().split('-').next()?.to_lowercase();
        matches!(code.as_str(), "en" | "bn").then_some(code)
    })
}
